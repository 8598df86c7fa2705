"""Adjustments as people read them, and the ratios that go without."""

from collections.abc import Iterable, Iterator

from tiersync.model.adjustment import Adjustment
from tiersync.model.catalogue import Catalogue
from tiersync.model.cell import CellKey
from tiersync.model.report import Report
from tiersync.model.text import EMPTY, Text, plain
from tiersync.rules.agreement.difference import decimal_text
from tiersync.views.reports.figures import breakdown_words
from tiersync.views.words import measured_in, word


def adjusted(catalogue: Catalogue, rows: Iterable[Adjustment]) -> Iterator[tuple[str | Text, ...]]:
    """A line for each: code, indicator, group, value, what it is measured in, reason."""
    for row in rows:
        indicator = catalogue.by_code.get(row.indicator)
        name = Text(indicator.zh, indicator.en) if indicator else plain(row.indicator)
        unit = measured_in(indicator.measured_in) if indicator else EMPTY
        if row.measure != "value":
            number, unit = word(row.measure), EMPTY
            name = Text(f"{name.zh} ({number.zh})", f"{name.en} ({number.en})")
        value = decimal_text(row.value, row.scale)
        yield row.indicator, name, breakdown_words(catalogue, row.breakdown), value, unit, word(row.reason)


def unadjusted(catalogue: Catalogue, report: Report) -> list[str]:
    """The ratios of a report whose pair is another than the adjusted totals beside it: it is the sum of its parts'."""
    adjusted_cells = {row.key for row in report.adjustments.rows()}
    values = {cell.key: cell.value for cell in report.cells.rows()}
    found = {
        key.indicator
        for key, value in values.items()
        if (total := member_of(catalogue, key)) in adjusted_cells and value not in (None, values.get(total))
    }
    return sorted(found)


def member_of(catalogue: Catalogue, key: CellKey) -> CellKey:
    """The total behind one number of a ratio of two indicators; of any other cell itself."""
    indicator = catalogue.by_code.get(key.indicator)
    if indicator is None or not indicator.is_quotient or key.measure == "value":
        return key
    return CellKey(getattr(indicator, key.measure), key.breakdown, "value")
