"""A district that keeps its own files, pushed by the real flows with real workers: what is known, and of whom."""

import os
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from pathlib import Path

from tests.stores import new_store
from tiersync.config.packaged import packaged_catalogue
from tiersync.flow.exchange.parent import answer
from tiersync.flow.joining.found import ask_to_join, found, settle_in
from tiersync.flow.joining.welcome import make_invitation
from tiersync.flow.node import Ask, Keys
from tiersync.flow.reading_node import ReadingNode
from tiersync.flow.up import Pushed, push
from tiersync.model.cell import Cell
from tiersync.model.finding import Finding
from tiersync.model.identity import check_character
from tiersync.model.period import Period
from tiersync.model.report import Report, ReportKey
from tiersync.model.unit import Unit
from tiersync.plugins.folder.manifest import load_plugins
from tiersync.store.findings import open_findings
from tiersync.store.reports.reports import current_report, current_reports
from tiersync.store.reports.sealed import sealed_reports

DISTRICT, STREET, OTHER = "379901000000", "379901001000", "379901002000"
A, B, C, D = "379901001001", "379901001002", "379901001003", "379901002001"
NAMES = {A: "康乐社区", B: "尉署社区", C: "南龙社区", D: "向阳社区", STREET: "新湖街道", OTHER: "运河街道"}
UNITS = (
    Unit(code=DISTRICT, name="德城区", parent=None, tier="district"),
    *(Unit(code=code, name=NAMES[code], parent=DISTRICT, tier="street") for code in (STREET, OTHER)),
    *(
        Unit(code=code, name=NAMES[code], parent=f"{code[:9]}000", tier="community", kind="residents_committee")
        for code in (A, B, C, D)
    ),
)
JANUARY = datetime(2026, 1, 8, 8, tzinfo=UTC)
SENIOR = {
    "id_number": '"身份证号"',
    "residence_unit": '{ from = "社区", lookup = "units" }',
    "name": '"姓名"',
    "sex": '{ from = "性别", values = { 男 = "1", 女 = "2" } }',
    "birth_date": '{ from = "出生日期", parse = "date" }',
}  # How each field is mapped; a stream takes those that it names.
PAYROLL = {
    "id_number": '"身份证号"',
    "benefit_id": '"编号"',
    "unit": '{ from = "社区", lookup = "units" }',
    "kind": '{ constant = "payment" }',
    "scheme": '{ constant = "allow_80" }',
    "amount": '"金额"',
    "paid_on": '{ from = "发放日期", parse = "date" }',
    "pay_result": '{ constant = "paid" }',
}
HEADINGS = {"senior": "身份证号,姓名,性别,出生日期,社区", "benefit": "编号,身份证号,社区,金额,发放日期"}


def number(person: int, born: date = date(1940, 6, 1)) -> str:
    """A made-up identity number: 3799 is no region, and the last digit of the sequence says the sex."""
    digits = f"379901{born:%Y%m%d}{person:03}"
    return digits + check_character(digits)


def senior(person: int, unit: str, born: date = date(1940, 6, 1)) -> str:
    """A row of a register of seniors."""
    return f"{number(person, born)},测试{person},{'男' if person % 2 else '女'},{born},{NAMES.get(unit, unit)}"


def payment(person: int, unit: str, day: str, amount: str = "100.00") -> str:
    """A row of a payroll."""
    return f"{person}-{day},{number(person)},{NAMES.get(unit, unit)},{amount},{day}"


