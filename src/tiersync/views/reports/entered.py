"""What is entered by hand of a form, unit and period: each cell, what counts of it, and what is drafted."""

from typing import NamedTuple

from tiersync.flow.counting.entered import cells_asked
from tiersync.flow.node import Node
from tiersync.model.catalogue import Catalogue
from tiersync.model.form import Form
from tiersync.model.period import Period
from tiersync.model.report import ReportKey
from tiersync.model.text import Text
from tiersync.rules.agreement.difference import decimal_text
from tiersync.store.reports.entered import OfUnit, cells_entered
from tiersync.store.reports.reports import revisions_of
from tiersync.store.reports.sealed import sealed_reports
from tiersync.views.reports.figures import breakdown_words
from tiersync.views.table import Table, table


class EnteredCell(NamedTuple):
    """A cell that may be entered: what is drafted, what counts of what was entered, and what the report says now."""

    indicator: str
    breakdown: str
    name: Text
    measured_in: str
    draft: str | None
    submitted: str | None
    filed: str | None


class EnteredForm(NamedTuple):
    """Every cell that a unit may enter in a form for a period."""

    catalogue: Catalogue
    form: Form
    of: OfUnit
    cells: list[EnteredCell]

    @property
    def drafts(self) -> int:
        return sum(cell.draft is not None for cell in self.cells)

    def table(self, every: bool) -> Table:
        """The totals, and the breakdowns of which something is entered; or all."""
        return table(
            Text("填报", "Entered"),
            Text(
                "指标,名称,分组,计量单位,草稿,已提交,报告数据",
                "indicator,name,breakdown,measured in,draft,submitted,filed",
            ),
            (
                (
                    cell.indicator, cell.name, breakdown_words(self.catalogue, cell.breakdown), cell.measured_in,
                    cell.draft, cell.submitted, cell.filed,
                )
                for cell in self.cells
                if every or not cell.breakdown or cell.draft is not None or cell.submitted is not None
            ),
        )  # fmt: skip


def entered_form(node: Node, code: str, unit: str, period: Period) -> EnteredForm:
    """The cells of a form for one unit; raises UnknownName and UnknownUnit."""
    with node.store.read() as db:
        catalogue = node.catalogue_for(db, period)
        form, of_unit = catalogue.form(code), node.tree(db)[unit]
        of = OfUnit(form.code, of_unit.code, str(period))
        rows = {(row.indicator, row.breakdown): row for row in cells_entered(db, of)}
        key = ReportKey(form.code, of.unit, of.period, "own")
        current = [row for row in revisions_of(db, [key]).get(key, ()) if row.is_current]
        filed = {
            (cell.indicator, cell.breakdown): decimal_text(cell.value, cell.scale)
            for _, report in sealed_reports(db, current)
            for cell in report.cells.rows()
            if cell.measure == "value" and cell.value is not None
        }
    cells = []
    for indicator, breakdown in cells_asked(catalogue, form, of_unit.tier):
        row, one = rows.get((indicator, breakdown)), catalogue.by_code[indicator]
        cells.append(
            EnteredCell(
                indicator, breakdown, Text(one.zh, one.en), one.measured_in, row.draft if row else None,
                row.submitted if row else None, filed.get((indicator, breakdown)),
            )
        )  # fmt: skip
    return EnteredForm(catalogue, form, of, cells)
