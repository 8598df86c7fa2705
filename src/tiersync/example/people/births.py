"""Dates of birth and of death, and the identity numbers that no two people share."""

from datetime import date

import polars as pl

from tiersync.example.people.ages import AGE_BANDS, LAST_DAY, youngest_and_oldest
from tiersync.example.people.beside import DEAD_WHEN_PAID, DIED_THEN, LOST_THEN, MOVED_THEN, ON_ROLL, SENIOR
from tiersync.example.people.identity import MALE, PAIRS, PREFIX, SERIALS
from tiersync.example.people.roles import DIED, LATER, STAYS, TURNED, Crowd
from tiersync.example.plan.chance import drawn
from tiersync.example.plan.dealing import SERIAL
from tiersync.example.plan.plan import HUNDREDS
from tiersync.model.identity import CHECK_CHARACTERS, WEIGHTS

PAID_ON = date(2013, 9, 30)
STEP = 7919  # A prime, so that stepping by it through SERIALS reaches every number once before any twice.
CENTURIES = 100_000  # Days that make every date of birth a number above 0.


def bear(crowd: Crowd) -> None:
    """Give everybody a date of birth that fits their age band and what the roll says of them."""
    crowd.note(birth_date=between(*_span(), drawn(SERIAL, crowd.plan.seed, "birth")))


def let_die(crowd: Crowd) -> None:
    """Say when people died or left; nothing for those who did not."""
    number = drawn(SERIAL, crowd.plan.seed, "end")
    kind, roll = pl.col("kind"), pl.col("roll")
    after_payment = between(date(2013, 10, 2), date(2013, 12, 30), number)
    crowd.note(ended_on=(
        pl.when(kind == DEAD_WHEN_PAID)
        .then(between(date(2013, 8, 20), date(2013, 9, 28), number))
        .when(kind.is_in(ON_ROLL) | (roll == DIED)).then(after_payment)
        .when(kind.is_in([DIED_THEN, MOVED_THEN, LOST_THEN]) | pl.col("unentered"))
        .then(between(date(2013, 2, 3), date(2013, 12, 28), number))
        .when(pl.col("died_2014")).then(between(date(2014, 1, 2), date(2014, 2, 27), number))
        .otherwise(None)
    ))  # fmt: skip


def number(crowd: Crowd) -> None:
    """Give everybody an identity number, which says birth and sex as they are."""
    nth = pl.int_range(pl.len()).over("birth_date", "sex").cast(pl.UInt64)
    first = drawn(pl.col("birth_date").to_physical() + CENTURIES, crowd.plan.seed, "region") % SERIALS
    crowd.note(slot=((nth * STEP + first) % SERIALS).cast(pl.UInt16))


def identity_numbers() -> pl.Expr:
    """The identity numbers of rows with `birth_date`, `sex` and `slot`."""
    slot = pl.col("slot").cast(pl.Int64)
    born = pl.col("birth_date")
    day = born.dt.year().cast(pl.Int64) * 10_000 + born.dt.month().cast(pl.Int64) * 100 + born.dt.day()
    sequence = slot % PAIRS * 2 + (pl.col("sex") == MALE).cast(pl.Int64)
    body = int(PREFIX) * 10**13 + (slot // PAIRS + 1) * 10**11 + day * 1000 + sequence
    total = pl.sum_horizontal(body // 10 ** (16 - place) % 10 * weight for place, weight in enumerate(WEIGHTS)) % 11
    check = total.replace_strict(list(range(11)), list(CHECK_CHARACTERS), return_dtype=pl.String)
    return pl.concat_str(body.cast(pl.String), check)


def _span() -> tuple[pl.Expr, pl.Expr]:
    """The first and the last day on which somebody may have been born."""
    years = {band: (LAST_DAY.year - oldest, LAST_DAY.year - youngest) for band, (youngest, oldest) in _AGES.items()}
    firsts = {band: date(first, 1, 1) for band, (first, _) in years.items()}
    lasts = {band: date(last, 12, 31) for band, (_, last) in years.items()}
    turned_90 = pl.lit(PAID_ON.replace(year=PAID_ON.year - 90))
    turned_100 = pl.lit(PAID_ON.replace(year=PAID_ON.year - 100))
    roll, band = pl.col("roll"), pl.col("band").cast(pl.String)
    next_day = pl.duration(days=1)
    first = (
        pl.when(roll == LATER).then(turned_90 + next_day)
        .when(roll == TURNED).then(turned_100 + next_day)
        .otherwise(band.replace_strict(firsts, return_dtype=pl.Date))
    )  # fmt: skip
    last = band.replace_strict(lasts, return_dtype=pl.Date)
    by_then = (roll.is_in([STAYS, DIED])) | pl.col("kind").is_in(ON_ROLL)
    last = (
        pl.when(by_then).then(pl.min_horizontal(last, turned_90))
        .when((band == HUNDREDS) & (roll != TURNED) & (pl.col("kind") == SENIOR)).then(turned_100)
        .otherwise(last)
    )  # fmt: skip
    return first, last


_AGES = {band: youngest_and_oldest(band) for band in AGE_BANDS}


def between(first: pl.Expr | date, last: pl.Expr | date, number: pl.Expr) -> pl.Expr:
    """A day from `first` to `last`, both included."""
    start = first if isinstance(first, pl.Expr) else pl.lit(first)
    days = (last - start).dt.total_days().cast(pl.UInt64) + 1
    return start + pl.duration(days=number % days)
