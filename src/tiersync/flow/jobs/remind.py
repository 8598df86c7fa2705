"""Reminding: on the first working day after a form was due, whoever has not reported it gets a notice, once."""

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import NamedTuple

from tiersync.errors import NobodyLacks
from tiersync.flow.figures.arrivals import lacking_at
from tiersync.flow.figures.asked import due_now
from tiersync.flow.node import Node
from tiersync.flow.notices.notice import new_notice_id, publish
from tiersync.flow.review.arrived import what_arrived
from tiersync.model.canonical import digest
from tiersync.model.form import Form
from tiersync.model.notice import Audience, Notice
from tiersync.model.period import Period
from tiersync.rules.calendar.terms import Deadline, reminder_on
from tiersync.rules.calendar.windows import window_of
from tiersync.store.database import Connection
from tiersync.store.facts import recall, remember
from tiersync.store.links.charters import load_keyring
from tiersync.store.links.envelopes import spell_time
from tiersync.store.links.links import child_peers
from tiersync.store.notices import notices_by

REMINDED = "reminded {} {}"  # a form and a period
MOST_NAMED = 50  # units that a reminder names


class Overdue(NamedTuple):
    """A form that was due for a period, and of each child that units are lacking which report over it."""

    form: Form
    period: Period
    due: Deadline
    lacking: Mapping[str, list[str]]


def remind(node: Node, now: datetime) -> list[Overdue]:
    """Send what has to be reminded of; each form and period has one reminder."""
    with node.store.read() as db:
        overdue = list(_overdue(db, node, now))
        names = {unit: node.tree(db)[unit].name for one in overdue for units in one.lacking.values() for unit in units}
        issuer = node.tree(db)[node.home].name
        published = {row.notice for row in notices_by(db, node.home)} if overdue else set()
    for one in overdue:
        if one.lacking:
            notice = _notice(node, one, names, issuer, now)
            if notice.notice_id not in published:  # A process that was killed may have sent it.
                publish(node, notice, (), now)
        with node.store.write() as db:
            remember(db, REMINDED.format(one.form.code, one.period), spell_time(now))
    return [one for one in overdue if one.lacking]


class Reminded(NamedTuple):
    """A reminder that was sent by hand, or would be: its notice, and the units that it is for."""

    notice: str
    units: tuple[str, ...]


def remind_by_hand(node: Node, code: str, period: Period, now: datetime, dry_run: bool = False) -> Reminded:
    """Send a reminder to exactly those units from which nothing has come and that other nodes file for, whenever
    somebody says so; raises NobodyLacks where there are none."""
    with node.store.read() as db:
        found = what_arrived(db, node, code, period)
        answered = set(load_keyring(db).answered_by(node.home, found.tree))
        units = tuple(sorted(found.completeness.missing - answered))
        names = {unit: found.tree[unit].name for unit in units}
        issuer = node.tree(db)[node.home].name
        window = window_of(found.form, period, node.working_days(db))
    if not units:
        raise NobodyLacks(form=found.form.code, period=period)
    overdue = Overdue(found.form, period, window.due, {unit: [unit] for unit in units})
    notice = _notice(node, overdue, names, issuer, now).model_copy(update={"notice_id": new_notice_id()})
    if not dry_run:
        publish(node, notice, (), now)
    return Reminded(notice.notice_id, units)


def _overdue(db: Connection, node: Node, now: datetime) -> Iterator[Overdue]:
    local, days, children = node.local(now), node.working_days(db), sorted(child_peers(db))
    for form, period in due_now(db, node, local.date()):
        window = window_of(form, period, days)
        is_its_day = window.state(local) in ("late", "past") and reminder_on(window.due, days) <= local.date()
        if is_its_day and not recall(db, REMINDED.format(form.code, period)):
            yield Overdue(form, period, window.due, _by_child(db, node, form, period, children))


def _by_child(db: Connection, node: Node, form: Form, period: Period, children: list[str]) -> dict[str, list[str]]:
    """The units that lack, by the child over whose link they report; what this node answers for itself is its own
    turn."""
    tree, found = node.tree(db), dict[str, list[str]]()
    exempt = what_arrived(db, node, form.code, period).exempt
    for lacking in lacking_at(db, node, [(form.code, str(period))]):
        for unit in sorted({*lacking.units} - exempt):
            for child in children:
                if tree.is_within(unit, child):
                    found.setdefault(child, []).append(unit)
    return found


def _id_of(node: Node, overdue: Overdue) -> str:
    """The id of the one reminder that there is of a form and period."""
    named = f"remind {node.home} {overdue.form.code} {overdue.period}"
    return f"remind-{digest(named.encode())[:40]}"


def _notice(node: Node, overdue: Overdue, names: Mapping[str, str], issuer: str, now: datetime) -> Notice:
    form, units = overdue.form, [unit for units in overdue.lacking.values() for unit in units]
    named = "、".join(names[unit] for unit in units[:MOST_NAMED]) + ("…" if len(units) > MOST_NAMED else "")
    until = f"{overdue.due.day}" + (f" {overdue.due.at:%H:%M}" if overdue.due.at else "")
    return Notice(
        notice_id=_id_of(node, overdue), title=f"催报：{form.zh} {overdue.period}", issued_by=node.home, issuer=issuer,
        issued_on=node.day_of(now), urgency="urgent", audience=Audience(units=tuple(sorted(overdue.lacking))),
        text=(
            f"{form.zh} {overdue.period} 应于 {until} 前报送，以下 {len(units)} 个单位尚未报送：{named}。"
            "请尽快报送。\n\n"
            f"{form.en} for {overdue.period} was due {until}. Nothing has come from {len(units)} units: {named}.\n"
        ),
    )  # fmt: skip
