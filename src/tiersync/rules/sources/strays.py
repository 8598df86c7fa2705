"""Strays: rows that count, but name a unit which does not enter the figure, or which there was not on that day, or
which was closed afterwards, within the period.

They are in no unit's figure, so every total from there up is a lower bound, and somebody is told.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, replace
from typing import Literal, NamedTuple

import polars as pl

from tiersync.model.bounds import EXACT
from tiersync.model.catalogue import Catalogue
from tiersync.model.cell import Status
from tiersync.model.form import Form
from tiersync.model.period import Period
from tiersync.model.unit import Tree
from tiersync.rules.counting.conditions import counts
from tiersync.rules.counting.counted import CountedNumber, counted_for
from tiersync.rules.counting.sheet import MEASURES, Sheet, lay_out, scale_of
from tiersync.rules.counting.standing import UNIT, happens_on, once, stand, too_early, while_open
from tiersync.rules.sources.sources import Sources

Why = Literal["not_alive", "closed_since", "not_entering"]
Judge = Callable[[Sheet, str], pl.Expr]  # Why a row is lost, by the field that says on which day it counts.
WHY = "why"


class Stray(NamedTuple):
    """So many rows of one record type that name `unit`; `above` is the living unit whose total lacks them."""

    unit: str
    above: str
    record: str
    indicator: str
    rows: int
    why: Why


@dataclass(frozen=True)
class Scene:
    """A form and a period, and of the units on its last day those that this node answers for."""

    catalogue: Catalogue
    form: Form
    period: Period
    answered: Sequence[str]

    @property
    def living(self) -> Tree:
        return self.catalogue.tree.on(self.period.last_day)


def find_strays(scene: Scene, frames: Mapping[str, pl.DataFrame], sources: Sources) -> list[Stray]:
    """The rows that this node would count if their unit could be counted for."""
    codes = sorted(scene.form.entries)
    indicators = [scene.catalogue.by_code[code] for code in codes if code in scene.catalogue.by_code]
    found: list[Stray] = []
    for record, frame in frames.items():
        counting = [one for each in indicators for one in counted_for(each) if one.record == record]
        units = _units_in(frame, {one.attributed_by for one in counting})
        within = frozenset().union(
            *(sources.within.get(one.unit, ()) for one in sources.spoken if one.record == record)
        )
        places = {unit: place for unit in sorted(units & within) if (place := _place(scene, unit))}
        if places:
            found += _strays(scene, frames, counting, places)
    return found


def _units_in(frame: pl.DataFrame, names: AbstractSet[str]) -> set[str]:
    return {unit for name in names if name in frame.columns for unit in frame[name].unique().drop_nulls()}


def _place(scene: Scene, unit: str) -> str | None:
    """The unit whose total lacks rows of `unit`, none where another node answers for them."""
    tree, answered = scene.catalogue.tree, frozenset(scene.answered)
    if unit in scene.living.units:
        return unit if unit in answered else None
    path = [upper for upper in tree.path(unit) if upper in scene.living.units]
    return path[0] if path and path[0] in answered else None


def _strays(
    scene: Scene, frames: Mapping[str, pl.DataFrame], counting: Sequence[CountedNumber], places: Mapping[str, str]
) -> Iterator[Stray]:
    """The strays among the units of `places`, each number's own."""
    living = [unit for unit in places if unit in scene.living.units]
    closed = [unit for unit in places if unit not in scene.living.units]
    for one in counting:
        asked = scene.form.entries[one.code]
        lost = [unit for unit in living if scene.catalogue.tree[unit].tier not in asked]
        young = [unit for unit in living if unit not in lost and _is_young(scene, unit)]
        for unit, why, rows in (
            *_rows(scene, frames, one, lost, _whatever_day),
            *_rows(scene, frames, one, closed, _by_end),
        ):
            yield Stray(unit, places[unit], one.record, one.code, rows, why)
        for unit, why, rows in _rows(scene, frames, one, young, _by_begin):
            yield Stray(unit, _above(scene, unit), one.record, one.code, rows, why)


def _above(scene: Scene, unit: str) -> str:
    """The unit whose total lacks rows from before there was `unit`: itself where another node files what is above."""
    parent = scene.living[unit].parent
    return parent if parent and parent in scene.answered else unit


