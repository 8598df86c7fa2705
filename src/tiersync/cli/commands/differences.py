"""What a reconciliation found, as it is shown: both values, their difference, the reason and the next step."""

from collections.abc import Iterable, Sequence
from decimal import Decimal, InvalidOperation
from typing import NamedTuple

from tiersync.cli.commands.report.figures import breakdown_words
from tiersync.cli.terminal.spoken import level_words, spoken
from tiersync.cli.terminal.words import say
from tiersync.flow.node import Node
from tiersync.model.catalogue import Catalogue
from tiersync.model.finding import Finding
from tiersync.rules.agreement.next_step import is_explained, next_step

TOLD = (
    "level", "reason", "node", "unit", "form", "period", "part", "indicator", "breakdown", "measure", "sent", "held",
)  # fmt: skip


class DifferenceLine(NamedTuple):
    """One difference; `figure` names its cell in words."""

    finding: Finding
    figure: str
    node: str

    @property
    def difference(self) -> Decimal | None:
        """Held less sent, where both are figures."""
        sent, held = number(self.finding.sent), number(self.finding.held)
        return None if sent is None or held is None else held - sent

    @property
    def next(self) -> str:
        zh, en = next_step(self.finding)
        return say(en, zh)

    def row(self) -> tuple[object, ...]:
        f = self.finding
        report = f"{f.form} {f.period} {spoken(f.part) if f.part else ''}".strip()
        difference = "" if self.difference is None else f"{self.difference:+f}"
        return (
            level_words(f.level), spoken(f.reason), self.node, f.unit, report, self.figure, f.sent, f.held, difference,
            self.next,
        )  # fmt: skip


class AllDifferences(NamedTuple):
    """Every difference, how many of them no reason accounts for, and by how much each indicator is off for that."""

    lines: list[DifferenceLine]
    unexplained: int
    residual: dict[str, str]

    def as_object(self) -> dict[str, object]:
        """What --json prints."""
        return {
            "differences": len(self.lines),
            "unexplained": self.unexplained,
            "residual": self.residual,
            "findings": [
                {name: getattr(line.finding, name) for name in TOLD} | {"next": line.next} for line in self.lines
            ],
        }


def outcome_of(node: Node, findings: Sequence[Finding]) -> AllDifferences:
    with node.store.read() as db:
        catalogue = node.catalogue(db)
    lines = [
        DifferenceLine(finding, figure_words(catalogue, finding), unit_words(catalogue, finding.node))
        for finding in findings
    ]
    open_ones = [line for line in lines if not is_explained(line.finding)]
    return AllDifferences(lines, len(open_ones), residual_of(open_ones))


def unit_words(catalogue: Catalogue, unit: str) -> str:
    return f"{unit} {catalogue.tree[unit].name}" if unit in catalogue.tree else unit


def figure_words(catalogue: Catalogue, finding: Finding) -> str:
    measure = "" if finding.measure in ("", "value") else spoken(finding.measure)
    return " ".join(filter(None, (finding.indicator, breakdown_words(catalogue, finding.breakdown), measure)))


def residual_of(lines: Iterable[DifferenceLine]) -> dict[str, str]:
    """For each indicator the sum of what is off, whichever way; of its breakdowns only the coarsest that is off."""
    off: dict[str, dict[int, Decimal]] = {}
    for line in lines:
        if line.finding.indicator and line.difference is not None:
            by_fineness = off.setdefault(name_of(line.finding), {})
            fineness = line.finding.breakdown.count("=")
            by_fineness[fineness] = by_fineness.get(fineness, Decimal(0)) + abs(line.difference)
    return {name: f"{by_fineness[min(by_fineness)]:f}" for name, by_fineness in sorted(off.items())}


def name_of(finding: Finding) -> str:
    return finding.indicator if finding.measure == "value" else f"{finding.indicator} {finding.measure}"


def number(text: str) -> Decimal | None:
    """A figure as a finding says it; None for a status, a revision or nothing."""
    try:
        value = Decimal(text)
    except InvalidOperation:
        return None
    return value if value.is_finite() else None
