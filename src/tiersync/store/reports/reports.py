"""Reports: one row for each sealed revision, an index over the bytes that came and rebuilt from them at any time."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from functools import cache
from typing import Any, NamedTuple

from sqlalchemy import Connection, Row, bindparam, delete, func, literal_column, select, tuple_, update

from tiersync.link.life import REPORT, ReportState, ReportStep, after, before
from tiersync.model.canonical import canonical
from tiersync.model.envelope import Head
from tiersync.model.report import Rank, Report, ReportKey
from tiersync.store.database import insert_many
from tiersync.store.links.envelopes import chunks, spell_time
from tiersync.store.locks import hold_node
from tiersync.store.query import Query
from tiersync.store.reports.rounds import count_at_least, count_stored
from tiersync.store.tables import envelopes, reports, rounds

KEYS_AT_ONCE = 200  # keys of four columns per query
HELD, DAMAGED = ReportState.HELD, ReportState.DAMAGED
IS_CURRENT = -2  # where a new row says so
KEY = tuple_(reports.c.form, reports.c.unit, reports.c.period, reports.c.part)
REVISIONS = Query(select(reports).where(KEY.in_(bindparam("keys", expanding=True))))
NAMED = (reports.c.form == bindparam("form"), reports.c.period == bindparam("period"))
OF_FORM = Query(select(reports).where(*NAMED))
OF_OTHERS = Query(select(reports).where(*NAMED, reports.c.is_current, reports.c.catalogue != bindparam("number")))
PERIODS = Query(select(reports.c.form, reports.c.period).distinct())
UNDER = Query(select(reports).where(reports.c.envelope.in_(bindparam("ids", expanding=True))))
UNSOUND = Query(
    select(reports)
    .where(reports.c.state != literal_column(f"'{HELD}'"))  # There are few, with an index.
    .order_by(reports.c.form, reports.c.period, reports.c.unit, reports.c.part)
)
UNINDEXED = Query(
    select(envelopes.c.id)
    .outerjoin(reports, reports.c.envelope == envelopes.c.id)
    .where(envelopes.c.kind == "report", envelopes.c.state == "held", reports.c.id.is_(None))
    .order_by(envelopes.c.id)
)
RETIRE = update(reports).where(reports.c.id.in_(bindparam("ids", expanding=True))).values(is_current=False)


class ArrivedReport(NamedTuple):
    head: Head
    report: Report


class KeptReports(NamedTuple):
    """What storing reports did: which revisions are current now, which contradict one that is current, and which say
    the same as one that is held under the seal named first. What contradicts a revision that is outranked changes
    nothing."""

    current: tuple[ReportKey, ...]
    contradicting: tuple[ArrivedReport, ...]
    again: tuple[tuple[str, ArrivedReport], ...]


def rank_of(row: Row[Any]) -> Rank:
    return Rank(row.tenure, row.epoch, row.revision)


def key_of(row: Row[Any]) -> ReportKey:
    return ReportKey(row.form, row.unit, row.period, row.part)


def revisions_of(db: Connection, keys: Sequence[ReportKey]) -> dict[ReportKey, list[Row[Any]]]:
    """Every held revision of these reports."""
    found: dict[ReportKey, list[Row[Any]]] = {}
    for start in range(0, len(keys), KEYS_AT_ONCE):
        some = [tuple(key) for key in keys[start : start + KEYS_AT_ONCE]]
        for row in REVISIONS.rows(db, keys=some):
            found.setdefault(key_of(row), []).append(row)
    return found


def keep_reports(db: Connection, arrived: Sequence[ArrivedReport], now: datetime) -> KeptReports:
    """Index sealed reports that were just stored; the highest rank of each report is its current revision."""
    kept, rows = _index(db, arrived, now)
    count_stored(db, [(row[0], row[2]) for row in rows])
    return kept


def _index(db: Connection, arrived: Sequence[ArrivedReport], now: datetime) -> tuple[KeptReports, list[list[Any]]]:
    """The rows of those of which there is none yet."""
    hold_node(db)
    held = revisions_of(db, list({a.report.key for a in arrived}))
    ranks = {key: {rank_of(row): (row.digest, row.envelope) for row in rows} for key, rows in held.items()}
    best = {key: max(of_key) for key, of_key in ranks.items()}
    fresh: dict[ReportKey, list[Any]] = {}
    rows: list[list[Any]] = []
    contradicting, again = [], []
    for one in arrived:
        key, rank = one.report.key, _rank(one)
        if rank in ranks.setdefault(key, {}):
            digest, envelope = ranks[key][rank]
            if digest == one.report.digest:
                again.append((envelope, one))
            else:
                contradicting.append(one)
            continue
        ranks[key][rank] = (one.report.digest, one.head.id)
        rows.append(_row(one, now))
        if key not in best or rank > best[key]:
            best[key] = rank
            fresh[key] = rows[-1]
    for row in fresh.values():
        row[IS_CURRENT] = True
    _retire(db, [row.id for key in fresh for row in held.get(key, ()) if row.is_current])
    insert_many(db, reports, [tuple(row) for row in rows])
    stand = tuple(one for one in contradicting if _rank(one) == best[one.report.key])
    return KeptReports(tuple(fresh), stand, tuple(again)), rows


def _rank(one: ArrivedReport) -> Rank:
    return Rank(one.report.tenure, one.head.epoch, one.report.revision)


def _row(one: ArrivedReport, now: datetime) -> list[Any]:
    report, head = one.report, one.head
    return [
        *report.key, report.tenure, head.epoch, report.revision, head.origin, head.id,
        report.cells.digest, report.digest, report.catalogue, waiting_of(report), False,
        spell_time(now),
    ]  # fmt: skip


def waiting_of(report: Report) -> str:
    """The rows that a report says wait, by record type, as its row spells them."""
    return canonical(report.waiting).decode()


def _retire(db: Connection, ids: Sequence[int]) -> None:
    """Earlier revisions keep their row and their sealed bytes."""
    for some in chunks(ids):
        db.execute(RETIRE, {"ids": list(some)})


def current_reports(
    db: Connection,
    form: str | None = None,
    period: str | None = None,
    part: str | None = None,
    origin: str | None = None,
) -> list[Row[Any]]:
    """The current revisions, in order of form, period, unit and part."""
    asked = {"form": form, "period": period, "part": part, "origin": origin}
    wanted = {name: value for name, value in asked.items() if value is not None}
    return _current(*wanted).rows(db, **wanted)


@cache
def _current(*wanted: str) -> Query:
    """The query for current revisions by some of their columns; built once, for every look asks it of each period."""
    query = select(reports).where(reports.c.is_current)
    if "period" in wanted and "form" not in wanted:  # As many forms as have it; the index begins with the form.
        query = query.where(reports.c.form.in_(select(rounds.c.form).where(rounds.c.period == bindparam("period"))))
    for name in wanted:
        query = query.where(reports.c[name] == bindparam(name))
    return Query(query.order_by(reports.c.form, reports.c.period, reports.c.unit, reports.c.part))


def current_report(db: Connection, key: ReportKey) -> Row[Any] | None:
    return next((row for row in revisions_of(db, [key]).get(key, ()) if row.is_current), None)


def of_other_catalogues(db: Connection, form: str, period: str, number: int) -> list[Row[Any]]:
    """The current revisions of a form and period that name another catalogue than this number."""
    return OF_OTHERS.rows(db, form=form, period=period, number=number)


def newest_totals(db: Connection, unit: str, forms: Iterable[str]) -> list[Row[Any]]:
    """The total of a unit for the latest period of each form; the periods of a form are of one length, and sort as
    they follow each other."""
    mine = select(reports).where(reports.c.is_current, reports.c.unit == unit, reports.c.part == "total")
    latest = mine.order_by(reports.c.period.desc()).limit(1)
    return [row for form in forms for row in db.execute(latest.where(reports.c.form == form))]


def first_arrivals(db: Connection, home: str, named: Sequence[tuple[str, str]]) -> dict[ReportKey, str]:
    """When the first revision of each report of these forms and periods that another node filed was stored here."""
    key, found = (reports.c.form, reports.c.unit, reports.c.period, reports.c.part), dict[ReportKey, str]()
    for form, period in named:
        of_these = (reports.c.form == form) & (reports.c.period == period) & (reports.c.origin != home)
        query = select(*key, func.min(reports.c.received_at)).where(of_these).group_by(*key)
        found.update({ReportKey(*row[:4]): row[4] for row in db.execute(query)})
    return found


def filed_periods(db: Connection) -> set[tuple[str, str]]:
    """Every (form, period) that is held here."""
    return {(form, period) for form, period in PERIODS.rows(db)}


def count_reports(db: Connection) -> int:
    """How many current reports are held."""
    return db.execute(select(func.count()).where(reports.c.is_current)).scalar() or 0


def damaged_reports(db: Connection) -> list[Row[Any]]:
    """The current revisions whose bytes are not what was sealed, and no good copy came yet."""
    return [row for row in UNSOUND.rows(db) if row.is_current]


def rows_under(db: Connection, ids: Sequence[str]) -> dict[str, Row[Any]]:
    """The rows of these envelopes, whatever their revision."""
    found: dict[str, Row[Any]] = {}
    for some in chunks(ids):
        found.update({row.envelope: row for row in UNDER.rows(db, ids=some)})
    return found


def step_report(db: Connection, envelope: str, step: ReportStep) -> None:
    """What happens to the bytes of this report, where the table of its life lets it."""
    query = update(reports).where(reports.c.envelope == envelope, reports.c.state.in_(before(REPORT, step)))
    db.execute(query.values(state=after(REPORT, step)))


def index_again(db: Connection, one: ArrivedReport) -> Sequence[tuple[str, ArrivedReport]]:
    """The row of a sealed report, made anew from what was sealed: an index is never more than that. What says the same
    as a row that stands under another seal gets none, and is returned with that seal."""
    row = db.execute(select(reports).where(reports.c.envelope == one.head.id)).first()
    received = datetime.fromisoformat(row.received_at) if row else one.head.written_at
    db.execute(delete(reports).where(reports.c.envelope == one.head.id))
    kept, _ = _index(db, [one], received)
    choose_current(db, one.report.key)
    count_at_least(db, (one.report.form, str(one.report.period)))
    return kept.again


def wrongly_chosen(db: Connection, form: str, period: str) -> list[ReportKey]:
    """The reports of which another revision is called current than the one of the highest rank, or none."""
    ranks: dict[ReportKey, list[Rank]] = {}
    chosen: dict[ReportKey, list[Rank]] = {}
    for row in OF_FORM.rows(db, form=form, period=period):
        ranks.setdefault(key_of(row), []).append(rank_of(row))
        chosen.setdefault(key_of(row), []).extend([rank_of(row)] if row.is_current else [])
    return [key for key in ranks if chosen[key] != [max(ranks[key])]]


def choose_current(db: Connection, key: ReportKey) -> None:
    """The highest rank of a report is its current revision, whatever its rows said."""
    rows = revisions_of(db, [key]).get(key, [])
    newest = max(rows, key=rank_of, default=None)
    for row in rows:
        if row.is_current != (row is newest):
            db.execute(update(reports).where(reports.c.id == row.id).values(is_current=row is newest))


def without_row(db: Connection) -> list[str]:
    """Sealed reports of which the index says nothing: those that came twice or contradict another, or whose row is
    gone."""
    return UNINDEXED.values(db)


def renumber(db: Connection, envelope: str, other: str, epoch: int) -> None:
    """A report whose body was sealed again in a later epoch."""
    db.execute(update(reports).where(reports.c.envelope == envelope).values(envelope=other, epoch=epoch))
