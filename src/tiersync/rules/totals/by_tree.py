"""Totals by the tree of another day, made anew from base reports wherever units moved, merged or were recoded since.

What took a unit's place whole has its figures, too; what was split is in no part of it, but in the totals above.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property

from tiersync.model.adjustment import UNADJUSTED, Adjustments
from tiersync.model.catalogue import Catalogue
from tiersync.model.cell import Cell, Cells, Status
from tiersync.model.form import Form
from tiersync.model.report import Part
from tiersync.model.unit import Tree
from tiersync.rules.totals.roll_up import WORSE, PartCells, roll_up


def stands_at(whole: Tree, tree: Tree, unit: str) -> str | None:
    """The unit of `tree` that has the figures of a unit of any day: itself, who took over from it, or who was above."""
    seen: set[str] = set()
    while unit not in tree and unit in whole and unit not in seen:
        seen.add(unit)
        after = [one.code for one in whole[unit].replaced_by if one.share == 1]
        unit = after[-1] if after else whole[unit].parent or ""
    return unit if unit in tree else None


@dataclass(frozen=True)
class Regrouped:
    """The base reports of one form and period, `own` by unit, of units that lay as in `then` and lie as in `now`, and
    what the totals of that time subtract."""

    catalogue: Catalogue
    form: Form
    then: Tree
    now: Tree
    own: Mapping[str, Cells] = field(default_factory=dict)
    adjustments: Mapping[str, Adjustments] = field(default_factory=dict)

    @cached_property
    def places(self) -> dict[str, str]:
        """Where the figures of each unit of then stand now."""
        found = ((unit, stands_at(self.catalogue.tree, self.now, unit)) for unit in self.then.units)
        return {unit: place for unit, place in found if place is not None}

    @cached_property
    def unlike(self) -> frozenset[str]:
        """The units of now whose figures are made of other base reports than then."""
        found: set[str] = set()
        for unit, place in self.places.items():
            found |= {*self.then.path(unit)} ^ {*self.now.path(place)}
        return frozenset(found & self.now.units.keys())

    @cached_property
    def _own_at(self) -> dict[str, list[Cells]]:
        standing: dict[str, list[Cells]] = {}
        for unit in sorted(self.own.keys() & self.places.keys()):
            standing.setdefault(self.places[unit], []).append(self.own[unit])
        return standing

    @cached_property
    def _in_doubt(self) -> frozenset[tuple[str, str, str]]:
        """What was subtracted of totals that are made of other parts now: who stands twice in these nobody said."""
        adjusted = (self.adjustments[unit] for unit in self.unlike & self.adjustments.keys())
        return frozenset(one.key for each in adjusted for one in each.rows())

    def made_anew(self, units: Iterable[str]) -> Iterator[PartCells]:
        """Those of these units whose figures are made of other base reports than then, with their figures of now."""
        for unit in sorted(self.unlike.intersection(units)):
            cells = self._added(unit)
            if cells is not None:
                part: Part = "total" if self.now.children(unit) else "own"
                yield PartCells(unit, part, Cells.of([*map(self._doubted, cells.rows())]))

    def _added(self, unit: str) -> Cells | None:
        """The base reports at and below a unit, step by step; None where there is none."""
        parts = [PartCells(unit, "own", cells) for cells in self._own_at.get(unit, ())]
        for child in self.now.children(unit):
            if not self.now.children(child):
                parts += [PartCells(child, "own", cells) for cells in self._own_at.get(child, ())]
            elif (cells := self._added(child)) is not None:
                parts.append(PartCells(child, "total", cells))
        adjusted = UNADJUSTED if unit in self.unlike else self.adjustments.get(unit, UNADJUSTED)
        return roll_up(self.catalogue, self.form, unit, self.now, parts, adjusted) if parts else None

    def _doubted(self, cell: Cell) -> Cell:
        is_better = WORSE[cell.status] < WORSE[Status.ESTIMATED]
        return cell._replace(status=Status.ESTIMATED) if is_better and cell.key in self._in_doubt else cell
