"""A form's sheet as offices print it: a row for each unit and one for their sum, a column for each indicator."""

from collections.abc import Iterator, Sequence
from datetime import date
from typing import Any, Literal, NamedTuple

import polars as pl

from tiersync.errors import NotAsked
from tiersync.flow.figures.comparing.cells import end_of
from tiersync.flow.node import Node
from tiersync.model.catalogue import Catalogue
from tiersync.model.form import Form
from tiersync.model.indicator import Indicator
from tiersync.model.period import Period
from tiersync.model.text import Text, plain
from tiersync.rules.agreement.difference import decimal_text
from tiersync.rules.comparing.side_by_side import LinesAsked
from tiersync.store.database import Connection
from tiersync.views.figures.asked import AskedFigures, FiguresWanted, FormsAsked, units_of
from tiersync.views.figures.compared import compared_at
from tiersync.views.figures.line import HIDDEN, MASKED
from tiersync.views.reports.figures import never_negative
from tiersync.views.words import measured_in

SUM, OWN = Text("合计", "Total"), Text("本级", "Its own")
SIGNED = (
    Text("单位负责人", "Head of the unit"), Text("统计负责人", "Head of statistics"), Text("填表人", "Filled in by"),
    Text("报出日期", "Date of report"),
)  # fmt: skip
HALVES = {1: Text("上半年", "first half of"), 2: Text("下半年", "second half of")}


class SheetWanted(NamedTuple):
    """Which form of which period, of the units directly below one, or those of a tier at or below it."""

    form: str
    period: Period
    unit: str | None = None
    tier: str | None = None
    as_of: date | None = None


class SheetCell(NamedTuple):
    """A number of 10**-places units, of which it may be only the least; or none, and a mark where it is hidden."""

    value: int | None
    places: int
    mark: Literal["", "least", "hidden"] = ""

    @property
    def text(self) -> str:
        """What is printed; blank where the figure is missing."""
        if self.value is None:
            return MASKED if self.mark == "hidden" else ""
        said = decimal_text(self.value, self.places)
        return f"≥ {said}" if self.mark == "least" else said


class SheetColumn(NamedTuple):
    """An indicator: its code and name, and what it is measured in."""

    code: str
    name: Text
    measured_in: Text


class SheetRow(NamedTuple):
    """A unit's figures, one for each column; or those of them all."""

    unit: str
    name: Text
    cells: tuple[SheetCell, ...]
    is_sum: bool = False


class FormSheet(NamedTuple):
    """The sheet whole: what stands over the table, its columns and rows, and who signs below."""

    title: Text
    head: tuple[tuple[Text, str], ...]
    filed_by: str
    period: Text
    columns: tuple[SheetColumn, ...]
    rows: tuple[SheetRow, ...]
    signed: tuple[Text, ...] = SIGNED

    def as_object(self) -> dict[str, Any]:
        """For programs: exact decimals as text, null where there is no value."""
        return {
            "title": self.title._asdict(), "head": {name.en: value for name, value in self.head},
            "filed_by": self.filed_by, "period": self.period._asdict(), "columns": [one.code for one in self.columns],
            "rows": [
                {
                    "unit": row.unit, "name": row.name.zh, "is_sum": row.is_sum,
                    "values": [None if c.value is None else decimal_text(c.value, c.places) for c in row.cells],
                    "marks": [cell.mark for cell in row.cells],
                }
                for row in self.rows
            ],
        }  # fmt: skip

    @property
    def notes(self) -> Text:
        """What blanks and marks mean."""
        return Text(
            "空白为缺报，… 为已隐去，≥ 为下级未报齐时的下限。",
            "A blank is missing, … is masked, ≥ is at least that, for parts are missing.",
        )


def form_sheet(node: Node, wanted: SheetWanted) -> FormSheet:
    """The sheet of what is held here. Raises UnknownName, UnknownUnit or NotAsked."""
    with node.store.read() as db:
        return _made(db, node, wanted)


