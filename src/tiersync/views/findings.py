"""What a rule or a reconciliation noticed, each with its number, its state, and what to do next."""

from collections.abc import Iterable
from typing import Any, NamedTuple

from tiersync.flow.node import Node
from tiersync.model.finding import Finding
from tiersync.model.text import EMPTY, Text, plain
from tiersync.rules.agreement.next_step import next_step
from tiersync.store.database import Row
from tiersync.store.findings import finding_rows, state_of
from tiersync.views.table import Table, moment, table
from tiersync.views.words import word


class FindingLine(NamedTuple):
    """A finding with the number by which it is settled: `open`, `settled` by somebody, or `closed` by itself."""

    number: int
    state: str
    opened_at: str
    note: str
    finding: Finding

    @property
    def next(self) -> Text:
        """What to do about it, whoever's turn it is."""
        return next_of(self.finding)

    def as_object(self, lang: str) -> dict[str, Any]:
        """For programs; what to do next in one language."""
        told = self.finding.model_dump(mode="json", exclude={"kind", "open"})
        about = {"number": self.number, "state": self.state, "opened_at": self.opened_at, "note": self.note}
        return about | told | {"next": self.next.say(lang)}


def next_of(finding: Finding) -> Text:
    return Text(*next_step(finding))


def finding_lines(node: Node, every: bool = False) -> list[FindingLine]:
    """The open findings, or `every` one with the open ones first."""
    with node.store.read() as db:
        lines = [_line(row) for row in finding_rows(db)]
    return [line for line in lines if every or line.state == "open"]


def _line(row: Row[Any]) -> FindingLine:
    return FindingLine(row.number, state_of(row), row.opened_at, row.note or "", Finding.model_validate_json(row.body))


def findings_table(lines: Iterable[FindingLine]) -> Table:
    return table(
        Text("问题", "Findings"),
        Text(
            "序号,状态,时间,原因,节点,单位,统计期,指标,下一步",
            "no.,state,since,reason,node,unit,period,indicator,next",
        ),
        (
            (
                line.number, Text("待处理", "open") if line.state == "open" else word(line.state),
                moment(line.opened_at), word(line.finding.reason), line.finding.node, line.finding.unit,
                line.finding.period, line.finding.indicator, _what_next(line),
            )
            for line in lines
        ),
    )  # fmt: skip


def _what_next(line: FindingLine) -> Text:
    """What somebody noted, or what to do while it is open."""
    return plain(line.note) if line.note else line.next if line.state == "open" else EMPTY
