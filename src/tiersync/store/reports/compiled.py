"""What each form's own reports were last counted from, so that a run that changes nothing counts nothing."""

from sqlalchemy import Connection, delete, insert, select

from tiersync.store.tables import compiled


def compiled_from(db: Connection, form: str, period: str) -> str | None:
    """The digest of what a form's own reports were last counted from."""
    query = select(compiled.c.inputs).where(compiled.c.form == form, compiled.c.period == period)
    return db.execute(query).scalar()


def note_compiled(db: Connection, form: str, period: str, inputs: str) -> None:
    db.execute(delete(compiled).where(compiled.c.form == form, compiled.c.period == period))
    db.execute(insert(compiled).values(form=form, period=period, inputs=inputs))


def forget_compiled(db: Connection, form: str, period: str) -> None:
    """Count a form's own reports anew, whatever they were counted from."""
    db.execute(delete(compiled).where(compiled.c.form == form, compiled.c.period == period))
