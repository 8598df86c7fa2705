"""The catalogue: the numbered, sealed set of units, code lists, indicators, forms and rules in force."""

from collections.abc import Iterable, Iterator, Mapping
from functools import cached_property
from typing import Literal

from pydantic import Field

from tiersync.errors import UnknownName
from tiersync.model.calendar import CalendarDays
from tiersync.model.canonical import Value, canonical, digest
from tiersync.model.form import Form, Rule
from tiersync.model.indicator import Dimension, Indicator
from tiersync.model.limits import FromOne
from tiersync.model.period import Period
from tiersync.model.unit import Tree, Unit, UnitCode

WORDS = frozenset({"zh", "en", "definition", "rules", "entered", "periods"})  # They decide no figure of an indicator.


class ListedCode(Value):
    """One entry of a code list."""

    code: str = Field(max_length=32)
    zh: str
    en: str = ""


def code_sets(lists: Mapping[str, Iterable[ListedCode]]) -> dict[str, frozenset[str]]:
    """Each code list's name with its codes."""
    return {name: frozenset(code.code for code in codes) for name, codes in lists.items()}


def united_codes(catalogues: Iterable["Catalogue"]) -> dict[str, frozenset[str]]:
    """Each code list's name with all codes that it has in any of these catalogues."""
    united: dict[str, frozenset[str]] = {}
    for catalogue in catalogues:
        for name, codes in catalogue.code_sets.items():
            united[name] = united.get(name, frozenset()) | codes
    return united


class Catalogue(Value):
    """What the top node seals and every other node receives over its link.

    It is in force from the first day of a period on; the first one, which names no period, from the beginning.
    """

    kind: Literal["catalogue"] = "catalogue"
    number: FromOne
    in_force_from: Period | None = Field(default=None, exclude_if=lambda period: period is None)
    top: UnitCode
    tiers: tuple[str, ...]
    units: tuple[Unit, ...]
    codes: dict[str, tuple[ListedCode, ...]]
    dimensions: tuple[Dimension, ...]
    indicators: tuple[Indicator, ...]
    forms: tuple[Form, ...]
    rules: tuple[Rule, ...]
    calendar: CalendarDays | None = Field(default=None, exclude_if=lambda calendar: calendar is None)

    @cached_property
    def tree(self) -> Tree:
        return Tree(self.units)

    def over(self, newer: "Catalogue") -> "Catalogue":
        """The same definitions, over the tree of a newer catalogue."""
        return self.model_copy(update={"units": newer.units, "tree": newer.tree})

    @cached_property
    def by_code(self) -> dict[str, Indicator]:
        return {indicator.code: indicator for indicator in self.indicators}

    @cached_property
    def by_dimension(self) -> dict[str, Dimension]:
        return {dimension.code: dimension for dimension in self.dimensions}

    @cached_property
    def code_sets(self) -> dict[str, frozenset[str]]:
        """Each code list's name with its codes; the catalogue's own indicators are the list INDICATOR."""
        return code_sets(self.codes) | {"INDICATOR": frozenset(self.by_code)}

    def form(self, code: str) -> Form:
        for form in self.forms:
            if form.code == code:
                return form
        raise UnknownName(what="form", name=code, hint="See: tiersync catalogue show")

    def asks(self, form: Form) -> Form:
        """The form of the same code as it stands here; `form` itself where there is none."""
        return next((one for one in self.forms if one.code == form.code), form)

    @cached_property
    def figures(self) -> dict[str, str]:
        """For each indicator the digest of all that decides its figures: names and texts do not."""
        alone = {one.code: self._decides(one) for one in self.indicators}
        made_of = {one.code: (one.code, one.numerator, one.denominator) for one in self.indicators}
        return {of: digest(canonical([alone.get(code) for code in codes])) for of, codes in made_of.items()}

    def _decides(self, indicator: Indicator) -> object:
        dims = sorted({dim for breakdown in indicator.breakdowns for dim in breakdown.dims} & self.by_dimension.keys())
        split = [self.by_dimension[dim] for dim in dims]
        lists = {one.codes: sorted(code.code for code in self.codes.get(one.codes, ())) for one in split}
        told = [one.model_dump(mode="json", exclude=set(WORDS)) for one in (indicator, *split)]
        return [told, lists]

    def definitions(self, form: str, tier: str = "") -> str:
        """The digest of all that decides what a report of `form` says: a total, or the own part of a unit of `tier`.
        Two catalogues with the same digest make the same figures; '' where there is no such form."""
        found = next((one for one in self.forms if one.code == form), None)
        if found is None:
            return ""
        asked = found.asked_of(tier) if tier else sorted(found.entries)
        entries = {code: sorted(found.entries.get(code, ())) for code in (self._pairs(asked) if tier else asked)}
        return digest(canonical([found.period, {code: self.figures.get(code) for code in asked}, entries]))

    def _pairs(self, asked: Iterable[str]) -> Iterator[str]:
        """Both numbers of the ratios that are asked for: who enters them decides whether their pair is summed."""
        for one in (self.by_code[code] for code in asked if code in self.by_code):
            yield from (code for code in (one.numerator, one.denominator) if code)
