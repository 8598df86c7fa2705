"""Reading the example city back as its nodes would: source, check, projection, doubled rows, figures."""

from collections import Counter
from collections.abc import Container, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from io import BytesIO
from pathlib import Path
from typing import NamedTuple

import polars as pl

from tiersync.example.city.manifest import Expected, Manifest
from tiersync.model.catalogue import Catalogue
from tiersync.model.form import Form
from tiersync.model.period import Period
from tiersync.plugins.batches import Batch, batches
from tiersync.plugins.manifest import Plugin, load_plugins
from tiersync.plugins.mapping import names_of
from tiersync.plugins.stream import Stream
from tiersync.rules.aggregate import aggregate
from tiersync.rules.check import CheckContext, check
from tiersync.rules.doubled import mark_doubled
from tiersync.rules.project import project

TODAY = date(2014, 3, 3)
SECRET = "one secret for all nodes, so that persons can be told apart across them"
PERIODS: Mapping[str, tuple[str, ...]] = {"2013": (), "2012": ("P02", "I01", "I02"), "2013-Q3": ("B02",)}  # () is all
YEAR = "2013"
LOWEST = "community"

Key = tuple[str, str, str, str]  # period, indicator, breakdown, measure
Frames = dict[str, pl.DataFrame]


class Node(NamedTuple):
    """What one folder holds: the units that it answers for, and its snapshot rows by record."""

    units: tuple[str, ...]
    frames: Frames


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
    names = names_of({code: catalogue.tree[code].name for code in within})
    frames = {stream.record: _records(plugin, stream, context, names, found) for stream in plugin.streams}
    if "senior" in frames:
        frames["senior"] = mark_doubled(frames["senior"])
        found.flagged["doubled"] += int((~frames["senior"]["counts"]).sum())
    return Node(tuple(code for code in within if code not in apart), frames)


def _records(
    plugin: Plugin, stream: Stream, context: CheckContext, names: Mapping[str, str], found: Findings
) -> pl.DataFrame:
    """The snapshot rows of one stream, read through its real source."""
    kept = []
    for rows in _rows(plugin, stream, names):
        checked = check(stream.record, rows, context)
        found.rows[stream.record] += rows.height
        found.refused.update(f"{stream.record} {reason}" for reason in checked.refused["reason"])
        flags = checked.accepted["flags"].cast(pl.String)
        found.flagged.update(flags.filter(flags != "").str.split(",").explode())
        kept.append(project(stream.record, checked.accepted, SECRET))
    return pl.concat(kept)


def _rows(plugin: Plugin, stream: Stream, names: Mapping[str, str]) -> Iterator[pl.DataFrame]:
    for batch in batches(plugin, stream, names):
        if isinstance(batch, Batch):
            place = [pl.lit(batch.place.file).alias("place_file"), pl.lit(batch.place.sheet).alias("place_sheet")]
            yield pl.read_ipc_stream(BytesIO(batch.rows)).with_columns(place)


def _compare(node: Node, found: Findings) -> None:
    """What only comparing records finds: paid after death, and dead whom the register holds to be alive."""
    if "senior" not in node.frames:
        return
    known = node.frames["senior"].filter("counts").select("person_key", "life_status", "status_date")
    steps = node.frames["benefit"].join(known, on="person_key")
    late = (pl.col("kind") == "payment") & (pl.col("life_status") == "2") & (pl.col("status_date") < pl.col("paid_on"))
    unentered = (pl.col("stop_reason") == "died") & (pl.col("life_status") == "1")
    for what, which in (("paid_after_death", late), ("death_not_entered", unentered)):
        found.beside[what] += steps.filter(which)["person_key"].n_unique()


