"""What stands beside a figure: its growth against another period, its share in the parent's, its rank."""

import polars as pl

from tiersync.rules.comparing.values import HUNDREDTHS, KEY, VALUES, WHOLE, half_up, power

PERCENT = "%"
AMONG = ("indicator", "breakdown", "period")
PARTIAL = "partial"
FLASH = ("is_flash", "flash_value", "difference", "flash_places")


def grown(lines: pl.DataFrame, base: str) -> pl.DataFrame:
    """`lines` with the growth against their `base`, such as last: of what is measured in percent in percentage points,
    at its own places; of anything else in percent, at two. Where there is none, `why` says why not: the base is
    missing, a figure is incomplete, the base is no positive number, or the two are defined otherwise.

    `lines` have value, places, status and digest, in_points, and the same of the base after its name and _.
    """
    now, then = pl.col("value"), pl.col(f"{base}_value")
    why = (
        pl.when(now.is_null() | then.is_null()).then(pl.lit("missing"))
        .when((pl.col("status") == PARTIAL) | (pl.col(f"{base}_status") == PARTIAL)).then(pl.lit("incomplete"))
        .when(pl.col("digest") != pl.col(f"{base}_digest")).then(pl.lit("defined_otherwise"))
        .when(~pl.col("in_points") & (then <= 0)).then(pl.lit("not_positive"))
        .otherwise(pl.lit(""))
    )  # fmt: skip
    percent = half_up((now - then) * 10 ** (2 + HUNDREDTHS), then)
    return lines.with_columns(why.alias(f"{base}_why")).with_columns(
        pl.when((pl.col(f"{base}_why") == "") & pl.col("in_points")).then(now - then)
        .when(pl.col(f"{base}_why") == "").then(percent).cast(WHOLE).alias(f"{base}_growth"),
        pl.when("in_points").then("places").otherwise(HUNDREDTHS).alias("growth_places"),
    )  # fmt: skip


def shared(lines: pl.DataFrame) -> pl.DataFrame:
    """`lines` with their share in the parent's figure, in percent at two places. A ratio has none, nor one of which
    either side is incomplete."""
    whole = ~((pl.col("status") == PARTIAL) | (pl.col("parent_status") == PARTIAL)) & pl.col("above").is_null()
    part = half_up(pl.col("value") * 10 ** (2 + HUNDREDTHS), pl.col("parent_value"))
    return lines.with_columns(pl.when(whole & (pl.col("parent_value") > 0)).then(part).alias("share"))


def ranked(lines: pl.DataFrame) -> pl.DataFrame:
    """`lines` with their rank among the units shown, the largest first, and of how many: those that tie share a rank
    and the next is skipped. What is missing or incomplete has none."""
    counts = pl.when(pl.col("status") != PARTIAL).then("value")
    return lines.with_columns(
        counts.rank("min", descending=True).over(AMONG).cast(pl.Int64).alias("rank"),
        counts.count().over(AMONG).cast(pl.Int64).alias("ranked"),
    )


def against_flash(final: pl.DataFrame, flash: pl.DataFrame) -> pl.DataFrame:
    """The final figures and those of a flash return, both in columns of VALUES: where there is a final one it stands,
    with the flash and the difference beside it; where there is none the flash is shown, as provisional."""
    keys = pl.concat([final.select(KEY), flash.select(KEY)]).unique()
    both = keys.join(final, on=KEY, how="left").join(flash, on=KEY, how="left", suffix="_flash")
    stands_in = pl.col("value").is_null() & pl.col("value_flash").is_not_null()
    shown = [pl.when(stands_in).then(f"{name}_flash").otherwise(name).alias(name) for name in VALUES if name not in KEY]
    provisional = pl.when(pl.col("status_flash") == "ok").then(pl.lit("provisional")).otherwise("status_flash")
    flash_value = pl.col("value_flash") * power(pl.max_horizontal("places", "places_flash") - pl.col("places_flash"))
    value = pl.col("value") * power(pl.max_horizontal("places", "places_flash") - pl.col("places"))
    made = both.with_columns(
        *shown,
        stands_in.alias("is_flash"),
        flash_value=pl.when(~stands_in).then(flash_value),
        difference=pl.when(~stands_in).then(value - flash_value),
        flash_places=pl.max_horizontal("places", "places_flash"),
    )
    status = pl.when("is_flash").then(provisional).otherwise("status")
    return made.with_columns(status=status).select(*VALUES, *FLASH)


def without_flash(final: pl.DataFrame) -> pl.DataFrame:
    """The same columns where no flash return is asked for."""
    return final.with_columns(
        is_flash=pl.lit(False),
        flash_value=pl.lit(None, dtype=WHOLE),
        difference=pl.lit(None, dtype=WHOLE),
        flash_places=pl.lit(None, dtype=pl.Int64),
    ).select(*VALUES, *FLASH)
