"""Figure segments: an index over sealed bodies that never says anything else, however it is damaged."""

import hashlib
import json
from pathlib import Path

import polars as pl
import pytest
from sqlalchemy import delete, select, update

from tests.held import flip_a_byte, held_cells
from tests.stories.network import CITY, DISTRICT, Network
from tiersync.flow.figures.matrix import UnitsAsked, figures
from tiersync.flow.figures.segments import FEWEST, renew_segments
from tiersync.flow.healing.examine import examine, examine_all
from tiersync.flow.node import Node
from tiersync.model.period import Period
from tiersync.model.unit import Unit
from tiersync.rules.totals.gathered import WhichCells
from tiersync.store.reports.reports import current_reports
from tiersync.store.reports.rounds import note_looked
from tiersync.store.tables import findings, reports, segments

FORM, YEAR, NAMED = "aging-year", Period("2013"), ("aging-year", "2013")
MANY = FEWEST + 10
UNITS = (
    Unit(code=CITY, name="city", parent=None, tier="city"),
    Unit(code=DISTRICT, name="district", parent=CITY, tier="district"),
    *(Unit(code=f"371402{n:03}000", name=f"street {n}", parent=DISTRICT, tier="street") for n in range(1, MANY)),
)
STREETS = [unit.code for unit in UNITS[2:]]


@pytest.fixture
def network(tmp_path: Path) -> Network:
    """A district that files for many streets, and a city above it; both have put the figures together."""
    network = Network(tmp_path, UNITS, nodes_of=(CITY, DISTRICT))
    for number, street in enumerate(STREETS, start=1):
        network.file(DISTRICT, number * 10, for_unit=street)
    network.exchange(DISTRICT)
    look(network)
    return network


def look(network: Network) -> None:
    network.later()
    for node in network.nodes.values():
        examine_all(node, network.now)
        renew_segments(node, network.now)


def slowly(node: Node) -> list[tuple[str, str, int | None]]:
    """Every figure as the sealed bodies say it, one after another."""
    with node.store.read() as db:
        rows = current_reports(db, *NAMED)
        return sorted((row.unit, cell.breakdown, cell.value) for row in rows for cell in held_cells(db, row))


def at_once(node: Node) -> list[tuple[str, str, int | None]]:
    with node.store.read() as db:
        found = figures(db, node, UnitsAsked(FORM, WhichCells("P02"), (YEAR,), CITY, "street"))
    return sorted(found.select("unit", "breakdown", "value").iter_rows())


def segment_file(node: Node) -> Path:
    [path] = (node.store.folder / "segments").glob("*.parquet")
    return path


def told(network: Network, keeper: str = CITY) -> list[tuple[str, str, str, str]]:
    """What the keeper of findings heard of altered figures, all of it closed."""
    with network.nodes[keeper].store.read() as db:
        rows = db.execute(select(findings)).all()
    assert not [row for row in rows if row.is_open]
    said = [json.loads(row.body) for row in rows]
    return sorted(
        (one["unit"], one["breakdown"], one["sent"], one["held"]) for one in said if one["reason"] == "altered"
    )


@pytest.mark.parametrize("keeper", [CITY, DISTRICT])
def test_the_figures_of_many_units_are_those_of_their_reports(network: Network, keeper: str) -> None:
    node = network.nodes[keeper]
    with node.store.read() as db:
        assert db.execute(select(segments.c.reports)).scalar() == len(STREETS)
    assert at_once(node) == slowly(node)
    assert len(at_once(node)) == 3 * len(STREETS)


def test_what_came_after_a_segment_was_made_is_seen_at_once(network: Network) -> None:
    network.file(DISTRICT, 7777, for_unit=STREETS[3])
    network.exchange(DISTRICT)
    for node in network.nodes.values():
        assert (STREETS[3], "", 7777) in at_once(node)
        assert at_once(node) == slowly(node)


