"""Columns of figures: one indicator a column, called P02, or B01:scheme=allow_90 where it is a part of it."""

import re
from collections.abc import Iterable
from typing import NamedTuple

from tiersync.model.records.field import FieldKind
from tiersync.model.records.record import RECORDS

FIGURE = "figure"
MADE = ("indicator", "dims", "value")  # The fields that a column of figures stands for.
BETWEEN = ":"
PART = r"[a-z_]+=[^\s:;=]+"
COLUMN = re.compile(rf"[A-Z]{{1,3}}[0-9]{{2,3}}({BETWEEN}{PART}(;{PART})*)?")


class FigureColumn(NamedTuple):
    """The indicator of a column, and of which part of it its figures are, '' for the whole."""

    indicator: str
    dims: str

    @property
    def name(self) -> str:
        return BETWEEN.join(filter(None, self))


def is_column(record: str, name: str) -> bool:
    """Whether a name that a mapping has for a field means a column of figures."""
    return record == FIGURE and bool(COLUMN.fullmatch(name))


def column_of(name: str) -> FigureColumn:
    indicator, _, dims = name.partition(BETWEEN)
    return FigureColumn(indicator, dims)


def kinds_with(record: str, names: Iterable[str]) -> dict[str, FieldKind]:
    """The kinds of a record's fields, and of those among `names` that are columns of figures: that of a value."""
    kinds = RECORDS[record].kinds()
    return kinds | {name: kinds["value"] for name in names if is_column(record, name)}


def fields_of(record: str, names: Iterable[str]) -> tuple[str, ...]:
    """The record's fields that a mapping with these names has: columns of figures are three of them."""
    mapped = [*names]
    own = [name for name in mapped if not is_column(record, name)]
    return tuple(own) if len(own) == len(mapped) else tuple(dict.fromkeys((*own, *MADE)))
