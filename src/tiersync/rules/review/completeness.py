"""Completeness: which of the reports that are expected are there, so that no rate passes 100 %."""

from collections.abc import Set as AbstractSet
from decimal import ROUND_HALF_UP, Decimal
from typing import NamedTuple

PLACES = Decimal("0.01")


class Completeness(NamedTuple):
    """The units of which a report is expected, those of them that sent one or said nil, those that did not, and those
    that sent one though none is expected: a copy, or a unit that is gone."""

    expected: frozenset[str]
    present: frozenset[str]
    missing: frozenset[str]
    unexpected: frozenset[str]

    @property
    def rate(self) -> Decimal | None:
        """Percent with two places; None where nobody was asked, which is no rate."""
        if not self.expected:
            return None
        return (Decimal(100 * len(self.present)) / len(self.expected)).quantize(PLACES, ROUND_HALF_UP)


def completeness(asked: AbstractSet[str], exempt: AbstractSet[str], held: AbstractSet[str]) -> Completeness:
    """How complete a form is for a period: of the units that it was `asked` of, those that are `exempt` are not
    expected; of what is `held`, a unit counts once."""
    expected = frozenset(asked) - exempt
    return Completeness(expected, expected & held, expected - held, frozenset(held) - asked)
