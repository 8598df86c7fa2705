"""Of a file that changed only the new lines are read again, and nobody could tell from what comes of it."""

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from tests.stories.office import HEADS, Office, found, row
from tiersync.flow.node import Node
from tiersync.flow.reading.ingest import ingest
from tiersync.flow.reading.remembered import Lined, RememberedRecords
from tiersync.host.opening import now, open_with_plugins
from tiersync.rules.lists.lines import line_digests
from tiersync.store.files.snapshots import current_snapshots

LINES = [row(number) for number in range(1, 61)]
BAD = row(70, id="37990219400101001X")
SWAPPED = [
    ",".join((name, born, sex, number, unit)) for name, number, sex, born, unit in (line.split(",") for line in LINES)
]

FILES = {
    "a changed row": [HEADS, *LINES[:10], row(11, name="改名"), *LINES[11:]],
    "rows put in before others": [HEADS, row(61), row(62), *LINES[:30], row(63), *LINES[30:]],
    "rows taken out": [HEADS, *LINES[:5], *LINES[9:]],
    "rows in another order": [HEADS, *reversed(LINES)],
    "a refused row": [HEADS, *LINES, BAD],
    "a refused row that was corrected": [HEADS, *LINES, row(70)],
    "blank lines": [HEADS, *LINES[:7], "", ",,,,", *LINES[7:]],
    "a row that stands twice": [HEADS, *LINES, LINES[3]],
    "columns in another order": ["姓名,出生日期,性别,身份证号,社区", *SWAPPED],
    "another separator": ["\t".join(line.split(",")) for line in [HEADS, *LINES]],
    "a title above the headers": ["老年人台账,,,,", HEADS, *LINES],
    "a footer": [HEADS, *LINES, "合计,60,,,"],
    "cells in quotation marks": [HEADS, *(f'"{line.replace(",", chr(34) + "," + chr(34))}"' for line in LINES)],
    "a quoted cell of two lines": [HEADS, *LINES[:4], row(5, name='"测试\n五"'), *LINES[5:]],
}


class Twins:
    """Two copies of one node with the same keys; the second never remembers any line."""

    def __init__(self, root: Path) -> None:
        first = found(root / "first")
        shutil.copytree(first.folder, root / "second")
        self.offices = [first, Office(root / "second")]
        self.nodes: list[Node] = []

    def read(self, *lines: str) -> list[tuple[Any, ...]]:
        """What each of them makes of a register of these lines: the snapshot's digest, and the counts of the run."""
        for office in self.offices:
            office.source("\n".join([*lines, ""]).encode())
        self.nodes = self.nodes or [open_with_plugins(office.folder) for office in self.offices]
        for forgotten in (self.offices[1].folder / "snapshots").glob("*.lines"):
            forgotten.unlink()
        return [outcome_of(node) for node in self.nodes]


def outcome_of(node: Node) -> tuple[Any, ...]:
    (run,) = ingest(node, now())
    with node.store.read() as db:
        (snapshot,) = current_snapshots(db)
    return snapshot.digest, run.outcome, run.read, run.valid, run.refused, run.flagged, run.detail


@pytest.fixture(scope="module")
def twins(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Twins]:
    twins = Twins(tmp_path_factory.mktemp("twins"))
    yield twins
    for node in twins.nodes:
        node.store.close()


@pytest.mark.parametrize("what", FILES)
def test_a_register_comes_to_the_same_whether_its_lines_are_remembered_or_not(twins: Twins, what: str) -> None:
    twins.read(HEADS, *LINES)
    first, second = twins.read(*FILES[what])
    assert first[1] == "published"
    assert first == second


def test_lines_that_stay_while_their_headers_change_places_are_read_again(twins: Twins) -> None:
    other = {"男": "女", "女": "男"}
    cells = [line.split(",") for line in LINES]
    lines = [",".join([*line[:3], other[line[2]], *line[3:]]) for line in cells]
    twins.read(HEADS.replace("性别", "性别,备注"), *lines)
    first, second = twins.read(HEADS.replace("性别", "备注,性别"), *lines)
    assert first[5]["sex_conflict"] == 60
    assert first == second


def test_what_tells_the_lines_is_kept_under_lock(twins: Twins) -> None:
    twins.read(HEADS, *LINES)
    (kept,) = (twins.offices[0].folder / "snapshots").glob("*.lines")
    (digest,) = line_digests(pl.Series(LINES[:1]), 0)
    assert digest.to_bytes(16, "little") not in kept.read_bytes()
    assert b"ARROW" not in kept.read_bytes()


def test_lines_that_do_not_open_are_read_anew(twins: Twins) -> None:
    twins.read(HEADS, *LINES)
    (kept,) = (twins.offices[0].folder / "snapshots").glob("*.lines")
    kept.write_bytes(kept.read_bytes()[:-1])
    first, second = twins.read(HEADS, *LINES[1:])
    assert first == second


def remembered(count: int) -> RememberedRecords:
    """So many records, read from the lines 0, 1, 2 …"""
    lines = digests(*range(count))
    return RememberedRecords(Lined(pl.DataFrame({"place_row": range(count)}), lines))


def digests(*numbers: int) -> pl.Series:
    return line_digests(pl.Series([f"line {number}" for number in numbers], dtype=pl.String), 7)


def wanted(held: RememberedRecords, *numbers: int) -> list[int] | None:
    sifted = held.sift(digests(*numbers))
    return None if sifted is None else sifted.to_list()


def test_only_new_lines_are_wanted_block_by_block() -> None:
    held = remembered(1000)
    assert wanted(held, *range(100)) == []
    assert wanted(held, 100, -1, *range(102, 200)) == [1]
    assert wanted(held, *range(-90, -80), *range(200, 290)) == list(range(10))
    assert wanted(held, *range(290, 390)) == []


def test_what_was_moved_far_away_is_found_again() -> None:
    held = remembered(10_000)
    assert wanted(held, *range(9_000, 9_100)) == []
    assert wanted(held, *range(9_100, 9_200)) == []
    assert wanted(held, *range(100)) == []


def test_all_lines_are_wanted_where_none_is_known() -> None:
    assert wanted(remembered(0), 1, 2) is None
    assert wanted(remembered(10), -1, -2) is None


def test_the_same_line_under_other_headers_is_another_line() -> None:
    assert line_digests(pl.Series(["a"]), 1).to_list() != line_digests(pl.Series(["a"]), 2).to_list()
    assert line_digests(pl.Series([None], dtype=pl.String), 1).to_list() == [None]
