"""What people enter by hand: drafts of cells and what was submitted of them, explanations, and what was recalled."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import Connection, Row, bindparam, delete, insert, select, update

from tiersync.model.report import ReportKey
from tiersync.store.links.envelopes import spell_time
from tiersync.store.query import Query
from tiersync.store.tables import entered, explained, kept_back

RECALLED = Query(
    select(kept_back).where(kept_back.c.form == bindparam("form"), kept_back.c.period == bindparam("period"))
)
OF_ENTERED = (
    entered.c.form == bindparam("form"), entered.c.unit == bindparam("unit"), entered.c.period == bindparam("period"),
)  # fmt: skip
CELLS = Query(select(entered).where(*OF_ENTERED).order_by(entered.c.indicator, entered.c.breakdown))
SUBMITTED = Query(
    select(entered)
    .where(entered.c.submitted.is_not(None))
    .order_by(entered.c.form, entered.c.unit, entered.c.period, entered.c.indicator, entered.c.breakdown)
)
DRAFTED = Query(
    select(entered.c.unit)
    .where(entered.c.form == bindparam("form"), entered.c.period == bindparam("period"), entered.c.draft.is_not(None))
    .distinct()
    .order_by(entered.c.unit)
)
EXPLAINED = Query(
    select(explained)
    .where(explained.c.form == bindparam("form"), explained.c.period == bindparam("period"))
    .order_by(explained.c.unit, explained.c.rule, explained.c.indicator)
)


class OfUnit(NamedTuple):
    """Where something is entered: of which form, unit and period."""

    form: str
    unit: str
    period: str


def recalled_reports(db: Connection, form: str, period: str) -> frozenset[ReportKey]:
    """The reports of a form and period that somebody recalled and nobody has submitted again."""
    return frozenset(
        ReportKey(row.form, row.unit, row.period, row.part) for row in RECALLED.rows(db, form=form, period=period)
    )


def keep_typed_back(db: Connection, form: str, period: str, now: datetime) -> frozenset[ReportKey]:
    """Keep back the own reports of which something was typed, until somebody submits it; returns which."""
    typed = (row for row in submitted_cells(db) if (row.form, row.period) == (form, period))
    keys = frozenset(ReportKey(form, unit, period, "own") for unit in {row.unit for row in typed})
    note_recalled(db, sorted(keys), now)
    return keys


def note_recalled(db: Connection, keys: Iterable[ReportKey], now: datetime) -> None:
    """From now on these reports are kept back."""
    for key in keys:
        let_go_of_recalled(db, key)
        db.execute(insert(kept_back).values(**key._asdict(), since=spell_time(now)))


def let_go_of_recalled(db: Connection, key: ReportKey) -> bool:
    """The report may be filed again; False where it was not kept back."""
    of_key = (kept_back.c[name] == value for name, value in key._asdict().items())
    return db.execute(delete(kept_back).where(*of_key)).rowcount > 0


def cells_entered(db: Connection, place: OfUnit) -> list[Row[Any]]:
    """Every cell that was entered of a form, unit and period, in order."""
    return CELLS.rows(db, **place._asdict())


def drafted_units(db: Connection, form: str, period: str) -> list[str]:
    """The units of which drafts wait for a form and period."""
    return DRAFTED.values(db, form=form, period=period)


def submitted_cells(db: Connection) -> list[Row[Any]]:
    """Every cell that counts of those that were entered, in order."""
    return SUBMITTED.rows(db)


def enter_cells(db: Connection, place: OfUnit, values: Mapping[tuple[str, str], str | None], now: datetime) -> None:
    """Write the draft of each (indicator, breakdown); None takes the draft back."""
    held = {(row.indicator, row.breakdown): row for row in cells_entered(db, place)}
    for (indicator, breakdown), value in values.items():
        row = held.get((indicator, breakdown))
        if row is None:
            db.execute(
                insert(entered).values(
                    **place._asdict(), indicator=indicator, breakdown=breakdown, draft=value, submitted=None,
                    version=1, at=spell_time(now),
                )
            )  # fmt: skip
        elif row.draft != value:
            one = (*_of(place), entered.c.indicator == indicator, entered.c.breakdown == breakdown)
            db.execute(update(entered).where(*one).values(draft=value, version=row.version + 1, at=spell_time(now)))


def submit_entered(db: Connection, place: OfUnit) -> int:
    """What is drafted counts from now on; returns how many cells changed. A draft that says nothing takes away what
    counted."""
    rows = [row for row in cells_entered(db, place) if row.draft is not None and row.draft != row.submitted]
    for row in rows:
        one = (*_of(place), entered.c.indicator == row.indicator, entered.c.breakdown == row.breakdown)
        db.execute(update(entered).where(*one).values(submitted=row.draft or None, draft=None))
    same = (*_of(place), entered.c.draft == entered.c.submitted)
    db.execute(update(entered).where(*same).values(draft=None))
    return len(rows)


def _of(place: OfUnit) -> tuple[Any, ...]:
    return tuple(entered.c[name] == value for name, value in place._asdict().items())


class Written(NamedTuple):
    """Why a figure is right that a rule asked about, as somebody of the office wrote it."""

    unit: str
    rule: str
    indicator: str
    text: str


def keep_explanation(db: Connection, place: OfUnit, said: Written, now: datetime) -> None:
    """Write, or write over, the explanation of one figure."""
    of_place = (explained.c[name] == value for name, value in place._asdict().items())
    one = (*of_place, explained.c.rule == said.rule, explained.c.indicator == said.indicator)
    db.execute(delete(explained).where(*one))
    if said.text:
        db.execute(
            insert(explained).values(
                **place._asdict(), rule=said.rule, indicator=said.indicator, text=said.text, at=spell_time(now)
            )
        )


ByUnit = dict[str, list[Written]]


def explained_at(db: Connection, form: str, period: str) -> dict[str, datetime]:
    """When something was last explained of each unit."""
    found: dict[str, str] = {}
    for row in EXPLAINED.rows(db, form=form, period=period):
        found[row.unit] = max(found.get(row.unit, ""), row.at)
    return {unit: datetime.fromisoformat(at) for unit, at in found.items()}


def explanations_of(db: Connection, form: str, period: str) -> ByUnit:
    """What was explained of a form and period, by unit."""
    found: ByUnit = {}
    for row in EXPLAINED.rows(db, form=form, period=period):
        found.setdefault(row.unit, []).append(Written(row.unit, row.rule, row.indicator, row.text))
    return found
