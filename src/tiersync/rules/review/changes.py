"""Figures against those of other periods: changes (V08), slips of the unit, copies; a year against its parts (V13)."""

from collections.abc import Iterator
from fractions import Fraction
from typing import Any

import polars as pl

from tiersync.model.text import Text
from tiersync.rules.agreement.difference import decimal_text
from tiersync.rules.review.columns import PLACES, Figures, in_units
from tiersync.rules.review.compared.exact import decimal_said
from tiersync.rules.review.found import FLOWS, NOTHING_FOUND, STOCK, Template, findings
from tiersync.rules.review.words import cell_words, row_cell

CELL = ("unit", "part", "indicator", "breakdown", "measure")
SLIPS = (10, 100, 10_000)  # a digit too many, 百元 or a percent, 元 for 万元
MONEY = "元"
BASES = {"before": Text("上期", "last period"), "year_ago": Text("上年同期", "the same period last year")}


OUGHT = {
    "=": Text("应等于各短期之和", "should equal the sum of its shorter periods,"),
    "<=": Text("应不大于各短期之和", "should be at most the sum of its shorter periods,"),
    ">=": Text("应不小于最大的一期", "should be at least the largest of its shorter periods,"),
}


def changed_much(template: Template) -> pl.DataFrame:
    """Totals that changed by more than the share: a stock since the period before, a declared flow since last year, or
    else the period before. Of what records count, only stocks are compared: flows come and go with the seasons."""
    both = _with_history(template)
    is_stock, is_declared = pl.col("kind") == STOCK, pl.col("basis") == "declared"
    base = pl.when(is_stock).then("before").when(is_declared).then(pl.coalesce("year_ago", "before"))
    told = both.with_columns(base=base).filter((pl.col("kind").is_in(FLOWS) | is_stock) & (pl.col("base") != 0))
    numerator, denominator = Fraction(template.rule.share or 0).as_integer_ratio()
    by = (pl.col("now") - pl.col("base")).abs()
    is_odd = (by * denominator > pl.col("base").abs() * numerator) & (by >= pl.col("floor"))
    return findings(_changed(template, told.filter(is_odd)))


def _changed(template: Template, cells: pl.DataFrame) -> Iterator[dict[str, str]]:
    for row in cells.iter_rows(named=True):
        since = _since(row)
        name, now, base = _names(template, row, since)
        apart = decimal_said(Fraction(abs(row["now"] - row["base"]), 10**PLACES))
        share = decimal_said(abs(Fraction(row["now"] - row["base"], row["base"])) * 100, 1)
        how = Text("增加", "more") if row["now"] > row["base"] else Text("减少", "less")
        yield template.finding(
            row, left=now, op="=", right=base, difference=apart,
            zh=f"{name.zh} {now}，比{BASES[since].zh}的 {base} {how.zh} {apart}（{share}%），须说明原因",
            en=f"{name.en} {now} is {apart} ({share} %) {how.en} than the {base} of {BASES[since].en}; say why",
        )  # fmt: skip


def _since(row: dict[str, Any]) -> str:
    return "before" if row["kind"] == STOCK or row["year_ago"] is None else "year_ago"


def unit_slips(template: Template) -> pl.DataFrame:
    """Totals that are 10, 100 or 10,000 times what they were, or that part of it: declared ones, and any money."""
    both = _with_history(template)
    told = both.filter((pl.col("basis") == "declared") | (pl.col("measured_in") == MONEY))
    numerator, denominator = Fraction(template.rule.share or 0).as_integer_ratio()
    for base in BASES:
        slips = [_is_times(base, times, (numerator, denominator)).alias(f"{base} {times}") for times in SLIPS]
        told = told.with_columns(slips)
    found = told.filter(pl.any_horizontal(f"{base} {times}" for base in BASES for times in SLIPS))
    return findings(_slips(template, found))


def _is_times(base: str, times: int, share: tuple[int, int]) -> pl.Expr:
    """Whether the larger of both is about so many times the smaller, and not under the floor."""
    large, small = pl.max_horizontal("now", base), pl.min_horizontal("now", base) * times
    is_near = (large - small).abs() * share[1] <= small * share[0]
    is_told = (pl.col(base) > 0) & (pl.col("now") > 0) & (large >= pl.col("floor"))
    return (is_near & is_told).fill_null(False)


def _slips(template: Template, cells: pl.DataFrame) -> Iterator[dict[str, str]]:
    for row in cells.iter_rows(named=True):
        since, times = next((base, times) for base in BASES for times in SLIPS if row[f"{base} {times}"])
        name, now, base = _names(template, row, since)
        is_more = row["now"] > row[since]
        zh = f"{times} 倍" if is_more else f"1/{times}"
        en = f"{times} times" if is_more else f"1/{times} of"
        apart = decimal_said(Fraction(abs(row["now"] - row[since]), 10**PLACES))
        yield template.finding(
            row, left=now, op="=", right=base, difference=apart,
            zh=f"{name.zh} {now}，约为{BASES[since].zh} {base} 的 {zh}，请核对计量单位",
            en=f"{name.en} {now} is about {en} the {base} of {BASES[since].en}; please check the unit",
        )  # fmt: skip