def _count(node: Node, catalogue: Catalogue, found: Findings) -> None:
    for text, wanted in PERIODS.items():
        period = Period(text)
        cells = aggregate(catalogue, _form(catalogue, period, wanted), period, node.units, node.frames, frozenset())
        sums = cells.group_by("indicator", "breakdown", "measure", "scale").agg(pl.col("value").sum())
        for indicator, breakdown, measure, scale, value in sums.iter_rows():
            found.cells[text, indicator, breakdown, measure] += Decimal(value).scaleb(-scale)
        if text == YEAR:
            own = cells.filter((pl.col("indicator") == "P02") & (pl.col("breakdown") == ""))
            found.seniors |= dict(own.select("unit", "value").iter_rows())
    for key, value in _uncomputed(node, catalogue):
        found.cells[key] += value


def _form(catalogue: Catalogue, period: Period, wanted: Container[str]) -> Form:
    """A form that asks whatever computes, or is wanted, of each tier that enters it; the population of communities."""
    entries = {
        one.code: one.entered for one in catalogue.indicators if one.computes and (one.code in wanted or not wanted)
    }
    if "P01" in entries:
        entries["P01"] = (LOWEST,)
    return Form(code="everything", zh="", en="", period=period.kind, entries=entries)


def _uncomputed(node: Node, catalogue: Catalogue) -> Iterator[tuple[Key, Decimal | int]]:
    """Figures of the table that the catalogue does not compute, counted plainly."""
    plain = {"B05": _take_up, "I03": _claimants, "I04": _claims, "O02": _covered, "O04": _standardised}
    for indicator, counted in plain.items():
        if not catalogue.by_code[indicator].computes:
            for breakdown, measure, value in counted(node, catalogue):
                yield (YEAR, indicator, breakdown, measure), value


Plain = Iterable[tuple[str, str, Decimal | int]]


def _take_up(node: Node, catalogue: Catalogue) -> Plain:
    """Who is on the roll, of the seniors of 90 to 99 who are registered here."""
    if "senior" not in node.frames:
        return
    scheme = "scheme=allow_90"
    active = (pl.col("life_status") == "1") | (pl.col("status_date") > date(2013, 12, 31))
    aged = pl.col("birth_date").is_between(date(1914, 1, 1), date(1923, 12, 31))
    here = pl.col("hukou_unit").is_in(node.units)
    eligible = node.frames["senior"].filter(pl.col("counts") & active & aged & here)
    granted = (pl.col("kind") == "entitlement") & (pl.col("scheme") == "allow_90") & (pl.col("status") == "active")
    yield scheme, "denominator", eligible.height
    yield scheme, "numerator", node.frames["benefit"].filter(granted)["person_key"].n_unique()


def _paid_claims(node: Node) -> pl.DataFrame:
    return node.frames["benefit"].filter((pl.col("kind") == "claim") & (pl.col("pay_result") == "paid"))


def _claimants(node: Node, catalogue: Catalogue) -> Plain:
    claims = _paid_claims(node)
    yield "", "value", claims["person_key"].n_unique()
    for kind, count in claims.group_by("claim_kind").agg(pl.col("person_key").n_unique()).iter_rows():
        yield f"claim_kind={kind}", "value", count


def _claims(node: Node, catalogue: Catalogue) -> Plain:
    claims = _paid_claims(node)
    yield "", "value", claims["amount"].sum() or 0
    for kind, amount in claims.group_by("claim_kind").agg(pl.col("amount").sum()).iter_rows():
        yield f"claim_kind={kind}", "value", amount


def _covered(node: Node, catalogue: Catalogue) -> Plain:
    """Communities with an association, of all communities."""
    if "association" not in node.frames:
        return
    yield "", "numerator", node.frames["association"].filter(pl.col("status") == "active")["unit"].n_unique()
    yield "", "denominator", sum(catalogue.tree[unit].tier == LOWEST for unit in node.units)


def _standardised(node: Node, catalogue: Catalogue) -> Plain:
    if "association" not in node.frames:
        return
    active = node.frames["association"].filter(pl.col("status") == "active")
    yield "", "numerator", active.filter(pl.col("standardised") == "1").height
    yield "", "denominator", active.height


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
