"""Figures side by side and a form's sheet, of a whole city: 5,307 communities, 147 offices above them, eight quarters.

The city's figure segments are made directly, with as many cells as a community's quarter has; nothing is filed, so no
body stands behind them. Asking is what it is for any city whose reports came.
"""

import argparse
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from statistics import median
from typing import Any
from zoneinfo import ZoneInfo

import polars as pl
from measure import Line, show
from network import say

from tiersync.flow.node import Node
from tiersync.host.opening import now, open_node
from tiersync.model.catalogue import Catalogue
from tiersync.model.period import Period
from tiersync.rules.comparing.side_by_side import SHOWS
from tiersync.rules.totals.gathered import ORDER, SCHEMA
from tiersync.store.database import insert_many
from tiersync.store.links.envelopes import spell_time
from tiersync.store.reports.reports import current_reports
from tiersync.store.reports.segments import keep_segment, put_content, spell_segment
from tiersync.store.tables import reports
from tiersync.views.figures.asked import FiguresWanted
from tiersync.views.figures.compared import compared
from tiersync.views.figures.line import as_object
from tiersync.views.figures.sheet import FormSheet, SheetWanted, form_sheet
from tiersync.views.figures.tables import tables_of
from tiersync.views.render import sheet_html, sheet_xlsx
from tiersync.views.table import Reader

CITY, FORM, INDICATOR = "371400000000", "aging-quarter", "P02"
FIRST, LAST = Period("2012-Q1"), Period("2013-Q4")
BEFORE = Period("2011-Q1")  # so that every quarter has one before it, and one of the year before
CELLS = 450  # of a community's quarter


def quarters(first: Period, last: Period) -> Iterator[Period]:
    while first <= last:
        yield first
        first = first.following()


def cells_of(catalogue: Catalogue, form: str) -> pl.DataFrame:
    """The keys of a report's cells: each indicator whole, and the rest of so many split by sex and age."""
    found: list[tuple[str, str, str]] = []
    for code in catalogue.form(form).entries:
        measures = ("numerator", "denominator") if catalogue.by_code[code].measure == "ratio" else ("value",)
        found += [(code, "", measure) for measure in measures]
    split = [(code, f"age_band={age}-{age + 4};sex={sex}") for code, _, measure in found if measure == "value"
             for age in range(60, 100, 5) for sex in (1, 2)]  # fmt: skip
    found += [(code, breakdown, "value") for code, breakdown in split][: CELLS - len(found)]
    return pl.DataFrame(found, schema=["indicator", "breakdown", "measure"], orient="row")


def fill(node: Node, period: Period, keys: pl.DataFrame, catalogue: Catalogue) -> None:
    """A current report of every unit, and the segment that holds their cells."""
    tree, moment = catalogue.tree, now()
    rows = [
        (FORM, code, str(period), "total" if tree.children(code) else "own", 0, 1, 1, CITY, f"{period}-{code}",
         "0" * 64, "0" * 64, 1, "{}", True, spell_time(moment))
        for code in tree.within(CITY)
    ]  # fmt: skip
    with node.store.write() as db:
        insert_many(db, reports, rows)
    with node.store.read() as db:
        held = [(row.id, row.unit, row.part) for row in current_reports(db, FORM, str(period))]
    content = spell_segment(_cells(held, keys, period.year * 4 + period.number).lazy())
    kept = put_content(node.store, content)
    with node.store.write() as db:
        keep_segment(db, (FORM, str(period)), content, kept, [one[0] for one in held], moment)


def _cells(held: Iterable[tuple[int, str, str]], keys: pl.DataFrame, seed: int) -> pl.DataFrame:
    units = pl.DataFrame(list(held), schema=["report", "unit", "part"], orient="row")
    value = (pl.col("report") * 7919 + pl.col("breakdown").str.len_bytes() * 31 + seed * 13) % 5000 + 1
    cells = units.join(keys, how="cross").with_columns(
        value=value, scale=pl.lit(0), status=pl.lit("ok"), basis=pl.lit("summed"), expected=pl.lit(1),
        present=pl.lit(1), bounds=pl.lit(""),
    )  # fmt: skip
    return cells.select(*SCHEMA).cast(SCHEMA).sort(ORDER)


def taken(runs: int, act: Callable[[], Any]) -> float:
    times = []
    for _ in range(runs):
        began = time.perf_counter()
        act()
        times.append(time.perf_counter() - began)
    return median(times)


def measure(root: Path, runs: int) -> list[Line]:
    folder = root / "node"
    say("init", CITY, "--dir", folder, "--url", "http://127.0.0.1:1", "--listen", "127.0.0.1:0")
    node = open_node(folder)
    with node.store.read() as db:
        catalogue = node.catalogue(db)
    keys = cells_of(catalogue, FORM)
    for period in quarters(BEFORE, LAST):
        fill(node, period, keys, catalogue)
    lowest = catalogue.tiers[-1]
    plain = FiguresWanted((INDICATOR,), FIRST, LAST, tier=lowest)
    whole = plain._replace(shows=SHOWS)
    found = compared(node, whole)
    units = found.lines["unit"].n_unique()
    assert found.lines["value"].null_count() == 0
    sheet = form_sheet(node, SheetWanted(FORM, LAST, tier=lowest))
    assert len(sheet.rows) == units + 1
    lines = [
        Line(
            f"one indicator of {units:,} units × 8 quarters", taken(runs, lambda: compared(node, plain)), "s", "aim 0.5"
        ),
        Line("… with all that stands beside", taken(runs, lambda: compared(node, whole)), "s", "aim 0.5"),
        Line("… as a table", taken(runs, lambda: tables_of(found)), "s"),
        Line("… as JSON", taken(runs, lambda: [as_object(found, line) for line in found.each()]), "s"),
        *_of_sheet(node, sheet, root, runs),
    ]
    node.store.close()
    return lines


def _of_sheet(node: Node, sheet: FormSheet, root: Path, runs: int) -> list[Line]:
    reader, asked = Reader("zh", ZoneInfo(node.time_zone)), SheetWanted(FORM, LAST, tier="community")
    book, page = root / "sheet.xlsx", root / "sheet.html"

    def write_page() -> None:
        with page.open("w", encoding="utf-8") as file:
            sheet_html.write(sheet, reader, file)

    reading = taken(runs, lambda: form_sheet(node, asked))
    writing = taken(runs, lambda: sheet_xlsx.write(sheet, reader, book))
    size = f"{len(sheet.rows):,} rows × {len(sheet.columns)} columns, {book.stat().st_size / 1e6:.1f} MB"
    return [
        Line("a form's sheet is put together", reading, "s"),
        Line("… and written as a workbook", writing, "s", size),
        Line("… both", reading + writing, "s", "aim 5"),
        Line("… as a page", taken(runs, write_page), "s"),
    ]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=5, help="medians are taken over this many runs")
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        lines = measure(Path(name), options.runs)
    show("side by side", lines, as_json=options.json)


if __name__ == "__main__":
    main()
