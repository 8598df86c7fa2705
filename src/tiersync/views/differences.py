"""What a reconciliation found, as it is shown: both values, their difference, the reason and the next step."""

from collections.abc import Iterable, Sequence
from decimal import Decimal, InvalidOperation
from typing import NamedTuple

from tiersync.flow.node import Node
from tiersync.model.catalogue import Catalogue
from tiersync.model.finding import Finding
from tiersync.model.text import EMPTY, Text, join, plain
from tiersync.rules.agreement.next_step import is_explained, next_step
from tiersync.views.reports.figures import breakdown_words
from tiersync.views.table import Shown, Table, table
from tiersync.views.words import level_word, word

TOLD = (
    "level", "reason", "node", "unit", "form", "period", "part", "indicator", "breakdown", "measure", "sent", "held",
)  # fmt: skip


class DifferenceLine(NamedTuple):
    """One difference; `figure` names its cell in words."""

    finding: Finding
    figure: Text
    node: str

    @property
    def difference(self) -> Decimal | None:
        """Held less sent, where both are figures."""
        sent, held = number(self.finding.sent), number(self.finding.held)
        return None if sent is None or held is None else held - sent

    @property
    def next(self) -> Text:
        return Text(*next_step(self.finding))

    def row(self) -> tuple[Shown, ...]:
        f = self.finding
        report = join(filter(any, (plain(f.form), plain(f.period), word(f.part) if f.part else EMPTY)), " ", " ")
        difference = "" if self.difference is None else f"{self.difference:+f}"
        return (
            level_word(f.level), word(f.reason), self.node, f.unit, report, self.figure, f.sent, f.held, difference,
            self.next,
        )  # fmt: skip


class AllDifferences(NamedTuple):
    """Every difference, how many of them no reason accounts for, and by how much each indicator is off for that."""

    lines: list[DifferenceLine]
    unexplained: int
    residual: dict[str, str]

    @property
    def table(self) -> Table:
        return table(
            Text("差异", "Differences"),
            Text(
                "层面,原因,节点,单位,报告,数据,签发值,现存值,差额,下一步",
                "level,reason,node,unit,report,figure,sent,held,difference,next",
            ),
            (line.row() for line in self.lines),
        )

    def as_object(self, lang: str) -> dict[str, object]:
        """For programs: codes instead of words; what to do next in one language."""
        return {
            "differences": len(self.lines),
            "unexplained": self.unexplained,
            "residual": self.residual,
            "findings": [
                {name: getattr(line.finding, name) for name in TOLD} | {"next": line.next.say(lang)}
                for line in self.lines
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


def figure_words(catalogue: Catalogue, finding: Finding) -> Text:
    measure = EMPTY if finding.measure in ("", "value") else word(finding.measure)
    return join(
        filter(any, (plain(finding.indicator), breakdown_words(catalogue, finding.breakdown), measure)), " ", " "
    )


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
