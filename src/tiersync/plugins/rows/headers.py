"""Which headers of a table the mapping means. Spelling may differ, meaning may not."""

import re
from collections.abc import Iterator, Mapping, Sequence
from itertools import chain, count
from types import MappingProxyType
from typing import NamedTuple

from tiersync.errors import BadSource
from tiersync.model.lexicon import plain
from tiersync.plugins.folder.stream import MappedField

Cells = Sequence[str | None]
Fields = Mapping[str, MappedField]

ROWS_SEARCHED = 30
WITHIN = " > "  # between a header and the wider ones above it
A_NUMBER = re.compile("[0-9]{6}")  # No header has one, and it may be somebody's.
BRACKETED = re.compile(r"\(([^()]*)\)")
MEASURE = re.compile(
    r"[元万亿千%‰℃]|平方|m2|公斤|公顷|亩"
)  # 金额(万元) is not 金额: such a bracket changes the meaning.


class Header(NamedTuple):
    """A header row: the source's own headers, made unique, which of them each field takes, and which nobody takes. Of a
    field that several columns tick, `ticked` are all of them, in the order of its headers."""

    names: tuple[str, ...]
    columns: Mapping[str, str]
    unknown: tuple[str, ...]
    ticked: Mapping[str, tuple[str, ...]] = MappingProxyType({})


def fields_shown(cells: Cells, fields: Fields) -> int:
    """How many of the mapped fields have their header among `cells`."""
    return sum(map(bool, _claims(cells, fields).values()))


def read_header(cells: Cells, fields: Fields, place: str) -> Header:
    """The header row `cells`. Raises BadSource when a mapped header is missing there, or stands there twice. A field
    that a label speaks for needs none."""
    ticks = {name: _ticked(cells, field, place) for name, field in fields.items() if field.ticks}
    one = {name: field for name, field in fields.items() if not field.ticks}
    claims = {name: at for name, at in _claims(cells, one).items() if at or not one[name].label}
    if missing := [name for name, claimed in claims.items() if not claimed]:
        raise _missing(place, missing, fields, cells if len(missing) < len(claims) else ())
    if doubled := [name for name, claimed in claims.items() if len(claimed) > 1]:
        raise _doubled(place, [cells[at] or "" for at in claims[doubled[0]]], doubled[0])
    names = tuple(unique(cells))
    taken = {claimed[0] for claimed in claims.values()} | {at for found in ticks.values() for at in found}
    unknown = tuple(name for at, name in enumerate(names) if at not in taken and (cells[at] or "").strip())
    first = {name: names[at[0]] for name, at in (claims | ticks).items()}
    columns = {name: first[name] for name in fields if name in first}
    return Header(names, columns, unknown, {name: tuple(names[at] for at in found) for name, found in ticks.items()})


def _ticked(cells: Cells, field: MappedField, place: str) -> list[int]:
    """The columns that tick a field, each of which must be there once."""
    each = {header: MappedField(headers=(header,)) for header in field.ticks}
    claims = _claims(cells, each)
    if missing := [header for header, claimed in claims.items() if not claimed]:
        raise _missing(place, missing, each, cells)
    if doubled := [header for header, claimed in claims.items() if len(claimed) > 1]:
        raise _doubled(place, [cells[at] or "" for at in claims[doubled[0]]], doubled[0])
    return [claims[header][0] for header in field.ticks]


def title_of(rows: Sequence[Cells]) -> str:
    """What stands above the headers, as one text."""
    return " ".join(cell.strip() for row in rows for cell in row if cell and cell.strip())


def _without_hints(spelled: str) -> str:
    """A header without what brackets explain, unless they name a measure."""
    return BRACKETED.sub(lambda hint: hint[0] if MEASURE.search(hint[1]) else "", spelled)


def _claims(cells: Cells, fields: Fields) -> dict[str, list[int]]:
    """For each field, the cells that its headers mean: spelled alike, else alike but for hints in brackets. Of equal
    headers one is meant by its number, and of joined ones by its lowest word where no other has that."""
    exact = [plain(cell) for cell in cells]
    numbered = [plain(name) for name in numbers_of(cells)]
    wanted = {name: {plain(header) for header in field.headers} for name, field in fields.items() if field.headers}
    claims = {
        name: [at for at, (cell, number) in enumerate(zip(exact, numbered, strict=True)) if {cell, number} & headers]
        for name, headers in wanted.items()
    }
    taken = {at for claimed in claims.values() for at in claimed}
    loose = ["" if at in taken else _without_hints(cell) for at, cell in enumerate(exact)]
    for name, headers in wanted.items():
        claims[name] = claims[name] or [at for at, cell in enumerate(loose) if cell and cell in headers]
    taken = {at for claimed in claims.values() for at in claimed}
    lowest = ["" if at in taken else lowest_of(cell) for at, cell in enumerate(exact)]
    for name, headers in wanted.items():
        found = [at for at, cell in enumerate(lowest) if cell and cell in headers]
        claims[name] = claims[name] or (found if len(found) == 1 else [])
    return claims


def lowest_of(spelled: str) -> str:
    """The lowest word of a header that is joined of several, plainly spelled; '' for one that is not."""
    above, _, lowest = spelled.rpartition(plain(WITHIN))
    return lowest if above else ""


def unique(cells: Cells) -> Iterator[str]:
    """The source's own headers; an empty one is called by its place, a doubled one gets a number."""
    used: set[str] = set()
    for at, cell in enumerate(cells, start=1):
        name = (cell or "").strip() or f"第{at}列"
        spellings = chain((name,), (f"{name}_{number}" for number in count(2)))
        used.add(name := next(spelling for spelling in spellings if spelling not in used))
        yield name


def numbers_of(cells: Cells) -> list[str]:
    """Headers by which a person can tell equal ones apart: 姓名_1 and 姓名_2; one that has no equal is as it is."""
    names = [cell.strip() if cell else "" for cell in cells]
    spelled = [plain(name) for name in names]
    so_far = [spelled[: at + 1].count(name) for at, name in enumerate(spelled)]
    has_second = {name for name in spelled if spelled.count(name) > 1 or f"{name}_2" in spelled} - {""}
    return [
        f"{name}_{number}" if plain(name) in has_second else name for name, number in zip(names, so_far, strict=True)
    ]


def _missing(place: str, names: Sequence[str], fields: Fields, there: Cells) -> BadSource:
    """Cells are only shown where they are surely headers: a file without any would show somebody's name."""
    wanted = "、".join("/".join(fields[name].columns) for name in names)
    shown = "、".join(plain(cell)[:20] for cell in there[:40] if plain(cell) and not A_NUMBER.search(plain(cell)))
    return BadSource(
        place=place,
        why_en=f"no column is headed {wanted}" + (f"; there are: {shown}" if shown else "; no header row was found"),
        why_zh=f"缺少列：{wanted}" + (f"；现有列：{shown}" if shown else "；没有找到表头行"),
    )


def _doubled(place: str, headers: Sequence[str], name: str) -> BadSource:
    shown = "、".join(map(plain, headers))
    return BadSource(
        place=place,
        why_en=f"{len(headers)} columns could be the {name}: {shown}; leave one of them",
        why_zh=f"有 {len(headers)} 列都可能是 {name}：{shown}；请只保留一列",
    )
