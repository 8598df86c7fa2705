"""Reading the example city back as its nodes would: source, check, projection, doubled rows, figures."""

from collections import Counter
from collections.abc import Container, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from io import BytesIO
from pathlib import Path
from typing import NamedTuple

import polars as pl

from tiersync.example.plan.manifest import Expected, Manifest
from tiersync.flow.reading.speaking import Place, Statements, spoken_of
from tiersync.flow.reading.unread import Task
from tiersync.model.catalogue import Catalogue
from tiersync.model.form import Form
from tiersync.model.period import Period
from tiersync.plugins.folder.manifest import Plugin, load_plugins
from tiersync.plugins.folder.stream import Stream
from tiersync.plugins.values.unit_names import names_of
from tiersync.plugins.worker.batches import Batch, batches
from tiersync.plugins.worker.pipe import BatchHead
from tiersync.rules.calendar.stated import Stated
from tiersync.rules.counting.aggregate import aggregate
from tiersync.rules.persons.paid import STREAM, paid_after_death, paid_twice, payments_of
from tiersync.rules.rows.check import CheckContext, check
from tiersync.rules.rows.doubled import mark_doubled
from tiersync.rules.rows.project import project
from tiersync.rules.rows.repeated import distinguish, one_each
from tiersync.rules.sources.sources import Sources

TODAY = date(2014, 3, 3)
SECRET = "one secret for all nodes, so that persons can be told apart across them"
PERIODS: Mapping[str, tuple[str, ...]] = {"2013": (), "2012": ("P02", "I01", "I02"), "2013-Q3": ("B02",)}  # () is all
YEAR = "2013"
LOWEST = "community"

Key = tuple[str, str, str, str]  # period, indicator, breakdown, measure
Frames = dict[str, pl.DataFrame]


class Node(NamedTuple):
    """What one folder holds: the units that it answers for, its snapshot rows by record, and what they speak for."""

    units: tuple[str, ...]
    frames: Frames
    sources: Sources


@dataclass
class Findings:
    """What reading the city back has found."""

    rows: Counter[str] = field(default_factory=Counter)
    refused: Counter[str] = field(default_factory=Counter)
    flagged: Counter[str] = field(default_factory=Counter)
    beside: Counter[str] = field(default_factory=Counter)
    cells: Counter[Key] = field(default_factory=Counter)
    seniors: dict[str, int] = field(default_factory=dict)


def read_back(root: Path, manifest: Manifest, catalogue: Catalogue) -> Findings:
    """Everything that the folders of a city come to."""
    found = Findings()
    homes = {folder.unit for folder in manifest.folders}
    for folder in manifest.folders:
        for plugin in load_plugins(root / folder.unit / "plugins"):
            node = _node(plugin, catalogue, homes, found)
            _compare(node, found)
            _count(node, catalogue, found)
    return found


def _node(plugin: Plugin, catalogue: Catalogue, homes: set[str], found: Findings) -> Node:
    within = [*catalogue.tree.within(plugin.unit)]
    apart = {code for home in homes - {plugin.unit} if home in within for code in catalogue.tree.within(home)}
    context = CheckContext(catalogue.code_sets, TODAY, frozenset(catalogue.tree.units), frozenset(within))
    names = names_of(catalogue.tree.nameable(plugin.unit))
    frames: Frames = {}
    spoken = []
    for stream in plugin.streams:
        frames[stream.record], stated = _records(plugin, stream, context, names, found)
        task = Task(plugin, stream, stream.name, "", "", context)
        spoken.append(spoken_of(task, stated, frames[stream.record], (), None))
    sources = Sources(plugin.unit, tuple(spoken), within={plugin.unit: frozenset(within)})
    if "senior" in frames:
        frames["senior"] = mark_doubled(frames["senior"])
        found.flagged["doubled"] += int((~frames["senior"]["counts"]).sum())
    return Node(tuple(code for code in within if code not in apart), frames, sources)


def _records(
    plugin: Plugin, stream: Stream, context: CheckContext, names: Mapping[str, str], found: Findings
) -> tuple[pl.DataFrame, Statements]:
    """The snapshot rows of one stream, read through its real source, and the times that its files state."""
    kept = []
    stated: dict[Place, tuple[Stated, ...]] = {}
    for head, rows in _rows(plugin, stream, names):
        stated[head.file, head.sheet] = head.stated
        checked = check(stream.record, rows, context)
        found.rows[stream.record] += rows.height
        found.refused.update(f"{stream.record} {reason}" for reason in checked.refused["reason"])
        flags = checked.accepted["flags"].cast(pl.String)
        found.flagged.update(flags.filter(flags != "").str.split(",").explode())
        kept.append(project(stream.record, checked.accepted, SECRET))
    records = pl.concat(kept)
    told = distinguish(stream.record, records, stream.key)
    found.beside["unlike"] += told.last.len()
    found.flagged["doubled"] += told.repeated
    return one_each(records, told), stated


