"""The columns of made-up people: the same margins and the same identity numbers as for single people, all at once."""

from collections.abc import Sequence

import polars as pl

from tiersync.example.chance import by_shares, drawn, one_of
from tiersync.example.identity import FEMALE, MALE, PAIRS, PREFIX, REGIONS, SERIALS
from tiersync.example.margins import (
    ABILITY,
    AGE_BANDS,
    FEMALE_PERCENT,
    HARDSHIP,
    HUKOU,
    LIFE,
    LIVING,
    youngest_and_oldest,
)
from tiersync.example.people import ACTIVE, LAST_DAY, TURNS
from tiersync.example.registrar import LANES, MEN, NO_OPERATOR, SURNAMES, WOMEN
from tiersync.model.identity import CHECK_CHARACTERS, WEIGHTS

BLOCKS, BLOCKS_A_YEAR = 64, 5  # After SERIALS people the day of birth tells them apart; 64 x 5 days lie in any year.
SERIAL = pl.col("serial")


def people(serials: range, communities: Sequence[str], seed: int) -> pl.LazyFrame:
    """The people of these numbers as codes and dates by field name, spread over `communities`.

    No two of the first three million share an identity number.
    """
    frame = pl.LazyFrame({"serial": pl.int_range(serials.start, serials.stop, eager=True)})
    return frame.with_columns(
        residence_unit=one_of(communities, drawn(SERIAL, seed, "home")),
        band=one_of(by_shares(AGE_BANDS), drawn(SERIAL, seed, "band")),
        hukou_kind=one_of(by_shares(HUKOU), drawn(SERIAL, seed, "hukou")),
        living_arrangement=one_of(by_shares(LIVING), drawn(SERIAL, seed, "living")),
        hardship_kind=one_of(by_shares(HARDSHIP), drawn(SERIAL, seed, "hardship")),
        turn=one_of(by_shares(LIFE), drawn(SERIAL, seed, "turn")),
    ).with_columns(
        sex=_sex(seed), birth_date=_birth(seed), ability_level=_ability(seed), **_life(seed),
    ).with_columns(
        id_number=identity_numbers(), name=_name(seed), phone=_phone(), address=_address(seed),
    )  # fmt: skip


def identity_numbers() -> pl.Expr:
    """The identity numbers that belong to the columns `serial`, `birth_date` and `sex`."""
    sequence = SERIAL % PAIRS * 2 + (~_female()).cast(pl.Int64)
    born = pl.col("birth_date").dt.strftime("%Y%m%d").cast(pl.Int64)
    body = int(PREFIX) * 10**13 + (SERIAL % REGIONS + 1) * 10**11 + born * 1000 + sequence
    total = sum((body // 10 ** (16 - place) % 10 * weight for place, weight in enumerate(WEIGHTS)), pl.lit(0))
    return pl.format("{}{}", body, one_of(CHECK_CHARACTERS, total % 11))


def _sex(seed: int) -> pl.Expr:
    percent = pl.col("band").replace_strict(FEMALE_PERCENT)
    return pl.when(drawn(SERIAL, seed, "sex") % 100 < percent).then(pl.lit(FEMALE)).otherwise(pl.lit(MALE))


def _female() -> pl.Expr:
    return pl.col("sex") == FEMALE


def _birth(seed: int) -> pl.Expr:
    """A day that differs from those of all people who share region and sequence."""
    youngest = {band: youngest_and_oldest(band)[0] for band in AGE_BANDS}
    years = {band: youngest_and_oldest(band)[1] - low + 1 for band, low in youngest.items()}
    number = drawn(SERIAL, seed, "birth")
    extra = (number % pl.col("band").replace_strict(years)).cast(pl.Int64)
    day = (number // 1000 % BLOCKS_A_YEAR * BLOCKS).cast(pl.Int64) + SERIAL // SERIALS
    year = LAST_DAY.year - pl.col("band").replace_strict(youngest) - extra
    return pl.date(year, 1, 1) + pl.duration(days=day)


def _ability(seed: int) -> pl.Expr:
    number = drawn(SERIAL, seed, "ability")
    old = pl.col("band").replace_strict({band: youngest_and_oldest(band)[0] >= 80 for band in AGE_BANDS})
    younger, older = by_shares(ABILITY["younger"]), by_shares(ABILITY["80 and over"])
    return pl.when(old).then(one_of(older, number)).otherwise(one_of(younger, number))


def _life(seed: int) -> dict[str, pl.Expr]:
    """What became of people, and when."""
    number = drawn(SERIAL, seed, "life")
    codes = {turn: TURNS[turn][0] if turn in TURNS else ACTIVE for turn in LIFE}
    years = {turn: TURNS[turn][1] if turn in TURNS else None for turn in LIFE}
    year = pl.col("turn").replace_strict(years)
    month = pl.when(year > LAST_DAY.year).then(1).otherwise(number % 12 + 1)
    return {
        "life_status": pl.col("turn").replace_strict(codes),
        "status_date": pl.date(year, month, number // 12 % 28 + 1),
    }


def _name(seed: int) -> pl.Expr:
    number = drawn(SERIAL, seed, "name")
    numbers = (number // 100, number // 9000)
    given = [pl.when(_female()).then(one_of(WOMEN, n)).otherwise(one_of(MEN, n)) for n in numbers]
    return pl.concat_str([one_of(SURNAMES, number), *given])


def _phone() -> pl.Expr:
    return pl.lit(NO_OPERATOR) + (10**7 + SERIAL).cast(pl.String).str.zfill(8)


def _address(seed: int) -> pl.Expr:
    return pl.format("{}{}号", one_of(LANES, drawn(SERIAL, seed, "lane")), SERIAL + 1)
