"""Charts: what is drawn, before anybody has said in which language, and as what."""

from collections.abc import Iterator
from decimal import Decimal
from typing import Literal, NamedTuple

from tiersync.model.text import Text, join, plain

MISSING = Text("缺报", "missing")


class DrawnSeries(NamedTuple):
    """One row of values, of which each belongs to a label; None is a gap, and never drawn as nothing."""

    name: Text
    values: tuple[Decimal | None, ...]


class Chart(NamedTuple):
    """Bars of one series, a line for each of several, or a pyramid of two that face each other."""

    kind: Literal["bars", "line", "pyramid"]
    title: Text
    labels: tuple[Text, ...]
    series: tuple[DrawnSeries, ...]
    measured_in: Text

    @property
    def most(self) -> Decimal:
        """The largest value, whatever its sign; 1 where all are nothing."""
        return max(
            (abs(value) for one in self.series for value in one.values if value is not None), default=Decimal()
        ) or Decimal(1)

    @property
    def description(self) -> Text:
        """Every value in words, for whoever hears the chart."""
        return join(self._each(), zh="；", en="; ")

    def _each(self) -> Iterator[Text]:
        for one in self.series:
            for label, value in zip(self.labels, one.values, strict=True):
                said = MISSING if value is None else plain(f"{value:f}")
                where = join([one.name, label] if any(one.name) else [label])
                yield Text(f"{where.zh}：{said.zh}", f"{where.en}: {said.en}")
