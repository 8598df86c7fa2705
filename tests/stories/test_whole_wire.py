"""Personal data never leaves the node that read it: not on the line, not in a file, row or log of the units above."""

import base64
import contextlib
import io
import json
import shutil
import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction
from pathlib import Path

import polars as pl
import pytest
import zstandard

from tests.example.read_back import column, read_rows
from tests.stories.overhear import Proxy, found_in, pieces_of
from tiersync.config.packaged import packaged_units
from tiersync.demo.offices import open_offices
from tiersync.demo.story import write_units
from tiersync.example.network import choose_network, write_network
from tiersync.flow.notices.notice import board
from tiersync.host.opening import open_node
from tiersync.link.seal import seal_text
from tiersync.model.unit import Tree

SECRET_SOURCES = {"plugins"}  # The offices' own files lie here and nowhere else.


@dataclass
class Played:
    """A network that has exchanged figures, a policy and receipts over overheard lines."""

    root: Path
    tree: Tree
    people: list[tuple[str, str, str, str]]  # name, phone, address and identity number
    lines: dict[str, Proxy] = field(default_factory=dict)
    log: str = ""

    @property
    def markers(self) -> list[str]:
        return sorted({marker for person in self.people for marker in person})

    @property
    def parents(self) -> list[str]:
        return [code for code in self.tree.units if self.tree.children(code)]


@pytest.fixture(scope="module")
def played(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Played]:
    units = choose_network(packaged_units(), (1, 1, 2))
    root = tmp_path_factory.mktemp("network")
    said = io.StringIO()
    with contextlib.redirect_stdout(said), contextlib.redirect_stderr(said):
        write_network(root, units, Fraction("0.002"))
        one = Played(root, Tree(units), sorted(everybody(root)))
        play(one)
    one.log = said.getvalue()
    yield one
    for line in one.lines.values():
        line.close()


def everybody(root: Path) -> Iterator[tuple[str, str, str, str]]:
    """Whoever stands in a register, as the row has it."""
    for path in root.glob("*/plugins/register/inbox/老年人信息*.*"):
        for row in read_rows(path):
            number, phone = column(row, "身份证号", "公民身份号码"), column(row, "联系电话", "电话")
            yield row["姓名"], phone, row["详细地址"], number


def play(played: Played) -> None:
    tree, top = played.tree, played.tree.top
    write_units(played.root / "units.csv", list(tree.units.values()))
    with open_offices(played.root) as offices:
        for unit in tree.units:
            if tree.children(unit):
                played.lines[unit] = Proxy(offices.url)
            if unit == top:
                offices.found(unit, played.root / "units.csv")
            else:
                above = tree[unit].parent or ""
                token = offices.invite(above, unit, played.lines[above].url)
                offices.join(unit, token, has_children=bool(tree.children(unit)))
        for unit in reversed(tree.units):
            offices.push(unit, ["2013-Q4", "2013"])
        tiers = list(dict.fromkeys(unit.tier for unit in tree.units.values()))
        offices.publish(top, "关于走访慰问的通知", "请于月底前完成。", tiers[1:], date(2014, 1, 6))
        for unit in (*tree.units, *reversed(tree.units)):
            offices.pull(unit)


def offices_of(played: Played, units: list[str]) -> Iterator[bytes]:
    """Everything in the folders of these units but their own sources."""
    for unit in units:
        for path in (played.root / unit).iterdir():
            if path.name not in SECRET_SOURCES:
                yield from pieces_of(path) if path.is_dir() else pieces_of_file(path)


def pieces_of_file(path: Path) -> Iterator[bytes]:
    """One file, as `pieces_of` reads it, beside nothing else."""
    alone = path.parent / "looked at"
    alone.mkdir(exist_ok=True)
    try:
        for beside in path.parent.glob(f"{path.name}*"):  # A database is nothing without its log of latest writes.
            shutil.copy(beside, alone / beside.name)
        yield from list(pieces_of(alone))
    finally:
        shutil.rmtree(alone)