def _rows(plugin: Plugin, stream: Stream, names: Mapping[str, str]) -> Iterator[tuple[BatchHead, pl.DataFrame]]:
    for batch in batches(plugin, stream, names):
        if isinstance(batch, Batch):
            place = [pl.lit(batch.head.file).alias("place_file"), pl.lit(batch.head.sheet).alias("place_sheet")]
            yield batch.head, pl.read_ipc_stream(BytesIO(batch.rows)).with_columns(place)


def _compare(node: Node, found: Findings) -> None:
    """What only comparing records finds: paid after death, and dead whom the register holds to be alive."""
    if "senior" not in node.frames:
        return
    known = node.frames["senior"].filter("counts").select("person_key", "life_status", "status_date")
    steps = node.frames["benefit"].join(known, on="person_key")
    unentered = (pl.col("stop_reason") == "died") & (pl.col("life_status") == "1")
    found.beside["death_not_entered"] += steps.filter(unentered)["person_key"].n_unique()
    payments = payments_of(node.frames["benefit"].with_columns(pl.lit("").alias(STREAM)))
    found.beside["paid_after_death"] += paid_after_death(payments, node.frames["senior"])["person_key"].n_unique()
    found.beside["paid_twice"] += paid_twice(payments).height


def _count(node: Node, catalogue: Catalogue, found: Findings) -> None:
    for text, wanted in PERIODS.items():
        period = Period(text)
        cells = aggregate(catalogue, _form(catalogue, period, wanted), period, node.units, node.frames, node.sources)
        sums = cells.group_by("indicator", "breakdown", "measure", "scale").agg(pl.col("value").sum())
        for indicator, breakdown, measure, scale, value in sums.iter_rows():
            found.cells[text, indicator, breakdown, measure] += Decimal(value).scaleb(-scale)
        if text == YEAR:
            own = cells.filter((pl.col("indicator") == "P02") & (pl.col("breakdown") == ""))
            found.seniors |= dict(own.select("unit", "value").iter_rows())


def _form(catalogue: Catalogue, period: Period, wanted: Container[str]) -> Form:
    """What the forms ask in a year, all of it or what is wanted, for this period."""
    asked = catalogue.form("aging-year").entries
    entries = {code: tiers for code, tiers in asked.items() if code in wanted or not wanted}
    return Form(code="everything", zh="", en="", period=period.kind, entries=entries)


class Compared(NamedTuple):
    """A figure as it must be and as it is; None where the catalogue does not count it."""

    what: str
    must: object
    found: object


def compare(manifest: Manifest, found: Findings, catalogue: Catalogue) -> Iterator[Compared]:
    """Every figure and every kind of dirt that the manifest names."""
    for figure in manifest.expected:
        yield Compared(name_of(figure), must_be(figure), is_so(figure, found))
    dirt = manifest.dirt["senior"]
    yield Compared(
        "refused", {f"senior {reason}": count for reason, count in dirt.refused.items() if count}, found.refused
    )
    yield Compared("flagged", {flag: count for flag, count in dirt.flagged.items() if count}, +found.flagged)
    yield Compared("paid after death", dirt.paid_after_death, found.beside["paid_after_death"])
    yield Compared("keys of rows that differ", 0, found.beside["unlike"])
    yield Compared("paid twice", 0, found.beside["paid_twice"])
    yield Compared("death not entered", dirt.death_not_entered, found.beside["death_not_entered"])
    units = catalogue.tree
    yield Compared(
        "seniors of each community", manifest.seniors, {u: n for u, n in found.seniors.items() if u in manifest.seniors}
    )
    for county, seniors in manifest.margins["county"].items():
        held = sum(found.seniors[code] for code in units.within(county) if code in manifest.seniors)
        yield Compared(f"seniors of {units[county].name}", seniors, held)


def name_of(figure: Expected) -> str:
    return " ".join(filter(None, (figure.indicator, figure.period, figure.breakdown, figure.what)))


def must_be(figure: Expected) -> object:
    if figure.numerator is None:
        return figure.value
    return figure.numerator, figure.denominator


def is_so(figure: Expected, found: Findings) -> object:
    measures = ("value",) if figure.numerator is None else ("numerator", "denominator")
    keys = [(figure.period, figure.indicator, figure.breakdown, measure) for measure in measures]
    if not any((period, code) == (figure.period, figure.indicator) for period, code, *_ in found.cells):
        return None
    values = tuple(found.cells[key] for key in keys)
    return values[0] if len(values) == 1 else values
