"""Declared figures: what somebody stated for a cell counts where it was not soundly counted."""

from collections.abc import Iterable, Iterator, Mapping, Sequence

import polars as pl

from tiersync.model.bounds import BETWEEN, EXACT
from tiersync.model.catalogue import Catalogue
from tiersync.model.indicator import Indicator
from tiersync.rules.counting.counted import counted_for
from tiersync.rules.counting.left_unknown import all_unknown, fill_unknown
from tiersync.rules.counting.sheet import BASIS, STATUS, Sheet, texts_of

STATED = {"actual": "ok", "estimate": "estimated"}  # Plans, targets and projections are other figures.
FORETOLD = "estimated"
GIVES_WAY = ("estimated", "imputed", "missing")  # Of a cell counted like that whoever declares it knows better.
OWN_WORK = frozenset({"notice", "received"})  # Until an office works with tiersync, it declares what it did.
CELL = ("indicator", "unit", "period", "breakdown")
LOW, HIGH = "low", "high"
PRECISION = 10_000  # Figures have four places.
DECIMAL = pl.Decimal(38, 4)
WITHHELD = ("masked", "suppressed", "not_applicable")
STATES: dict[str, pl.DataType | type[pl.DataType]] = {
    "at": pl.Int64,
    "value": pl.Int64,
    "status": STATUS,
    "basis": BASIS,
    "bounds": pl.String(),
}


def declare(sheet: Sheet, figures: pl.DataFrame, counted: pl.DataFrame) -> pl.DataFrame:
    """What `figures` put in place of the `counted` cells of the sheet: at (a row of it), value (scaled), status, basis,
    bounds.

    A figure counts where the counted cell gives way. Figures that contradict each other leave their cell without a
    value. A stated total that counts leaves no counted breakdown beside it: one that is not stated is missing. A
    breakdown of which some cells are stated is stated whole: its other cells are 0 where those add up to the stated
    total, for then nothing is left, and else missing. Of a counted total they leave the rest unknown.
    """
    stated = figures_for(sheet, figures)
    told = [sheet.catalogue.by_code[str(code)] for code in stated["indicator"].unique()]
    unknown = all_unknown(told, counted)
    open_ones = gives_way(sheet.indicators, counted).scatter(unknown["at"], True)
    layers = [
        layer.select(pl.col(name).cast(kind) for name, kind in STATES.items())
        for (code,), rows in stated.partition_by("indicator", as_dict=True).items()
        for layer in that_count(layers_of(sheet.catalogue.by_code[str(code)], sheet, rows), open_ones)
    ]
    laid = pl.concat([pl.DataFrame(schema=STATES), *layers]).unique("at", keep="last", maintain_order=True)
    return pl.concat([laid, fill_unknown(unknown, counted, laid)]).unique("at", keep="last", maintain_order=True)


def gives_way(indicators: Iterable[Indicator], counted: pl.DataFrame) -> pl.Series:
    """Whether a declared figure counts instead of each counted cell: where nobody could count it soundly, and where
    nothing was counted, because the office has no such records or its node did no such work."""
    records = {one.code: {count.record for count in counted_for(one)} for one in indicators}
    codes = [code for code, brought in records.items() if brought and brought <= OWN_WORK]
    work = counted.with_row_index("at").filter(pl.col("indicator").is_in(codes))
    idle = work.filter(pl.col("value").max().over("unit", "indicator") == 0)["at"]
    unsound = pl.col("status").is_in(GIVES_WAY) | (pl.col("basis") == "nil")
    return counted.select(unsound).to_series().scatter(idle, True)


def that_count(layers: Iterable[pl.DataFrame], open_ones: pl.Series) -> Iterator[pl.DataFrame]:
    """Of one indicator's layers what counts: of a unit whose total is stated and counts all of them."""
    nothing, *stated = (layer.filter(pl.col("at").is_not_null()) for layer in layers)
    is_open = pl.lit(open_ones).gather(pl.col("at"))
    whole = nothing.filter((pl.col("split") == "") & is_open)["unit_no"].unique()
    nothing = nothing.filter(pl.col("unit_no").is_in(whole.implode()))
    yield nothing
    yield from (layer.filter(is_open | pl.col("at").is_in(nothing["at"].implode())) for layer in stated)


def figures_for(sheet: Sheet, figures: pl.DataFrame) -> pl.DataFrame:
    """The figures for cells of the sheet, one for each: what it states, and unit_no."""
    asked = (pl.col("period") == str(sheet.period)) & pl.col("indicator").is_in(list(sheet.starts))
    unit = pl.col("unit").cast(pl.Enum(sheet.units), strict=False).to_physical().alias("unit_no")
    rows = stated_by(figures.filter(asked & counts_for(sheet.indicators))).with_columns(unit)
    return in_accord(rows.filter(pl.col("unit_no").is_not_null()))


