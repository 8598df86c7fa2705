"""Figures that people enter by hand: checked as any declared figure is, and counted for their form once submitted."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from decimal import Decimal, InvalidOperation
from typing import Any

import polars as pl

from tiersync.errors import BadFigure, NotOursToFile
from tiersync.flow.figures.asked import figures_asked
from tiersync.flow.node import Node
from tiersync.model.catalogue import Catalogue
from tiersync.model.form import Form
from tiersync.model.period import Period
from tiersync.plugins.values.approximate import number_in, qualifier_in
from tiersync.rules.counting.declared import cells_of, spell_breakdown
from tiersync.rules.counting.sheet import offsets_of
from tiersync.rules.rows.figures import NO_SUCH_CELL, TOO_MANY_PLACES, figure_checks
from tiersync.rules.totals.expected import expected_of_own
from tiersync.store.database import Connection, Row
from tiersync.store.links.charters import load_keyring
from tiersync.store.reports.entered import OfUnit, cells_entered, enter_cells, submitted_cells

VALUE = pl.Decimal(18, 4)
LONGEST = 40  # characters of a figure as people write it
TOO_LARGE = Decimal(10) ** 13  # far more yuan than any city pays, and far less than a column of figures holds
PERCENT = frozenset("%％‰")
LONGEST_NAME = 80  # of a cell, in what is said of it
FORM = "form"
FIGURE = {
    "figure_id": pl.String(), "indicator": pl.String(), "unit": pl.String(), "period": pl.String(),
    "dims": pl.String(), "value": VALUE, "value_low": VALUE, "value_high": VALUE, "qualifier": pl.String(),
    "value_role": pl.String(), "null_reason": pl.String(),
}  # fmt: skip
SCHEMA = {FORM: pl.String()} | FIGURE
Values = Mapping[tuple[str, str], str]
"""What is entered of each (indicator, breakdown), as it is written; '' takes it back"""


def submitted_figures(db: Connection) -> pl.DataFrame:
    """Every figure that counts of those that were entered: columns of SCHEMA."""
    return _frame((row, row.submitted) for row in submitted_cells(db))


def drafted_figures(db: Connection, of: OfUnit) -> pl.DataFrame:
    """The same for one form, unit and period as it would be if what is drafted were submitted."""
    drafted = ((row, row.submitted if row.draft is None else row.draft) for row in cells_entered(db, of))
    return _frame((row, text) for row, text in drafted if text)


def _frame(written: Iterable[tuple[Row[Any], str]]) -> pl.DataFrame:
    rows = [(row.form, *_figure(row.indicator, row.unit, row.period, row.breakdown, text)) for row, text in written]
    return pl.DataFrame(rows, schema=SCHEMA, orient="row")


def _figure(indicator: str, unit: str, period: str, breakdown: str, text: str) -> tuple[Any, ...]:
    value, how = _decimal(text), qualifier_in(text)
    said = None if how == "exact" else how
    return None, indicator, unit, period, breakdown or None, value, None, None, said, None, None


def _decimal(text: str) -> Decimal | None:
    """What a figure says as it is written; None for what no cell holds. Shares are entered as their two numbers."""
    try:
        number = Decimal(number_in(text))
    except InvalidOperation:
        return None
    return number if number.is_finite() and abs(number) < TOO_LARGE and not PERCENT & set(text) else None


def enter(node: Node, of: OfUnit, form: Form, values: Values, now: datetime) -> int:
    """Write the drafts of some cells; returns how many. Raises NotOursToFile, and BadFigure for what is no figure of
    this form and unit: then nothing is written."""
    with node.store.read() as db:
        filer = load_keyring(db).nearest_node(of.unit, node.tree(db)) or node.home
    if filer != node.home:
        raise NotOursToFile(unit=of.unit, filer=filer)
    spelled = {(code, spell_breakdown(breakdown)): text.strip() for (code, breakdown), text in values.items()}
    check_entered(node, of, form, spelled)
    with node.store.write() as db:
        enter_cells(db, of, spelled, now)
    return len(spelled)


def check_entered(node: Node, of: OfUnit, form: Form, values: Values) -> None:
    """Raise BadFigure for the first figure that is no number, or for no cell that this form asks of this unit."""
    with node.store.read() as db:
        tier, catalogue = node.tree(db)[of.unit].tier, node.catalogue_for(db, Period(of.period))
    asked = expected_of_own(catalogue, form, tier)
    written = {cell: text for cell, text in values.items() if text}
    for (code, breakdown), text in values.items():
        if code not in asked:
            raise _bad(
                of, code, breakdown, text, f"本表不要求该单位填报 {code}", f"the form does not ask this unit for {code}"
            )
        if text and (len(text) > LONGEST or _decimal(text) is None):
            raise _bad(of, code, breakdown, text[:LONGEST], "不是数字", "it is no number")
    rows = [_figure(code, of.unit, of.period, breakdown, text) for (code, breakdown), text in written.items()]
    frame, cells = pl.DataFrame(rows, schema=FIGURE, orient="row"), list(written.items())
    for check in figure_checks(figures_asked(node)):
        which = check.refuses(frame)
        for at in which.arg_true() if isinstance(which, pl.Series) else ():
            (code, breakdown), text = cells[at]
            raise _bad(of, code, breakdown, text, *WRONG[check.reason])


WRONG = {
    TOO_MANY_PLACES: ("小数位数过多", "it has too many places"),
    NO_SUCH_CELL: ("没有这个分组", "there is no such cell"),
}


def _bad(of: OfUnit, code: str, breakdown: str, text: str, zh: str, en: str) -> BadFigure:
    cell = (f"{code}[{breakdown}]" if breakdown else code)[:LONGEST_NAME]
    return BadFigure(form=of.form, period=of.period, unit=of.unit, cell=cell, text=text, why_zh=zh, why_en=en)


def cells_asked(catalogue: Catalogue, form: Form, tier: str) -> list[tuple[str, str]]:
    """The (indicator, breakdown) of every cell that a unit of a tier may enter in a form, in order."""
    found: list[tuple[str, str]] = []
    for code in sorted(expected_of_own(catalogue, form, tier)):
        indicator = catalogue.by_code[code]
        if not indicator.is_quotient:
            cells = cells_of(catalogue, indicator, offsets_of(catalogue, indicator))
            found += [(code, breakdown) for breakdown in cells["breakdown"]]
    return found
