"""What was written for the made-up network, to the row, and what must come out of it."""

from collections import Counter
from collections.abc import Iterable
from decimal import Decimal
from functools import cached_property

from tiersync.example.truth import Fact
from tiersync.model.canonical import Value
from tiersync.model.unit import Unit


class StreamCount(Value):
    """One source file (its place below the network's folder): how many rows it has, and what must become of them."""

    unit: str
    record: str
    file: str
    rows: int
    refused: dict[str, int]
    flagged: dict[str, int]


class OneWhoDies(Value):
    """Somebody who is filed once and counts, whose death can be entered."""

    unit: str
    file: str
    identity: str


class Manifest(Value):
    """Counts taken before the files were written, and every value that must appear nowhere but in them.

    `residents_60_plus`: of each community, the distinct residents aged 60 or over on 31 December 2013 who were active
    and have an accepted row filed by the community they live in. `facts` are single units' own figures.
    """

    seed: int
    units: tuple[Unit, ...]
    streams: tuple[StreamCount, ...]
    residents_60_plus: dict[str, int]
    facts: tuple[Fact, ...]
    names: tuple[str, ...]
    phones: tuple[str, ...]
    addresses: tuple[str, ...]
    identities: tuple[str, ...]
    one_who_dies: OneWhoDies

    @cached_property
    def markers(self) -> tuple[str, ...]:
        """Every name, phone, address and identity number of a made-up person."""
        return self.names + self.phones + self.addresses + self.identities

    @cached_property
    def rows(self) -> int:
        """All rows of all sources."""
        return sum(stream.rows for stream in self.streams)

    @cached_property
    def refused(self) -> dict[str, int]:
        """How many rows must be refused, by reason."""
        return _added(stream.refused for stream in self.streams)

    @cached_property
    def flagged(self) -> dict[str, int]:
        """How many rows must be kept and flagged, by flag."""
        return _added(stream.flagged for stream in self.streams)

    @cached_property
    def residents(self) -> int:
        """The residents aged 60 or over of all communities."""
        return sum(self.residents_60_plus.values())

    def fact(self, indicator: str, period: str, units: Iterable[str] | None = None) -> Decimal:
        """The sum of an indicator over `units`, or over all of them."""
        asked = None if units is None else frozenset(units)
        facts = (fact for fact in self.facts if (fact.indicator, fact.period) == (indicator, period))
        return sum((fact.value for fact in facts if asked is None or fact.unit in asked), Decimal(0))


def _added(counts: Iterable[dict[str, int]]) -> dict[str, int]:
    total: Counter[str] = Counter()
    for count in counts:
        total.update(count)
    return dict(sorted(total.items()))
