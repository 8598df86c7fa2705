"""Reports and their table of cells: an index over the current revisions, rebuilt from the sealed bytes at any time."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from itertools import count, repeat
from typing import Any, NamedTuple

from sqlalchemy import Connection, Row, delete, func, literal_column, select, tuple_, update

from tiersync.link.seal import read_head
from tiersync.model.canonical import canonical, digest
from tiersync.model.cell import Cell
from tiersync.model.envelope import Head
from tiersync.model.report import Rank, Report, ReportKey
from tiersync.store.database import insert_many
from tiersync.store.envelopes import chunks, load, read_body, spell_time
from tiersync.store.tables import cells, envelopes, reports

KEYS_AT_ONCE = 200  # keys of four columns per query

SPELLED = """indicator || '|' || breakdown || '|' || measure || '|' || coalesce(CAST(value AS TEXT), '') || '|' || scale
    || '|' || status || '|' || basis || '|' || expected || '|' || present
    || CASE WHEN bounds = '' THEN '' ELSE '|' || bounds END"""


class Arrived(NamedTuple):
    head: Head
    report: Report


class Kept(NamedTuple):
    """What storing reports did: which revisions are current now, and which contradict one that is held."""

    current: tuple[ReportKey, ...]
    contradicting: tuple[Arrived, ...]


def rank_of(row: Row[Any]) -> Rank:
    return Rank(row.tenure, row.epoch, row.revision)


def key_of(row: Row[Any]) -> ReportKey:
    return ReportKey(row.form, row.unit, row.period, row.part)


def revisions_of(db: Connection, keys: Sequence[ReportKey]) -> dict[ReportKey, list[Row[Any]]]:
    """Every held revision of these reports."""
    found: dict[ReportKey, list[Row[Any]]] = {}
    columns = tuple_(reports.c.form, reports.c.unit, reports.c.period, reports.c.part)
    for start in range(0, len(keys), KEYS_AT_ONCE):
        some = [tuple(key) for key in keys[start : start + KEYS_AT_ONCE]]
        for row in db.execute(select(reports).where(columns.in_(some))):
            found.setdefault(key_of(row), []).append(row)
    return found


def keep_reports(db: Connection, arrived: Sequence[Arrived], now: datetime) -> Kept:
    """Index sealed reports that were just stored; the highest rank of each report is its current revision."""
    held = revisions_of(db, list({a.report.key for a in arrived}))
    ranks = {key: {rank_of(row): row.digest for row in rows} for key, rows in held.items()}
    best = {key: max(of_key) for key, of_key in ranks.items()}
    next_id = (db.execute(select(func.max(reports.c.id))).scalar() or 0) + 1
    fresh: dict[ReportKey, tuple[int, Arrived]] = {}
    rows: list[list[Any]] = []
    contradicting = []
    for one in arrived:
        key, rank = one.report.key, _rank(one)
        if rank in ranks.setdefault(key, {}):
            if ranks[key][rank] != one.report.digest:
                contradicting.append(one)
            continue
        ranks[key][rank] = one.report.digest
        rows.append(_row(next_id, one, now))
        if key not in best or rank > best[key]:
            best[key] = rank
            fresh[key] = (next_id, one)
        next_id += 1
    current = {id_ for id_, _ in fresh.values()}
    for row in rows:
        row[-2] = row[0] in current
    _retire(db, [row.id for key in fresh for row in held.get(key, ()) if row.is_current])
    insert_many(db, reports, [tuple(row) for row in rows])
    _insert_cells(db, [(id_, one.report) for id_, one in fresh.values()])
    return Kept(tuple(fresh), tuple(contradicting))


def _rank(one: Arrived) -> Rank:
    return Rank(one.report.tenure, one.head.epoch, one.report.revision)


def _row(id_: int, one: Arrived, now: datetime) -> list[Any]:
    report, head = one.report, one.head
    return [
        id_, *report.key, report.tenure, head.epoch, report.revision, head.origin, head.id,
        report.cells.digest, report.digest, report.catalogue, canonical(report.waiting).decode(), False,
        spell_time(now),
    ]  # fmt: skip


def _insert_cells(db: Connection, numbered: Iterable[tuple[int, Report]]) -> int:
    """Rows of the table of cells, how many; the bounds of exact ones, which are nearly all, are the column's default.

    Zipped columns are made eight times faster than a `Cell` each.
    """
    exact, bounded = [], []
    for id_, report in numbered:
        columns = report.cells.columns()
        if report.cells.bounds:
            bounded += list(zip(repeat(id_), count(), *columns))
        else:
            exact += list(zip(repeat(id_), count(), *columns[:-1]))
    insert_many(db, cells, exact)
    insert_many(db, cells, bounded)
    return len(exact) + len(bounded)


def _retire(db: Connection, ids: Sequence[int]) -> None:
    """Earlier revisions keep their row and their sealed bytes, and leave the table of cells."""
    if ids:
        db.execute(update(reports).where(reports.c.id.in_(ids)).values(is_current=False))
        db.execute(delete(cells).where(cells.c.report.in_(ids)))


def current_reports(
    db: Connection,
    form: str | None = None,
    period: str | None = None,
    part: str | None = None,
    origin: str | None = None,
) -> list[Row[Any]]:
    """The current revisions, in order of form, period, unit and part."""
    query = select(reports).where(reports.c.is_current)
    for column, wanted in (
        (reports.c.form, form),
        (reports.c.period, period),
        (reports.c.part, part),
        (reports.c.origin, origin),
    ):
        if wanted is not None:
            query = query.where(column == wanted)
    return list(db.execute(query.order_by(reports.c.form, reports.c.period, reports.c.unit, reports.c.part)))


def current_report(db: Connection, key: ReportKey) -> Row[Any] | None:
    return next((row for row in revisions_of(db, [key]).get(key, ()) if row.is_current), None)


def first_arrivals(db: Connection, home: str) -> dict[ReportKey, str]:
    """When the first revision of each report that another node filed was stored here."""
    key = (reports.c.form, reports.c.unit, reports.c.period, reports.c.part)
    query = select(*key, func.min(reports.c.received_at)).where(reports.c.origin != home).group_by(*key)
    return {ReportKey(*row[:4]): row[4] for row in db.execute(query)}


def filed_periods(db: Connection) -> set[tuple[str, str]]:
    """Every (form, period) that is held here."""
    return {(form, period) for form, period in db.execute(select(reports.c.form, reports.c.period).distinct())}


def sealed_reports(db: Connection, rows: Iterable[Row[Any]]) -> Iterator[tuple[Row[Any], Report]]:
    """The sealed report behind each row, read from the bytes that came, a few hundred at a time."""
    rows = list(rows)
    for start in range(0, len(rows), KEYS_AT_ONCE):
        some = rows[start : start + KEYS_AT_ONCE]
        loaded = load(db, [row.envelope for row in some])
        for row in some:
            body = read_body(loaded[row.envelope])
            assert isinstance(body, Report)
            yield row, body


def held_cells(db: Connection, report: int) -> list[Cell]:
    """A report's cells as the table holds them now."""
    query = select(cells).where(cells.c.report == report).order_by(cells.c.ordinal)
    return [Cell(*row[2:]) for row in db.execute(query)]


