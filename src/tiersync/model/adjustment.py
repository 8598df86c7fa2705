"""Adjustments: what a total adds beside its parts, each with its reason; anybody can see them and add them again."""

from collections.abc import Iterator
from itertools import pairwise
from typing import Annotated, Literal, NamedTuple

from pydantic import Field, model_validator

from tiersync.model.canonical import Value
from tiersync.model.cell import MOST_CELLS, CellKey, Exact, Measure
from tiersync.model.limits import Small

Why = Literal["duplicate_person", "correction"]
TAKES_AWAY = frozenset({"duplicate_person"})  # A person counted more than once makes a total smaller, never larger.


class Adjustment(NamedTuple):
    """One row of the columns below: `value` is a whole number of 10**-scale units."""

    indicator: str
    breakdown: str
    measure: str
    reason: str
    value: int
    scale: int

    @property
    def key(self) -> CellKey:
        """The cell that is adjusted."""
        return CellKey(self.indicator, self.breakdown, self.measure)


class Adjustments(Value):
    """The adjustments of one total, as columns of equal length, in order of (indicator, breakdown, measure, reason).

    *duplicate_person*: persons who stand in several parts of a total, taken off once less than the parts they are in.
    *correction*: what the office of the total adds or takes off in its own name, as the report's corrections say.
    """

    indicator: tuple[Annotated[str, Field(max_length=8)], ...] = Field(default=(), max_length=MOST_CELLS)
    breakdown: tuple[Annotated[str, Field(max_length=128)], ...] = Field(default=(), max_length=MOST_CELLS)
    measure: tuple[Measure, ...] = Field(default=(), max_length=MOST_CELLS)
    reason: tuple[Why, ...] = Field(default=(), max_length=MOST_CELLS)
    value: tuple[Exact, ...] = Field(default=(), max_length=MOST_CELLS)
    scale: tuple[Small, ...] = Field(default=(), max_length=MOST_CELLS)

    @model_validator(mode="after")
    def _is_sound(self) -> "Adjustments":
        if len({len(getattr(self, name)) for name in type(self).model_fields}) > 1:
            raise ValueError("columns of unequal length")
        if any(left[:4] >= right[:4] for left, right in pairwise(self.rows())):
            raise ValueError("adjustments out of order or doubled")
        if any(row.value == 0 or (row.value > 0 and row.reason in TAKES_AWAY) for row in self.rows()):
            raise ValueError("an adjustment that changes nothing, or adds what its reason takes away")
        return self

    @classmethod
    def of(cls, rows: "list[Adjustment]") -> "Adjustments":
        """The columns of `rows`, whatever their order."""
        columns = zip(*sorted(rows), strict=True) if rows else [()] * len(Adjustment._fields)
        return cls(**dict(zip(Adjustment._fields, columns, strict=True)))

    def __len__(self) -> int:
        return len(self.indicator)

    def rows(self) -> Iterator[Adjustment]:
        """One `Adjustment` each, in order."""
        return map(Adjustment, self.indicator, self.breakdown, self.measure, self.reason, self.value, self.scale)


UNADJUSTED = Adjustments()
