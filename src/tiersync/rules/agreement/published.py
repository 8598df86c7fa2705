"""What was told the public or another office against the figures that the reports hold."""

from collections.abc import Iterator, Mapping
from decimal import ROUND_HALF_UP, Decimal
from typing import Any, NamedTuple

import polars as pl

from tiersync.model.bounds import read_bounds
from tiersync.model.catalogue import Catalogue
from tiersync.model.cell import Cell
from tiersync.model.finding import Finding, Reason
from tiersync.model.indicator import Indicator
from tiersync.model.period import Period
from tiersync.model.report import Part, Report, ReportKey
from tiersync.rules.agreement.difference import say_value
from tiersync.rules.counting.declared import CELL, HIGH, LOW, contradict, in_accord, role_of, stated_by
from tiersync.rules.counting.declared_beside import text_of
from tiersync.rules.rows.figures import PUBLISHED

PARTS: tuple[Part, ...] = ("total", "own")  # Of a unit with both its total is what was published.


def published_of(figures: pl.DataFrame) -> pl.DataFrame:
    """The published values among figures, as `stated_by` tells them."""
    return stated_by(figures.filter((role_of() == PUBLISHED) & pl.col("value").is_not_null()))


def keys_of(catalogue: Catalogue, stated: pl.DataFrame) -> list[ReportKey]:
    """The reports that may hold what is stated: of every form of that kind of period that asks for the indicator."""
    named = stated.select("indicator", "unit", "period").unique().sort(pl.all()).iter_rows()
    return [
        ReportKey(form, unit, period, part)
        for indicator, unit, period in named
        for form in _forms_of(catalogue, str(indicator), period)
        for part in PARTS
    ]


def compare_published(
    node: str, catalogue: Catalogue, stated: pl.DataFrame, held: Mapping[ReportKey, Report]
) -> Iterator[Finding]:
    """Each published figure that is not the counted one, or has none to be compared with."""
    stated = stated.filter(pl.col("indicator").cast(pl.String).is_in(list(catalogue.by_code)))
    for rows in stated.filter(contradict()).partition_by(CELL, maintain_order=True):
        row = rows.row(0, named=True)
        places = catalogue.by_code[row["indicator"]].decimals
        one, other, *_ = sorted({text_of(row | {"scale": places}) for row in rows.iter_rows(named=True)})
        for form in _forms_of(catalogue, row["indicator"], row["period"])[:1]:
            yield _about(node, form, row, "contradicts", (one, other))
    for row in in_accord(stated.filter(~contradict())).iter_rows(named=True):
        for form in _forms_of(catalogue, row["indicator"], row["period"]):
            yield from _differs(node, catalogue.by_code[row["indicator"]], form, row, held)


def _forms_of(catalogue: Catalogue, indicator: str, period: str) -> list[str]:
    kind = Period(period).kind
    return [form.code for form in catalogue.forms if form.period == kind and indicator in form.entries]


class CountedFigure(NamedTuple):
    """The counted figure: from `low` to `high`, none where there is none; how it is said; whether parts are lacking."""

    low: Decimal | None
    high: Decimal | None
    text: str
    lacks: bool


def _differs(
    node: str, indicator: Indicator, form: str, row: dict[str, Any], held: Mapping[ReportKey, Report]
) -> Iterator[Finding]:
    keys = [ReportKey(form, row["unit"], row["period"], part) for part in PARTS]
    key = next((key for key in keys if key in held), keys[0])
    counted = _counted(indicator, cells_of(held.get(key), indicator.code, row["breakdown"]))
    if not _may_be(row, counted):
        reason: Reason = "missing_child" if _is_for_want_of_parts(row, counted) else "unexplained"
        said = text_of(row | {"scale": indicator.decimals}), counted.text
        yield _about(node, form, row, reason, said).model_copy(update={"part": key.part})


def _may_be(row: dict[str, Any], counted: CountedFigure) -> bool:
    """Whether the published and the counted figure can be one; either may be approximate."""
    if counted.text == "missing":
        return False
    least, most = row[LOW], row[HIGH]
    is_above = least is not None and counted.high is not None and counted.high < least
    is_below = most is not None and counted.low is not None and counted.low > most
    return not is_above and not is_below


def _is_for_want_of_parts(row: dict[str, Any], counted: CountedFigure) -> bool:
    """Whether more reports may account for the difference: nothing is counted yet, or less than was published."""
    if counted.text == "missing":
        return True
    return counted.lacks and (counted.high is None or row["value"] > counted.high)


def cells_of(report: Report | None, indicator: str, breakdown: str) -> dict[str, Cell]:
    """The cell of one breakdown of an indicator, or both of a ratio, by measure."""
    rows = report.cells.rows() if report else ()
    return {cell.measure: cell for cell in rows if (cell.indicator, cell.breakdown) == (indicator, breakdown)}


def _counted(indicator: Indicator, cells: Mapping[str, Cell]) -> CountedFigure:
    lacks = any(cell.present < cell.expected for cell in cells.values())
    cell = cells.get("value")
    if cell is None:
        value = ratio_of(indicator, cells)
        return CountedFigure(value, value, "missing" if value is None else f"{value:f}", lacks)
    if cell.value is None:
        return CountedFigure(None, None, "missing", lacks)
    ends = read_bounds(cell.bounds, cell.value)
    low, high = (None if end is None else Decimal(end).scaleb(-cell.scale) for end in ends)
    return CountedFigure(low, high, say_value(cell), lacks)


def ratio_of(indicator: Indicator, pair: Mapping[str, Cell]) -> Decimal | None:
    """A ratio as it is shown, rounded to its places; None where either number is not known, or nothing is below."""
    above, below = (exact(pair.get(which)) for which in ("numerator", "denominator"))
    if above is None or not below:
        return None
    return (indicator.factor * above / below).quantize(Decimal(1).scaleb(-indicator.decimals), ROUND_HALF_UP)


def exact(cell: Cell | None) -> Decimal | None:
    return None if cell is None or cell.value is None else Decimal(cell.value).scaleb(-cell.scale)


def _about(node: str, form: str, row: dict[str, Any], reason: Reason, said: tuple[str, str]) -> Finding:
    return Finding(
        level="published", reason=reason, node=node, unit=row["unit"], form=form, period=row["period"],
        indicator=row["indicator"], breakdown=row["breakdown"], measure="value", sent=said[0], held=said[1],
    )  # fmt: skip