def test_a_segment_is_merged_when_a_share_of_it_is_outlived(network: Network) -> None:
    before = segment_file(network.nodes[CITY])
    for number, street in enumerate(STREETS[: FEWEST // 2], start=1):
        network.file(DISTRICT, 5000 + number, for_unit=street)
    network.exchange(DISTRICT)
    look(network)
    node = network.nodes[CITY]
    with node.store.read() as db:
        assert db.execute(select(reports.c.id).where(reports.c.segment.is_(None), reports.c.is_current)).first() is None
    assert (node.store.folder / "segments" / before.name).exists()  # Whoever reads it still may; it is swept in a day.
    assert at_once(node) == slowly(node)


def cut(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-40])


def flipped(path: Path) -> None:
    content = bytearray(path.read_bytes())
    content[len(content) // 3] ^= 1
    path.write_bytes(content)


@pytest.mark.parametrize("damage", [Path.unlink, cut, flipped])
def test_a_damaged_segment_says_nothing_and_is_made_again(network: Network, damage: object) -> None:
    node = network.nodes[CITY]
    damage(segment_file(node))  # type: ignore[operator]
    assert at_once(node) == slowly(node)
    look(network)
    assert at_once(node) == slowly(node)
    segment_file(node)
    assert len(told(network)) >= 1


def test_a_changed_figure_in_a_segment_is_named_with_both_values(network: Network) -> None:
    path = segment_file(network.nodes[DISTRICT])
    lies = (pl.col("unit") == STREETS[4]) & (pl.col("breakdown") == "sex=1")
    cells = pl.read_parquet(path).with_columns(value=pl.when(lies).then(pl.lit(999_999)).otherwise("value"))
    cells.write_parquet(path, compression="zstd")
    assert at_once(network.nodes[DISTRICT]) == slowly(network.nodes[DISTRICT])
    network.later()
    examine(network.nodes[DISTRICT], [NAMED], network.now)
    renew_segments(network.nodes[DISTRICT], network.now)
    network.exchange(DISTRICT)
    assert told(network) == [(STREETS[4], "sex=1", "51", "999999")]
    assert at_once(network.nodes[DISTRICT]) == slowly(network.nodes[DISTRICT])


def test_a_segment_that_was_rewritten_together_with_its_digest_is_found_by_the_daily_look(network: Network) -> None:
    node = network.nodes[CITY]
    path = segment_file(node)
    pl.read_parquet(path).with_columns(value=pl.col("value") + 1).write_parquet(path, compression="zstd")
    digest = hashlib.sha256(path.read_bytes()).hexdigest()
    path.rename(path.with_name(f"{digest}.parquet"))
    with node.store.write() as db:
        db.execute(update(segments).values(digest=digest))
    look(network)
    assert told(network)
    assert at_once(node) == slowly(node)


def test_a_segment_does_not_bring_back_a_report_whose_row_is_gone(network: Network) -> None:
    node = network.nodes[CITY]
    with node.store.write() as db:
        db.execute(delete(reports).where(reports.c.unit == STREETS[0]))
    assert at_once(node) == slowly(node)
    assert STREETS[0] not in {unit for unit, *_ in at_once(node)}


@pytest.mark.parametrize("known", [False, True])
def test_an_own_part_is_not_shown_for_a_total_that_is_damaged(network: Network, known: bool) -> None:
    street, node = STREETS[2], network.nodes[DISTRICT]
    network.file(DISTRICT, 9000, for_unit=street, part="total")
    assert (street, "", 9000) in at_once(node)
    with node.store.write() as db:
        [row] = current_reports(db, *NAMED, part="total")
        flip_a_byte(db, row)
    if known:
        look(network)
    assert street not in {unit for unit, *_ in at_once(node)}


def test_reports_that_are_lost_to_everybody_do_not_have_a_segment_made_with_every_push(network: Network) -> None:
    node = network.nodes[CITY]
    with node.store.write() as db:
        db.execute(update(reports).values(state="lost"))
    made = []
    for _ in range(2):
        network.later()
        with node.store.write() as db:
            note_looked(db, {NAMED: False}, network.now)
        renew_segments(node, network.now)
        with node.store.read() as db:
            made.append(db.execute(select(segments.c.made_at)).scalar())
    assert made[0] == made[1]
