"""What a node knows of its own work without any source, as records: notices it issued, reports that were due to it."""

from collections.abc import Iterator
from datetime import date, datetime

import polars as pl

from tiersync.flow.node import Node
from tiersync.model.catalogue import Catalogue
from tiersync.model.form import Form
from tiersync.model.period import Period
from tiersync.model.report import ReportKey
from tiersync.rules.expected import expected_of
from tiersync.store.charters import load_keyring
from tiersync.store.database import Connection
from tiersync.store.notices import notices_by
from tiersync.store.reports import first_arrivals

ISSUED = ("issued_by", "genre", "issued_on", "effective_from", "effective_to")
RECEIVED = {"unit": pl.String, "form": pl.String, "sender": pl.String, "due_on": pl.Date, "in_time": pl.String}


def own_work(db: Connection, node: Node, today: date) -> dict[str, pl.DataFrame]:
    """The records `notice` and `received` of this node; a report counts from the day on which it is due."""
    issued = [tuple(getattr(row, name) for name in ISSUED) for row in notices_by(db, node.home)]
    return {
        "notice": pl.DataFrame(issued, dict.fromkeys(ISSUED, pl.String), orient="row").select(
            pl.col("issued_by").alias("unit"), "genre", *(pl.col(name).str.to_date() for name in ISSUED[2:])
        ),
        "received": pl.DataFrame(list(_received(db, node, today)), RECEIVED, orient="row"),
    }


def _received(db: Connection, node: Node, today: date) -> Iterator[tuple[str, str, str, date, str]]:
    """Of every form and period of which any report came from below: each child's report, and whether it was in time."""
    catalogue, arrivals = node.catalogue(db), first_arrivals(db, node.home)
    for code, text in sorted({(key.form, key.period) for key in arrivals}):
        form, period = catalogue.form(code), Period(text)
        due_on = form.date_of("due", period)
        if due_on < today:
            for child in _children(db, node, period):
                for key in _asked(catalogue, form, period, child):
                    came = arrivals.get(key)
                    in_time = came is not None and node.day_of(datetime.fromisoformat(came)) <= due_on
                    yield node.home, code, child, due_on, "1" if in_time else "0"


def _children(db: Connection, node: Node, period: Period) -> list[str]:
    """The units whose nodes are linked right below this one."""
    keyring, tree = load_keyring(db), node.tree(db).on(period.last_day)
    below = (unit for unit in keyring.nodes() if unit in tree and unit != node.home)
    return [unit for unit in below if keyring.nearest_node(tree[unit].parent or unit, tree) == node.home]


def _asked(catalogue: Catalogue, form: Form, period: Period, unit: str) -> Iterator[ReportKey]:
    """The report that a child owes for its unit and all below it."""
    tree = catalogue.tree.on(period.last_day)
    if expected_of(catalogue, form, unit, tree):
        yield ReportKey(form.code, unit, str(period), "total" if tree.children(unit) else "own")
