"""All rules of a catalogue on the reports of one form and period, for all units at once."""

from collections.abc import Callable, Collection, Iterable, Iterator
from datetime import date
from typing import NamedTuple

import polars as pl

from tiersync.errors import BadRelation
from tiersync.model.form import Rule
from tiersync.rules.review.changes import changed_much, copied, unit_slips, unlike_shorter
from tiersync.rules.review.columns import REPORT, Figures, Spread, spread
from tiersync.rules.review.compared.exact import decimal_said
from tiersync.rules.review.compared.links import Link, Links, links_of, read_links
from tiersync.rules.review.compared.relations import UNREADABLE, Broken, cells_of, compare
from tiersync.rules.review.found import NOTHING_FOUND, Review, Template, findings
from tiersync.rules.review.ranges import beyond_most, out_of_range
from tiersync.rules.review.sisters import far_from_sisters
from tiersync.rules.review.stated import implies_otherwise, stated_otherwise
from tiersync.rules.review.words import relation_words

TEMPLATES: dict[str, Callable[[Template], pl.DataFrame]] = {
    "range": out_of_range,
    "most": beyond_most,
    "ratio": stated_otherwise,
    "implied_denominator": implies_otherwise,
    "change": changed_much,
    "unit_slip": unit_slips,
    "copy": copied,
    "outlier": far_from_sisters,
    "cumulative": unlike_shorter,
}
"""What a template looks for beside the relations of its rule; the others are relations alone, or live elsewhere"""
NOT_CHECKED = dict.fromkeys(("unit", "part", "rule", "relation", "why", "missing"), pl.String)
LEADS = {"change": "unit_slip"}  # Who is asked about a slip is not asked about the change that it makes.
ABOUT = ("unit", "part", "indicator", "breakdown", "measure")


class Exemption(NamedTuple):
    """A rule that is not asked of a unit until a day, that day included."""

    unit: str
    rule: str
    until: date


class Reviewed(NamedTuple):
    """What review found (found.FINDINGS), and which relations it could not check, and why (NOT_CHECKED): `skipped` or
    taken `as_zero` because cells are `missing`, divided by 0 (`no_value`), or `unreadable`, of no unit."""

    findings: pl.DataFrame
    unchecked: pl.DataFrame


def judge(review: Review, figures: Figures, exemptions: Collection[Exemption] = ()) -> Reviewed:
    """Judge `figures.cells` by all rules of the catalogue, in order of rule and unit."""
    figures = figures.plainly()
    totals = figures.totals()
    rules = [(rule, links_of(review.catalogue, review.form, rule)) for rule in review.catalogue.rules]
    conditions = {rule.code: _conditions(review, rule) for rule, _ in rules if rule.when}
    held = _spread(review, figures, rules, conditions)
    found, unchecked = [NOTHING_FOUND], [pl.DataFrame(schema=NOT_CHECKED)]
    for rule, links in rules:
        broken, skipped = _by_relations(review, rule, links, conditions.get(rule.code, []), held)
        template = TEMPLATES.get(rule.template)
        further = template(Template(review, rule, figures, totals)) if template else NOTHING_FOUND
        found += [findings(broken), further]
        unchecked += skipped
    told = _without_led(pl.concat(found)).sort("rule", "unit", "part", maintain_order=True)
    exempt = _exempt(exemptions, review.today)
    return Reviewed(told.join(exempt, on=["unit", "rule"], how="anti", maintain_order="left"), pl.concat(unchecked))


def _conditions(review: Review, rule: Rule) -> list[Link] | None:
    """The links of a rule's condition; None where it cannot be read, so that the rule is judged nowhere."""
    try:
        return list(read_links(review.catalogue, review.form, rule.when))
    except BadRelation:
        return None


def _spread(
    review: Review, figures: Figures, rules: list[tuple[Rule, Links]], conditions: dict[str, list[Link] | None]
) -> Spread:
    links = [link for _, found in rules for link in found.links]
    wanted = cells_of([*links, *(link for some in conditions.values() for link in some or ())])
    first = review.period.first_day
    negative = {code for rule, _ in rules for code in rule.negative}
    return spread(figures, wanted, (first.month, first.day) == (1, 1), negative)


def _by_relations(
    review: Review, rule: Rule, links: Links, conditions: list[Link] | None, held: Spread
) -> tuple[Iterable[dict[str, str]], list[pl.DataFrame]]:
    unreadable = [*links.unreadable, *([rule.when] if conditions is None else [])]
    nowhere = [("", "", rule.code, text, UNREADABLE, "") for text in unreadable]
    skipped = [pl.DataFrame(nowhere, NOT_CHECKED, orient="row")]
    if conditions is None or not links.links or (rule.when and not conditions):
        return [], skipped
    outcome = compare(rule, links.links, conditions, held)
    reports = held.reports.with_row_index("report")
    for frame in outcome.unchecked:
        named = frame.join(reports, on="report", maintain_order="left").with_columns(rule=pl.lit(rule.code))
        skipped.append(named.select(*NOT_CHECKED))
    return _as_findings(review, rule, outcome.broken, held.reports), skipped


def _as_findings(review: Review, rule: Rule, broken: list[Broken], reports: pl.DataFrame) -> Iterator[dict[str, str]]:
    for one in broken:
        about = one.link.about
        left, op, right = decimal_said(one.left), one.link.judged.op, decimal_said(one.right)
        words = relation_words(review.catalogue, one)
        yield dict(
            zip(REPORT, reports.row(one.report), strict=True),
            rule=rule.code, template=rule.template, severity=rule.severity, relation=one.link.relation,
            indicator=about.indicator, breakdown=about.breakdown, measure=about.measure, left=left, op=op,
            right=right, difference=decimal_said(abs(one.left - one.right)), zh=words.zh, en=words.en,
        )  # fmt: skip


def _without_led(found: pl.DataFrame) -> pl.DataFrame:
    """Findings without those that follow from another about the same cell."""
    for led, leads in LEADS.items():
        leading = found.filter(pl.col("template") == leads)
        is_led = pl.col("template") == led
        kept = found.filter(is_led).join(leading, on=ABOUT, how="anti", maintain_order="left")
        found = pl.concat([found.filter(~is_led), kept])
    return found


def _exempt(exemptions: Collection[Exemption], today: date) -> pl.DataFrame:
    standing = [(one.unit, one.rule) for one in exemptions if today <= one.until]
    return pl.DataFrame(standing, schema=dict.fromkeys(("unit", "rule"), pl.String), orient="row")
