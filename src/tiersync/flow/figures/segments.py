"""Figure segments: looked at whenever their reports are, and made from the sealed bodies wherever enough came."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, timedelta
from io import BytesIO
from typing import Any, NamedTuple

import polars as pl

from tiersync.flow.exchange.report_up import report_up
from tiersync.flow.exchange.sealing import may_seal
from tiersync.flow.node import Node
from tiersync.model.cell import Cell
from tiersync.model.finding import Finding
from tiersync.model.report import Report
from tiersync.rules.agreement.reconcile import altered
from tiersync.rules.totals.gathered import (
    ALL,
    COMPACT,
    OF_CELLS,
    SCHEMA,
    WhichCells,
    gather,
    some_at_a_time,
    unlike_reports,
)
from tiersync.store.database import Connection, Row
from tiersync.store.reports.reports import key_of
from tiersync.store.reports.rounds import Named, looked_just_now, looked_wholly_just_now
from tiersync.store.reports.sealed import sealed_reports
from tiersync.store.reports.segments import (
    content_of,
    count_loose,
    damaged_cells,
    drop_segment,
    gathered_reports,
    is_whole,
    keep_segment,
    loose_reports,
    outlived,
    put_content,
    segment_of,
    spell_segment,
    sweep_segments,
)

FEWEST = 50  # reports outside a segment that are worth one
SHARE = 10  # or a tenth of those that are in it: so each report is written a few times and not with every arrival
MOST_NAMED = 50  # altered cells that are named one by one
SWEPT_AFTER = timedelta(days=1)


def renew_segments(node: Node, now: datetime) -> None:
    """Look at the segments of what was looked at just now, and make anew what is not as it was written, or grew."""
    with node.store.read() as db:
        looked, wholly = looked_just_now(db, now), frozenset(looked_wholly_just_now(db, now))
    for named in looked:
        _look(node, named, now, named in wholly)
        with node.store.read() as db:
            is_due = _is_due(db, named)
        if is_due:
            make_segment(node, named, now)
    sweep_segments(node.store, now - SWEPT_AFTER)


def _is_due(db: Connection, named: Named) -> bool:
    segment = segment_of(db, named)
    within, gone = (segment.reports, len(outlived(db, segment))) if segment else (0, 0)
    return count_loose(db, named) + gone >= max(FEWEST, within // SHARE)


def make_segment(node: Node, named: Named, now: datetime) -> None:
    """Put the cells of all current reports of a form and period together; those that stand so already are not read
    again. A report that comes meanwhile is added by whoever asks."""
    with node.store.read() as db:
        together = _together(db, node, named, ALL)
    content = spell_segment(together.cells.lazy().cast(SCHEMA))
    kept = put_content(node.store, content)
    with node.store.write() as db:
        keep_segment(db, named, content, kept, together.ids, now)


class Together(NamedTuple):
    """The cells of the current reports of one form and period, columns of COMPACT, and the ids of these reports."""

    cells: pl.DataFrame
    ids: list[int]


def cells_together(db: Connection, node: Node, named: Named, wanted: WhichCells) -> pl.DataFrame:
    """The cells that are wanted of the current reports of one form and period, columns of SCHEMA."""
    return _together(db, node, named, wanted).cells.cast(SCHEMA)


def _together(db: Connection, node: Node, named: Named, wanted: WhichCells) -> Together:
    """What the segment holds and is in force still, and what came since, read from the sealed bodies. The ids are told
    where all cells are wanted."""
    segment = segment_of(db, named)
    content = content_of(node.store, segment) if segment and is_whole(db, segment) else None
    if segment is None or content is None:
        return _of_bodies(db, [*_gathered(db, segment), *loose_reports(db, named)], wanted)
    left, loose = outlived(db, segment), _of_bodies(db, loose_reports(db, named), wanted)
    cells = read_cells(content, wanted).filter(~pl.col("report").is_in(left))
    ids = [row.id for row in gathered_reports(db, segment) if row.id not in left] if wanted == ALL else []
    return Together(pl.concat([cells, loose.cells]), ids + loose.ids)


def _gathered(db: Connection, segment: Row[Any] | None) -> list[Row[Any]]:
    return gathered_reports(db, segment) if segment else []


def read_cells(content: bytes, wanted: WhichCells = ALL) -> pl.DataFrame:
    """What a segment holds: columns of COMPACT, where it was written with those of SCHEMA."""
    held = pl.scan_parquet(BytesIO(content)).filter(wanted.is_met)
    return held.with_columns(pl.col(pl.String).cast(pl.Categorical())).collect()


def _of_bodies(db: Connection, rows: Sequence[Row[Any]], wanted: WhichCells) -> Together:
    ids: list[int] = []
    return Together(gather(_each_noted(sealed_reports(db, rows), ids), wanted), ids)


def _each_noted(sealed: Iterable[tuple[Row[Any], Report]], ids: list[int]) -> Iterator[tuple[int, Report]]:
    """Each report under its number, which is noted: a city's bodies all in memory take gigabytes."""
    for row, report in sealed:
        ids.append(row.id)
        yield row.id, report


def _look(node: Node, named: Named, now: datetime, wholly: bool) -> None:
    """Throw a segment away that is not what was written, with a word to everybody above on what stood there."""
    with node.store.read() as db:
        segment = segment_of(db, named)
        if segment is None:
            return
        content = content_of(node.store, segment)
        told = [] if content and not wholly else list(_unlike(db, node, segment, content))
        is_sound = content is not None and not told and is_whole(db, segment)
    if is_sound:
        return
    with node.store.write() as db:
        drop_segment(db, named)
        if may_seal(db):
            report_up(db, node, told, now)


def _unlike(db: Connection, node: Node, segment: Row[Any], content: bytes | None) -> Iterator[Finding]:
    """The cells of a segment that are not those of the sealed bodies, each named and closed in the same breath."""
    held = read_cells(content) if content else damaged_cells(node.store, segment)
    rows = gathered_reports(db, segment)
    if held is None or held.schema not in (SCHEMA, COMPACT):
        yield Finding(
            level="cells", reason="altered", node=node.home, unit=node.home, form=segment.form, period=segment.period,
            sent=segment.digest[:16], open=False,
        )  # fmt: skip
        return
    read = list[int]()
    sealed = some_at_a_time(_each_noted(sealed_reports(db, rows), read))
    wrong = frozenset[int]().union(*(unlike_reports(some, held) for some in sealed))
    wrong |= frozenset(held["report"].unique()) - frozenset(read)
    findings = _named(db, node, [row for row in rows if row.id in wrong], held)
    yield from (finding.model_copy(update={"open": False}) for finding in findings)


def _named(db: Connection, node: Node, rows: Iterable[Row[Any]], held: pl.DataFrame) -> list[Finding]:
    found: list[Finding] = []
    for row, report in sealed_reports(db, rows):
        cells = [Cell(*cell) for cell in held.filter(pl.col("report") == row.id).select(*OF_CELLS).iter_rows()]
        found += altered(node.home, key_of(row), row.digest, report.cells, cells)
        if len(found) >= MOST_NAMED:
            break
    return found[:MOST_NAMED]
