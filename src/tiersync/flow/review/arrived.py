"""What has come of a form and period, unit by unit: who is expected, what is there, and what is late, nil or empty."""

from collections.abc import Mapping
from datetime import datetime
from typing import NamedTuple

import polars as pl

from tiersync.errors import NoCalendar
from tiersync.flow.figures.segments import cells_together
from tiersync.flow.node import Node
from tiersync.flow.review.reviewed import ReviewedReport, reviewed
from tiersync.model.catalogue import Catalogue
from tiersync.model.form import Form
from tiersync.model.period import Period
from tiersync.model.report import ReportKey
from tiersync.model.unit import Tree
from tiersync.rules.calendar.terms import Lateness, lateness
from tiersync.rules.calendar.windows import Window, window_of
from tiersync.rules.calendar.working_days import WorkingDays
from tiersync.rules.review.completeness import Completeness, completeness
from tiersync.rules.totals.gathered import ALL
from tiersync.store.database import Connection
from tiersync.store.links.charters import load_keyring
from tiersync.store.reports.reports import first_arrivals


class Emptiness(NamedTuple):
    """The units whose own report says nil, and those in which every figure is 0."""

    nil: frozenset[str]
    zero: frozenset[str]


class WhatArrived(NamedTuple):
    """All that is known here of the reports of a form and period; `late` are those that came after they were due."""

    catalogue: Catalogue
    form: Form
    period: Period
    tree: Tree
    window: Window | None
    reports: Mapping[ReportKey, ReviewedReport]
    completeness: Completeness
    exempt: frozenset[str]
    late: Mapping[str, Lateness]
    empty: Emptiness

    def own(self, unit: str) -> ReviewedReport | None:
        """The own report of a unit, or what was said where there is none."""
        return self.reports.get(ReportKey(self.form.code, unit, str(self.period), "own"))


def what_arrived(db: Connection, node: Node, code: str, period: Period) -> WhatArrived:
    """The same in a transaction that has begun; raises UnknownName for a form that the period's catalogue lacks."""
    catalogue = node.catalogue_for(db, period)
    form, tree = catalogue.form(code), catalogue.tree.on(period.last_day)
    days = node.working_days(db)
    window = _window(form, period, days)
    known = reviewed(db, node, form.code, str(period))
    within = frozenset(tree.within(node.home)) if node.home in tree else frozenset[str]()
    asked = frozenset(unit for unit in within if form.asked_of(tree[unit].tier))
    exempt = _exempt(node, known, window)
    held = frozenset(key.unit for key, one in known.items() if key.part == "own" and one.row is not None)
    return WhatArrived(
        catalogue, form, period, tree, window, known, completeness(asked, exempt & asked, held), exempt & asked,
        _late(db, node, form, period, known, window, days), _empty(db, node, form, period),
    )  # fmt: skip


def _window(form: Form, period: Period, days: WorkingDays) -> Window | None:
    """None where working days decide, and nothing is known of those of that year."""
    try:
        return window_of(form, period, days)
    except NoCalendar:
        return None


def _exempt(node: Node, known: Mapping[ReportKey, ReviewedReport], window: Window | None) -> frozenset[str]:
    """The units that need not report. What is expected is frozen when it is due: an exemption after that changes no
    rate."""
    exempt = set[str]()
    for key, one in known.items():
        for act in one.acts if key.part == "own" else ():
            said = node.local(datetime.fromisoformat(act.at))
            if act.said == "exempted" and (window is None or said <= window.due.moment):
                exempt.add(key.unit)
    return frozenset(exempt)


def _late(
    db: Connection, node: Node, form: Form, period: Period, known: Mapping[ReportKey, ReviewedReport],
    window: Window | None, days: WorkingDays,
) -> dict[str, Lateness]:  # fmt: skip
    """By whoever received a report first: by its word, or where that is this node by its own clock."""
    if window is None:
        return {}
    keyring, tree = load_keyring(db), node.tree_in(db, period)
    first = first_arrivals(db, node.home, [(form.code, str(period))])
    late: dict[str, Lateness] = {}
    for key, one in known.items():
        stamps = [act.at for act in one.acts if act.said == "received"]
        is_ours = one.row is not None and one.row.origin in tree and one.row.origin != node.home
        above = tree[one.row.origin].parent if is_ours and one.row is not None else None
        if not stamps and above and keyring.nearest_node(above, tree) == node.home and key in first:
            stamps = [first[key]]
        found = lateness(window.due, node.local(datetime.fromisoformat(min(stamps))), days) if stamps else None
        if found and key.part == "own":
            late[key.unit] = found
    return late


def _empty(db: Connection, node: Node, form: Form, period: Period) -> Emptiness:
    cells = cells_together(db, node, (form.code, str(period)), ALL).filter(pl.col("part") == "own")
    by_unit = cells.group_by("unit").agg(
        nil=(pl.col("basis") == "nil").all(), zero=(pl.col("value") == 0).all() & pl.col("value").is_not_null().any()
    )
    nil = frozenset(by_unit.filter("nil")["unit"])
    return Emptiness(nil, frozenset(by_unit.filter("zero")["unit"]) - nil)
