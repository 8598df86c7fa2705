"""Dealing: who gets what in a column, so that exactly as many get each value as the margins say."""

from collections.abc import Iterable, Mapping, Sequence

import polars as pl

from tiersync.example.plan.chance import drawn
from tiersync.example.plan.places import Places
from tiersync.example.plan.shares import share_out

SERIAL = pl.col("serial")
RANGE = 56  # Bits below the stratum, so that every rank within one comes before those of the next.
NOISE = 52  # Bits of chance; a lean of 2**(NOISE - LEAN) is as strong as all of it.
LEAN = 3


def ranks(people: pl.DataFrame, seed: int, salt: str, stratum: pl.Expr | None = None, lean: pl.Expr | None = None) -> pl.Series:  # fmt: skip  # noqa: E501
    """The place of each person in an order that looks drawn: by `stratum` first, and earlier the smaller the `lean`.

    Both are small whole numbers; a lean that is greater by 8 always comes later.
    """
    key = drawn(SERIAL, seed, salt) // 2 ** (64 - NOISE)
    if lean is not None:
        key = key + lean.cast(pl.UInt64) * 2 ** (NOISE - LEAN)
    if stratum is not None:
        key = key + stratum.cast(pl.UInt64) * 2**RANGE
    return people.select(key.rank("ordinal") - 1).to_series()


def dealt(tables: Iterable[Mapping[str, int]], places: pl.Series, kind: pl.Enum | None = None) -> pl.Series:
    """The value of each person: the first places take the first value of the first table, and so on."""
    counts = [(value, count) for table in tables for value, count in table.items()]
    values = kind or pl.Enum(list(dict.fromkeys(value for value, _ in counts)))
    cards = pl.DataFrame(counts, schema={"value": values, "count": pl.Int64}, orient="row")
    return cards.select(pl.col("value").repeat_by("count").explode(empty_as_null=False)).to_series().gather(places)


def homes(counts: Sequence[int]) -> pl.Series:
    """The number of each person's community, when so many live in each."""
    numbers = pl.DataFrame({"home": range(len(counts)), "count": counts}, schema={"home": pl.UInt16, "count": pl.Int64})
    return numbers.select(pl.col("home").repeat_by("count").explode(empty_as_null=False)).to_series()


def pick(people: pl.DataFrame, places: Places, among: pl.Expr, count: int, seed: int, salt: str) -> pl.Series:
    """Whether each person is one of `count` picked `among` them, shared out among communities by their seniors."""
    rows = people.with_row_index("at").filter(among).select("at", "home", key=drawn(SERIAL, seed, salt))
    room = [0] * len(places.communities)
    for home, number in rows.group_by("home").len().iter_rows():
        room[home] = number
    if sum(room) < count:
        raise ValueError(f"only {sum(room)} people can be picked for {salt}, {count} are asked for")
    taken = pl.Series(places.spread(count, room), dtype=pl.Int64)
    first = pl.Series(room, dtype=pl.Int64).cum_sum() - pl.Series(room, dtype=pl.Int64)
    placed = rows.sort("home", "key").with_columns(place=pl.int_range(pl.len()))
    nth = pl.col("place") - pl.lit(first).gather(pl.col("home"))
    picked = placed.filter(nth < pl.lit(taken).gather(pl.col("home")))["at"]
    return pl.repeat(False, people.height, eager=True).scatter(picked, True)


def amounts(total: int, serials: pl.Series, seed: int, salt: str) -> pl.Series:
    """`total` in as many uneven parts as there are serials."""
    weights = pl.select(drawn(pl.lit(serials), seed, salt) % 9 + 4).to_series().to_list()
    return pl.Series(share_out(total, weights), dtype=pl.Int64)
