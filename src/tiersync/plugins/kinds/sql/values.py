"""Values of a database as text, exactly: what a driver hands over as Python values becomes columns of text."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime, time
from decimal import Decimal
from types import NoneType
from typing import Any
from uuid import UUID

import polars as pl

from tiersync.model.identity import TYPED_AS_NUMBER

TOO_LONG_FOR_A_FLOAT = 1e15  # Whole numbers from here on have more digits than a double surely keeps.
MIDNIGHT = " 00:00:00"
TEXT = {str, NoneType}


class Unspellable(Exception):
    """A column holds what is no text, number or date; `kind` is the Python name of its type."""

    def __init__(self, column: str, kind: str) -> None:
        super().__init__(column, kind)
        self.column = column
        self.kind = kind


def frame_of(rows: Sequence[Sequence[Any]], names: Sequence[str]) -> pl.DataFrame:
    """`rows` as columns of text under `names`. Raises Unspellable."""
    columns = zip(*rows, strict=True) if rows else ((),) * len(names)
    return pl.DataFrame([_column(values, name) for values, name in zip(columns, names, strict=True)])


def _column(values: Sequence[Any], name: str) -> pl.Series:
    kinds = set(map(type, values))
    if strange := kinds - SPELLINGS.keys():
        raise Unspellable(name, min(kind.__name__ for kind in strange))
    if not kinds <= TEXT:  # Most columns of an office's database are text, and need not be gone through.
        values = [SPELLINGS[type(value)](value) for value in values]
    return pl.Series(name, values, dtype=pl.String)


def spell_float(value: float) -> str:
    """A double as it is written; a whole number without .0, and marked where it may have lost digits."""
    if not value.is_integer():
        return repr(value)
    return f"{TYPED_AS_NUMBER if abs(value) >= TOO_LONG_FOR_A_FLOAT else ''}{value:.0f}"


def _spell_moment(value: datetime) -> str:
    """The clock of the session's time zone; a day without a time where it is midnight."""
    return value.replace(tzinfo=None).isoformat(" ").removesuffix(MIDNIGHT)


SPELLINGS: Mapping[type, Callable[[Any], str | None]] = {
    NoneType: lambda value: None,
    str: str,
    bool: lambda value: "1" if value else "0",
    int: str,
    float: spell_float,
    Decimal: lambda value: f"{value:f}",
    date: date.isoformat,
    datetime: _spell_moment,
    time: time.isoformat,
    UUID: str,
}