def role_of() -> pl.Expr:
    """Each figure's role, as text; one that says none is an actual value."""
    return pl.col("value_role").cast(pl.String).fill_null("actual")


def counts_for(indicators: Iterable[Indicator]) -> pl.Expr:
    """Whether each figure has a role that counts for its indicator."""
    others = [indicator for indicator in indicators if roles_of(indicator) != STATED]
    return pl.any_horizontal(
        role_of().is_in(list(STATED)) & ~pl.col("indicator").is_in([indicator.code for indicator in others]),
        *((pl.col("indicator") == one.code) & role_of().is_in(list(roles_of(one))) for one in others),
    )


def stated_by(rows: pl.DataFrame) -> pl.DataFrame:
    """What figures state, in order: CELL (its breakdown in one spelling), value, low, high, status, basis."""
    known = pl.col("value").is_not_null()
    why = pl.col("null_reason").cast(pl.String)
    reason = pl.when(why.is_in(WITHHELD)).then(why).otherwise(pl.lit("missing"))
    status = pl.when(known).then(role_of().replace_strict(STATED, default=FORETOLD)).otherwise(reason)
    return rows.select(
        "indicator",
        "unit",
        "period",
        in_one_spelling(rows["dims"]).alias("breakdown"),
        "value",
        *ends_of(rows),
        status.cast(STATUS).alias("status"),
        pl.when(known).then(pl.lit("declared")).otherwise(pl.lit("none")).alias("basis"),
    )


def contradict(cell: Sequence[str] = CELL) -> pl.Expr:
    """Whether several of the stated figures that are equal in `cell` say different things of it."""
    reason = pl.when(pl.col("value").is_null()).then(pl.col("status"))
    return pl.struct("value", LOW, HIGH, reason.alias("reason")).n_unique().over(cell) > 1


def in_accord(rows: pl.DataFrame) -> pl.DataFrame:
    """One row for each cell of stated figures: those that agree count once, those that contradict each other say
    nothing."""
    nothing = {"value": None, LOW: None, HIGH: None, "status": pl.lit("missing", STATUS), "basis": pl.lit("none")}
    marked = rows.with_columns(differ=contradict())
    settled = marked.with_columns(
        pl.when("differ").then(said).otherwise(pl.col(name)).alias(name) for name, said in nothing.items()
    )
    return settled.drop("differ").sort("status", maintain_order=True).unique(CELL, keep="first", maintain_order=True)


def ends_of(rows: pl.DataFrame) -> list[pl.Expr]:
    """The least and the most that each figure may be, null where nobody knows; both the value where it is exact.

    Somebody may give them; else 余, 多 and 以上 say the least, 近 and 以下 the most, and 左右 both. Nearly
    5,000 are not fewer than none.
    """
    if "qualifier" not in rows.columns:  # A snapshot that an older program took.
        return [pl.col("value").alias(LOW), pl.col("value").alias(HIGH)]
    low, high, how = pl.col("value_low"), pl.col("value_high"), pl.col("qualifier").cast(pl.String)
    value, off = pl.col("value"), half_of_last_digit(pl.col("value"))
    exact = (how.is_null() | how.is_in(["exact"])) & low.is_null() & high.is_null()
    about = how.is_in(["about"]).fill_null(False)
    upward, downward = how.is_in(["over", "at_least"]), how.is_in(["nearly", "at_most"]) & (value >= 0)
    least = pl.when(exact | upward).then(value).when(about).then(value - off).when(downward).then(0)
    most = pl.when(exact | how.is_in(["nearly", "at_most"])).then(value).when(about).then(value + off)
    return [pl.coalesce(low, least).alias(LOW), pl.coalesce(high, most).alias(HIGH)]


def half_of_last_digit(value: pl.Expr) -> pl.Expr:
    """Half of what one step of the last digit above zero is worth: 500 for 12,000, 0.05 for 3.40."""
    whole = (value * PRECISION).cast(pl.Int64).abs().cast(pl.String)
    zeros = whole.str.len_chars() - whole.str.strip_chars_end("0").str.len_chars()
    step = pl.lit(10, dtype=pl.Int64).pow(zeros.cast(pl.Int64))
    return (step.cast(DECIMAL) / PRECISION / 2).cast(DECIMAL)


