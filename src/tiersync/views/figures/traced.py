"""Who changed a figure since: each revision of the report that says it, with its moment, filer, value and reason."""

from collections.abc import Iterator
from datetime import date
from typing import Any, NamedTuple

import polars as pl

from tiersync.errors import UnknownName
from tiersync.flow.figures.comparing.cells import end_of, of_bodies
from tiersync.flow.node import Node
from tiersync.model.catalogue import Catalogue
from tiersync.model.indicator import Indicator
from tiersync.model.period import Period
from tiersync.model.text import Text, plain
from tiersync.rules.agreement.difference import say_rank
from tiersync.rules.comparing.values import values_of
from tiersync.rules.totals.gathered import WhichCells
from tiersync.store.database import Connection, Row
from tiersync.store.reports.reports import rank_of
from tiersync.store.reports.sealed import sealed_reports
from tiersync.store.reports.standing import revisions_of_unit
from tiersync.views.figures.asked import NO_HINT, forms_of
from tiersync.views.figures.line import decimal, shown
from tiersync.views.table import Shown, Table, moment, table
from tiersync.views.words import word

REASONS = {
    "first": Text("首次", "first"), "changed": Text("数据变化", "changed"),
    "part_revised": Text("下级更新", "part revised"), "waiting": Text("待核行变化", "waiting rows changed"),
    "recovered": Text("恢复", "recovered"),
}  # fmt: skip
NO_BODY = {"value": None, "status": "damaged", "places": 0}


class TraceWanted(NamedTuple):
    """Which figure's revisions, up to which day."""

    indicator: str
    unit: str
    period: Period
    breakdown: str = ""
    form: str | None = None
    as_of: date | None = None


class FigureRevision(NamedTuple):
    """What one revision says of the figure. It `changed` where the one before said something else."""

    form: str
    part: str
    revision: str
    received_at: str
    filer: str
    reason: str
    line: dict[str, Any]
    changed: bool
    current: bool


class TracedFigure(NamedTuple):
    """A figure's revisions, the oldest first."""

    indicator: Indicator
    revisions: tuple[FigureRevision, ...]

    def as_object(self) -> list[dict[str, Any]]:
        """For programs: every revision, its value as an exact decimal."""
        return [
            {name: value for name, value in one._asdict().items() if name != "line"}
            | {"value": decimal(one.line["value"], one.line["places"]), "status": one.line["status"]}
            for one in self.revisions
        ]  # fmt: skip

    def table(self) -> Table:
        return table(
            Text("数据的各版本", "Revisions of the figure"),
            Text("报表,部分,版本,保存时间,签发单位,数值,有无变化,原因,状态",
                 "form,part,revision,stored,filed by,value,changed,reason,state"),
            map(self._row, self.revisions),
        )  # fmt: skip

    def _row(self, one: FigureRevision) -> tuple[Shown, ...]:
        changed = Text("变化", "changed") if one.changed else Text("", "")
        state = Text("现行", "in force") if one.current else word("replaced")
        return (
            one.form, word(one.part), one.revision, moment(one.received_at), one.filer,
            shown(self.indicator, one.line), changed, REASONS.get(one.reason, plain(one.reason)), state,
        )  # fmt: skip


def traced(node: Node, wanted: TraceWanted) -> TracedFigure:
    """The revisions that are held here. Raises UnknownName, UnknownUnit or NotAsked."""
    until = end_of(node, wanted.as_of) if wanted.as_of else None
    with node.store.read() as db:
        catalogue = node.catalogue_for(db, wanted.period)
        unit = node.tree(db)[wanted.unit].code
        forms = forms_of(catalogue, _known(catalogue, wanted.indicator).code, wanted.form, wanted.period)
        found = revisions_of_unit(db, filter(None, forms), unit, str(wanted.period))
        rows = [row for row in found if until is None or row.received_at < until]
        return TracedFigure(catalogue.by_code[wanted.indicator], tuple(_revisions(db, catalogue, wanted, rows)))


def _known(catalogue: Catalogue, code: str) -> Indicator:
    from_code = catalogue.by_code.get(code)
    if from_code is None:
        raise UnknownName(what="indicator", name=code, hint=NO_HINT)
    return from_code


def _revisions(
    db: Connection, catalogue: Catalogue, wanted: TraceWanted, rows: list[Row[Any]]
) -> Iterator[FigureRevision]:
    asked = WhichCells(wanted.indicator, ";".join(sorted(filter(None, wanted.breakdown.split(";")))))
    cells = of_bodies(db, rows, asked).with_columns(period=pl.lit(str(wanted.period)))
    values = {line["report"]: line for line in values_of(cells, catalogue.indicators).iter_rows(named=True)}
    reasons = {row.id: report.reason for row, report in sealed_reports(db, rows)}
    newest = {(row.form, row.part): row for row in rows}  # They come in order of rank.
    said: dict[tuple[str, str], object] = {}
    for row in rows:
        place = (row.form, row.part)
        line = values.get(row.id, NO_BODY if row.id not in reasons else NO_BODY | {"status": "missing"})
        changed = place in said and said[place] != line["value"]
        said[place] = line["value"]
        yield FigureRevision(
            row.form, row.part, say_rank(rank_of(row)), row.received_at, row.origin, reasons.get(row.id, ""), line,
            changed, newest[place] is row,
        )  # fmt: skip
