"""Visits of the respect-for-seniors month, care, legal aid and petitions."""

from datetime import date

import polars as pl

from tiersync.example.offices.words import at
from tiersync.example.people.births import between, identity_numbers
from tiersync.example.people.roles import NO_HARDSHIP
from tiersync.example.plan.chance import drawn, one_of
from tiersync.example.plan.dealing import SERIAL, amounts
from tiersync.example.plan.places import COMMUNITY, DISTRICT, Places
from tiersync.example.plan.plan import HUNDREDS, OFFICES, Plan
from tiersync.example.plan.shares import share_out
from tiersync.example.work.activities import FIRST, LAST, by_office

LEVELS = dict(zip(OFFICES, ("city", "county", "street", "community"), strict=True))  # as the code list has them
CARE = ("meal", "bath", "cleaning", "medical", "rehab", "comfort", "day_care", "agent")
CASES = ("support", "property", "housing", "marriage", "fraud", "benefit", "other")
CHANNELS = ("letter", "visit", "call", "web", "hotline")
DAYS_ALLOWED = 30


def services(people: pl.DataFrame, places: Places, plan: Plan) -> pl.DataFrame:
    """All services of all offices."""
    blocks = [
        _visits(people, places, plan), _care(places, plan), _legal_aid(people, places, plan), _petitions(places, plan)
    ]  # fmt: skip
    numbered = [
        block.with_columns(
            unit=pl.col("office"), service_id=pl.format(f"{letter}{{}}", pl.int_range(pl.len()) + 1)
        ).drop("serial")
        for letter, block in zip("VCLP", blocks, strict=True)
    ]  # fmt: skip
    return pl.concat(numbered, how="diagonal_relaxed")


def _visits(people: pl.DataFrame, places: Places, plan: Plan) -> pl.DataFrame:
    """Visits of all tiers; those of communities are to people whom they know."""
    upper = plan.by_office("visits")[:-1]
    levels = [level for level, count in zip(LEVELS.values(), upper, strict=False) for _ in range(count)]
    number = drawn(SERIAL, plan.seed, "visit")
    above = by_office(places, upper).with_columns(
        visitor_level=pl.Series(levels, dtype=pl.String),
        target_group=one_of(("100+", "80+", "hardship", "lonely", "disabled", "general"), number),
    )
    visited = people.filter("visited").select(
        "serial", office=at(places, COMMUNITY, pl.col("home")), id_number=identity_numbers(), target_group=_group(),
        visitor_level=pl.lit(LEVELS[OFFICES[-1]]),
    )  # fmt: skip
    rows = pl.concat([above, visited], how="diagonal_relaxed")
    yuan = amounts(plan.count("visits_yuan"), pl.int_range(rows.height, eager=True), plan.seed, "gifts")
    return rows.with_columns(
        kind=pl.lit("visit"), status=pl.lit("done"), campaign=pl.lit("jinglaoyue"),
        done_on=between(FIRST, LAST, number), visit_kind=one_of(("condolence", "condolence", "leader"), number // 100),
        amount=pl.format("{}.00", yuan), in_kind=one_of("01", number // 1000),
    )  # fmt: skip


def _group() -> pl.Expr:
    """Why somebody is visited."""
    return (
        pl.when(pl.col("band") == HUNDREDS).then(pl.lit("100+"))
        .when(pl.col("band").cast(pl.String) >= "80").then(pl.lit("80+"))
        .when(pl.col("hardship_kind") != NO_HARDSHIP).then(pl.lit("hardship"))
        .otherwise(pl.lit("general"))
    )  # fmt: skip


def _care(places: Places, plan: Plan) -> pl.DataFrame:
    """What communities did for people, some of it several times."""
    rows = by_office(places, [0, 0, 0, plan.count("care_services")])
    number = drawn(SERIAL, plan.seed, "care")
    return rows.with_columns(
        kind=pl.lit("care"), status=pl.lit("done"), service_kind=one_of(CARE, number), campaign=pl.lit("none"),
        done_on=between(date(2013, 1, 4), date(2013, 12, 28), number // 10),
        times=amounts(plan.count("care_times"), rows["serial"], plan.seed, "times"),
    )  # fmt: skip


def _legal_aid(people: pl.DataFrame, places: Places, plan: Plan) -> pl.DataFrame:
    """Cases that districts took on; some people have two."""
    persons = people.filter("given_legal_aid").sort("serial")
    cases = pl.concat([persons, persons.head(plan.count("legal_aid_twice"))]).select(
        "serial", office=at(places, DISTRICT, pl.col("home")), id_number=identity_numbers()
    )
    place = pl.int_range(pl.len(), dtype=pl.Int64)
    number = drawn(SERIAL, plan.seed, "case") // (place + 7).cast(pl.UInt64)
    accepted = between(date(2013, 1, 8), date(2013, 11, 28), number)
    yuan = amounts(plan.count("legal_aid_yuan"), pl.int_range(cases.height, eager=True), plan.seed, "fees")
    return cases.with_columns(
        kind=pl.lit("legal_aid"), status=pl.lit("done"), requested_on=accepted, amount=pl.format("{}.00", yuan),
        done_on=accepted + pl.duration(days=20), case_kind=one_of(CASES, number // 10), campaign=pl.lit("none"),
        fee_kind=one_of(("lawyer", "court"), number // 100),
        relief_kind=one_of(("waived", "reduced", "deferred"), number // 1000),
    )  # fmt: skip


def _petitions(places: Places, plan: Plan) -> pl.DataFrame:
    """Petitions, all due within the year: most were closed in time, half of the others late."""
    rows = by_office(places, [0, *share_out(plan.count("petitions"), [1, 1, 2])])
    number = drawn(SERIAL, plan.seed, "petition")
    accepted = between(date(2013, 1, 4), date(2013, 11, 29), number)
    in_time = number.rank("ordinal") <= plan.count("petitions_in_time")
    late = ~in_time & (number // 7 % 2 == 0)
    taken = pl.when(in_time).then(number % (DAYS_ALLOWED + 1)).when(late).then(DAYS_ALLOWED + 3)
    return rows.with_columns(
        kind=pl.lit("petition"), requested_on=accepted, due_on=accepted + pl.duration(days=DAYS_ALLOWED),
        done_on=accepted + pl.duration(days=taken), campaign=pl.lit("none"), channel=one_of(CHANNELS, number // 10),
        case_kind=one_of(CASES, number // 100),
        status=pl.when(taken.is_null()).then(pl.lit("overdue")).otherwise(pl.lit("closed")),
    )  # fmt: skip
