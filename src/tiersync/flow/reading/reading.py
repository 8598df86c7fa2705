"""Reading: what one stream has brought so far, before it is decided what of it counts."""

from collections import Counter
from collections.abc import Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from typing import NamedTuple

import polars as pl

from tiersync.errors import BadPlugin
from tiersync.flow.reading.cursors import Advance
from tiersync.flow.reading.remembered import Lined, RememberedRecords
from tiersync.flow.reading.speaking import Place
from tiersync.flow.reading.versions import Settled
from tiersync.plugins.rows.rows import CORRECTS
from tiersync.rules.calendar.stated import Stated
from tiersync.rules.lists.lines import DIGEST
from tiersync.rules.rows.further import Further
from tiersync.rules.rows.merged import are_last, are_new
from tiersync.rules.rows.returned import closed_by, mark_in
from tiersync.store.runs.quarantine import RefusedRow

MOST_KEPT = 10_000  # refused rows of one stream that the quarantine keeps raw


class KeptBatch(NamedTuple):
    """A batch of figures with its rows as they stand in the source, until all of the stream are there: `which` tells
    the row of each of its records, which lie at `place` of the stream's records or of those that came back."""

    rows: pl.DataFrame
    raws: pl.DataFrame
    which: pl.Series
    is_returned: bool
    place: int

    def raw(self, indexes: list[int]) -> pl.DataFrame:
        return self.raws[indexes]


@dataclass
class Reading:
    """What one stream has brought so far, beside what is remembered of its last run.

    `returned` are rows that were refused and came back; `corrected` are the places that those name which are sound now,
    `superseded` is how many of them count for nothing; `failing` are a package's checks that could not be made, by
    reason; `advance` is the way of a stream with a cursor. `stated` are the times that each file and sheet states, and
    `refused_units` the units that refused rows of each file and sheet name, '' where that cannot be read. `checks` are
    those that the node makes itself beside the fields' own, and `kept` is what it needs to make one of whole streams.
    """

    remembered: RememberedRecords
    lined: list[Lined] = field(default_factory=list)
    returned: list[Lined] = field(default_factory=list)
    refused: list[RefusedRow] = field(default_factory=list)
    reasons: Counter[str] = field(default_factory=Counter)
    read: int = 0
    corrected: set[str] = field(default_factory=set)
    superseded: int = 0
    failing: dict[str, BadPlugin] = field(default_factory=dict)
    advance: Advance | None = None
    stated: dict[Place, tuple[Stated, ...]] = field(default_factory=dict)
    refused_units: set[tuple[Place, str]] = field(default_factory=set)
    checks: list[Further] = field(default_factory=list)
    kept: list[KeptBatch] = field(default_factory=list)

    @property
    def valid(self) -> int:
        return self.read - self.reasons.total()

    def close_corrected(self) -> None:
        """Leave out refused rows for which a corrected one has come: they are not read, and not in quarantine."""
        if self.advance is not None:
            self.advance.closed |= self.corrected
            self.corrected = self.advance.closed
        closes = closed_by(self.corrected, (row.place for row in self.refused))
        closed = [row for row in self.refused if closes(row.place)]
        self.reasons.subtract(row.reason for row in closed)
        self.read -= len(closed)
        self.refused = [row for row in self.refused if not closes(row.place)]
        self.reasons = +self.reasons

    def leave_out(self, settled: Settled) -> None:
        """Keep what counts of several files. Refused rows of an older one wait no more where the newer names their
        unit, or every unit of the older."""
        if settled.lined is None:
            return
        count = sum(lined.records.height for lined in self.lined) - settled.lined.records.height
        old = [row for row in self.refused if row.file in settled.replaced and row.unit not in settled.carried]
        self.lined = [settled.lined]
        self.refused = [row for row in self.refused if row not in old]
        self.reasons.subtract(row.reason for row in old)
        self.reasons = +self.reasons
        self.read -= count + len(old)
        self.refused_units = {
            (place, unit)
            for place, unit in self.refused_units
            if place[0] not in settled.replaced or unit in settled.carried
        }

    def whole(self, key: Sequence[str], waiting: AbstractSet[str]) -> Lined:
        """All records in the order of the source, then those that came back corrected, the last of each key. They give
        way to what the source says itself, now or, where nobody is `waiting` for them any more, before."""
        own, returned = together(self.lined), together(self.returned)
        if returned.records.is_empty():
            return own
        counts = are_last(returned.records, key)
        if not own.records.is_empty():
            counts &= are_new(returned.records, own.records, key)
        if self.advance is not None and self.advance.held is not None:
            waited = returned.records[CORRECTS].map_elements(lambda place: mark_in(place) in waiting, pl.Boolean)
            counts &= waited | are_new(returned.records, self.advance.held, key)
        self.superseded = counts.len() - int(counts.sum())
        self.read -= self.superseded
        last = Lined(returned.records.filter(counts).drop(CORRECTS), returned.digests.filter(counts))
        return last if own.records.is_empty() else together([own, last])


def together(parts: Sequence[Lined]) -> Lined:
    """Records of several batches as one."""
    if not parts:
        return Lined(pl.DataFrame(), pl.Series([], dtype=DIGEST))
    records, digests = zip(*parts, strict=True)
    return Lined(pl.concat(records, how="vertical_relaxed"), pl.concat(digests))