def spelt_bounds(units_in_one: int) -> pl.Expr:
    """The bounds of each figure in whole units, rounded outwards so that they hold; nothing for an exact one."""
    low, high, value = pl.col(LOW), pl.col(HIGH), pl.col("value")
    exact = value.is_null() | (low.eq_missing(value) & high.eq_missing(value))
    if units_in_one == 1:  # What is counted in whole things is never fewer than none.
        low = pl.when(value >= 0).then(low.fill_null(0)).otherwise(low)
    step = PRECISION // units_in_one
    least, most = ((end * PRECISION).cast(pl.Int64) for end in (low, high))
    ends = (end.cast(pl.String).fill_null("") for end in (least // step, -(-most // step)))
    return pl.when(exact).then(pl.lit(EXACT)).otherwise(pl.concat_str(*ends, separator=BETWEEN))


def roles_of(indicator: Indicator) -> Mapping[str, str]:
    """The roles of figures that count for an indicator, each with the status that it gives a cell."""
    wanted = next((condition.equals for condition in indicator.where if condition.field == "value_role"), ())
    return {role: STATED.get(role, FORETOLD) for role in wanted} or STATED


def in_one_spelling(dims: pl.Series) -> pl.Series:
    """Breakdowns as people write them (`sex = 1; age_band=60-64`) as cells spell them (`age_band=60-64;sex=1`)."""
    written = dims.cast(pl.String).fill_null("")
    spelled = {text: spell_breakdown(text) for text in written.unique()}
    return written.replace_strict(spelled, return_dtype=pl.String)


def spell_breakdown(text: str) -> str:
    """Dimensions in order of name, without spaces."""
    return ";".join(sorted(part for part in text.replace(" ", "").split(";") if part))


def layers_of(indicator: Indicator, sheet: Sheet, rows: pl.DataFrame) -> Iterator[pl.DataFrame]:
    """What the figures of one indicator state, later layers over earlier ones: nothing, zeros, values."""
    cells = cells_of(sheet.catalogue, indicator, sheet.offsets[indicator.code])
    at = pl.lit(sheet.starts[indicator.code]).gather(pl.col("unit_no")) + pl.col("offset")
    stated = rows.join(cells, on="breakdown", how="inner", maintain_order="left").with_columns(at=at)
    units = stated.filter(pl.col("split") == "").select("unit_no").unique()
    nothing = {"value": None, "status": pl.lit("missing"), "basis": pl.lit("none"), "bounds": pl.lit(EXACT)}
    yield units.join(cells, how="cross").with_columns(at=at, **nothing)
    whole = (pl.col("split") != "") & pl.lit(indicator.kind != "declared")
    splits = stated.filter(pl.col("value").is_not_null() & whole).select("unit_no", "split").unique()
    yield splits.join(cells, on="split").with_columns(at=at, **nothing)
    zero = {"value": pl.lit(0), "status": pl.lit("ok"), "basis": pl.lit("declared"), "bounds": pl.lit(EXACT)}
    yield used_up(indicator, stated).join(cells, on=["split", "measure"]).with_columns(at=at, **zero)
    units_in_one = 10 ** (0 if indicator.measure == "ratio" else indicator.decimals)
    yield stated.with_columns(value=(pl.col("value") * units_in_one).round(0), bounds=spelt_bounds(units_in_one))


def used_up(indicator: Indicator, stated: pl.DataFrame) -> pl.DataFrame:
    """The splits (unit_no, split, measure) whose stated cells add up to the stated total, so that nothing is left for
    the others; only exact values tell that, and only of a partition."""
    partitions = [";".join(sorted(b.dims)) for b in indicator.breakdowns if b.kind == "partition"]
    exact = pl.col("value").eq_missing(pl.col(LOW)) & pl.col("value").eq_missing(pl.col(HIGH))
    last = stated.unique(["unit_no", "breakdown"], keep="last", maintain_order=True)
    whole = last.filter((pl.col("split") == "") & exact).select("unit_no", "measure", total="value")
    parts = last.filter(pl.col("split").is_in(partitions)).group_by("unit_no", "split", "measure")
    added = parts.agg(pl.col("value").sum(), is_exact=exact.all())
    both = added.join(whole, on=["unit_no", "measure"])
    return both.filter(pl.col("is_exact") & (pl.col("value") == pl.col("total"))).select("unit_no", "split", "measure")


def cells_of(catalogue: Catalogue, indicator: Indicator, offsets: Mapping[tuple[str, str], int]) -> pl.DataFrame:
    """The cells of an indicator: breakdown, the split (its dimensions) it belongs to, measure, offset.

    Both numbers of a ratio are stated as if they were a breakdown: `measure=numerator`, beside the dimensions.
    """
    splits = {"": ""}
    for breakdown in indicator.breakdowns:
        splits |= dict.fromkeys(texts_of(catalogue, breakdown), ";".join(sorted(breakdown.dims)))
    known = {cell: offset for cell, offset in offsets.items() if cell[0] in splits}
    cells = [(stated_as(text, measure), splits[text], measure, offset) for (text, measure), offset in known.items()]
    named = dict.fromkeys(("breakdown", "split", "measure"), pl.String)
    return pl.DataFrame(cells, schema=named | {"offset": pl.Int64}, orient="row")


def stated_as(breakdown: str, measure: str) -> str:
    """How somebody who declares a figure names its cell."""
    return breakdown if measure == "value" else spell_breakdown(f"{breakdown};measure={measure}")
