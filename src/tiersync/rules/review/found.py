"""What review finds, as one frame whatever the rule, and what it is found with."""

from collections.abc import Iterable, Iterator
from datetime import date
from functools import cached_property
from typing import Any, NamedTuple

import polars as pl

from tiersync.model.catalogue import Catalogue
from tiersync.model.form import Form, Rule
from tiersync.model.indicator import Indicator
from tiersync.model.period import Period
from tiersync.rules.review.columns import PLACES, WHOLE, Figures

OF_A_FINDING = (
    "unit", "part", "rule", "template", "severity", "indicator", "breakdown", "measure", "relation", "left", "op",
    "right", "difference", "zh", "en",
)  # fmt: skip
FINDINGS = dict.fromkeys(OF_A_FINDING, pl.String)
NOTHING_FOUND = pl.DataFrame(schema=FINDINGS)
STOCK, FLOWS = "stock", ("flow", "distinct")


class Review(NamedTuple):
    """What is reviewed: a form as a catalogue asks for it, of one period, on the day `today`."""

    catalogue: Catalogue
    form: Form
    period: Period
    today: date


class Template:
    """A rule on the figures of one review."""

    def __init__(self, review: Review, rule: Rule, figures: Figures, totals: Figures) -> None:
        self.review, self.rule, self.figures, self.totals = review, rule, figures, totals

    @cached_property
    def indicators(self) -> list[Indicator]:
        """The indicators that the rule looks at, as far as the form asks for them."""
        named = frozenset(self.rule.indicators)
        known = (self.review.catalogue.by_code[code] for code in sorted(self.review.form.entries))
        return [one for one in known if (one.code in named if named else self.rule.code in one.rules)]

    @cached_property
    def of_units(self) -> pl.DataFrame:
        """The tier and the parent of each unit, as they are on the period's last day."""
        units = self.review.catalogue.tree.on(self.review.period.last_day).units.values()
        columns = {"unit": [one.code for one in units], "tier": [one.tier for one in units]}
        return pl.DataFrame(
            columns | {"parent": [one.parent for one in units]},
            schema=dict.fromkeys(("unit", "tier", "parent"), pl.String),
        )

    @cached_property
    def of_indicators(self) -> pl.DataFrame:
        """How each indicator is measured and of which kind it is, and the floor under which nothing is odd."""
        rows = [
            (one.code, one.kind, one.measured_in, one.decimals, floor_of(self.rule, one)) for one in self.indicators
        ]
        schema = {
            "indicator": pl.String(),
            "kind": pl.String(),
            "measured_in": pl.String(),
            "decimals": pl.Int64(),
            "floor": WHOLE,
        }
        return pl.DataFrame(rows, schema=schema, orient="row")

    def values(self, frame: pl.DataFrame) -> pl.DataFrame:
        """The cells of the rule's indicators that have a value."""
        codes = [one.code for one in self.indicators]
        return frame.filter(pl.col("indicator").is_in(codes) & pl.col("value").is_not_null())

    def finding(self, row: dict[str, Any], **said: str) -> dict[str, str]:
        """A row of FINDINGS about the cell of `row`."""
        where = {name: row.get(name, "") for name in ("unit", "part", "indicator", "breakdown", "measure")}
        rule = {"rule": self.rule.code, "template": self.rule.template, "severity": self.rule.severity}
        return dict.fromkeys(FINDINGS, "") | where | rule | said


def floor_of(rule: Rule, indicator: Indicator) -> int:
    """The floor for what an indicator counts, in units of 10**-PLACES."""
    whole, _, places = (rule.floors.get(indicator.measured_in) or rule.floor or "0").partition(".")
    return int(whole + places.ljust(PLACES, "0"))


def findings(rows: Iterable[dict[str, str]] | Iterator[dict[str, str]]) -> pl.DataFrame:
    """Rows of FINDINGS as a frame."""
    return pl.DataFrame(list(rows), schema=FINDINGS)
