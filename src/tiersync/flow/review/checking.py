"""Reports are checked by the rules of their catalogue: at the office that files them before they are sealed, and at the
one above when they are there."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from fractions import Fraction
from typing import Any, NamedTuple

import polars as pl

from tiersync.flow.figures.segments import cells_together
from tiersync.flow.node import Node
from tiersync.model.form import Form
from tiersync.model.period import Period
from tiersync.model.report import Explanation, Report, ReportKey
from tiersync.model.text import Text
from tiersync.rules.review.columns import Figures
from tiersync.rules.review.explanations import Covered, Explained, covers, refusal
from tiersync.rules.review.found import Review
from tiersync.rules.review.judge import judge
from tiersync.rules.review.partitions import RULE as BEYOND
from tiersync.rules.review.partitions import beyond_total
from tiersync.rules.totals.gathered import ALL
from tiersync.store.database import Connection
from tiersync.store.reports.entered import explanations_of
from tiersync.store.reports.reports import revisions_of
from tiersync.store.reports.sealed import sealed_reports

SHORTER = {"Y": ("H", "Q", "M"), "H": ("Q", "M"), "Q": ("M",), "M": (), "W": ()}
MONTHS = {"Y": 12, "H": 6, "Q": 3, "M": 1, "W": 1}
KEY = ("unit", "part", "indicator", "breakdown", "measure")
BY_PERSONS = "declared"  # Who typed a figure is there to say why; what was counted stands in the records.


class FoundByRule(NamedTuple):
    """What a rule found in a report: the cell, both sides, the difference, its words, and why it is right all the same,
    if somebody said so: then how much of the difference that leaves open."""

    key: ReportKey
    rule: str
    severity: str
    indicator: str
    breakdown: str
    measure: str
    left: str
    op: str
    right: str
    difference: str
    words: Text
    is_typed: bool
    explanation: str = ""
    open: Fraction | None = None

    @property
    def is_hard(self) -> bool:
        return self.severity == "hard"

    @property
    def is_open(self) -> bool:
        """Whether it asks for an explanation that was not given, or that leaves something open."""
        return self.severity == "soft" and (not self.explanation or bool(self.open))

    @property
    def stops(self) -> bool:
        """Whether the report is not sealed: what is hard, and what somebody typed and did not explain."""
        return self.is_hard or (self.severity == "soft" and self.is_typed and not self.explanation)


Found = Mapping[ReportKey, list[FoundByRule]]


class Checks:
    """The rules on reports of one form and period, with what is held of the periods before; that is read once, when it
    is asked for first."""

    def __init__(self, db: Connection, node: Node, form: Form, period: Period, now: datetime) -> None:
        self.db, self.node, self.form, self.period = db, node, form, period
        self.catalogue = node.catalogue_for(db, period)
        self.review = Review(self.catalogue, form, period, node.day_of(now))
        self.written = explanations_of(db, form.code, str(period))
        self._held: dict[tuple[str, str], pl.DataFrame] = {}

    def found(self, cells: pl.DataFrame, said: Mapping[ReportKey, Sequence[Explanation]] | None = None) -> Found:
        """What the rules find in these cells, by report. What is explained is what this office wrote, or what the
        reports `said` themselves."""
        if cells.is_empty() or not self.catalogue.rules:
            return {}
        units = cells["unit"].unique()
        judged = judge(self.review, self._figures(cells, units))
        rows = list(judged.findings.iter_rows(named=True))
        basis = _basis(cells, rows)
        found: dict[ReportKey, list[FoundByRule]] = {}
        for row in rows:
            key = ReportKey(self.form.code, row["unit"], str(self.period), row["part"])
            one = FoundByRule(
                key, row["rule"], row["severity"], row["indicator"], row["breakdown"], row["measure"], row["left"],
                row["op"], row["right"], row["difference"], Text(row["zh"], row["en"]),
                basis.get(tuple(row[name] for name in KEY)) == BY_PERSONS,
            )  # fmt: skip
            found.setdefault(key, []).append(self._explained(one, said))
        for one in self._beyond(cells):
            found.setdefault(one.key, []).append(one)
        return found

    def _beyond(self, cells: pl.DataFrame) -> Iterator[FoundByRule]:
        """What is declared in parts that come to more than their total."""
        for one in beyond_total(self.catalogue, with_part(cells)):
            total, parts = one.rest.said
            key = ReportKey(self.form.code, one.unit, str(self.period), one.part)
            whole = one.rest.whole
            yield FoundByRule(
                key, BEYOND, "hard", whole.indicator, "", whole.measure, parts, "<=", total, one.difference(),
                one.words(self.catalogue), True,
            )  # fmt: skip

    def _figures(self, cells: pl.DataFrame, units: pl.Series) -> Figures:
        before, year_ago = self.period.preceding(), self.period.year_before()
        return Figures(
            cells,
            self._of(self.form.code, before, units),
            self._of(self.form.code, year_ago, units) if year_ago != before else cells.clear(),
            [self._shorter(part, units) for kind in SHORTER[self.period.kind][:2] for part in self._parts(kind)],
            {form.code: self._of(form.code, self.period, units) for form in self._others()},
        )

    def _others(self) -> list[Form]:
        """The other forms of the same periods, where a rule goes over several."""
        if not any(rule.scope == "cross_form" for rule in self.catalogue.rules):
            return []
        return [one for one in self.catalogue.forms if one.period == self.form.period and one.code != self.form.code]

    def _parts(self, kind: str) -> Iterator[Period]:
        """The shorter periods whose figures a longer one adds up, where a rule asks for that."""
        asks = any(rule.template == "cumulative" for rule in self.catalogue.rules)
        return self.period.within(kind) if asks and self._forms_of(kind) else iter(())

    def _forms_of(self, kind: str) -> list[Form]:
        return [one for one in self.catalogue.forms if one.period == kind and one.entries.keys() & self.form.entries]

    def _shorter(self, part: Period, units: pl.Series) -> pl.DataFrame:
        frames = [self._of(form.code, part, units) for form in self._forms_of(part.kind)]
        return pl.concat(frames).unique(KEY, keep="first", maintain_order=True)

    def _of(self, form: str, period: Period, units: pl.Series) -> pl.DataFrame:
        """What is held of a form and period of these units."""
        named = (form, str(period))
        if named not in self._held:
            self._held[named] = cells_together(self.db, self.node, named, ALL)
        return self._held[named].filter(pl.col("unit").is_in(units.implode()))

    def _explained(self, one: FoundByRule, said: Mapping[ReportKey, Sequence[Explanation]] | None) -> FoundByRule:
        if one.severity != "soft":
            return one
        texts = self._texts(one.key, said)
        text = texts.get((one.rule, one.indicator), "")
        if not text or refusal(text, self.last_text(one)) is not None:
            return one
        covered = self.covered(one, text)
        return one._replace(explanation=text, open=covered.open)

    def _texts(
        self, key: ReportKey, said: Mapping[ReportKey, Sequence[Explanation]] | None
    ) -> Mapping[tuple[str, str], str]:
        if said is not None:
            return {(one.rule, one.indicator): one.text for one in said.get(key, ())}
        return {(one.rule, one.indicator): one.text for one in self.written.get(key.unit, ()) if key.part == "own"}

    def last_text(self, one: FoundByRule) -> str:
        """What the report of the period before said to the same question."""
        key = one.key._replace(period=str(self.period.preceding()))
        rows = [row for row in revisions_of(self.db, [key]).get(key, ()) if row.is_current]
        for _, report in sealed_reports(self.db, rows):
            texts = [e.text for e in report.explanations if (e.rule, e.indicator) == (one.rule, one.indicator)]
            return texts[0] if texts else ""
        return ""

    def covered(self, one: FoundByRule, text: str) -> Covered:
        """How much of the difference that a rule found an explanation names; of what is no difference nothing is
        open."""
        indicator = self.catalogue.by_code.get(one.indicator)
        left, right = _number(one.left), _number(one.right)
        if indicator is None or left is None or right is None or one.rule not in self._of_changes:
            return Covered(Fraction(0), Fraction(0))
        return covers(text, Explained(left, left - right, indicator.measured_in, MONTHS[self.period.kind]))

    @property
    def _of_changes(self) -> frozenset[str]:
        """The rules that compare a figure with what it was: an explanation says where the difference comes from."""
        return frozenset(rule.code for rule in self.catalogue.rules if rule.template in ("change", "unit_slip"))


def with_part(cells: pl.DataFrame) -> pl.DataFrame:
    """Cells with the part that they are of; those without one are of own parts."""
    texts = cells.with_columns(pl.col(pl.Categorical, pl.Enum).cast(pl.String))
    return texts if "part" in cells.columns else texts.with_columns(part=pl.lit("own"))


def _number(text: str) -> Fraction | None:
    try:
        return Fraction(text)
    except (ValueError, ZeroDivisionError):
        return None


def _basis(cells: pl.DataFrame, rows: Collection[Mapping[str, Any]]) -> dict[tuple[Any, ...], str]:
    """How each cell that a rule found something about came to be."""
    if not rows:
        return {}
    frame = with_part(cells)
    about = pl.DataFrame([{name: row[name] for name in KEY} for row in rows]).unique()
    texts = frame.select(pl.col(*KEY, "basis").cast(pl.String))
    return {row[:-1]: row[-1] for row in texts.join(about, on=KEY).iter_rows()}


def explanations_for(found: Iterable[FoundByRule]) -> tuple[Explanation, ...]:
    """What goes with a report: why each figure that a rule asked about is right, in order."""
    told = {(one.rule, one.indicator): one.explanation for one in found if one.explanation}
    return tuple(Explanation(rule=rule, indicator=code, text=text) for (rule, code), text in sorted(told.items()))


def said_in(reports: Iterable[Report]) -> dict[ReportKey, Sequence[Explanation]]:
    """What reports say themselves of their odd figures."""
    return {report.key: report.explanations for report in reports}
