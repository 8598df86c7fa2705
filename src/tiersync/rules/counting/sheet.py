"""The sheet: every cell that a form asks of units, in order, and where in it each indicator's cells lie."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import accumulate, product
from typing import get_args

import polars as pl

from tiersync.model.catalogue import Catalogue
from tiersync.model.cell import Basis, Status
from tiersync.model.form import Form
from tiersync.model.indicator import Breakdown, Indicator
from tiersync.model.period import Period
from tiersync.rules.sources.known import UNKNOWN
from tiersync.rules.totals.expected import expected_of_own

STATUS = pl.Enum([status.value for status in Status])
BASIS = pl.Enum(get_args(Basis))
MEASURES = {"ratio": ("denominator", "numerator")}


@dataclass(frozen=True)
class Sheet:
    """The cells of `units` (in order of code) for `period`, one after the other.

    `rows`: unit, indicator, breakdown, measure, scale. `starts`: for each indicator, the row at which its cells begin
    for each unit, null where it is not asked. `offsets`: indicator -> (breakdown, measure) -> rows after that start.
    """

    catalogue: Catalogue
    period: Period
    units: list[str]
    rows: pl.DataFrame
    starts: dict[str, pl.Series]
    offsets: dict[str, dict[tuple[str, str], int]]

    @cached_property
    def has_young(self) -> bool:
        """Whether some unit began within the period, or after it."""
        tree, first = self.catalogue.tree, self.period.first_day
        return any(tree[unit].valid_from > first for unit in self.units)

    @property
    def indicators(self) -> list[Indicator]:
        """The indicators that some unit is asked for."""
        return [self.catalogue.by_code[code] for code in self.starts]


def lay_out(catalogue: Catalogue, form: Form, period: Period, units: Sequence[str]) -> Sheet:
    """The sheet of `units`, each with the cells of the indicators that `form` asks of its tier."""
    ordered = sorted(set(units))
    tiers = [catalogue.tree[unit].tier for unit in ordered]
    asked = {tier: sorted(expected_of_own(catalogue, form, tier)) for tier in sorted(set(tiers))}
    offsets = {code: offsets_of(catalogue, catalogue.by_code[code]) for codes in asked.values() for code in codes}
    template = pl.DataFrame(
        [row for tier, codes in asked.items() for row in template_of(catalogue, tier, codes, offsets)],
        schema=dict.fromkeys(("tier", "indicator", "breakdown", "measure"), pl.String) | {"scale": pl.Int64},
        orient="row",
    )
    rows = pl.DataFrame({"unit": ordered, "tier": tiers}, schema={"unit": pl.String, "tier": pl.String}).join(
        template, on="tier", how="inner", maintain_order="left_right"
    )
    return Sheet(catalogue, period, ordered, rows.drop("tier"), starts_of(tiers, asked, offsets), offsets)


def offsets_of(catalogue: Catalogue, indicator: Indicator) -> dict[tuple[str, str], int]:
    """Each cell of one indicator, as (breakdown, measure), with its place among them."""
    texts = ["", *(text for breakdown in indicator.breakdowns for text in texts_of(catalogue, breakdown))]
    cells = sorted(product(texts, MEASURES.get(indicator.measure, ("value",))))
    return {cell: offset for offset, cell in enumerate(cells)}


def texts_of(catalogue: Catalogue, breakdown: Breakdown) -> list[str]:
    """The cells of a breakdown as `dim=code;dim=code`: every combination of its dimensions' codes, unknown last."""
    dims = sorted(breakdown.dims)
    codes = [codes_of(catalogue, dim, breakdown) for dim in dims]
    return [";".join(f"{dim}={code}" for dim, code in zip(dims, cell, strict=True)) for cell in product(*codes)]


def codes_of(catalogue: Catalogue, dim: str, breakdown: Breakdown) -> list[str]:
    """The codes that stand for `dim` in the cells of `breakdown`."""
    if breakdown.fields:
        return list(breakdown.fields)
    return [*codes_in(catalogue, dim), UNKNOWN]


def codes_in(catalogue: Catalogue, dim: str) -> list[str]:
    """The codes of a dimension's list, in the order of the list."""
    return [code.code for code in catalogue.codes[catalogue.by_dimension[dim].codes]]


def template_of(
    catalogue: Catalogue, tier: str, codes: Sequence[str], offsets: Mapping[str, dict[tuple[str, str], int]]
) -> Iterator[tuple[str, str, str, str, int]]:
    """The rows of one unit of `tier`."""
    for code in codes:
        for breakdown, measure in offsets[code]:
            yield tier, code, breakdown, measure, scale_of(catalogue, catalogue.by_code[code], measure)


def scale_of(catalogue: Catalogue, indicator: Indicator, measure: str) -> int:
    """The scale of a cell: its indicator's decimals, those of the member of the pair that it holds, or none of a count
    that is made for a ratio alone."""
    if measure == "value" or not indicator.is_quotient:
        return indicator.decimals if measure == "value" else 0
    return catalogue.by_code[getattr(indicator, measure)].decimals


def starts_of(
    tiers: Sequence[str], asked: Mapping[str, Sequence[str]], offsets: Mapping[str, Mapping[tuple[str, str], int]]
) -> dict[str, pl.Series]:
    """For each indicator the row at which its cells begin, for each unit; `tiers` are the units' tiers, in order."""
    within = {tier: dict(zip(codes, begins(offsets, codes), strict=False)) for tier, codes in asked.items()}
    lengths = {tier: begins(offsets, codes)[-1] for tier, codes in asked.items()}
    units = list(accumulate((lengths[tier] for tier in tiers), initial=0))
    return {
        code: pl.Series(
            [
                start + within[tier][code] if code in within[tier] else None
                for start, tier in zip(units, tiers, strict=False)
            ],
            dtype=pl.Int64,
        )
        for code in offsets
    }


def begins(offsets: Mapping[str, Mapping[tuple[str, str], int]], codes: Sequence[str]) -> list[int]:
    """Where each of `codes` begins among the rows of one unit, and at last where the unit ends."""
    return list(accumulate((len(offsets[code]) for code in codes), initial=0))
