"""One row of a made-up source, before it is spelled the way its office spells things."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import NamedTuple

Cell = str | float  # A float is a cell in which somebody typed a number.


@dataclass(frozen=True, slots=True)
class Line:
    """A row: codes and ISO dates by field name; why it must be refused ('' if it must not); what it is flagged with."""

    values: Mapping[str, Cell]
    refused: str = ""
    flags: tuple[str, ...] = ()

    def __getitem__(self, name: str) -> str:
        return str(self.values.get(name, ""))

    def spoilt(self, reason: str, **values: Cell) -> "Line":
        """The same row with `values` in it, for which it must be refused."""
        return replace(self, values={**self.values, **values}, refused=reason)


class Sheet(NamedTuple):
    """All rows of one record type that one unit keeps, and who filled it in."""

    unit: str
    record: str
    lines: tuple[Line, ...]
    filled_in_by: str
