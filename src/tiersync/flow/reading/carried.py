"""Units that a register named before and does not name any more: their rows are kept, imputed, until it names them."""

from typing import NamedTuple

import polars as pl

from tiersync.flow.node import Node
from tiersync.flow.reading.remembered import Lined
from tiersync.flow.reading.speaking import unit_field
from tiersync.model.spoken import Spoken
from tiersync.rules.lists.lines import DIGEST
from tiersync.rules.rows.merged import kept_key
from tiersync.rules.sources.noted import noted_since
from tiersync.store.files.snapshots import read_snapshot


class StreamRecords(NamedTuple):
    """What a stream's records are, with the digests of their lines, and what they speak for."""

    spoken: Spoken
    lined: Lined


def carry(node: Node, heard: StreamRecords, before: Spoken, snapshot: str, key: tuple[str, ...]) -> StreamRecords:
    """What was heard, with the rows of units that are not named any more out of the `snapshot` of the run before. Who
    stands in another unit by now is not among them, nor is a unit for which the plugin does not speak any more; what
    was another kind of record is none of this one's."""
    spoken, lined = heard
    if before.record != spoken.record or not spoken.is_register or spoken.covers == "all":
        return heard
    gone = (before.units.keys() - spoken.units.keys()) & _within(node, spoken.unit)
    if not gone:
        return heard
    held, columns = read_snapshot(node.store, snapshot), kept_key(key)
    kept = held.filter(pl.col(unit_field(spoken.record)).is_in(sorted(gone)))
    if not lined.records.is_empty() and {*columns} <= {*kept.columns} & {*lined.records.columns}:
        kept = kept.join(lined.records.select(columns).unique(), on=columns, how="anti", maintain_order="left")
    if kept.is_empty():
        return heard
    return StreamRecords(_with_units(spoken, kept, before), _together(lined, kept))


def _within(node: Node, unit: str) -> frozenset[str]:
    """The units at and below one."""
    with node.store.read() as db:
        tree = node.tree(db)
        return frozenset(tree.within(unit) if unit in tree else ())


def _with_units(spoken: Spoken, kept: pl.DataFrame, before: Spoken) -> Spoken:
    counts = dict(kept[unit_field(spoken.record)].cast(pl.String).value_counts().sort(pl.first()).rows())
    days = {unit: before.units[unit] for unit in counts}
    units, carried = dict(sorted((spoken.units | days).items())), spoken.carried | counts
    noted = spoken.noted | (noted_since(spoken.record, kept, days) if spoken.since else {})
    return spoken.model_copy(update={"units": units, "carried": carried, "noted": noted})


def _together(lined: Lined, kept: pl.DataFrame) -> Lined:
    digests = pl.concat([lined.digests, pl.Series([None], dtype=DIGEST).new_from_index(0, kept.height)])
    frames = [frame for frame in (lined.records, kept) if frame.width]
    if len({tuple(frame.schema.items()) for frame in frames}) > 1:  # Code lists grow: text is what all of them share.
        frames = [frame.cast({pl.Enum: pl.String}) for frame in frames]
    return Lined(pl.concat(frames, how="diagonal_relaxed"), digests)
