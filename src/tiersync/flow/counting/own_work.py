"""What a node knows of its own work without any source, as records: notices it issued, reports that were due to it."""

from collections.abc import Iterable, Iterator
from datetime import date, datetime, time, timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo

import polars as pl

from tiersync.flow.figures.asked import due_between
from tiersync.flow.node import Node
from tiersync.model.catalogue import Catalogue
from tiersync.model.form import Form
from tiersync.model.period import Period
from tiersync.model.report import ReportKey
from tiersync.rules.totals.expected import expected_of
from tiersync.store.database import Connection
from tiersync.store.links.charters import keyring_before
from tiersync.store.notices import notices_by
from tiersync.store.reports.reports import first_arrivals

ISSUED = ("issued_by", "genre", "issued_on", "effective_from", "effective_to")
RECEIVED = {"unit": pl.String, "form": pl.String, "sender": pl.String, "due_on": pl.Date, "in_time": pl.String}


def own_work(db: Connection, node: Node, today: date, counted: Iterable[Period]) -> dict[str, pl.DataFrame]:
    """The records `notice` and `received` of this node, of reports those that were due within the periods that are
    `counted`; a report counts from the day after it is due."""
    issued = [tuple(getattr(row, name) for name in ISSUED) for row in notices_by(db, node.home)]
    return {
        "notice": pl.DataFrame(issued, dict.fromkeys(ISSUED, pl.String), orient="row").select(
            pl.col("issued_by").alias("unit"), "genre", *(pl.col(name).str.to_date() for name in ISSUED[2:])
        ),
        "received": pl.DataFrame(list(_received(db, node, today, counted)), RECEIVED, orient="row"),
    }


class Due(NamedTuple):
    """A form that was to be there for a period by the end of a day."""

    form: Form
    period: Period
    on: date


def _received(
    db: Connection, node: Node, today: date, counted: Iterable[Period]
) -> Iterator[tuple[str, str, str, date, str]]:
    """The report of each child that was linked when it was due, and whether it was in time."""
    was_due = [Due(*one) for one in due_between(db, node, counted, today) if one[2] < today]
    arrivals = first_arrivals(db, node.home, [(due.form.code, str(due.period)) for due in was_due])
    for due in was_due:
        for child in _children(db, node, due):
            for key in _asked(node.catalogue_for(db, due.period), due.form, due.period, child):
                came = arrivals.get(key)
                in_time = came is not None and node.day_of(datetime.fromisoformat(came)) <= due.on
                yield node.home, due.form.code, child, due.on, "1" if in_time else "0"


def _children(db: Connection, node: Node, due: Due) -> list[str]:
    """The units whose nodes were linked right below this one at the end of the day on which a report was due."""
    ended = datetime.combine(due.on + timedelta(days=1), time.min, ZoneInfo(node.time_zone))
    keyring, tree = keyring_before(db, ended), node.tree(db).on(due.period.last_day)
    below = (unit for unit in keyring.nodes() if unit in tree and unit != node.home)
    return [unit for unit in below if keyring.nearest_node(tree[unit].parent or unit, tree) == node.home]


def _asked(catalogue: Catalogue, form: Form, period: Period, unit: str) -> Iterator[ReportKey]:
    """The report that a child owes for its unit and all below it."""
    tree = catalogue.tree.on(period.last_day)
    if expected_of(catalogue, form, unit, tree):
        yield ReportKey(form.code, unit, str(period), "total" if tree.children(unit) else "own")
