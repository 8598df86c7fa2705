"""The made-up network of a drill: which offices there are, and what each of them writes into its sheet and when."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from functools import cache
from random import Random
from typing import NamedTuple

from tiersync.config.packaged import packaged_catalogue, packaged_units
from tiersync.example.network import choose_network
from tiersync.model.catalogue import Catalogue
from tiersync.model.cell import Cell, Cells
from tiersync.model.form import DueDays, Form
from tiersync.model.period import Period
from tiersync.model.unit import Unit

BEGAN = datetime(2013, 3, 20, 1, tzinfo=UTC)
YEAR = tuple(Period(f"2013-Q{quarter}") for quarter in (1, 2, 3, 4))
FORM = "aging-quarter"
SENIORS, CLASSES = "P02", "L04"  # What communities declare, by sex; and what streets and districts do.
WIDTHS = ((1, 1, 1), (1, 1, 2), (1, 2, 1), (2, 1, 1), (1, 2, 2), (2, 2, 1), (1, 3, 2), (2, 2, 2), (3, 2, 1), (1, 2, 6))
COMMON = (40, 25, 20, 12, 6, 2, 2, 1, 1, 1)  # Most networks are small, and years short, so that many seeds are played.
AFTERWARDS = 30  # days in which figures of the last quarter go up and something may still happen
LENGTHS, COMMON_LENGTHS = (2, 3, 4), (6, 1, 1)  # quarters
CORRECTED = 0.25  # of what is declared
OPEN_DAYS = 500  # Nothing is too late within the year, whatever kept it: lateness is no fault of a line or a disk.


class DrillScope(NamedTuple):
    """What is played: how many districts, streets in each, and communities in each of those, by chance where nobody
    says; how many quarters of the year; and which kinds of faults, both by chance, too."""

    widths: tuple[int, ...] = ()
    quarters: int = 0
    kinds: tuple[str, ...] = ()


ALL_BY_CHANCE = DrillScope()


class Declared(NamedTuple):
    """From some day on an office says this of a quarter."""

    at: datetime
    unit: str
    period: Period
    cells: Cells


class World(NamedTuple):
    """The offices, the catalogue that they go by, the quarters that are played, and what each office will say, in order
    of time."""

    units: tuple[Unit, ...]
    catalogue: Catalogue
    quarters: tuple[Period, ...]
    declared: tuple[Declared, ...]

    @property
    def days(self) -> int:
        """For how long things happen."""
        return (self.quarters[-1].last_day - BEGAN.date()).days + AFTERWARDS

    @property
    def upwards(self) -> list[str]:
        """Every unit, the lowest first."""
        return [unit.code for unit in sorted(self.units, key=lambda unit: (-self.depth(unit.code), unit.code))]

    @property
    def top(self) -> str:
        return self.units[0].code

    def depth(self, code: str) -> int:
        return len(self.catalogue.tree.path(code))

    def above(self, code: str) -> str:
        """The unit above; '' at the top."""
        return self.catalogue.tree[code].parent or ""

    def below(self, code: str) -> list[str]:
        return list(self.catalogue.tree.children(code))


def make_world(random: Random, scope: DrillScope) -> World:
    """A network and what its offices will say."""
    units, catalogue = network_of(scope.widths or random.choices(WIDTHS, COMMON)[0])
    quarters = YEAR[: scope.quarters or random.choices(LENGTHS, COMMON_LENGTHS)[0]]
    declared = sorted(_declared(random, units, quarters), key=lambda one: (one.at, one.unit))
    return World(units, catalogue, quarters, tuple(declared))


@cache
def network_of(widths: tuple[int, ...]) -> tuple[tuple[Unit, ...], Catalogue]:
    """The units of a network, and the packaged catalogue over them, of which one quarterly form asks for two
    indicators."""
    units = choose_network(_all_units(), widths)
    whole = packaged_catalogue(units=units)
    forms = tuple(_shortened(form) for form in whole.forms if form.code == FORM)
    indicators = tuple(one for one in whole.indicators if one.code in (SENIORS, CLASSES))
    fields = {name: getattr(whole, name) for name in Catalogue.model_fields}
    return units, Catalogue(**fields | {"forms": forms, "indicators": indicators, "rules": ()})


@cache
def _all_units() -> tuple[Unit, ...]:
    return packaged_units()


def _shortened(form: Form) -> Form:
    entries = {code: form.entries[code] for code in (SENIORS, CLASSES)}
    return form.model_copy(update={"entries": entries, "due_days": DueDays(closed=OPEN_DAYS)})


def _declared(random: Random, units: tuple[Unit, ...], quarters: tuple[Period, ...]) -> Iterator[Declared]:
    """What every office but the top says of each quarter; some late, some corrected afterwards."""
    lowest = {unit.code for unit in units} - {unit.parent for unit in units}
    for period in quarters:
        ended = datetime.fromisoformat(f"{period.last_day}T01:00+00:00")
        for unit in units[1:]:
            at = ended + timedelta(days=random.choices((random.randint(1, 8), random.randint(25, 60)), (9, 1))[0])
            yield Declared(at, unit.code, period, _cells(random, unit.code in lowest))
            if random.random() < CORRECTED:
                at += timedelta(days=random.randint(3, 40))
                yield Declared(at, unit.code, period, _cells(random, unit.code in lowest))


def _cells(random: Random, is_lowest: bool) -> Cells:
    """Its seniors by sex; of an office that has others below it, its classes."""
    if not is_lowest:
        return Cells.of([_cell(CLASSES, "", random.randint(0, 40))])
    men, women = random.randint(10, 300), random.randint(10, 300)
    values = {"": men + women, "sex=1": men, "sex=2": women}
    return Cells.of([_cell(SENIORS, breakdown, value) for breakdown, value in values.items()])


def _cell(indicator: str, breakdown: str, value: int) -> Cell:
    return Cell(indicator, breakdown, "value", value, 0, "ok", "declared", 1, 1)
