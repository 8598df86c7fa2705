"""The catalogue: the numbered, sealed set of units, code lists, indicators, forms and rules in force."""

from collections.abc import Iterable, Mapping
from functools import cached_property
from typing import Literal

from pydantic import Field

from tiersync.errors import UnknownName
from tiersync.model.canonical import Value
from tiersync.model.form import Form, Rule
from tiersync.model.indicator import Dimension, Indicator
from tiersync.model.limits import FromOne
from tiersync.model.unit import Tree, Unit, UnitCode


class Code(Value):
    """One entry of a code list."""

    code: str = Field(max_length=32)
    zh: str
    en: str = ""


def code_sets(lists: Mapping[str, Iterable[Code]]) -> dict[str, frozenset[str]]:
    """Each code list's name with its codes."""
    return {name: frozenset(code.code for code in codes) for name, codes in lists.items()}


class Catalogue(Value):
    """What the top node seals and every other node receives over its link."""

    kind: Literal["catalogue"] = "catalogue"
    number: FromOne
    top: UnitCode
    tiers: tuple[str, ...]
    units: tuple[Unit, ...]
    codes: dict[str, tuple[Code, ...]]
    dimensions: tuple[Dimension, ...]
    indicators: tuple[Indicator, ...]
    forms: tuple[Form, ...]
    rules: tuple[Rule, ...]

    @cached_property
    def tree(self) -> Tree:
        return Tree(self.units)

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
