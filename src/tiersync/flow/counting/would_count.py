"""What a count would file, refuse and change, without filing anything."""

from collections.abc import Iterable
from datetime import datetime
from itertools import chain, islice
from typing import NamedTuple

from tiersync.errors import TiersyncError
from tiersync.flow.counting.counting import Counted, Taken, changed, each_counted, records_of
from tiersync.flow.counting.partitions import HeldBack
from tiersync.flow.counting.sieve import Sieve
from tiersync.flow.counting.would_change import MOST, Change, changes_of
from tiersync.flow.reading_node import ReadingNode
from tiersync.model.form import Form
from tiersync.model.period import Period
from tiersync.model.report import ReportKey
from tiersync.store.database import Connection
from tiersync.store.reports.adjustments import kept_adjustments


class WouldFile(NamedTuple):
    """The own reports that would be filed and the totals that would subtract something else, why others could not be,
    and the figures that would change, not more than are told one by one."""

    keys: list[ReportKey]
    refused: list[TiersyncError]
    changes: list[Change]


def would_count(node: ReadingNode, due: Iterable[tuple[Form, Period]], now: datetime) -> WouldFile:
    """What would be filed now, before any total is added up."""
    due = [*due]
    records, would = records_of(node, now, {period for _, period in due}), WouldFile([], [], [])
    with node.store.read() as db:
        for counted in each_counted(records, due, now):
            held_back = HeldBack()
            sieve = Sieve(db, node, counted, now, held_back)
            for some in counted.in_parts():
                sifted = sieve.sift(changed(db, node, records, some, now), some.cells)
                would.keys.extend(report.key for report in sifted.reports)
                told = chain.from_iterable(changes_of(db, report) for report in sifted.reports)
                would.changes.extend(islice(told, MOST - len(would.changes)))
                would.refused.extend(sifted.refused)
            would.keys.extend(adjusted(db, counted, counted.subtracts(db, held_back)))
    return would


def adjusted(db: Connection, counted: Counted, now: Taken) -> list[ReportKey]:
    """The totals whose adjustments are `now` not those of the last count."""
    before = kept_adjustments(db, form := counted.form.code, period := str(counted.period))
    units = sorted(unit for unit in before.keys() | now.keys() if before.get(unit) != now.get(unit))
    return [ReportKey(form, unit, period, "total") for unit in units]