def copied(template: Template) -> pl.DataFrame:
    """Reports of which all declared flows, and no fewer than the rule says, are those of the period before."""
    flows = [one.code for one in template.indicators if one.kind in FLOWS]
    is_told = pl.col("indicator").is_in(flows) & (pl.col("basis") == "declared") & (pl.col("part") == "own")
    before, like = template.figures.before, _alike(template.totals, is_told)
    declared = template.figures.cells.filter(pl.col("unit").is_in(like.implode()) & is_told)
    before = before.filter(pl.col("unit").is_in(like.implode()) & is_told).select(
        *CELL, base="value", base_scale="scale"
    )
    both = declared.join(before, on=CELL, maintain_order="left").filter((pl.col("value") != 0) | (pl.col("base") != 0))
    is_same = (pl.col("value") == pl.col("base")) & (pl.col("scale") == pl.col("base_scale"))
    counted = both.group_by("unit", "part", maintain_order=True).agg(pl.len(), same=is_same.fill_null(False).all())
    return findings(_copied(template, counted.filter(pl.col("same") & (pl.col("len") >= max(template.rule.least, 1)))))


def _alike(totals: Figures, is_told: pl.Expr) -> pl.Series:
    """The units of which no total is another one than before; only of those all cells are compared."""
    now, before = totals.cells.filter(is_told), totals.before.filter(is_told)
    told = [*CELL, "value", "scale"]
    other = now.select(told).join(before.select(told), on=told, how="anti")
    return now.select(pl.col("unit").unique()).join(other, on="unit", how="anti")["unit"]


def _copied(template: Template, reports: pl.DataFrame) -> Iterator[dict[str, str]]:
    for row in reports.iter_rows(named=True):
        zh = f"填报的 {row['len']} 个数与上期完全相同，请核对是否照抄上期"
        en = f"all {row['len']} declared figures are those of last period; please check that they are not a copy"
        yield template.finding(row, left=str(row["len"]), zh=zh, en=en)


def _with_history(template: Template) -> pl.DataFrame:
    """The own totals of the rule's indicators with `now`, `before` and `year_ago` in one unit, null where one has none;
    and what is known of each indicator. An approximate figure is compared by what it states: 约1200000 after 12,000 is
    as odd as 1200000."""
    found = _plain_totals(template, template.totals.cells).rename({"number": "now"})
    for base in BASES:
        told = _plain_totals(template, getattr(template.totals, base))
        found = found.join(
            told.select(*CELL, number="number").rename({"number": base}), on=CELL, how="left", maintain_order="left"
        )
    return found.join(template.of_indicators, on="indicator", maintain_order="left")


def _plain_totals(template: Template, frame: pl.DataFrame) -> pl.DataFrame:
    totals = template.values(frame.filter(pl.col("part") == "own"))
    told = in_units(totals, template.rule.negative)
    return totals.with_columns(number=told["value"]).filter(told["exact"] | (pl.col("bounds").fill_null("") != ""))


def _names(template: Template, row: dict[str, Any], since: str) -> tuple[Text, str, str]:
    """The figure's name, its value and what it is compared with, as they are printed."""
    base = decimal_text(row[since] // 10 ** (PLACES - row["scale"]), row["scale"])
    return cell_words(template.review.catalogue, row_cell(row)), decimal_text(row["value"], row["scale"]), base


def unlike_shorter(template: Template) -> pl.DataFrame:
    """Declared totals that are not what the shorter periods come to, where all of those are there. What records count
    is counted anew for each period: there reconciliation compares."""
    if not template.totals.shorter:
        return NOTHING_FOUND
    year = _told(template, template.totals.cells).filter(pl.col("basis") == "declared")
    shorter = [_told(template, frame) for frame in template.totals.shorter]
    added = pl.concat(shorter).group_by(CELL).agg(pl.len(), pl.col("now").sum().alias("sum"), most=pl.col("now").max())
    whole = added.filter(pl.col("len") == len(shorter))
    both = year.join(whole, on=CELL, maintain_order="left").join(
        template.of_indicators, on="indicator", maintain_order="left"
    )
    is_flow = pl.col("kind") == "flow"
    is_wrong = pl.when(is_flow).then(pl.col("now") != pl.col("sum")).otherwise(~pl.col("now").is_between("most", "sum"))
    return findings(_unlike(template, both.filter(pl.col("kind").is_in(FLOWS) & is_wrong)))


def _told(template: Template, frame: pl.DataFrame) -> pl.DataFrame:
    cells = template.values(frame)
    told = in_units(cells, template.rule.negative)
    return cells.with_columns(now=told["value"]).filter(told["exact"])


def _unlike(template: Template, cells: pl.DataFrame) -> Iterator[dict[str, str]]:
    for row in cells.iter_rows(named=True):
        name, value = cell_words(template.review.catalogue, row_cell(row)), decimal_text(row["value"], row["scale"])
        is_short = row["kind"] != "flow" and row["now"] < row["most"]
        bound = row["most"] if is_short else row["sum"]
        op = ">=" if is_short else "=" if row["kind"] == "flow" else "<="
        said, apart = (
            decimal_said(Fraction(bound, 10**PLACES)),
            decimal_said(Fraction(abs(row["now"] - bound), 10**PLACES)),
        )
        stands = OUGHT[op]
        yield template.finding(
            row, left=value, op=op, right=said, difference=apart,
            zh=f"{name.zh} {value}，{stands.zh} {said}，相差 {apart}",
            en=f"{name.en} {value} {stands.en} {said}; the difference is {apart}",
        )  # fmt: skip
