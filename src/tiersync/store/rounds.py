"""What was stored of each form and period, and when it was looked at last: rows that go missing are seen by their
number."""

from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime

from sqlalchemy import Connection, func, insert, select, update

from tiersync.store.envelopes import spell_time
from tiersync.store.locks import hold_node
from tiersync.store.tables import reports, rounds

Named = tuple[str, str]  # form and period
NEVER = datetime.min.replace(tzinfo=UTC)


def stored(db: Connection) -> list[Named]:
    """Every form and period of which a report was ever stored."""
    return sorted((row.form, row.period) for row in db.execute(select(rounds.c.form, rounds.c.period)))


def stored_in(db: Connection, period: str) -> list[Named]:
    """The forms of which a report was ever stored for a period."""
    query = select(rounds.c.form, rounds.c.period).where(rounds.c.period == period)
    return [(row.form, row.period) for row in db.execute(query.order_by(rounds.c.form))]


def stored_since(db: Connection, form: str, period: str) -> list[str]:
    """The periods of a form, from one on, of which a report was ever stored; what was only looked for has no rows."""
    query = select(rounds.c.period).where(rounds.c.form == form, rounds.c.period >= period, rounds.c.rows > 0)
    return list(db.execute(query.order_by(rounds.c.period)).scalars())


def looked_outside(db: Connection, first: datetime, last: datetime) -> dict[Named, datetime]:
    """When each form and period was looked at wholly, the index over it too, but for those where that was between two
    moments; the earliest there is where it was never."""
    outside = (rounds.c.wholly_at < spell_time(first), rounds.c.wholly_at > spell_time(last))
    rows = (row for one in outside for row in db.execute(select(rounds).where(one)))
    return {(row.form, row.period): datetime.fromisoformat(row.wholly_at) if row.wholly_at else NEVER for row in rows}


def note_looked(db: Connection, looked: Mapping[Named, bool], now: datetime) -> None:
    """These forms and periods have been looked at now, those with True wholly."""
    for named, is_whole in looked.items():
        moments = {"looked_at": spell_time(now)} | ({"wholly_at": spell_time(now)} if is_whole else {})
        if db.execute(update(rounds).where(_is(named)).values(**moments)).rowcount == 0:
            db.execute(insert(rounds).values(form=named[0], period=named[1], rows=0, **moments))


def note_known(db: Connection, known: Iterable[Named]) -> None:
    """The unit above holds reports of these: they have their turn, though nothing of them is here yet."""
    hold_node(db)
    for named in known:
        if db.execute(select(rounds.c.rows).where(_is(named))).first() is None:
            db.execute(insert(rounds).values(form=named[0], period=named[1], rows=0))


def looked_just_now(db: Connection, now: datetime) -> list[Named]:
    """The forms and periods that were looked at at this very moment."""
    query = select(rounds.c.form, rounds.c.period).where(rounds.c.looked_at == spell_time(now))
    return [(row.form, row.period) for row in db.execute(query)]


def looked_wholly_just_now(db: Connection, now: datetime) -> list[Named]:
    """The forms and periods of which everything was looked at at this very moment."""
    query = select(rounds.c.form, rounds.c.period).where(rounds.c.wholly_at == spell_time(now))
    return [(row.form, row.period) for row in db.execute(query)]


def count_stored(db: Connection, fresh: Iterable[Named], each: int = 1) -> None:
    """So many more rows of reports are here now, or fewer where `each` is -1."""
    for named, count in Counter(fresh).items():
        number = count * each
        if db.execute(update(rounds).where(_is(named)).values(rows=rounds.c.rows + number)).rowcount == 0:
            db.execute(insert(rounds).values(form=named[0], period=named[1], rows=number))


def count_at_least(db: Connection, named: Named) -> None:
    """One row was made anew: what else is gone is still missed."""
    held = _held(db, named)
    stored = db.execute(select(rounds.c.rows).where(_is(named))).scalar() or 0
    count_stored(db, [named] * (held - stored))


def count_again(db: Connection, named: Named) -> None:
    """What is here now is what was stored."""
    db.execute(update(rounds).where(_is(named)).values(rows=_held(db, named)))


def is_short(db: Connection, named: Named) -> bool:
    """Whether another number of rows is here than was stored."""
    stored = db.execute(select(rounds.c.rows).where(_is(named))).scalar() or 0
    return stored != _held(db, named)


def _held(db: Connection, named: Named) -> int:
    query = select(func.count()).where(reports.c.form == named[0], reports.c.period == named[1])
    return db.execute(query).scalar() or 0


def _is(named: Named):  # type: ignore[no-untyped-def]  # A condition of SQLAlchemy's own type.
    return (rounds.c.form == named[0]) & (rounds.c.period == named[1])
