"""Unit lists: a CSV of codes, names and parents becomes the units of a catalogue."""

import csv
from collections.abc import Iterable, Iterator
from io import StringIO
from pathlib import Path
from typing import NamedTuple

from pydantic import ValidationError

from tiersync.config.lists import ListRow, not_usable, read_lines
from tiersync.errors import BadCatalogue, NoSuchUnit
from tiersync.model.unit import TREE_BEGINS, Tree, Unit

TIERS = {"1": "province", "2": "city", "3": "district", "4": "street", "5": "community", "6": "grid"}
LEVELS = {tier: level for level, tier in TIERS.items()}
COLUMNS = ("level", "code", "name", "parent", "kind", "valid_from", "valid_to", "earlier", "replaced_by")


class ListedUnit(NamedTuple):
    """A unit as the list names it: where, at which level."""

    place: str
    level: str
    unit: Unit


def read_units(path: Path, top: str | None = None) -> tuple[Unit, ...]:
    """The unit `top` and every unit below it in the CSV at `path`, in order of code.

    Without `top` the list must hold exactly one unit whose parent is not in it. Columns: level (2 city to
    5 community), code, name, parent, kind, and if known valid_from, valid_to; earlier (what a unit that moved or was
    renamed was before: `2014-05-31 371402001000 某社区`, several with `;`) and replaced_by (`371402001002 2014-06-01
    0.4`). Raises BadCatalogue, naming the line.
    """
    listed = by_code([read_unit(line) for line in read_lines(path, ("level", "code", "name", "parent"))])
    top = top or only_top(path, listed)
    if top not in listed:
        raise NoSuchUnit(unit=top, file=path.name)
    for entry in listed.values():
        check_parent(entry, listed, listed[top].level)
    return cut(listed, top)


def read_unit(line: ListRow) -> ListedUnit:
    """One row as a unit."""
    fields = line.fields
    level = fields["level"]
    if level not in TIERS:
        raise BadCatalogue(
            place=line.place, why_en=f"level {level!r} is not one of 1 to 6", why_zh=f"级别“{level}”应为 1 至 6"
        )
    try:
        unit = Unit(
            code=fields["code"],
            name=fields["name"],
            parent=fields["parent"] or None,
            tier=TIERS[level],
            kind=fields.get("kind", ""),
            valid_from=fields.get("valid_from") or TREE_BEGINS,
            valid_to=fields.get("valid_to") or None,
            earlier=tuple(_named(fields, "earlier", ("until", "parent", "name"), {"name": fields["name"]})),
            replaced_by=tuple(_named(fields, "replaced_by", ("code", "on", "share"), {})),
        )
    except ValidationError as error:
        raise not_usable(line.place, error) from error
    return ListedUnit(line.place, level, unit)


def _named(
    fields: dict[str, str], column: str, names: tuple[str, ...], default: dict[str, str]
) -> Iterator[dict[str, str]]:
    """What a column of several entries says, each with its words by name; the last one may be left out."""
    for one in fields.get(column, "").replace("；", ";").split(";"):
        if words := one.split(maxsplit=len(names) - 1):
            yield default | dict(zip(names, words, strict=False))


def spell_units(units: Iterable[Unit]) -> str:
    """Units as the CSV that `read_units` reads; what is as it is by default is left blank."""
    text = StringIO()
    csv.writer(text).writerows([COLUMNS, *map(_row, units)])
    return text.getvalue()


def _row(unit: Unit) -> tuple[object, ...]:
    begins = "" if unit.valid_from == TREE_BEGINS else unit.valid_from
    earlier = "; ".join(f"{one.until} {one.parent} {one.name}" for one in unit.earlier)
    replaced = "; ".join(f"{one.code} {one.on} {one.share}" for one in unit.replaced_by)
    level, ends = LEVELS[unit.tier], unit.valid_to or ""
    return level, unit.code, unit.name, unit.parent or "", unit.kind, begins, ends, earlier, replaced


def by_code(listed: Iterable[ListedUnit]) -> dict[str, ListedUnit]:
    """The units by their codes, each of which may stand once."""
    found: dict[str, ListedUnit] = {}
    for entry in listed:
        code = entry.unit.code
        if code in found:
            first = found[code].place
            raise BadCatalogue(
                place=entry.place,
                why_en=f"unit {code} stands a second time (first: {first})",
                why_zh=f"单位 {code} 重复（首次出现：{first}）",
            )
        found[code] = entry
    return found


def only_top(path: Path, listed: dict[str, ListedUnit]) -> str:
    """The one unit whose parent is not in the list."""
    tops = [code for code, entry in listed.items() if entry.unit.parent not in listed]
    if len(tops) != 1:
        some = ", ".join(tops[:5]) or "-"
        raise BadCatalogue(
            place=path,
            why_en=f"it must have exactly one unit without a parent in the list, and has {len(tops)} ({some})",
            why_zh=f"应恰有一个上级不在表中的单位，现有 {len(tops)} 个（{some}）",
        )
    return tops[0]


def check_parent(entry: ListedUnit, listed: dict[str, ListedUnit], top_level: str) -> None:
    """Refuse a unit whose parent is missing from the list or lies no higher than the unit itself."""
    parent = entry.unit.parent or ""
    if parent not in listed and entry.level > top_level:
        raise BadCatalogue(
            place=entry.place, why_en=f"its parent {parent!r} is not in the list", why_zh=f"上级单位“{parent}”不在表中"
        )
    if parent in listed and listed[parent].level >= entry.level:
        raise BadCatalogue(
            place=entry.place,
            why_en=f"its parent {parent} is of level {listed[parent].level}, not above level {entry.level}",
            why_zh=f"上级单位 {parent} 的级别 {listed[parent].level} 不高于本级 {entry.level}",
        )


def cut(listed: dict[str, ListedUnit], top: str) -> tuple[Unit, ...]:
    """`top`, now without a parent, and what lies below it."""
    units = {code: entry.unit for code, entry in listed.items()}
    units[top] = units[top].model_copy(update={"parent": None})
    return tuple(sorted((units[code] for code in Tree(units.values()).within(top)), key=lambda unit: unit.code))