def held_digests(db: Connection, ids: Sequence[int]) -> dict[int, str]:
    """The digest of the cells of these reports, computed from the table of cells as it is now, by row id."""
    held: dict[int, str] = {}
    for some in chunks(ids):
        lines = select(cells.c.report, literal_column(SPELLED).label("line")).where(cells.c.report.in_(some))
        ordered = lines.order_by(cells.c.report, cells.c.ordinal).subquery()
        whole = select(ordered.c.report, func.aggregate_strings(ordered.c.line, "\n")).group_by(ordered.c.report)
        held |= {report: digest(text.encode()) for report, text in db.execute(whole)}
    return held


def reindex(db: Connection) -> int:
    """Drop the table of cells and rebuild it from the sealed reports; returns the number of cells."""
    db.execute(delete(cells))
    return sum(_insert_cells(db, [(row.id, report)]) for row, report in sealed_reports(db, current_reports(db)))


def renumber(db: Connection, envelope: str, other: str, epoch: int) -> None:
    """A report whose body was sealed again in a later epoch."""
    db.execute(update(reports).where(reports.c.envelope == envelope).values(envelope=other, epoch=epoch))


def sealed_revisions(db: Connection) -> Iterator[tuple[Head, Report]]:
    """Every report among the sealed envelopes, whatever the table of reports says."""
    ids = list(
        db.execute(select(envelopes.c.id).where(envelopes.c.kind == "report").order_by(envelopes.c.id)).scalars()
    )
    for some in chunks(ids):
        for envelope in load(db, some).values():
            body = read_body(envelope)
            if isinstance(body, Report):
                yield read_head(envelope.seal), body
