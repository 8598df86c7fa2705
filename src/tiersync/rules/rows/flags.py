"""Flags: what is odd about a row that is kept all the same."""

from collections.abc import Callable, Iterator
from typing import NamedTuple

import polars as pl

from tiersync.model.records.field import CheckContext
from tiersync.rules.rows import identity
from tiersync.rules.rows.columns import APPROXIMATE, BIRTH, DIGITS, INSTEAD, REMARK, UNREAD

NUMBER = "id_number"
RAISED_LATER = ("unlike",)  # Only beside other rows: another row has the same key and says something else.


class Flag(NamedTuple):
    """A flag's name, the fields it looks at, and when it is raised."""

    name: str
    fields: frozenset[str]
    raised: Callable[[CheckContext], pl.Expr]


def sex_conflict(context: CheckContext) -> pl.Expr:
    """The number's digit says another sex than the column; the number counts."""
    sex, woman = pl.col("sex"), identity.is_woman(pl.col(NUMBER + DIGITS))
    return pl.when(woman).then(sex == "1").when(~woman).then(sex == "2")


def birth_conflict(context: CheckContext) -> pl.Expr:
    """The number's digits say another birth date than the column; the number counts."""
    return pl.col(NUMBER + BIRTH) != pl.col("birth_date")


def region_unknown(context: CheckContext) -> pl.Expr:
    """No province ever had the number's first digits."""
    return identity.is_province_unknown(pl.col(NUMBER + DIGITS))


def no_paper(context: CheckContext) -> pl.Expr:
    """The person has no number, and is known by name, birth date, sex and unit."""
    return pl.col(NUMBER + INSTEAD)


def attributed_elsewhere(context: CheckContext) -> pl.Expr:
    """The person lives outside the plugin's unit and is counted there, if at all."""
    return ~pl.col("residence_unit").is_in(sorted(context.allowed))


def unit_unknown(context: CheckContext) -> pl.Expr:
    """The person's unit is not in the catalogue: perhaps a slip, perhaps far away."""
    return ~pl.col("residence_unit").is_in(sorted(context.units | context.allowed))


def left_unknown(context: CheckContext) -> pl.Expr:
    """Something in the row that no figure, check or key needs cannot be read."""
    return pl.col(UNREAD)


def approximate(context: CheckContext) -> pl.Expr:
    """A number in the row is said to be approximate, and counts as it is written."""
    return pl.col(APPROXIMATE)


def remark(context: CheckContext) -> pl.Expr:
    """Nobody understands what a remark says of the person, who counts as before."""
    return pl.col(REMARK)


FLAGS = (
    Flag("sex_conflict", frozenset({NUMBER, "sex"}), sex_conflict),
    Flag("birth_conflict", frozenset({NUMBER, "birth_date"}), birth_conflict),
    Flag("region_unknown", frozenset({NUMBER}), region_unknown),
    Flag("no_paper", frozenset({NUMBER, "name", "sex", "birth_date"}), no_paper),
    Flag("attributed_elsewhere", frozenset({"residence_unit"}), attributed_elsewhere),
    Flag("unit_unknown", frozenset({"residence_unit"}), unit_unknown),
    Flag("left_unknown", frozenset({UNREAD}), left_unknown),
    Flag("approximate", frozenset({APPROXIMATE}), approximate),
    Flag("remark", frozenset({REMARK}), remark),
)


def flags_of(fields: set[str], context: CheckContext) -> pl.Expr:
    """The flags of each row, joined by commas in the order above; '' for none."""
    raised = [flag.raised(context).fill_null(False) for flag in FLAGS if flag.fields <= fields]
    names = [*(flag.name for flag in FLAGS if flag.fields <= fields), *RAISED_LATER]
    if not raised:
        return pl.lit("")
    which = pl.sum_horizontal(flag.cast(pl.UInt8) * (1 << place) for place, flag in enumerate(raised))
    texts = list(combinations(names))
    told = 1 << len(raised)
    return which.replace_strict(list(range(told)), texts[:told], return_dtype=pl.Enum(texts))


def combinations(names: list[str]) -> Iterator[str]:
    """The text of every set of flags, in order of the number whose bits say which are in it."""
    for which in range(1 << len(names)):
        yield ",".join(name for place, name in enumerate(names) if which >> place & 1)


def without_flag(flags: pl.Series, name: str) -> pl.Series:
    """`flags` of rows without one that was raised later than the others."""
    if not flags.unique().cast(pl.String).str.contains(name, literal=True).any():
        return flags
    return flags.cast(pl.String).str.replace(f",?{name}$", "").cast(flags.dtype)


def also_flagged(flags: pl.Series, rows: pl.Series, name: str) -> pl.Series:
    """`flags` with one more, raised later than the others, for the rows of these numbers."""
    if rows.is_empty():
        return flags
    before = flags.gather(rows).cast(pl.String)
    texts = pl.select(pl.when(before == "").then(pl.lit(name)).otherwise(before + f",{name}")).to_series()
    return flags.clone().scatter(rows, texts.cast(flags.dtype))