def a_row(path: Path, value: object) -> bytes:
    with contextlib.closing(sqlite3.connect(path)) as db:
        db.execute("CREATE TABLE t (v)")
        db.execute("INSERT INTO t VALUES (?)", (value,))
        db.commit()
    return b""


def a_parquet(path: Path, marker: str) -> None:
    pl.DataFrame({"v": [marker] * 50}).write_parquet(path, compression="zstd")


PLANTED = {
    "raw bytes": lambda folder, marker: (folder / "a.bin").write_bytes(b"\xff\x00" + marker.encode() + b"\xfe"),
    "a zstd body": lambda folder, marker: (folder / "a.bin").write_bytes(
        b"\x00\x00\x01" + zstandard.ZstdCompressor().compress(f'{{"v":"{marker}"}}'.encode()) + b"tail"
    ),
    "a JWS": lambda folder, marker: (folder / "a.txt").write_text(
        "x" + "." + seal_text(json.dumps({"v": marker}, ensure_ascii=False).encode(), b"k" * 32)
    ),
    "base64": lambda folder, marker: (folder / "a.txt").write_bytes(base64.b64encode(f"some text {marker}".encode())),
    "JSON with escapes": lambda folder, marker: (folder / "a.json").write_text(json.dumps({"v": f"老{marker}"})),
    "GB 18030": lambda folder, marker: (folder / "a.csv").write_text(f"a,{marker}\n", encoding="gb18030"),
    "Parquet": lambda folder, marker: a_parquet(folder / "a.parquet", marker),
    "a text in a database": lambda folder, marker: a_row(folder / "a.db", f"said {marker}"),
    "a blob in a database": lambda folder, marker: a_row(
        folder / "a.db", zstandard.ZstdCompressor().compress(marker.encode() * 3)
    ),
    "a file's name": lambda folder, marker: (folder / f"{marker}.log").write_text("nothing"),
    "a log": lambda folder, marker: (folder / "a.log").write_text(f"12:00 read {marker} twice\n"),
}  # fmt: skip


@pytest.mark.parametrize("place", PLANTED)
def test_somebody_planted_there_is_found(place: str, played: Played, tmp_path: Path) -> None:
    for marker in played.people[0]:
        folder = tmp_path / str(len(list(tmp_path.iterdir())))
        folder.mkdir()
        PLANTED[place](folder, marker)
        assert marker in found_in(pieces_of(folder), played.markers)


def test_somebody_planted_on_the_line_is_found(played: Played) -> None:
    heard = played.lines[played.tree.top].heard[0]
    assert found_in([heard + played.people[0][-1].encode()], played.markers)


def test_the_made_up_people_are_in_the_offices_own_sources(played: Played) -> None:
    community = next(code for code in reversed(played.tree.units))
    sources = played.root / community / "plugins"
    assert found_in(pieces_of(sources), played.markers)


def test_a_policy_reaches_offices_that_have_no_open_port(played: Played) -> None:
    closed = [code for code in played.tree.units if code not in played.lines]
    assert closed
    for unit in closed:
        assert len(board(open_node(played.root / unit), notice_of(played))) == len(played.tree.units) - 1


def notice_of(played: Played) -> str:
    with contextlib.closing(sqlite3.connect(played.root / played.tree.top / "node.db")) as db:
        return str(db.execute("SELECT notice FROM notices").fetchone()[0])


def test_no_byte_on_any_line_names_anybody(played: Played) -> None:
    heard = [data for line in played.lines.values() for data in line.heard]
    assert sum(map(len, heard)) > 20_000
    assert found_in(heard, played.markers) == set()


def test_no_file_row_or_log_of_the_units_above_names_anybody(played: Played) -> None:
    assert found_in([*offices_of(played, played.parents), played.log.encode()], played.markers) == set()


def test_what_a_community_keeps_beside_its_sources_names_nobody_in_plain(played: Played) -> None:
    communities = [code for code in played.tree.units if not played.tree.children(code)]
    assert found_in(offices_of(played, communities), played.markers) == set()
