"""Who has reported and who is late: the tree of a form and period, by name down to the last unit, and whose turn it
is."""

from collections import Counter
from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import NamedTuple

from tiersync.errors import UnknownName
from tiersync.flow.node import Node
from tiersync.flow.review.arrived import WhatArrived, what_arrived
from tiersync.flow.review.reviewed import ReviewedReport
from tiersync.link.keyring import Keyring
from tiersync.link.life import ReviewState
from tiersync.link.review import reviewer_of
from tiersync.model.period import Period
from tiersync.model.text import EMPTY, Text
from tiersync.model.unit import Tree
from tiersync.rules.calendar.terms import Lateness
from tiersync.store.database import Connection
from tiersync.store.links.charters import load_keyring
from tiersync.views.table import Table, table
from tiersync.views.words import n_of_m, word

WORDS = {
    "awaited": Text("未到期", "not due yet"),
    "missing": Text("漏报", "missing"),
    "exempt": Text("免报", "exempt"),
    "unexpected": Text("不应报送", "not expected"),
    "sent": Text("已上报", "sent"),
    "received": Text("待审核", "to be reviewed"),
    "returned": Text("退回修改", "returned"),
    "accepted": Text("已验收", "accepted"),
    "correcting": Text("更正中", "being corrected"),
    "locked": Text("已锁定", "locked"),
}
REVIEWERS_TURN = {ReviewState.RECEIVED}
FILERS_TURN = {ReviewState.RETURNED, ReviewState.CORRECTING}
LACKING = ("missing", "awaited", "returned", "received")


class BoardUnit(NamedTuple):
    """A unit on the board: how far its report is, by how many working days (and minutes) it came late, what else is to
    be known of it, and whose turn it is ('' for nobody's). Of a unit that is not asked itself the state is ''. At and
    below it, so many of those that are expected have reported."""

    unit: str
    name: str
    tier: str
    depth: int
    state: str
    present: int
    expected: int
    late: Lateness | None
    marks: tuple[str, ...]
    turn: str

    @property
    def is_odd(self) -> bool:
        """Whether somebody may have to look at it."""
        return self.state in LACKING or self.late is not None or bool(self.marks) or self.state == "unexpected"


MARKS = {
    "nil": Text("零报告", "nil"),
    "zero": Text("全为零", "all zero"),
    "self_accepted": Text("自行验收", "accepted by who filed it"),
    "by_itself": Text("自动验收", "accepted automatically"),
    "asked": Text("有申请待答复", "something is asked"),
}


class ReportBoard(NamedTuple):
    """Every unit at or below this node's of which a form is asked for a period; `rate` is None where none is."""

    form: str
    period: str
    due: str
    rows: list[BoardUnit]
    expected: int
    present: int
    rate: str | None
    in_time: str | None

    def counts(self) -> Mapping[str, int]:
        """How many units are in each state."""
        return Counter(row.state for row in self.rows)

    def summary(self) -> Text:
        """The board in one sentence; no rate stands where nobody is asked."""
        if self.rate is None:
            return Text(
                f"{self.form} {self.period}：未要求本节点范围内的单位填报。",
                f"{self.form} {self.period}: no unit here is asked for it.",
            )
        zh = f"应报 {self.expected} 个单位，已报 {self.present} 个，报送率 {self.rate} %，按时率 {self.in_time} %"
        en = f"{self.present} of {self.expected} units have reported, {self.rate} %; {self.in_time} % in time"
        late = sum(row.late is not None for row in self.rows)
        counts = self.counts()
        each = [(name, counts[name]) for name in WORDS if counts[name] and name not in ("received", "accepted")]
        zh += "".join(f"；{WORDS[name].zh} {count} 个" for name, count in each) + (f"；迟报 {late} 个" if late else "")
        en += "".join(f"; {count} {WORDS[name].en}" for name, count in each) + (f"; {late} late" if late else "")
        about = f"{self.form} {self.period}"
        return Text(f"{about}（截止 {self.due}）：{zh}。", f"{about} (due {self.due}): {en}.")

    def table(self, every: bool = True) -> Table:
        """The units in the order of the tree, or only those of which something is lacking, late or odd."""
        return table(
            Text("报送情况", "Who has reported"),
            Text(
                "单位,名称,层级,已报,状态,迟报工作日,备注,该谁处理",
                "unit,name,tier,reported,state,working days late,remarks,whose turn",
            ),
            (
                (
                    row.unit, "  " * row.depth + row.name, word(row.tier), n_of_m(row.present, row.expected),
                    WORDS.get(row.state, EMPTY), late_text(row.late), _joined(row.marks), row.turn,
                )
                for row in self.rows
                if every or row.is_odd
            ),
        )  # fmt: skip

    def as_object(self) -> dict[str, object]:
        units = [row._asdict() | {"late": row.late._asdict() if row.late else None} for row in self.rows]
        return {
            "form": self.form, "period": self.period, "due": self.due, "expected": self.expected,
            "present": self.present, "rate": self.rate, "in_time": self.in_time, "states": dict(self.counts()),
            "units": units,
        }  # fmt: skip


