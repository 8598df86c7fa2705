"""The register's rows: everybody in their community, some a second time in another, and what is wrong with them."""

from datetime import date

import polars as pl

from tiersync.example.offices.words import at
from tiersync.example.people.beside import DIED_THEN, KINDS, LOST_THEN, MOVED_ON_ROLL, MOVED_THEN, ON_ROLL
from tiersync.example.people.births import between, identity_numbers
from tiersync.example.people.identity import FEMALE, MALE
from tiersync.example.people.names import LANES, MEN, NO_OPERATOR, SURNAMES, WOMEN
from tiersync.example.people.roles import BIRTH_CONFLICT, SEX_CONFLICT
from tiersync.example.plan.chance import drawn, one_of
from tiersync.example.plan.dealing import SERIAL
from tiersync.example.plan.places import COMMUNITY, STREET, Places

ELSEWHERE = ("371500000000", "370100000000", "130900000000", "131100000000")  # Beyond the city's borders.
ALIVE, DEAD, GONE, LOST = "1", "2", "3", "5"
LIFE = dict.fromkeys(KINDS.categories, ALIVE) | dict.fromkeys((*ON_ROLL, DIED_THEN), DEAD)
LIFE |= {MOVED_ON_ROLL: GONE, MOVED_THEN: GONE, LOST_THEN: LOST}
YEAR_OFF = 365  # days
TALENTS = ("medical", "teaching", "arts", "repair", "farming", "law", "arts,teaching", "other")


def filings(people: pl.DataFrame, places: Places, seed: int) -> pl.DataFrame:
    """Everybody's rows: `filed` is the number of the community that keeps the row, `home` where its person lives.

    Half of those who are filed twice stand in another community of their street, if it has one, half anywhere.
    """
    twice = people.filter("filed_twice").with_columns(filed=_elsewhere(places, seed).cast(pl.UInt16))
    once = people.with_columns(filed=pl.col("home"))
    return pl.concat([once, twice]).sort("filed", "slot", "serial")


def _elsewhere(places: Places, seed: int) -> pl.Expr:
    """Another community than `home`."""
    number, home = drawn(SERIAL, seed, "elsewhere"), pl.col("home").cast(pl.UInt64)
    streets = pl.DataFrame({"street": places.ancestors[STREET]}).with_row_index("number")
    first = streets.select(pl.col("number").min().over("street"))["number"]
    size = streets.select(pl.len().over("street"))["len"]
    start, width = (pl.lit(column).gather(pl.col("home")).cast(pl.UInt64) for column in (first, size))
    near = start + (home - start + 1 + number // 2 % pl.max_horizontal(width - 1, pl.lit(1, pl.UInt64))) % width
    everywhere = len(places.communities)
    far = (home + 1 + number // 2 % (everywhere - 1)) % everywhere
    return pl.when((number % 2 == 0) & (width > 1)).then(near).otherwise(far)


def register(rows: pl.DataFrame, places: Places, seed: int) -> pl.DataFrame:
    """The fields of filings, with the `office` that keeps each row."""
    rows = rows.with_columns(sound=identity_numbers())
    home = at(places, COMMUNITY, pl.col("home"))
    entered = ~pl.col("unentered")
    return rows.select(
        _spoilt_sex(),
        pl.col("hukou_kind", "living_arrangement", "ability_level", "hardship_kind"),
        pl.col("ethnicity", "marital_status", "education", "pension_kind", "medical_kind"),
        office=at(places, COMMUNITY, pl.col("filed")),
        name=_name(seed),
        id_number=_spoilt_number(),
        birth_date=_spoilt_birth(),
        residence_unit=home,
        hukou_unit=pl.when("elsewhere").then(one_of(ELSEWHERE, SERIAL)).otherwise(home),
        address=pl.format("{}{}号", one_of(LANES, drawn(SERIAL, seed, "lane")), SERIAL + 1),
        phone=pl.lit(NO_OPERATOR) + (10**7 + SERIAL.cast(pl.Int64)).cast(pl.String),
        life_status=pl.when("died_2014").then(pl.lit(DEAD)).otherwise(_life()),
        status_date=pl.when(entered).then("ended_on"),
        visit_frequency=pl.when("quarterly").then(pl.lit("Q")).when("planned").then(pl.lit("Y")),
        talent_tags=pl.when("talent").then(one_of(TALENTS, drawn(SERIAL, seed, "talent"))),
        file_opened_on=between(date(2009, 3, 1), date(2010, 12, 20), drawn(SERIAL, seed, "opened")),
        file_verified_on=_verified(seed),
    )


def _life() -> pl.Expr:
    return pl.col("kind").cast(pl.String).replace_strict(LIFE, return_dtype=pl.String)


def _verified(seed: int) -> pl.Expr:
    number = drawn(SERIAL, seed, "verified on")
    lately = between(date(2013, 1, 8), date(2013, 11, 20), number)
    return pl.when("verified").then(lately).otherwise(between(date(2011, 1, 8), date(2012, 11, 20), number))


def _name(seed: int) -> pl.Expr:
    number, woman = drawn(SERIAL, seed, "name"), pl.col("sex") != MALE
    given = [pl.when(woman).then(one_of(WOMEN, n)).otherwise(one_of(MEN, n)) for n in (number // 100, number // 9000)]
    return pl.concat_str([one_of(SURNAMES, number), *given])


def _spoilt_number() -> pl.Expr:
    """The number as its row has it: a wrong check character, the old spelling, or what a spreadsheet left of it."""
    sound, kind = pl.col("sound"), pl.col("kind")
    wrong = pl.when(sound.str.ends_with("1")).then(pl.lit("2")).otherwise(pl.lit("1"))
    return (
        pl.when(kind == "bad_checksum").then(sound.str.head(17) + wrong)
        .when(kind == "fifteen_digits").then(sound.str.head(6) + sound.str.slice(8, 9))
        .when(kind == "precision_lost").then(pl.format("{}.{}E+17", sound.str.head(1), sound.str.slice(1, 5)))
        .otherwise(sound)
    )  # fmt: skip


def _spoilt_birth() -> pl.Expr:
    """The birth date as its row has it: of another year than the number's, or a day that no calendar has."""
    born = pl.when(BIRTH_CONFLICT).then(pl.col("birth_date") - pl.duration(days=YEAR_OFF)).otherwise("birth_date").dt
    return pl.when(pl.col("kind") == "impossible_date").then(born.strftime("%Y-02-30")).otherwise(born.to_string("iso"))


def _spoilt_sex() -> pl.Expr:
    """The sex as its row has it, of some the other one than the number's."""
    other = pl.when(pl.col("sex") == MALE).then(pl.lit(FEMALE)).otherwise(pl.lit(MALE))
    return pl.when(SEX_CONFLICT).then(other).otherwise("sex").alias("sex")