def _made(db: Connection, node: Node, wanted: SheetWanted) -> FormSheet:
    catalogue, tree = node.catalogue_for(db, wanted.period), node.tree(db)
    form, upper = asked_form(catalogue, wanted), tree[wanted.unit or node.home]
    below = units_of(tree, node.home, _as_figures(wanted, upper.code), catalogue)[wanted.period]
    indicators = [catalogue.by_code[code] for code in form.entries if code in catalogue.by_code]
    shown = below if upper.code in below else {**below, upper.code: upper.parent or ""}
    codes = tuple(one.code for one in indicators)
    places = LinesAsked(codes, frozenset(), ("",), {wanted.period: shown}, frozenset({"this"}))
    pinned, forms = {wanted.period: catalogue}, dict.fromkeys(codes, FormsAsked(form.code))
    asked = AskedFigures(places, ("",), pinned, catalogue, tree, forms)
    until = end_of(node, wanted.as_of) if wanted.as_of else None
    cells = _cells(compared_at(db, node, asked, until).lines, indicators)
    rows = [SheetRow(code, plain(tree[code].name), cells[code]) for code in sorted(below) if code != upper.code]
    if rows and not wanted.tier:
        rows += _own_row(db, node, asked, upper.code, until)
    last = SheetRow(upper.code, SUM if rows else plain(upper.name), cells[upper.code], is_sum=True)
    return FormSheet(
        Text(form.zh, form.en), tuple(_head(form)), upper.name, period_words(wanted.period),
        tuple(_column(one) for one in indicators), (*rows, last),
    )  # fmt: skip


def _own_row(db: Connection, node: Node, asked: AskedFigures, upper: str, until: str | None) -> list[SheetRow]:
    """What the unit above holds itself, without which its rows would not come to its total; none where that is
    nothing."""
    units = {period: {upper: ""} for period in asked.places.units}
    own = asked._replace(places=asked.places._replace(units=units), own=True)
    indicators = [asked.latest.by_code[code] for code in asked.places.indicators]
    cells = _cells(compared_at(db, node, own, until).lines, indicators)[upper]
    return [SheetRow(upper, OWN, cells)] if any(cell.value is not None for cell in cells) else []


def _as_figures(wanted: SheetWanted, upper: str) -> FiguresWanted:
    """Which units are asked for, as figures side by side are."""
    units, below = ((upper,), None) if wanted.tier else ((), upper)
    return FiguresWanted((), wanted.period, wanted.period, units, wanted.tier, below)


def _cells(lines: pl.DataFrame, indicators: Sequence[Indicator]) -> dict[str, tuple[SheetCell, ...]]:
    """The cells of each unit in the order of the columns: there is a line for each unit and indicator."""
    least = [one.code for one in indicators if never_negative(one)]
    mark = (
        pl.when(pl.col("value").is_null()).then(pl.when(pl.col("status").is_in(HIDDEN)).then(pl.lit("hidden")))
        .when((pl.col("status") == "partial") & pl.col("indicator").is_in(least)).then(pl.lit("least"))
        .fill_null("")
    )  # fmt: skip
    ordered = lines.select("unit", "value", pl.col("places").fill_null(0), mark.alias("mark"))
    ordered = ordered.sort("unit", maintain_order=True)
    cells = list(map(SheetCell, ordered["value"].to_list(), ordered["places"].to_list(), ordered["mark"].to_list()))
    wide, units = len(indicators), ordered["unit"].gather_every(len(indicators)).to_list()
    return {unit: tuple(cells[at * wide : (at + 1) * wide]) for at, unit in enumerate(units)}


def _column(indicator: Indicator) -> SheetColumn:
    return SheetColumn(indicator.code, Text(indicator.zh, indicator.en), measured_in(indicator.measured_in))


def _head(form: Form) -> Iterator[tuple[Text, str]]:
    head = form.head
    yield Text("表　　号", "Form number"), head.number
    yield Text("制定机关", "Made by"), head.made_by
    yield Text("批准文号", "Approved as"), head.approved_as
    yield Text("有效期至", "Valid until"), head.valid_until.isoformat() if head.valid_until else ""


def period_words(period: Period) -> Text:
    """A period as it is printed: 2013年第4季度."""
    year, number = period.year, period.number
    match period.kind:
        case "H":
            return Text(f"{year}年{HALVES[number].zh}", f"{HALVES[number].en} {year}")
        case "Q":
            return Text(f"{year}年第{number}季度", f"quarter {number} of {year}")
        case "M":
            return Text(f"{year}年{number}月", str(period))
        case "W":
            return Text(f"{year}年第{number}周", f"week {number} of {year}")
    return Text(f"{year}年", str(year))


def asked_form(catalogue: Catalogue, wanted: SheetWanted) -> Form:
    """The form; raises UnknownName where there is none, and NotAsked where it asks for other periods."""
    form = catalogue.form(wanted.form)
    if form.period != wanted.period.kind:
        raise NotAsked(period=f"{wanted.period} {form.code}", forms=f"{form.code} ({form.period})")
    return form
