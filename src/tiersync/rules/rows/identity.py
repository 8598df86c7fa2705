"""Identity numbers by the column: the arithmetic of `model.identity` as expressions, and who stands behind a number."""

import hashlib
import hmac
from datetime import date
from functools import cache

import polars as pl
import polars_hash as plh

from tiersync.model.identity import (
    BLANKS,
    CHECK_CHARACTERS,
    DIGIT,
    FIRST_YEAR,
    LENGTH,
    NO_PAPER,
    PAPER,
    PROVINCES,
    RESIDENT,
    SHAPE,
    WEIGHTS,
)
from tiersync.model.records.field import CELL_ERRORS
from tiersync.model.records.kinds import Identity

SEQUENCE = 1_000  # The digits after the birth date: three of them, the last odd for a man.
PLACE = 10**11  # Birth date and sequence take eleven digits, the region six before them.


def digits_of(number: pl.Expr) -> pl.Expr:
    """The 17 digits before the check character as one whole number; none where the text is too odd to have them."""
    return pl.when(is_long(number)).then(number.str.slice(0, 17)).cast(pl.Int64, strict=False)


def birth_of(number: pl.Expr) -> pl.Expr:
    """The birth date in the number; none where there is no such day, and none in that of another paper."""
    return pl.when(is_long(number)).then(number.str.slice(6, 8)).str.to_date("%Y%m%d", strict=False)


def is_long(number: pl.Expr) -> pl.Expr:
    """Whether a text is as long as an identity number, which that of no other paper is."""
    return number.str.len_bytes() == LENGTH


def is_other_paper(kind: pl.Expr) -> pl.Expr:
    """Whether a kind of paper, as a row says it, is neither a resident's card nor none at all."""
    return kind.is_not_null() & ~kind.is_in([RESIDENT, NO_PAPER])


def is_paper(number: pl.Expr) -> pl.Expr:
    """Whether a text is spelled as the number of a passport or permit is."""
    return number.str.contains(f"^(?:{PAPER.pattern})$") & number.str.contains(DIGIT.pattern)


def by_kind(number: pl.Expr, kind: pl.Expr) -> pl.Expr:
    """Numbers as the kind of each row's paper has them: of a passport or permit in capitals and without spaces; of none
    at all no number, where the text holds no digit (such as 无)."""
    normal = number.str.replace_all(BLANKS.pattern, "").str.to_uppercase()
    nothing = (kind == NO_PAPER) & ~number.str.contains(DIGIT.pattern) & ~number.is_in(sorted(CELL_ERRORS))
    return pl.when(is_other_paper(kind)).then(normal).when(nothing).then(None).otherwise(number)


def stands_without(number: str, kind: Identity) -> pl.Expr:
    """Whether a record has no number, says of no paper that it had one, and has all that stands for a number. Never
    none."""
    given = pl.all_horizontal(pl.lit(bool(kind.instead)), *(pl.col(name).is_not_null() for name in kind.instead))
    said = pl.col(kind.kind_in).cast(pl.String) if kind.kind_in else pl.lit(None, dtype=pl.String)
    return given & pl.col(number).is_null() & (said.is_null() | (said == NO_PAPER))


def is_sound(number: pl.Expr, digits: pl.Expr, birth: pl.Expr, today: date) -> pl.Expr:
    """Whether `why_not` has nothing to say against the number; `digits` and `birth` are those read from it."""
    shaped = number.str.contains(f"^(?:{SHAPE.pattern})$")
    return shaped & (check_value(number) == weighted_sum(digits)) & birth.is_between(date(FIRST_YEAR, 1, 1), today)


def weighted_sum(digits: pl.Expr) -> pl.Expr:
    """The weighted sum of 17 digits, modulo 11: that of the first five, and of four times four, is looked up."""
    parts = (digits // 10**12, digits // 10**8 % 10**4, digits // 10**4 % 10**4, digits % 10**4)
    tables = (sums_of(WEIGHTS[:5]), *(sums_of(WEIGHTS[place : place + 4]) for place in (5, 9, 13)))
    return pl.sum_horizontal(pl.lit(sums).gather(part) for sums, part in zip(tables, parts, strict=True)) % 11


@cache
def sums_of(weights: tuple[int, ...]) -> pl.Series:
    """The weighted sum, modulo 11, of all digits that these weights belong to, in order."""
    number = pl.int_range(10 ** len(weights), dtype=pl.Int64)
    places = zip(reversed(range(len(weights))), weights, strict=True)
    return pl.select(pl.sum_horizontal(number // 10**place % 10 * weight for place, weight in places) % 11).to_series()


def check_value(number: pl.Expr) -> pl.Expr:
    """The weighted sum, modulo 11, that the number's check character stands for."""
    sums = list(range(len(CHECK_CHARACTERS)))
    return number.str.slice(17).replace_strict(list(CHECK_CHARACTERS), sums, default=None, return_dtype=pl.Int64)


def is_woman(digits: pl.Expr) -> pl.Expr:
    """Whether the sequence number is even, as women's are."""
    return digits % 2 == 0


def is_province_unknown(digits: pl.Expr) -> pl.Expr:
    """Whether no province ever had the number's first two digits."""
    return ~(digits // (PLACE * 10**4)).is_in(sorted(int(province) for province in PROVINCES))


def with_names(records: pl.DataFrame, number: str, kind: Identity) -> pl.DataFrame:
    """Records with what tells their persons apart in the column `number`: an identity number as it is; the number of
    another paper with its kind; of who has none what stands for a number, the name without spaces."""
    said = pl.col(kind.kind_in).cast(pl.String) if kind.kind_in in records.columns else pl.lit(None, dtype=pl.String)
    if records[number].null_count() == 0 and records.select(said.is_null().all()).item():
        return records
    instead = (pl.col(name).cast(pl.String).str.replace_all(r"\s", "") for name in kind.instead)
    return records.with_columns(
        pl.when(stands_without(number, kind)).then(pl.concat_str(pl.lit(NO_PAPER), *instead, separator=":"))
        .when(is_long(pl.col(number))).then(pl.col(number))
        .otherwise(pl.concat_str(said, number, separator=":"))
        .alias(number)
    )  # fmt: skip


def person_keys(number: str, secret: str) -> pl.Expr:
    """The person key of each text in the column `number`, equal to `person_key` of it."""
    return plh.col(number).chash.hmac_sha256(key=secret)


def person_key(number: str, secret: str) -> str:
    """Who somebody is within one node: HMAC-SHA256 of their number under the node's secret, in hex."""
    return hmac.new(secret.encode(), number.encode(), hashlib.sha256).hexdigest()
