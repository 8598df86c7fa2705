"""Four offices whose communities enter a form by hand: what stories about a report's life share."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from tests.stories.network import CITY, COMMUNITY, DISTRICT, STREET, Network, line_catalogue, line_of_units
from tiersync.flow.counting.entered import enter
from tiersync.flow.review.judging import Meant, Words, judge
from tiersync.flow.review.reviewed import ReviewedReport, reviewed
from tiersync.flow.review.submitting import Submitted, submit
from tiersync.flow.up import push
from tiersync.model.catalogue import Catalogue
from tiersync.model.finding import Said
from tiersync.model.form import Form
from tiersync.model.period import Period
from tiersync.model.report import Part, ReportKey
from tiersync.model.unit import Unit
from tiersync.store.reports.entered import OfUnit
from tiersync.store.reports.sealed import sealed_reports

FORM = "by-hand"
ASKED = ("P02", "P04", "P05", "P09", "B01", "B03", "A01")


def sisters(count: int) -> tuple[Unit, ...]:
    """The line of four offices, with so many communities more under the same street."""
    more = (f"3714020010{number:02}" for number in range(2, count + 2))
    return (*line_of_units(), *(Unit(code=code, name=code, parent=STREET, tier="community") for code in more))


def catalogue_of(units: Sequence[Unit] = (), /, **form: Any) -> Catalogue:
    """The packaged catalogue with the form by hand in place of all others: quarterly, entered by communities."""
    packaged = line_catalogue()
    asked = dict.fromkeys(ASKED, ("community",))
    said = {"code": FORM, "zh": "手工表", "en": "By hand", "period": "Q", "entries": asked} | form
    update: dict[str, Any] = {"forms": (Form.model_validate(said),)}
    return packaged.model_copy(update=update | ({"units": tuple(units)} if units else {}))


class Offices:
    """The network, whose communities enter figures by hand."""

    def __init__(self, root: Path, now: datetime, units: Sequence[Unit] = (), nodes: Sequence[str] = (), **form: Any):
        kept = tuple(units) or line_of_units()
        self.network = Network(
            root, kept, now=now, catalogue=catalogue_of(kept, **form), nodes_of=tuple(nodes)
        )  # fmt: skip

    @property
    def now(self) -> datetime:
        return self.network.now

    def at(self, moment: datetime) -> None:
        """The clock of all offices."""
        self.network.now = moment

    def enter(
        self, figures: Mapping[str, str], period: str, unit: str = COMMUNITY, by: str = "", submits: bool = True
    ) -> list[Submitted]:
        """An office enters figures, and submits them."""
        node = self.network.nodes[by or unit]
        values = {(cell.partition("[")[0], cell.partition("[")[2].rstrip("]")): text for cell, text in figures.items()}
        with node.store.read() as db:
            form = node.catalogue_for(db, Period(period)).form(FORM)
        enter(node, OfUnit(FORM, unit, period), form, values, self.now)
        return submit(node, Meant(FORM, Period(period), (unit,)), self.now) if submits else []

    def push(self, period: str, times: int = 1) -> None:
        """Every office pushes, the lowest first."""
        for _ in range(times):
            for unit in (COMMUNITY, STREET, DISTRICT, CITY):
                if unit in self.network.nodes:
                    self.network.later()
                    ask = self.network.ask(unit) if unit != CITY else None
                    push(self.network.nodes[unit], ask, self.now, Period(period))

    def say(self, unit: str, said: Said, period: str, words: Words = Words(), of: str = COMMUNITY) -> None:  # noqa: B008
        judge(self.network.nodes[unit], said, Meant(FORM, Period(period), (of,), "own"), words, self.now)

    def report(self, at: str, period: str, of: str = COMMUNITY, part: Part = "own") -> ReviewedReport:
        """How a report stands at one office."""
        with self.network.nodes[at].store.read() as db:
            return reviewed(db, self.network.nodes[at], FORM, period)[ReportKey(FORM, of, period, part)]

    def figure(self, at: str, cell: str, period: str, of: str = COMMUNITY, part: Part = "own") -> int | None:
        """What a report says at one office."""
        row = self.report(at, period, of, part).row
        with self.network.nodes[at].store.read() as db:
            [(_, report)] = sealed_reports(db, [row])
        return {one.indicator: one.value for one in report.cells.rows() if not one.breakdown}[cell]
