"""Due dates that changed: what was provisional is said again when its year is announced."""

import json
from collections.abc import Iterator
from datetime import datetime
from typing import NamedTuple

from tiersync.flow.figures.asked import catalogues_in_use
from tiersync.flow.node import Node
from tiersync.model.form import Form
from tiersync.model.period import Period
from tiersync.rules.calendar.due import first_open
from tiersync.rules.calendar.windows import Window, window_of
from tiersync.store.database import Connection
from tiersync.store.facts import recall, remember

SAID = "due_dates"  # JSON: of each form and period, the date that was said, and whether it was provisional


class DueWindow(NamedTuple):
    """A form and a period, with when it may be filed."""

    form: Form
    period: Period
    window: Window


class DueChanged(NamedTuple):
    """A due date that is another than was said, or that is certain now."""

    form: str
    period: str
    was: str
    is_now: str


def open_windows(db: Connection, node: Node, now: datetime) -> Iterator[DueWindow]:
    """The windows of each form's periods that are not closed yet, and of the one that runs; raises NoCalendar."""
    today, days = node.day_of(now), node.working_days(db)
    for catalogue in catalogues_in_use(db, node, today):
        for form in catalogue.forms:
            period, running = first_open(form, today), Period.of(form.period, today)
            while period <= running:
                window = window_of(form, period, days)
                if today < window.closes and node.catalogue_for(db, period).number == catalogue.number:
                    yield DueWindow(form, period, window)
                period = period.following()


def changed_dues(node: Node, now: datetime) -> list[DueChanged]:
    """The due dates of open periods that are not what was said of them."""
    with node.store.read() as db:
        said, dues = _said(db), _dues(db, node, now)
    changed = [key for key, due in dues.items() if said.get(key, due) != due]
    return [DueChanged(key.partition(" ")[0], key.partition(" ")[2], said[key], dues[key]) for key in changed]


def note_dues(node: Node, now: datetime) -> None:
    """Remember that the due dates were said as they are."""
    with node.store.read() as db:
        said, dues = _said(db), _dues(db, node, now)
    if dues != said:
        with node.store.write() as db:
            remember(db, SAID, json.dumps(dues))


def _said(db: Connection) -> dict[str, str]:
    said: dict[str, str] = json.loads(recall(db, SAID) or "{}")
    return said


def _dues(db: Connection, node: Node, now: datetime) -> dict[str, str]:
    return {f"{one.form.code} {one.period}": _spelled(one.window) for one in open_windows(db, node, now)}


def _spelled(window: Window) -> str:
    at = f" {window.due.at:%H:%M}" if window.due.at else ""
    return f"{window.due.day}{at}{' ?' if window.due.is_provisional else ''}"
