"""Review of a whole city's quarter: all rules of the packaged catalogue over its 5,307 communities' reports at once.

Beside it, in the same run, a plain judge that takes one report after the other, a dictionary of its cells and the same
links, on a sample; it looks at the relations alone.
"""

import argparse
import time
from collections.abc import Sequence
from datetime import date
from fractions import Fraction

import polars as pl
from measure import Line, median_of, show

from tiersync.config.packaged import packaged_catalogue
from tiersync.model.catalogue import Catalogue
from tiersync.model.form import Form
from tiersync.model.period import Period
from tiersync.model.relations.notation import CellMeant
from tiersync.rules.counting.sheet import lay_out
from tiersync.rules.review.columns import Figures
from tiersync.rules.review.compared.linear import as_sum
from tiersync.rules.review.compared.links import links_of
from tiersync.rules.review.found import Review
from tiersync.rules.review.judge import judge

FORM, PERIOD = "aging-quarter", Period("2013-Q4")
TODAY = date(2014, 1, 10)
SAMPLE = 200  # reports
ORDER = {code: place for place, code in enumerate(("P07", "P06", "P05", "P04", "P09", "P08", "P02"))}


def reports(catalogue: Catalogue, form: Form, units: Sequence[str], seed: int) -> pl.DataFrame:
    """Counted cells of `units` that break no rule, but for one in a thousand; half of what is no person is declared."""
    rows = lay_out(catalogue, form, PERIOD, units).rows
    size = pl.col("indicator").replace_strict(ORDER, default=1, return_dtype=pl.Int64)
    size = pl.when(pl.col("measure") == "denominator").then(3).otherwise(size)
    odd = pl.struct("unit", "indicator", "breakdown").hash(seed) % 1000 == 0
    value = pl.when(odd).then(999).otherwise(size * 40 + (pl.col("unit").hash(7) % 30).cast(pl.Int64) + seed)
    value = pl.when(pl.col("indicator") == "B08").then(0).otherwise(value)
    declared = pl.col("indicator").str.starts_with("S") | pl.col("indicator").str.starts_with("A")
    return rows.with_columns(
        value=value, status=pl.lit("ok"), expected=pl.lit(1), present=pl.lit(1), bounds=pl.lit(""),
        basis=pl.when(declared).then(pl.lit("declared")).otherwise(pl.lit("records")),
    )  # fmt: skip


def plainly(catalogue: Catalogue, form: Form, held: pl.DataFrame) -> int:
    """How many links of the rules' relations the reports break, found one by one."""
    links = [
        (link, as_sum(link, Fraction(0))) for rule in catalogue.rules for link in links_of(catalogue, form, rule).links
    ]
    broken, names = 0, ("indicator", "breakdown", "measure")
    for (_unit,), part in held.partition_by("unit", as_dict=True).items():
        cells = {CellMeant(*key): value for *key, value in part.select(*names, "value").iter_rows()}
        for link, added in links:
            if added is None or any(cells.get(cell) is None for cell in added.factors):
                continue
            apart = added.number + sum(factor * cells[cell] for cell, factor in added.factors.items())
            op = link.judged.op
            broken += (apart > 0 and op in ("=", "<=", "<")) or (apart < 0 and op in ("=", ">=", ">"))
    return broken


def measure(communities: int, runs: int) -> list[Line]:
    catalogue = packaged_catalogue()
    form = catalogue.form(FORM)
    units = [unit.code for unit in catalogue.units if unit.tier == catalogue.tiers[-1]][:communities]
    now, before = reports(catalogue, form, units, 1), reports(catalogue, form, units, 2)
    review, figures = Review(catalogue, form, PERIOD, TODAY), Figures(now, before, before)
    found = judge(review, figures)
    seconds = median_of(runs, lambda: timed(lambda: judge(review, figures)))
    some = now.filter(pl.col("unit").is_in(units[:SAMPLE]))
    plain = (
        median_of(runs, lambda: timed(lambda: plainly(catalogue, form, some))) / min(SAMPLE, len(units)) * len(units)
    )
    return [
        Line("reports", len(units), "", f"{now.height / len(units):.0f} cells each"),
        Line("all rules", seconds, "s", f"{found.findings.height} findings, {found.unchecked.height} not checked"),
        Line("relations alone, one report after the other", plain, "s", f"from a sample of {min(SAMPLE, len(units))}"),
        Line("times as long", plain / seconds, "x", "the plain judge, for less"),
    ]


def timed(act: object) -> float:
    began = time.perf_counter()
    act()  # type: ignore[operator]
    return time.perf_counter() - began


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--communities", type=int, default=5307)
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    show("review", measure(options.communities, options.runs), as_json=options.json)


if __name__ == "__main__":
    main()
