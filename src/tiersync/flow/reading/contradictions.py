"""Contradictions: figures of one stream that state different things of one cell are refused, every one of them."""

from collections.abc import Callable, Iterable, Sequence

import polars as pl

from tiersync.flow.reading.cursors import ORDER
from tiersync.flow.reading.reading import MOST_KEPT, KeptBatch, Reading
from tiersync.flow.reading.remembered import Lined
from tiersync.model.indicator import Indicator
from tiersync.plugins.rows.rows import CORRECTS
from tiersync.plugins.worker.reading import RowsRead
from tiersync.rules.counting.declared import CELL, contradict, counts_for, role_of, stated_by
from tiersync.rules.rows.check import without
from tiersync.rules.rows.figures import PUBLISHED
from tiersync.rules.rows.returned import closed_by
from tiersync.store.runs.quarantine import RefusedRow

CONTRADICTS = "contradicts"
RAW_AT_ONCE = 10_000  # rows that a worker is asked for in one frame
PART, AT, RETURNED = "part", "at", "is_returned"
KEY = (*CELL, "is_published")

Lock = Callable[[KeptBatch, pl.DataFrame], Iterable[RefusedRow]]


def kept_whole(batch: RowsRead, refused: pl.Series, is_returned: bool, place: int) -> KeptBatch:
    """A batch of figures as it is kept until the last one has come, without the rows already `refused`."""
    height = batch.rows.height
    which = without(pl.DataFrame({"row": range(height)}, {"row": pl.UInt32}), refused)["row"]
    begins = range(0, height if which.len() else 0, RAW_AT_ONCE)
    raws = [batch.raw(list(range(begin, min(begin + RAW_AT_ONCE, height)))) for begin in begins]
    raw = pl.concat(raws, how="vertical_relaxed") if raws else pl.DataFrame()
    return KeptBatch(batch.rows, raw, which, is_returned, place)


def refuse_contradictions(reading: Reading, indicators: Sequence[Indicator], lock: Lock) -> None:
    """Refuse the figures that contradict each other. One that a sound corrected row takes the place of contradicts
    nothing any more; a corrected row that still does is refused, and corrects nothing."""
    rows = pl.concat([_part_of(reading, number, indicators) for number in range(len(reading.kept))])
    own, returned = rows.filter(~pl.col(RETURNED)), rows.filter(RETURNED)
    unlike = own.filter(contradict((*KEY, "version")))
    closed = _are_closed(reading, unlike, lock)
    left = pl.concat([unlike.filter(~closed), returned.filter(_is_last_of_its_place())])
    refused = pl.concat([unlike.filter(closed), left.filter(contradict(KEY))])
    for one in refused.sort(PART, AT).partition_by(PART, maintain_order=True):
        _refuse(reading, reading.kept[one[PART][0]], one[AT], lock)


def _part_of(reading: Reading, number: int, indicators: Sequence[Indicator]) -> pl.DataFrame:
    """What the figures of one batch state, and where they lie. Where later rows take the place of earlier ones of their
    key, two of different files or times are not meant to stand together."""
    kept = reading.kept[number]
    records = _taken(reading, kept)[kept.place].records
    version, corrects = pl.lit(""), pl.lit("")
    if kept.is_returned:
        corrects = pl.col(CORRECTS)
    elif reading.advance is not None:
        version = pl.col(ORDER if ORDER in records.columns else "place_file")
    where = {PART: pl.lit(number), AT: pl.int_range(pl.len()), RETURNED: pl.lit(kept.is_returned)}
    beside = records.select(**where, version=version.cast(pl.String), corrects=corrects.cast(pl.String))
    stated = pl.concat([stated_by(records).cast({"indicator": pl.String}), beside], how="horizontal")
    is_published = role_of() == PUBLISHED
    concerned = records.select((counts_for(indicators) | is_published).alias("concerned"), is_published=is_published)
    return pl.concat([stated, concerned], how="horizontal").filter("concerned")


def _taken(reading: Reading, kept: KeptBatch) -> list[Lined]:
    return reading.returned if kept.is_returned else reading.lined


def _is_last_of_its_place() -> pl.Expr:
    """Whether no later corrected row takes the place of the same refused one."""
    return pl.col("corrects").is_last_distinct() | (pl.col("corrects") == "")


def _are_closed(reading: Reading, unlike: pl.DataFrame, lock: Lock) -> pl.Series:
    """Which of these rows of the source a sound corrected row takes the place of."""
    if not reading.corrected:
        return pl.repeat(False, unlike.height, eager=True)
    places = [
        row.place
        for one in unlike.partition_by(PART, maintain_order=True)
        for row in _locked(reading.kept[one[PART][0]], one[AT], lock)
    ]
    closes = closed_by(reading.corrected, places)
    return pl.Series([closes(place) for place in places], dtype=pl.Boolean)


def _locked(kept: KeptBatch, at: pl.Series, lock: Lock) -> Iterable[RefusedRow]:
    rows = kept.which.gather(at).to_frame("row").with_columns(field=pl.lit("value"), reason=pl.lit(CONTRADICTS))
    return lock(kept, rows)


def _refuse(reading: Reading, kept: KeptBatch, at: pl.Series, lock: Lock) -> None:
    """Take these records of one batch out, and put their rows into quarantine."""
    lined = _taken(reading, kept)[kept.place]
    stays = pl.repeat(True, lined.records.height, eager=True).scatter(at, False)
    _taken(reading, kept)[kept.place] = Lined(lined.records.filter(stays), lined.digests.filter(stays))
    if kept.is_returned:
        reading.corrected -= set(lined.records.filter(~stays)[CORRECTS].str.strip_chars())
    reading.reasons[CONTRADICTS] += at.len()
    room = max(0, MOST_KEPT - len(reading.refused))
    reading.refused += _locked(kept, at.head(room), lock)