def _is_young(scene: Scene, unit: str) -> bool:
    return scene.catalogue.tree[unit].valid_from > scene.period.first_day


def _rows(
    scene: Scene, frames: Mapping[str, pl.DataFrame], one: CountedNumber, units: Sequence[str], judge: Judge
) -> Iterator[tuple[str, Why, int]]:
    """How many rows of each of these units count and are lost, and why; `judge` says why each is, none where it is
    not."""
    if not units:
        return
    bare = Sheet(scene.catalogue, scene.period, sorted(units), pl.DataFrame(), {}, {})
    rows = stand(frames[one.record], [replace(one, breakdowns=())], bare, frames.get("senior"))
    rows = once(one, rows.filter(counts(one.count, scene.period)))
    lost = rows.with_columns(judge(bare, happens_on(one)).alias(WHY)).drop_nulls(WHY)
    for number, why, count in lost.group_by(UNIT, WHY).len().sort(UNIT, WHY).collect().iter_rows():
        yield bare.units[number], why, count


def _whatever_day(sheet: Sheet, when: str) -> pl.Expr:
    """Rows of a unit that does not enter the figure."""
    return pl.lit("not_entering")


def _by_end(sheet: Sheet, when: str) -> pl.Expr:
    """Rows of a unit that there is not on the period's last day; what happened while it was there is told apart."""
    was_open = while_open(sheet, when) if when else pl.lit(False)
    return pl.when(was_open).then(pl.lit("closed_since")).otherwise(pl.lit("not_alive"))


def _by_begin(sheet: Sheet, when: str) -> pl.Expr:
    """Rows from before there was their unit."""
    return pl.when(too_early(sheet, when) if when else pl.lit(False)).then(pl.lit("not_alive"))


def open_gaps(scene: Scene, cells: pl.DataFrame, strays: Iterable[Stray]) -> pl.DataFrame:
    """`cells` with the figures that lack strays: a cell without a value, asked of nobody, where the unit does not enter
    the figure, so that its totals are partial; partial where it does."""
    gaps = {(stray.above, code) for stray in strays for code in _lacking(scene, stray.indicator)}
    if not gaps:
        return cells
    lacking = pl.DataFrame(sorted(gaps), {"unit": pl.String, "indicator": pl.String}, orient="row")
    there = cells.join(lacking.with_columns(gap=True), on=["unit", "indicator"], how="left", maintain_order="left")
    is_lower = pl.col("gap").fill_null(False) & pl.col("value").is_not_null()
    status = pl.when(is_lower).then(pl.lit(Status.PARTIAL.value)).otherwise(pl.col("status"))
    there = there.with_columns(status=status).drop("gap")
    held = set(cells.select("unit", "indicator").unique().iter_rows())
    more = [row for unit, code in sorted(gaps - held) for row in _empty(scene, unit, code)]
    if not more:
        return there
    added = pl.DataFrame(more, cells.schema, orient="row")
    return pl.concat([there, added]).sort("unit", "indicator", "breakdown", "measure")


def _lacking(scene: Scene, code: str) -> set[str]:
    """An indicator, and the ratios of the form that are made of it."""
    made = (scene.catalogue.by_code[one] for one in scene.form.entries if one in scene.catalogue.by_code)
    return {code, *(ratio.code for ratio in made if ratio.is_quotient and code in (ratio.numerator, ratio.denominator))}


def _empty(scene: Scene, unit: str, code: str) -> Iterator[tuple[object, ...]]:
    """The cells of an indicator at a unit that is not asked for it, in order."""
    form = scene.form.model_copy(update={"entries": {code: (scene.catalogue.tree[unit].tier,)}})
    indicator = scene.catalogue.by_code[code]
    if indicator.is_quotient:
        places = [("", measure) for measure in MEASURES["ratio"]]
    else:
        places = list(lay_out(scene.catalogue, form, scene.period, [unit]).offsets[code])
    for breakdown, measure in places:
        scale = scale_of(scene.catalogue, indicator, measure)
        yield unit, code, breakdown, measure, None, scale, "missing", "none", 0, 0, EXACT
