"""Counting: a node's records become the own cells of every unit that it answers for, and what changed is filed."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from functools import cached_property, partial
from typing import Any, NamedTuple

import polars as pl

from tiersync.errors import TiersyncError
from tiersync.flow.agreement.noticed import note_short, note_strays, short_of
from tiersync.flow.counting.entered import FORM, SCHEMA, submitted_figures
from tiersync.flow.counting.own_work import own_work
from tiersync.flow.counting.partitions import HeldBack, what_stands
from tiersync.flow.counting.sieve import Sieve
from tiersync.flow.figures.beside import note_beside
from tiersync.flow.figures.definitions import otherwise
from tiersync.flow.figures.filing import file_reports, next_revisions
from tiersync.flow.figures.waiting import waiting_rows
from tiersync.flow.reading.lists import ListedRecords, listed, lists_of, note_listed_twice
from tiersync.flow.reading_node import ReadingNode
from tiersync.model.adjustment import Adjustments
from tiersync.model.canonical import canonical, digest
from tiersync.model.catalogue import Catalogue
from tiersync.model.cell import Cells
from tiersync.model.form import Form
from tiersync.model.period import Period
from tiersync.model.report import Report, ReportKey
from tiersync.model.spoken import Spoken
from tiersync.model.unit import Tree
from tiersync.rules.counting.aggregate import COLUMNS, aggregate
from tiersync.rules.counting.sheet import lay_out
from tiersync.rules.persons.duplicates import duplicates, may_repeat
from tiersync.rules.sources.short import Short, short_lists, unanswered
from tiersync.rules.sources.sources import Sources
from tiersync.rules.sources.strays import Scene, Stray, find_strays, open_gaps
from tiersync.store.database import Connection, Row
from tiersync.store.files.snapshots import current_snapshots, together
from tiersync.store.findings import settled_findings
from tiersync.store.links.charters import load_keyring
from tiersync.store.reports.adjustments import keep_adjustments
from tiersync.store.reports.compiled import compiled_from, note_compiled
from tiersync.store.reports.entered import ByUnit, explained_at, explanations_of
from tiersync.store.reports.reports import current_reports

Taken = Mapping[str, Adjustments]  # what totals subtract, by unit
AT_ONCE = 200  # units whose reports are made and filed together
NEVER = datetime.min.replace(tzinfo=UTC)
COUNTING = 8  # Raised when the same records would be counted otherwise, so that every node counts anew.


@dataclass(frozen=True)
class Records:
    """The node's current snapshots, read when the first form asks for them and not again, and what they speak for."""

    node: ReadingNode
    held: tuple[Row[Any], ...]  # the current snapshots
    own: dict[str, pl.DataFrame]  # what the node knows without any source
    sources: Sources
    answers: tuple[Short, ...] = ()  # short lists that somebody says are right
    entered: pl.DataFrame = field(default_factory=lambda: pl.DataFrame(schema=SCHEMA))  # figures that were submitted

    @cached_property
    def frames(self) -> dict[str, pl.DataFrame]:
        """The records of each type that some stream brings; of seniors, which row of a person counts."""
        return {record: one.records for record, one in self.listed.items()} | self.own

    def frames_for(self, form: str) -> dict[str, pl.DataFrame]:
        """The same with the figures that were entered by hand for a form."""
        entered = self.entered.filter(pl.col(FORM) == form).drop(FORM)
        if entered.is_empty():
            return self.frames
        figures = [self.frames["figure"]] if "figure" in self.frames else []
        return self.frames | {"figure": together([*figures, entered])}

    @cached_property
    def listed(self) -> dict[str, ListedRecords]:
        """What the streams list of each record type."""
        records = sorted({row.record for row in self.held})
        return {record: listed(self.node, record, lists_of(record, self.held)) for record in records}

    @property
    def snapshots(self) -> list[tuple[str, str]]:
        """Record type and digest of each."""
        return [(row.record, row.digest) for row in self.held]

    @cached_property
    def short(self) -> list[Short]:
        """The lists that are oddly short, whether or not somebody answered for them."""
        with self.node.store.read() as db:
            return list(short_lists(self.node.tree(db), self.frames, self.sources))

    @cached_property
    def heard(self) -> Sources:
        """The sources, with their short lists, which are known when the rows are."""
        short = unanswered(self.short, self.answers)
        return replace(self.sources, short=frozenset((one.record, one.unit) for one in short))