def late_text(late: Lateness | None) -> Text:
    """How late a report came: working days, and minutes where its form gives an hour."""
    if late is None:
        return EMPTY
    if late.working_days == 0 and late.minutes is not None:
        return Text(f"0（{late.minutes} 分钟）", f"0 ({late.minutes} minutes)")
    return Text(str(late.working_days), str(late.working_days))


def _joined(marks: tuple[str, ...]) -> Text:
    said = [MARKS[mark] for mark in marks]
    return Text("、".join(text.zh for text in said), ", ".join(text.en for text in said))


def report_board(node: Node, form: str, period: Period, now: datetime) -> ReportBoard:
    """Where a form stands for a period at every unit at or below this node's; raises UnknownName."""
    with node.store.read() as db:
        found = what_arrived(db, node, form, period)
        if node.home not in found.tree:
            raise UnknownName(what="unit", name=node.home, hint=f"It is not in the tree of {period}.")
        rows = [*_rows(db, node, found, now)]
    in_time = sum(unit not in found.late for unit in found.completeness.present)
    expected = len(found.completeness.expected)
    return ReportBoard(
        found.form.code, str(period), _due(found), rows, expected, len(found.completeness.present),
        _text(found.completeness.rate), f"{100 * in_time / expected:.2f}" if expected else None,
    )  # fmt: skip


def _text(rate: object) -> str | None:
    return None if rate is None else str(rate)


def _due(found: WhatArrived) -> str:
    if found.window is None:
        return "?"
    due = found.window.due
    return f"{due.day}" + (f" {due.at:%H:%M}" if due.at else "")


def _rows(db: Connection, node: Node, found: WhatArrived, now: datetime) -> Iterator[BoardUnit]:
    tree, home, keyring = found.tree, len(found.tree.path(node.home)), load_keyring(db)
    is_due = found.window is None or node.local(now) > found.window.due.moment
    asked = found.completeness.expected | found.exempt
    expected = Counter(upper for unit in found.completeness.expected for upper in tree.path(unit))
    present = Counter(upper for unit in found.completeness.present for upper in tree.path(unit))
    for unit in tree.within(node.home):
        if unit in asked or expected[unit]:
            one, of_unit = found.own(unit), tree[unit]
            state = _state(found, unit, one, is_due) if unit in asked else ""
            yield BoardUnit(
                unit, of_unit.name, of_unit.tier, len(tree.path(unit)) - home, state, present[unit], expected[unit],
                found.late.get(unit), _marks(found, unit, one), _turn(tree, keyring, unit, one, state),
            )  # fmt: skip
    for unit in sorted(found.completeness.unexpected):
        name = node.tree(db)[unit].name if unit in node.tree(db) else ""
        yield BoardUnit(unit, name, "", 0, "unexpected", 0, 0, found.late.get(unit), (), "")


def _state(found: WhatArrived, unit: str, one: ReviewedReport | None, is_due: bool) -> str:
    if one is not None and one.state is not None:
        return str(one.state)
    if unit in found.exempt:
        return "exempt"
    return "missing" if is_due else "awaited"


def _marks(found: WhatArrived, unit: str, one: ReviewedReport | None) -> tuple[str, ...]:
    marks = [name for name, units in found.empty._asdict().items() if unit in units]
    accepted = one.last("accepted") if one else None
    if one is not None and accepted is not None:
        marks += ["self_accepted"] if one.is_self_accepted else []
        marks += ["by_itself"] if accepted.by_itself else []
    return (*marks, *(["asked"] if one is not None and one.requests else []))


def _turn(tree: Tree, keyring: Keyring, unit: str, one: ReviewedReport | None, state: str) -> str:
    """The unit whose node has to do something next."""
    filer = one.row.origin if one and one.row is not None else keyring.nearest_node(unit, tree) or ""
    if one is not None and (one.requests or one.state in REVIEWERS_TURN):
        return reviewer_of(tree, keyring, filer, unit)
    return filer if state in ("missing", "awaited") or (one and one.state in FILERS_TURN) else ""
