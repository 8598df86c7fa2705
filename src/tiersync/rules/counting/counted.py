"""What is counted for an indicator: its value, or both numbers of a ratio that nobody counts but for it."""

from collections.abc import Iterator
from dataclasses import dataclass

from tiersync.model.cell import Measure
from tiersync.model.indicator import Also, Breakdown, Indicator, RatioPart

MEASURES = ("count", "distinct", "sum")


@dataclass(frozen=True)
class CountedNumber:
    """One number of an indicator, the cells that it goes into, and how it is split."""

    code: str
    cell: Measure
    count: RatioPart
    breakdowns: tuple[Breakdown, ...]
    decimals: int

    @property
    def record(self) -> str:
        return self.count.record

    @property
    def records(self) -> frozenset[str]:
        """The types of records that it cannot be counted without."""
        return frozenset({self.record} | ({self.count.kept.record} if self.count.kept else set()))

    @property
    def measure(self) -> str:
        return self.count.measure

    @property
    def field(self) -> str:
        return self.count.field

    @property
    def attributed_by(self) -> str:
        return self.count.attributed_by

    @property
    def aged_on(self) -> str:
        return self.count.aged_on

    @property
    def once_per(self) -> tuple[str, ...]:
        return self.count.once_per

    @property
    def also(self) -> Also | None:
        return self.count.also


def counted_for(indicator: Indicator) -> Iterator[CountedNumber]:
    """What records make of an indicator; nothing of one that is declared, or the quotient of two others."""
    if indicator.pair:
        for cell, count in (("numerator", indicator.pair.numerator), ("denominator", indicator.pair.denominator)):
            yield CountedNumber(indicator.code, cell, count, indicator.breakdowns, 0)  # type: ignore[arg-type]
    elif indicator.measure in MEASURES:
        count = RatioPart.model_validate(indicator.model_dump(include=set(RatioPart.model_fields)))
        yield CountedNumber(indicator.code, "value", count, indicator.breakdowns, indicator.decimals)