class Counted(NamedTuple):
    """The own cells of one form and period in order of unit, the digest of what they were counted from, rows that no
    unit's figures hold, what totals subtract, with all units or without some, and the period's tree; `done` units are
    filed after this part."""

    form: Form
    period: Period
    inputs: str
    cells: pl.DataFrame
    strays: Sequence[Stray]
    adjustments: Taken
    without: Callable[[AbstractSet[str]], Taken]
    tree: Tree
    done: int = 0

    @property
    def units(self) -> int:
        return self.cells["unit"].n_unique()

    def subtracts(self, db: Connection, held_back: HeldBack) -> Taken:
        """What totals subtract beside the reports that are filed."""
        now = self.without(held_back.silent) if held_back.silent else self.adjustments
        return what_stands(db, (self.form.code, str(self.period)), now, held_back, self.tree)

    def in_parts(self) -> Iterator["Counted"]:
        """The same, some hundred units at a time, so that a thousand communities take the memory of a few."""
        ends = self.cells.group_by("unit", maintain_order=True).len()["len"].cum_sum().to_list()
        for done in range(0, len(ends), AT_ONCE):
            begins = ends[done - 1] if done else 0
            last = min(done + AT_ONCE, len(ends))
            yield self._replace(cells=self.cells[begins : ends[last - 1]], done=last)


class Filed(NamedTuple):
    """How many own reports were filed, and why others could not be."""

    reports: int
    refused: list[TiersyncError]


def count_and_file(node: ReadingNode, due: Iterable[tuple[Form, Period]], now: datetime) -> Filed:
    """File the own reports whose cells changed. Without a change of inputs nothing is counted, but what was refused."""
    due = list(due)
    records = records_of(node, now, {period for _, period in due})
    filed, refused = 0, list[TiersyncError]()
    for counted in each_counted(records, due, now):
        before, held_back = len(refused), HeldBack()
        with node.store.write() as db:
            sieve = Sieve(db, node, counted, now, held_back)
            for some in counted.in_parts():
                sifted = sieve.sift(changed(db, node, records, some, now), some.cells)
                filed += file_reports(db, node, sifted.reports, now)
                refused += sifted.refused
                node.progress(f"{counted.form.code} {counted.period}", some.done, counted.units)
            keep_adjustments(db, counted.form.code, str(counted.period), counted.subtracts(db, held_back))
            if len(refused) == before:
                inputs = counted.inputs
                if is_owed(db, records, counted):
                    inputs = put_off(inputs, node.day_of(now))
                note_compiled(db, counted.form.code, str(counted.period), inputs)
            note_beside(db, node, counted, records.frames_for(counted.form.code).get("figure"), now)
            note_strays(db, node, (counted.form, counted.period), counted.strays, now)
            note_short(db, node, records.short, records.answers, now)
            note_listed_twice(db, node, records.sources.spoken, records.listed, now)
    return Filed(filed, refused)


def records_of(node: ReadingNode, now: datetime, counted: Iterable[Period]) -> Records:
    """What there is to count for some periods."""
    with node.store.read() as db:
        current = current_snapshots(db)
        spoken = tuple(Spoken.model_validate_json(row.spoken) for row in current if row.spoken)
        own = own_work(db, node, node.day_of(now), counted)
        return Records(
            node, tuple(current), own, _sources(db, node, spoken), short_of(settled_findings(db, "few_rows")),
            submitted_figures(db),
        )  # fmt: skip


def _sources(db: Connection, node: ReadingNode, spoken: tuple[Spoken, ...]) -> Sources:
    """What the node's streams speak for, and how many rows of each record type wait."""
    tree, waiting = node.tree(db), waiting_rows(db, node)
    plugins = {plugin.unit for plugin in node.plugins} | {one.unit for one in spoken}
    within = {unit: frozenset(tree.ever_within(unit)) for unit in plugins if unit in tree}
    return Sources(node.home, spoken, node.nil, waiting.named, waiting.unplaced, within=within)


def each_counted(records: Records, due: Iterable[tuple[Form, Period]], now: datetime) -> Iterator[Counted]:
    """Count every form and period whose inputs changed since it was counted last, for the units of which something is
    known or was."""
    node = records.node
    for form, period in due:
        with node.store.read() as db:
            catalogue = node.catalogue_for(db, period)
            form, living = catalogue.asks(form), catalogue.tree.on(period.last_day)
            answered = load_keyring(db).answered_by(node.home, living)
            rows = [row for row in current_reports(db, form=form.code, period=str(period)) if row.part == "own"]
            # Of a unit that got a node of its own, what this one filed stays until that node files.
            left = sorted({row.unit for row in rows if row.origin == node.home} & {*living.units} - {*answered})
            seal, written = node.sealed_for(db, period.first_day), explanations_of(db, form.code, str(period))
            inputs = inputs_digest(records, [*answered, *left], seal, form, period, written)
            is_counted = compiled_from(db, form.code, str(period)) in (inputs, put_off(inputs, node.day_of(now)))
            filed = {row.unit for row in rows}
        spoken_for = records.sources.units | filed | set(records.entered["unit"])
        units = [unit for unit in answered if unit in spoken_for and form.asked_of(catalogue.tree[unit].tier)]
        if not is_counted:  # A node that answers for no unit any more has nothing left to subtract either.
            frames, scene = records.frames_for(form.code), Scene(catalogue, form, period, answered)
            cells = cells_of_units(records, catalogue, form, period, units)
            compared = Scene(catalogue, form, period, [*units, *left])
            without = partial(_twice, compared, records, cells if not left else None)
            strays = find_strays(scene, frames, records.sources)
            known = of_something(open_gaps(scene, cells, strays), filed | {one.above for one in strays})
            yield Counted(form, period, inputs, known, strays, without(frozenset()), without, living)


