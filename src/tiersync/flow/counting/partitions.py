"""Declared partitions of own reports: one beyond its total is not filed, and one that falls short is a finding."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import NamedTuple

from tiersync.errors import NeedsExplanation, PartsExceed, RulesBroken, TiersyncError
from tiersync.flow.agreement.looked import keep_look
from tiersync.flow.node import Node
from tiersync.flow.review.checking import Found, FoundByRule, explanations_for
from tiersync.flow.review.may_file import Gate
from tiersync.model.adjustment import Adjustments
from tiersync.model.catalogue import Catalogue
from tiersync.model.finding import Finding
from tiersync.model.report import Report
from tiersync.model.unit import Tree
from tiersync.rules.totals.unallocated import Rest, declared_rests
from tiersync.store.database import Connection
from tiersync.store.reports.adjustments import kept_adjustments


@dataclass
class HeldBack:
    """Units whose reports may not be filed: those of which nothing was filed before either, and those of which an older
    report stands."""

    silent: set[str] = field(default_factory=set)
    older: set[str] = field(default_factory=set)


class Sifted(NamedTuple):
    """The reports that may be filed, and why the others may not."""

    reports: list[Report]
    refused: list[TiersyncError]


def sift(catalogue: Catalogue, reports: Iterable[Report], held_back: HeldBack, gate: Gate, found: Found) -> Sifted:
    """Keep back the reports that may not be filed now, those in which the parts of a partition exceed its total, and
    those that rules stop; their units join those `held_back`. The others say why odd figures are right; what says
    nothing new is passed over."""
    sifted = Sifted([], [])
    for report in reports:
        exceeded = [rest for rest in declared_rests(catalogue, report.cells) if rest.is_exceeded]
        why_not: list[TiersyncError] = [_error(catalogue, report, rest) for rest in exceeded]
        why_not = why_not or [*filter(None, [gate.why_not(report.key), why_stopped(found.get(report.key, ()))])]
        sifted.refused.extend(why_not)
        if why_not:
            (held_back.silent if report.replaces is None else held_back.older).add(report.unit)
            continue
        explained = report.model_copy(update={"explanations": explanations_for(found.get(report.key, ()))})
        sifted.reports.extend([] if gate.says_the_same(explained) else [explained])
    return sifted


def why_stopped(found: Sequence[FoundByRule]) -> TiersyncError | None:
    """The first thing for which a report is not sealed, of what rules found in it: what is hard goes first."""
    stops = sorted((one for one in found if one.stops), key=lambda one: not one.is_hard)
    if not stops:
        return None
    first, more = stops[0], len(stops) - 1
    named = {
        "form": first.key.form, "period": first.key.period, "unit": first.key.unit, "rule": first.rule,
        "words_zh": first.words.zh, "words_en": first.words.en,
        "more_zh": f"；另有 {more} 处" if more else "", "more_en": f"; and {more} more" if more else "",
    }  # fmt: skip
    return RulesBroken(**named) if first.is_hard else NeedsExplanation(**named, indicator=first.indicator)


def what_stands(
    db: Connection, counted: tuple[str, str], now: Mapping[str, Adjustments], held_back: HeldBack, tree: Tree
) -> Mapping[str, Adjustments]:
    """What totals of a form and period subtract: above a unit of which an older report stands, what they did before."""
    if not held_back.older:
        return now
    above = {upper for unit in held_back.older for upper in tree.path(unit)}
    stands = {unit: one for unit, one in kept_adjustments(db, *counted).items() if unit in above}
    return {unit: one for unit, one in now.items() if unit not in above} | stands


def _error(catalogue: Catalogue, report: Report, rest: Rest) -> PartsExceed:
    total, parts = rest.said
    dims = [catalogue.by_dimension[dim] for dim in rest.dims]
    return PartsExceed(
        form=report.form, period=report.period, unit=report.unit, indicator=rest.whole.indicator,
        breakdown_en=", ".join(dim.en for dim in dims), breakdown_zh="、".join(dim.zh for dim in dims), parts=parts,
        total=total,
    )  # fmt: skip


def note_unallocated(db: Connection, node: Node, reports: Sequence[Report], now: datetime) -> None:
    """Open a finding for whatever a declared partition of these own reports leaves, and close those that are gone."""
    own = [report for report in reports if report.part == "own"]
    if not own:
        return
    about = {report.key[:3] for report in own}
    seen = [
        _finding(node, report, rest)
        for report in own
        for rest in declared_rests(node.catalogue_for(db, report.period), report.cells)
        if rest.is_short
    ]
    keep_look(
        db, node, lambda one: one.reason == "unallocated" and (one.form, one.unit, one.period) in about, seen, now
    )


def _finding(node: Node, report: Report, rest: Rest) -> Finding:
    total, parts = rest.said
    return Finding(
        level="arithmetic", reason="unallocated", node=node.home, unit=report.unit, form=report.form,
        period=str(report.period), part="own", indicator=rest.whole.indicator, breakdown=rest.breakdown,
        measure=rest.whole.measure, sent=total, held=parts,
    )  # fmt: skip
