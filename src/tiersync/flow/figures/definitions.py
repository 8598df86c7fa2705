"""Reports that were made by other definitions than those their period pins: they are kept, and not added."""

from collections.abc import Callable, Iterable
from functools import cache
from typing import Any

from tiersync.flow.node import Node
from tiersync.model.catalogue import Catalogue
from tiersync.model.period import Period
from tiersync.model.report import ReportKey
from tiersync.store.catalogues import held_catalogues
from tiersync.store.database import Connection, Row
from tiersync.store.reports.reports import key_of

IsOtherwise = Callable[[ReportKey, int | None], bool]


def otherwise(db: Connection, node: Node, period: Period) -> IsOtherwise:
    """What says of a report and the number of its catalogue whether that defines the figures otherwise than the one
    that its period pins. One that is not held here is not taken for the same; a report that was never filed is not
    made otherwise."""
    pinned = node.catalogue_for(db, period)
    held = {one.number: one.envelope for one in held_catalogues(db)}

    @cache
    def is_alike(number: int, form: str, tier: str) -> bool:
        other = node.read_catalogue(db, held[number]) if number in held else None
        return other is not None and other.definitions(form, tier) == pinned.definitions(form, tier)

    def is_otherwise(key: ReportKey, number: int | None) -> bool:
        return number not in (None, pinned.number) and not is_alike(number or 0, key.form, _tier(pinned, key))

    return is_otherwise


def _tier(catalogue: Catalogue, key: ReportKey) -> str:
    """The tier whose own part a report is; none of a total, which says all that its form asks."""
    unit = catalogue.tree.units.get(key.unit)
    return unit.tier if unit and key.part == "own" else ""


def made_otherwise(db: Connection, node: Node, rows: Iterable[Row[Any]], period: Period) -> list[Row[Any]]:
    """Those of the reports of a period that were made by other definitions."""
    is_otherwise = otherwise(db, node, period)
    return [row for row in rows if is_otherwise(key_of(row), row.catalogue)]
