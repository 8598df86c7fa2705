"""Acts: what was said about each report, a row for each that an envelope names; an index over the sealed words."""

from collections.abc import Iterable
from typing import Any

from sqlalchemy import Connection, Row, bindparam, insert, select

from tiersync.link.review import Act
from tiersync.model.envelope import Head
from tiersync.model.finding import Request, Verdict
from tiersync.model.report import ReportKey
from tiersync.store.links.envelopes import spell_time
from tiersync.store.locks import hold_node
from tiersync.store.query import Query
from tiersync.store.tables import acts

UNDER = Query(select(acts.c.id).where(acts.c.envelope == bindparam("envelope")))
NAMED = (acts.c.form == bindparam("form"), acts.c.period == bindparam("period"))
OF_FORM = Query(select(acts).where(*NAMED).order_by(acts.c.id))
OF_UNIT = Query(select(acts).where(*NAMED, acts.c.unit == bindparam("unit")).order_by(acts.c.id))
Acts = dict[ReportKey, list[Act]]


def keep_acts(db: Connection, head: Head, body: Verdict | Request) -> None:
    """A row for every report that a verdict or a request names; the same one twice changes nothing."""
    hold_node(db)
    if not body.reports or UNDER.first(db, envelope=head.id):
        return
    said = {
        "said": body.verdict if isinstance(body, Verdict) else body.asks,
        "by": head.origin, "epoch": head.epoch, "number": head.number, "at": spell_time(head.written_at),
        "envelope": head.id,
        "until": str(body.due_on or "") if isinstance(body, Verdict) else "",
        "answers": body.envelope if isinstance(body, Verdict) else "",
        "by_itself": isinstance(body, Verdict) and body.by_itself,
    }  # fmt: skip
    named = dict.fromkeys((one.form, one.unit, str(one.period), one.part, one.named) for one in body.reports)
    of_key = {named_one[:4]: named_one for named_one in named}  # Of one report, one revision.
    keys = ("form", "unit", "period", "part", "revision")
    db.execute(insert(acts), [dict(zip(keys, one, strict=True)) | said for one in of_key.values()])


def acts_of_form(db: Connection, form: str, period: str) -> Acts:
    """What was said about every report of a form and period."""
    return _by_key(OF_FORM.rows(db, form=form, period=period))


def acts_of_unit(db: Connection, form: str, period: str, unit: str) -> Acts:
    """What was said about the reports of one unit."""
    return _by_key(OF_UNIT.rows(db, form=form, period=period, unit=unit))


def _by_key(rows: Iterable[Row[Any]]) -> Acts:
    found: Acts = {}
    for row in rows:
        act = Act(
            row.said, row.by, row.at, row.epoch, row.number, row.revision, row.envelope, row.until, row.answers,
            row.by_itself,
        )  # fmt: skip
        found.setdefault(ReportKey(row.form, row.unit, row.period, row.part), []).append(act)
    return found
