"""What was stored of each form and period, and when it was looked at last: rows that go missing are seen by their
number."""

from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime

from sqlalchemy import Connection, bindparam, func, insert, select, update

from tiersync.store.links.envelopes import spell_time
from tiersync.store.locks import hold_node
from tiersync.store.query import Query
from tiersync.store.tables import reports, rounds

Named = tuple[str, str]  # form and period
NAMED = (rounds.c.form, rounds.c.period)
IS = (rounds.c.form == bindparam("of_form")) & (rounds.c.period == bindparam("of_period"))
STORED = Query(select(rounds.c.rows).where(IS))
EVERY = Query(select(*NAMED))
IN_PERIOD = Query(select(*NAMED).where(rounds.c.period == bindparam("period")).order_by(rounds.c.form))
SINCE = Query(
    select(rounds.c.period)
    .where(rounds.c.form == bindparam("form"), rounds.c.period >= bindparam("first"), rounds.c.rows > 0)
    .order_by(rounds.c.period)
)
WHOLLY_BEFORE = Query(select(rounds).where(rounds.c.wholly_at < bindparam("moment")))
WHOLLY_AFTER = Query(select(rounds).where(rounds.c.wholly_at > bindparam("moment")))
LOOKED_AT = Query(select(*NAMED).where(rounds.c.looked_at == bindparam("moment")))
WHOLLY_AT = Query(select(*NAMED).where(rounds.c.wholly_at == bindparam("moment")))
HELD = Query(
    select(func.count()).where(reports.c.form == bindparam("of_form"), reports.c.period == bindparam("of_period"))
)
LOOK = update(rounds).where(IS)
COUNT = LOOK.values(rows=rounds.c.rows + bindparam("more"))
NEVER = datetime.min.replace(tzinfo=UTC)


def stored(db: Connection) -> list[Named]:
    """Every form and period of which a report was ever stored."""
    return sorted((row.form, row.period) for row in EVERY.rows(db))


def stored_in(db: Connection, period: str) -> list[Named]:
    """The forms of which a report was ever stored for a period."""
    return [(row.form, row.period) for row in IN_PERIOD.rows(db, period=period)]


def stored_since(db: Connection, form: str, period: str) -> list[str]:
    """The periods of a form, from one on, of which a report was ever stored; what was only looked for has no rows."""
    return SINCE.values(db, form=form, first=period)


def looked_outside(db: Connection, first: datetime, last: datetime) -> dict[Named, datetime]:
    """When each form and period was looked at wholly, the index over it too, but for those where that was between two
    moments; the earliest there is where it was never."""
    rows = [*WHOLLY_BEFORE.rows(db, moment=spell_time(first)), *WHOLLY_AFTER.rows(db, moment=spell_time(last))]
    return {(row.form, row.period): datetime.fromisoformat(row.wholly_at) if row.wholly_at else NEVER for row in rows}


def note_looked(db: Connection, looked: Mapping[Named, bool], now: datetime) -> None:
    """These forms and periods have been looked at now, those with True wholly."""
    for named, is_whole in looked.items():
        moments = {"looked_at": spell_time(now)} | ({"wholly_at": spell_time(now)} if is_whole else {})
        if db.execute(LOOK, _is(named) | moments).rowcount == 0:
            db.execute(insert(rounds).values(form=named[0], period=named[1], rows=0, **moments))


def note_known(db: Connection, known: Iterable[Named]) -> None:
    """The unit above holds reports of these: they have their turn, though nothing of them is here yet."""
    hold_node(db)
    for named in known:
        if STORED.first(db, **_is(named)) is None:
            db.execute(insert(rounds).values(form=named[0], period=named[1], rows=0))


def looked_just_now(db: Connection, now: datetime) -> list[Named]:
    """The forms and periods that were looked at at this very moment."""
    return [(row.form, row.period) for row in LOOKED_AT.rows(db, moment=spell_time(now))]


def looked_wholly_just_now(db: Connection, now: datetime) -> list[Named]:
    """The forms and periods of which everything was looked at at this very moment."""
    return [(row.form, row.period) for row in WHOLLY_AT.rows(db, moment=spell_time(now))]


def count_stored(db: Connection, fresh: Iterable[Named], each: int = 1) -> None:
    """So many more rows of reports are here now, or fewer where `each` is -1."""
    for named, count in Counter(fresh).items():
        number = count * each
        if db.execute(COUNT, _is(named) | {"more": number}).rowcount == 0:
            db.execute(insert(rounds).values(form=named[0], period=named[1], rows=number))


def count_at_least(db: Connection, named: Named) -> None:
    """One row was made anew: what else is gone is still missed."""
    held = _held(db, named)
    stored = STORED.value(db, **_is(named)) or 0
    count_stored(db, [named] * (held - stored))


def count_again(db: Connection, named: Named) -> None:
    """What is here now is what was stored."""
    db.execute(LOOK, _is(named) | {"rows": _held(db, named)})


def is_short(db: Connection, named: Named) -> bool:
    """Whether another number of rows is here than was stored."""
    stored = STORED.value(db, **_is(named)) or 0
    return stored != _held(db, named)


def _held(db: Connection, named: Named) -> int:
    return HELD.value(db, **_is(named)) or 0


def _is(named: Named) -> dict[str, str]:
    return {"of_form": named[0], "of_period": named[1]}
