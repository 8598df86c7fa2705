"""Counting: a node's records become the own cells of every unit that it answers for, and what changed is filed."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import NamedTuple

import polars as pl

from tiersync.flow.beside import note_beside
from tiersync.flow.filing import file_reports, next_revisions
from tiersync.flow.node import Node
from tiersync.flow.own_work import own_work
from tiersync.model.canonical import canonical, digest
from tiersync.model.cell import Cells
from tiersync.model.form import Form
from tiersync.model.period import Period
from tiersync.model.report import Report, ReportKey
from tiersync.rules.aggregate import COLUMNS, aggregate
from tiersync.rules.doubled import mark_doubled
from tiersync.store.charters import load_keyring
from tiersync.store.compiled import compiled_from, note_compiled
from tiersync.store.database import Connection
from tiersync.store.snapshots import current_snapshots, read_snapshots

AT_ONCE = 200  # units whose reports are made and filed together
COUNTING = 4  # Raised when the same records would be counted otherwise, so that every node counts anew.


@dataclass(frozen=True)
class Records:
    """The node's current snapshots, read when the first form asks for them and not again."""

    node: Node
    snapshots: tuple[tuple[str, str], ...]  # record type and digest
    own: dict[str, pl.DataFrame]  # what the node knows without any source

    @cached_property
    def frames(self) -> dict[str, pl.DataFrame]:
        """Every record of each type that some stream brings; of seniors, which row of a person counts."""
        files: dict[str, list[str]] = {}
        for record, name in self.snapshots:
            files.setdefault(record, []).append(name)
        frames = {record: read_snapshots(self.node.store, names) for record, names in files.items()}
        if "senior" in frames:
            frames["senior"] = mark_doubled(frames["senior"])
        return frames | self.own


class Counted(NamedTuple):
    """The own cells of one form and period in order of unit, the digest of what they were counted from, and how many
    units are done with them when they are filed in parts."""

    form: Form
    period: Period
    inputs: str
    cells: pl.DataFrame
    done: int = 0

    @property
    def units(self) -> int:
        return self.cells["unit"].n_unique()

    def in_parts(self) -> Iterator["Counted"]:
        """The same, some hundred units at a time, so that a thousand communities take the memory of a few."""
        ends = self.cells.group_by("unit", maintain_order=True).len()["len"].cum_sum().to_list()
        for done in range(0, len(ends), AT_ONCE):
            begins = ends[done - 1] if done else 0
            last = min(done + AT_ONCE, len(ends))
            yield self._replace(cells=self.cells[begins : ends[last - 1]], done=last)


def count_and_file(node: Node, due: Iterable[tuple[Form, Period]], now: datetime) -> int:
    """File the own reports whose cells changed; returns how many. Without a change of inputs nothing is counted."""
    records = records_of(node, now)
    filed = 0
    for counted in _counted(node, records, due):
        with node.store.write() as db:
            for some in counted.in_parts():
                filed += file_reports(db, node, changed(db, node, records, some), now)
                node.progress(f"{counted.form.code} {counted.period}", some.done, counted.units)
            note_beside(db, node, counted, records.frames.get("figure"), now)
            note_compiled(db, counted.form.code, str(counted.period), counted.inputs)
    return filed


def would_count(node: Node, due: Iterable[tuple[Form, Period]], now: datetime) -> list[ReportKey]:
    """The own reports that would be filed now."""
    records = records_of(node, now)
    with node.store.read() as db:
        counted = _counted(node, records, due)
        return [r.key for one in counted for some in one.in_parts() for r in changed(db, node, records, some)]


def records_of(node: Node, now: datetime) -> Records:
    with node.store.read() as db:
        snapshots = tuple((row.record, row.digest) for row in current_snapshots(db))
        return Records(node, snapshots, own_work(db, node, node.day_of(now)))


def _counted(node: Node, records: Records, due: Iterable[tuple[Form, Period]]) -> Iterator[Counted]:
    """Count every form and period whose inputs changed since it was counted last."""
    for form, period in due:
        with node.store.read() as db:
            catalogue = node.catalogue(db)
            answered = load_keyring(db).answered_by(node.home, catalogue.tree.on(period.last_day))
            inputs = inputs_digest(node, records, answered, catalogue.number)
            is_counted = compiled_from(db, form.code, str(period)) == inputs
        units = [unit for unit in answered if form.asked_of(catalogue.tree[unit].tier)]
        if units and not is_counted:
            cells = aggregate(catalogue, form, period, units, records.frames, node.nil)
            yield Counted(form, period, inputs, cells)


def inputs_digest(node: Node, records: Records, answered: list[str], catalogue: int) -> str:
    """What own cells depend on."""
    own = {name: digest(frame.write_csv().encode()) for name, frame in records.own.items()}
    return digest(canonical([COUNTING, sorted(records.snapshots), own, sorted(node.nil), answered, catalogue]))


def changed(db: Connection, node: Node, records: Records, counted: Counted) -> Iterator[Report]:
    """A report for each unit whose cells are not those of its current revision."""
    keyring, number = load_keyring(db), node.catalogue(db).number
    snapshots = tuple(sorted({name for _, name in records.snapshots}))
    form, period = counted.form, counted.period
    of_key = {ReportKey(form.code, unit, str(period), "own"): cells for unit, cells in by_unit(counted.cells).items()}
    revisions = next_revisions(db, list(of_key))
    for key, columns in of_key.items():
        revision = revisions[key]
        if revision.cells_digest != columns.digest:
            yield Report(
                form=form.code, unit=key.unit, period=period, part="own", tenure=keyring.tenure(key.unit),
                revision=revision.number, catalogue=number, cells=columns, snapshots=snapshots,
                reason="changed" if revision.replaces else "first", replaces=revision.replaces,
                nil=all(basis == "nil" for basis in columns.basis),
            )  # fmt: skip


def by_unit(cells: pl.DataFrame) -> Mapping[str, Cells]:
    """A frame of cells in order of unit and key, as one set of columns for each unit."""
    parts = cells.partition_by("unit", maintain_order=True, include_key=True)
    names = COLUMNS[1:]
    return {part["unit"][0]: Cells.from_columns([tuple(part[name].to_list()) for name in names]) for part in parts}
