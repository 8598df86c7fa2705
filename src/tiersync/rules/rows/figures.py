"""Declared figures as they are read: the cell that each one is for has to exist, and to have as many places."""

from collections.abc import Callable, Iterator, Sequence
from functools import partial
from typing import NamedTuple

import polars as pl

from tiersync.model.catalogue import Catalogue
from tiersync.model.form import Form
from tiersync.model.indicator import Indicator
from tiersync.model.period import Period
from tiersync.rules.counting.declared import cells_of, counts_for, in_one_spelling, role_of
from tiersync.rules.counting.sheet import offsets_of
from tiersync.rules.rows.further import Further
from tiersync.rules.totals.expected import expected_of_own

FIGURE, PUBLISHED = "figure", "published"
NO_SUCH_CELL, TOO_MANY_PLACES = "no_such_cell", "too_many_places"
NAMES = ("indicator", "value_role", "unit", "period", "dims")  # of a cell, as it is looked for
NUMBERS = ("value", "value_low", "value_high")
LATER = ("plan", "target", "projection")
ANY_TIER = "any"  # What was published may be of any unit, also of one that only has a total.
ENTRY = ("indicator", "tier", "kind")
CELLS = {"is_published": pl.Boolean, "indicator": pl.String, "breakdown": pl.String, "places": pl.Int64}
CELL_KEY = ("is_published", "indicator", "breakdown")
FIGURE_PLACES = 4
PLACED = {"wrong": pl.String, "places": pl.Int64}


class Asked(NamedTuple):
    """What the forms of a catalogue ask: `entries` by ENTRY; `cells` by CELL_KEY, with the breakdown as somebody who
    declares it spells it, and their places. A ratio is declared as its two numbers, and published as its value."""

    indicators: tuple[Indicator, ...]
    tiers: dict[str, str]
    entries: pl.DataFrame
    cells: pl.DataFrame


Asks = Callable[[str], Asked]
"""What is asked for a period, by the catalogue that it pins."""


def figure_checks(asked: Asks) -> list[Further]:
    """Checks of figures that count and of published ones; plans, targets and projections are for nobody's cell yet."""
    return [
        *(Further("", "", FIGURE, name, NO_SUCH_CELL, partial(_is_wrong, asked, name)) for name in NAMES),
        *(Further("", "", FIGURE, name, TOO_MANY_PLACES, partial(_is_too_fine, asked, name)) for name in NUMBERS),
    ]


def asked_by(catalogue: Catalogue) -> Asked:
    entries = [entry for form in catalogue.forms for entry in _entries_of(catalogue, form)]
    named = sorted({code for form in catalogue.forms for code in form.entries})
    cells = [cell for code in named for cell in _cells_of(catalogue, catalogue.by_code[code])]
    return Asked(
        catalogue.indicators,
        {unit.code: unit.tier for unit in catalogue.units},
        pl.DataFrame(entries, schema=dict.fromkeys(ENTRY, pl.String), orient="row").unique(),
        pl.DataFrame(cells, schema=CELLS, orient="row").unique(CELL_KEY),
    )


def _entries_of(catalogue: Catalogue, form: Form) -> Iterator[tuple[str, str, str]]:
    for tier in catalogue.tiers:
        yield from ((code, tier, form.period) for code in expected_of_own(catalogue, form, tier))
    yield from ((code, ANY_TIER, form.period) for code in form.entries)


def _cells_of(catalogue: Catalogue, indicator: Indicator) -> Iterator[tuple[bool, str, str, int]]:
    """The cells of one indicator as figures name them. Both numbers of a ratio of indicators are declared as those."""
    offsets = offsets_of(catalogue, indicator)
    is_ratio = indicator.measure == "ratio"
    for breakdown in cells_of(catalogue, indicator, offsets)["breakdown"]:
        if not indicator.is_quotient:
            yield False, indicator.code, breakdown, 0 if is_ratio else indicator.decimals
        if not is_ratio:
            yield True, indicator.code, breakdown, indicator.decimals
    if is_ratio:
        yield from ((True, indicator.code, breakdown, indicator.decimals) for breakdown, _ in offsets)


def _is_wrong(asked: Asks, name: str, records: pl.DataFrame) -> pl.Series:
    return _placed(asked, records)["wrong"] == name


def _is_too_fine(asked: Asks, name: str, records: pl.DataFrame) -> pl.Series:
    """Whether a number has more places than its cell: a count of 94.96, an amount of 1.234 yuan."""
    number = records[name].cast(pl.Decimal(18, 4)).to_physical().cast(pl.Int64)
    step = pl.lit(10, pl.Int64).pow(FIGURE_PLACES - pl.col("places"))
    return _placed(asked, records).select((pl.lit(number) % step != 0).fill_null(False)).to_series()


def _placed(asked: Asks, records: pl.DataFrame) -> pl.DataFrame:
    """For each figure what is wrong with it, by what is asked for its period."""
    by_period = {text: asked(text) for text in records["period"].unique()}
    alike = pl.col("period").replace_strict({text: id(one) for text, one in by_period.items()}, return_dtype=pl.Int64)
    parts = records.with_row_index("at").with_columns(alike=alike).partition_by("alike", maintain_order=True)
    found = [_placed_by(by_period[part["period"][0]], part).with_columns(part["at"]) for part in parts]
    return pl.concat(found).sort("at").drop("at") if found else pl.DataFrame(schema=PLACED)


def _placed_by(asked: Asked, records: pl.DataFrame) -> pl.DataFrame:
    """For each figure which of NAMES it has wrong, none for one that is for a cell; and the places of its cell. Neither
    of one that is for no cell yet."""
    kinds = {text: Period(text).kind for text in records["period"].unique()}
    is_published = role_of() == PUBLISHED
    tier = pl.col("unit").replace_strict(asked.tiers, default="", return_dtype=pl.String)
    rows = records.select(
        pl.col("indicator").cast(pl.String),
        pl.when(is_published).then(pl.lit(ANY_TIER)).otherwise(tier).alias("tier"),
        pl.col("period").replace_strict(kinds, return_dtype=pl.String).alias("kind"),
        in_one_spelling(records["dims"]).alias("breakdown"),
        is_published.alias("is_published"),
        (counts_for(asked.indicators) | is_published).alias("fits"),
        role_of().is_in(LATER).alias("is_later"),
    ).join(asked.cells, on=CELL_KEY, how="left", maintain_order="left")
    is_asked = [_among(rows, asked.entries, ENTRY[:length]) for length in (1, 2, 3)]
    wrong = (
        pl.when(~is_asked[0]).then(pl.lit("indicator"))
        .when(~pl.col("fits")).then(pl.lit("value_role"))
        .when(~is_asked[1]).then(pl.lit("unit"))
        .when(~is_asked[2]).then(pl.lit("period"))
        .when(pl.col("places").is_null()).then(pl.lit("dims"))
    )  # fmt: skip
    concerned = pl.col("fits") | ~pl.col("is_later")
    return rows.select(pl.when(concerned).then(wrong).alias("wrong"), pl.when("fits").then("places").alias("places"))


def _among(rows: pl.DataFrame, entries: pl.DataFrame, key: Sequence[str]) -> pl.Series:
    known = entries.select(key).unique().with_columns(known=True)
    return rows.join(known, on=key, how="left", maintain_order="left")["known"].is_not_null()