def cells_of_units(
    records: Records, catalogue: Catalogue, form: Form, period: Period, units: Sequence[str]
) -> pl.DataFrame:
    """What records and declared figures make of the own cells of these units."""
    return aggregate(catalogue, form, period, units, records.frames_for(form.code), records.heard)


def _twice(scene: Scene, records: Records, cells: pl.DataFrame | None, silent: AbstractSet[str]) -> Taken:
    """What totals subtract over the units that are answered for in this scene, but for those that file nothing; their
    cells are counted without."""
    catalogue, form, period = scene.catalogue, scene.form, scene.period
    units = [unit for unit in scene.answered if unit not in silent]
    if not may_repeat(records.frames):
        return {}
    if cells is None:
        cells = aggregate(catalogue, form, period, units, records.frames, records.heard)
    return duplicates(lay_out(catalogue, form, period, units), records.frames, cells)


def of_something(cells: pl.DataFrame, filed: AbstractSet[str]) -> pl.DataFrame:
    """The cells of units of which something is known, or was when they were filed: there is no report of what nobody
    knows."""
    known = cells.filter(pl.col("status") != "missing")["unit"].unique()
    return cells.filter(pl.col("unit").is_in(sorted({*known} | filed)))


def inputs_digest(
    records: Records, answered: list[str], catalogue: str, form: Form, period: Period, written: ByUnit
) -> str:
    """What own reports depend on."""
    entered = records.entered.filter(pl.col(FORM) == form.code, pl.col("period") == str(period))
    by_hand = {} if entered.is_empty() else {"entered": entered}
    own = {name: digest(frame.write_csv().encode()) for name, frame in (records.own | by_hand).items()}
    own |= {"explained": digest(canonical(sorted(written.items())))} if written else {}
    sources = records.sources
    waits = [sources.waiting, sources.unplaced, sorted(map(list, records.answers))]
    said = [*sources.seen_from(period), sorted(sources.nil), sources.later_lists(), *waits]
    return digest(canonical([COUNTING, sorted(records.snapshots), own, said, answered, catalogue]))


def changed(db: Connection, node: ReadingNode, records: Records, counted: Counted, now: datetime) -> Iterator[Report]:
    """A report for each unit whose cells are not those of its current revision, or were made by other definitions; and
    at most once a day for one of which nothing but the number of rows that wait is another."""
    keyring, catalogue = load_keyring(db), node.catalogue_for(db, counted.period)
    snapshots = tuple(sorted({name for _, name in records.snapshots}))
    form, period, tree = counted.form, counted.period, catalogue.tree.on(counted.period.last_day)
    of_key = {ReportKey(form.code, unit, str(period), "own"): cells for unit, cells in by_unit(counted.cells).items()}
    revisions, is_otherwise = next_revisions(db, list(of_key)), otherwise(db, node, period)
    written = explained_at(db, form.code, str(period))
    for key, columns in of_key.items():
        revision, waiting = revisions[key], records.sources.waits_at(key.unit)
        is_new = revision.cells_digest != columns.digest or is_otherwise(key, revision.catalogue)
        is_new = is_new or (revision.filed_at is not None and revision.filed_at < written.get(key.unit, NEVER))
        if is_new or (revision.says_otherwise(waiting) and revision.may_say_again(now)):
            yield Report(
                form=form.code, unit=key.unit, period=period, part="own", tenure=keyring.tenure(key.unit, tree),
                revision=revision.number, catalogue=catalogue.number, cells=columns, snapshots=snapshots,
                waiting=waiting, reason="first" if not revision.replaces else "changed" if is_new else "waiting",
                replaces=revision.replaces, nil=all(basis == "nil" for basis in columns.basis),
            )  # fmt: skip


def is_owed(db: Connection, records: Records, counted: Counted) -> bool:
    """Whether some report says another number of rows that wait, and was filed too shortly ago to be sent again."""
    units = counted.cells["unit"].unique(maintain_order=True)
    keys = [ReportKey(counted.form.code, unit, str(counted.period), "own") for unit in units]
    held = next_revisions(db, keys)
    return any(held[key].says_otherwise(records.sources.waits_at(key.unit)) for key in keys)


def put_off(inputs: str, today: date) -> str:
    """What stands for these inputs on one day, so that they are looked at again on the next."""
    return digest(f"{inputs} {today}".encode())


def by_unit(cells: pl.DataFrame) -> Mapping[str, Cells]:
    """A frame of cells in order of unit and key, as one set of columns for each unit."""
    parts = cells.partition_by("unit", maintain_order=True, include_key=True)
    names = COLUMNS[1:]
    return {part["unit"][0]: Cells.from_columns([tuple(part[name].to_list()) for name in names]) for part in parts}