@dataclass
class District:
    """The node of a district that has no parent, and answers for everything below; or one joined to such a node."""

    folder: Path
    units: tuple[Unit, ...] = UNITS
    home: str = DISTRICT
    nil: frozenset[str] = frozenset()
    above: "District | None" = None
    joined: datetime = JANUARY
    node: ReadingNode = field(init=False)

    def __post_init__(self) -> None:
        self.folder.mkdir(parents=True, exist_ok=True)
        keys = Keys(os.urandom(32), os.urandom(32), os.urandom(32))
        if self.above:
            self.node = replace(self.join(self.above, keys), nil=self.nil)
        else:
            self.node = ReadingNode(self.home, new_store(self.folder), keys, nil=self.nil)
            found(self.node, packaged_catalogue(self.home, self.units), self.joined)

    def join(self, above: "District", keys: Keys) -> ReadingNode:
        """The node of this unit joins the one above by its token."""
        token = make_invitation(above.node, self.home, "http://127.0.0.1:1", self.joined)
        joined, envelopes = ask_to_join(keys, token, above.asked(self.joined))
        node = ReadingNode(self.home, new_store(self.folder), keys)
        settle_in(node.store, keys, token, joined, envelopes, self.joined)
        return node

    def asked(self, now: datetime) -> Ask:
        """A good line to this node."""
        return lambda message: answer(self.node, message, now)

    def plugin(
        self, id_: str, record: str, mapped: Mapping[str, str], unit: str = DISTRICT, source: str = "", key: str = ""
    ) -> None:
        """A plugin that reads CSV files from its inbox."""
        place = self.folder / "plugins" / id_
        (place / "inbox").mkdir(parents=True, exist_ok=True)
        lines = [
            "[plugin]", f'id = "{id_}"', f'name = "{id_}"', 'version = "1"', "api = 1", f'unit = "{unit}"',
            "[[stream]]", f'record = "{record}"', f"key = [{key or self.key_of(record)}]",
            "[stream.source]", 'kind = "csv"', 'path = "inbox/*.csv"', source, "[stream.map]",
            *(f"{name} = {how}" for name, how in mapped.items()),
        ]  # fmt: skip
        (place / "plugin.toml").write_text("\n".join(lines), encoding="utf-8")

    @staticmethod
    def key_of(record: str) -> str:
        return {"senior": '"id_number"', "benefit": '"benefit_id"'}.get(record, '"unit"')

    def drop(self, id_: str, name: str, rows: Iterable[str], headings: str = HEADINGS["senior"]) -> None:
        """Put a file into a plugin's inbox."""
        (self.folder / "plugins" / id_ / "inbox" / name).write_text("\n".join([headings, *rows, ""]), encoding="utf-8")

    def remove(self, id_: str, name: str) -> None:
        (self.folder / "plugins" / id_ / "inbox" / name).unlink()

    def push(self, period: str, now: datetime = JANUARY) -> Pushed:
        plugins = tuple(load_plugins(self.folder / "plugins"))
        known = {name: getattr(self.node, name) for name in self.node.__dataclass_fields__ if name != "_catalogues"}
        self.node = ReadingNode(**known | {"plugins": plugins})
        return push(self.node, self.above and self.above.asked(now), now, Period(period))

    def report(self, unit: str, period: str, part: str = "own") -> Report | None:
        form = {"Y": "aging-year", "Q": "aging-quarter"}[Period(period).kind]
        with self.node.store.read() as db:
            row = current_report(db, ReportKey(form, unit, period, part))
            return None if row is None else next(report for _, report in sealed_reports(db, [row]))

    def reports(self) -> int:
        with self.node.store.read() as db:
            return len(current_reports(db))

    def cell(
        self, unit: str, indicator: str, period: str, breakdown: str = "", part: str = "own", measure: str = "value"
    ) -> tuple[int | None, str]:
        """Value and status of a cell; (None, "no report") where there is none, (None, "not asked") without the cell."""
        cell = self.whole(unit, indicator, period, breakdown, part, measure)
        return cell if isinstance(cell, tuple) and not isinstance(cell, Cell) else (cell.value, cell.status)

    def whole(
        self, unit: str, indicator: str, period: str, breakdown: str = "", part: str = "own", measure: str = "value"
    ) -> "Cell | tuple[None, str]":
        report = self.report(unit, period, part)
        if report is None:
            return None, "no report"
        keyed = {cell.key: cell for cell in report.cells.rows()}
        return keyed.get((indicator, breakdown, measure), (None, "not asked"))

    def findings(self) -> list[Finding]:
        with self.node.store.read() as db:
            return open_findings(db)
