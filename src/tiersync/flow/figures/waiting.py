"""Rows that wait in quarantine: of which record type, and at which unit."""

from collections import Counter
from typing import NamedTuple

from tiersync.flow.reading.unread import name_of
from tiersync.flow.reading_node import ReadingNode
from tiersync.store.database import Connection
from tiersync.store.runs.quarantine import waiting_by_unit

ByUnit = dict[str, dict[str, int]]


class Waiting(NamedTuple):
    """Rows by record type and unit: those that name it, and those of its plugins whose unit cannot be read."""

    named: ByUnit
    unplaced: ByUnit

    def beside(self, unit: str) -> dict[str, int]:
        """The rows whose unit cannot be read of this unit's own plugins, by record type."""
        return {record: units[unit] for record, units in sorted(self.unplaced.items()) if unit in units}


NOTHING_WAITS = Waiting({}, {})


def waiting_rows(db: Connection, node: ReadingNode) -> Waiting:
    """The rows that wait of the streams that count."""
    waiting = waiting_by_unit(db)
    named: dict[str, Counter[str]] = {}
    unplaced: dict[str, Counter[str]] = {}
    for plugin in node.plugins:
        for stream in plugin.streams:
            for unit, count in waiting.get(name_of(plugin, stream), {}).items():
                if unit:
                    named.setdefault(stream.record, Counter())[unit] += count
                else:
                    unplaced.setdefault(stream.record, Counter())[plugin.unit] += count
    return Waiting(
        {record: dict(sorted(units.items())) for record, units in sorted(named.items())},
        {record: dict(sorted(units.items())) for record, units in sorted(unplaced.items())},
    )


def added(parts: list[dict[str, int]]) -> dict[str, int]:
    """How many rows wait in several parts together."""
    total: Counter[str] = Counter()
    for part in parts:
        total.update(part)
    return dict(sorted(total.items()))
