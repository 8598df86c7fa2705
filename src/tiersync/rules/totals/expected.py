"""How many base reports stand behind each figure of a form, and which parts a total adds."""

from collections import Counter
from collections.abc import Iterator
from collections.abc import Set as AbstractSet
from typing import NamedTuple

from tiersync.model.catalogue import Catalogue
from tiersync.model.form import Form
from tiersync.model.indicator import Indicator
from tiersync.model.period import Period
from tiersync.model.report import Part, ReportKey
from tiersync.model.unit import Tree


class PartOf(NamedTuple):
    """A part that a total adds: whose, and which."""

    unit: str
    part: Part


def expected_of(catalogue: Catalogue, form: Form, unit: str, tree: Tree) -> dict[str, int]:
    """For each indicator, the number of units at or below `unit` that enter it; what nobody enters is left out.

    A ratio counts the own parts that hold its pair; where totals make it anew, the larger of its two numbers. What
    stands as declared is nobody's sum: only the unit itself enters it.
    """
    tiers = Counter(tree[code].tier for code in tree.within(unit))
    own = Counter([tree[unit].tier])
    expected = {
        code: sum((own if stands_alone(catalogue, code) else tiers)[tier] for tier in set(entered))
        for code, entered in form.entries.items()
    }
    for ratio in ratios_of(catalogue, form):
        both = [expected.get(code, 0) for code in (ratio.numerator, ratio.denominator)]
        expected[ratio.code] = max(both) if all(both) else 0
    return {code: count for code, count in expected.items() if count}


def stands_alone(catalogue: Catalogue, code: str) -> bool:
    """Whether an indicator is as declared at each unit, and never added."""
    return code in catalogue.by_code and catalogue.by_code[code].kind == "declared"


def expected_of_own(catalogue: Catalogue, form: Form, tier: str) -> dict[str, int]:
    """What one unit of `tier` is asked for in its own part, 1 each: indicators, and ratios it holds both numbers of."""
    asked = dict.fromkeys(form.asked_of(tier), 1)
    for ratio in ratios_of(catalogue, form):
        asked.pop(ratio.code, None)
        if ratio.numerator in asked and is_summed(form, ratio):
            asked[ratio.code] = 1
    return asked


def is_summed(form: Form, ratio: Indicator) -> bool:
    """Whether the pair of `ratio` stands in own parts and is summed: whoever enters one of its numbers enters both.

    Where the two are entered at different tiers, the beds of a town and the persons of its communities, a pair of own
    parts would leave out whatever only one of them holds.
    """
    return set(form.entries.get(ratio.numerator, ())) == set(form.entries.get(ratio.denominator, ()))


def ratios_of(catalogue: Catalogue, form: Form) -> list[Indicator]:
    """The ratios of other indicators that `form` names; what is counted or declared for a ratio alone is entered as
    any indicator is."""
    named = (catalogue.by_code[code] for code in sorted(form.entries) if code in catalogue.by_code)
    return [indicator for indicator in named if indicator.is_quotient]


def pairs_made(catalogue: Catalogue, form: Form) -> list[Indicator]:
    """The ratios whose pair every total makes anew from its own two numbers, because no own part holds it."""
    return [ratio for ratio in ratios_of(catalogue, form) if not is_summed(form, ratio)]


def parts_of(catalogue: Catalogue, form: Form, unit: str, tree: Tree) -> list[PartOf]:
    """The parts that `unit`'s total adds once all have arrived: its own, and a total or own part of each child."""
    tiers = _filing_tiers(catalogue, form)
    own = [PartOf(unit, "own")] if tree[unit].tier in tiers else []
    children = [child for child in tree.children(unit) if any(_of_tiers(tiers, child, tree))]
    return own + [PartOf(child, "total" if tree.children(child) else "own") for child in children]


def complete(
    catalogue: Catalogue, form: Form, period: Period, unit: str, tree: Tree, held: frozenset[ReportKey]
) -> bool:
    """Whether every own report that `form` expects at or below `unit` has arrived, whatever the status of its cells."""
    filing = _filing(catalogue, form, unit, tree)
    return all(ReportKey(form.code, code, str(period), "own") in held for code in filing)


def base_reports(catalogue: Catalogue, form: Form, unit: str, tree: Tree) -> int:
    """How many own reports `form` expects at or below `unit`."""
    return sum(1 for _ in _filing(catalogue, form, unit, tree))


def units_lacking(
    catalogue: Catalogue, form: Form, period: Period, unit: str, tree: Tree, held: AbstractSet[ReportKey]
) -> list[str]:
    """The units at or below `unit` of which an own report is expected and none is held, in order of code."""
    filing = _filing(catalogue, form, unit, tree)
    return sorted(code for code in filing if ReportKey(form.code, code, str(period), "own") not in held)


def _filing(catalogue: Catalogue, form: Form, unit: str, tree: Tree) -> Iterator[str]:
    """The units at or below `unit` that file an own part."""
    return _of_tiers(_filing_tiers(catalogue, form), unit, tree)


def _filing_tiers(catalogue: Catalogue, form: Form) -> set[str]:
    return {tier for tier in catalogue.tiers if expected_of_own(catalogue, form, tier)}


def _of_tiers(tiers: set[str], unit: str, tree: Tree) -> Iterator[str]:
    return (code for code in tree.within(unit) if tree[code].tier in tiers)
