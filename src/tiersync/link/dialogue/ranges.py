"""Two nodes compare what they hold by digests of ranges of envelope ids; only ranges that differ go again."""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence
from typing import Annotated

from pydantic import Field

from tiersync.model.canonical import Value, digest
from tiersync.model.limits import CountedFromOne
from tiersync.model.report import Digest

MOST_RANGES = 1000  # in one message; up to as many envelopes are compared one by one.

EnvelopeId = Annotated[str, Field(max_length=36)]


class Range(Value):
    """All ids that the sender holds between two of them, both included: how many, and one digest over them."""

    first: EnvelopeId
    last: EnvelopeId
    count: CountedFromOne
    digest: Digest


def ranges_of(ids: Iterable[str]) -> tuple[Range, ...]:
    """The ids as at most `MOST_RANGES` ranges of equal length."""
    ordered = sorted(ids)
    length = -(-len(ordered) // MOST_RANGES) or 1
    return tuple(_range(ordered[start : start + length]) for start in range(0, len(ordered), length))


def _range(some: Sequence[str]) -> Range:
    return Range(first=some[0], last=some[-1], count=len(some), digest=_digest(some))


def _digest(some: Sequence[str]) -> str:
    return digest("\n".join(some).encode())


def held_in(ranges: Iterable[Range], ids: Iterable[str]) -> list[str]:
    """Those of `ids` that the other side holds for sure: the ones in ranges that are equal here and there."""
    ordered = sorted(ids)
    held: list[str] = []
    for one in ranges:
        ours = ordered[bisect_left(ordered, one.first) : bisect_right(ordered, one.last)]
        if len(ours) == one.count and _digest(ours) == one.digest:
            held += ours
    return held
