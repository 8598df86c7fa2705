"""What the city pays, grants, insures and issues: the roll of the allowance, aid, policies, claims and cards."""

from collections.abc import Iterator
from datetime import date

import polars as pl

from tiersync.example.offices.words import at
from tiersync.example.people.births import PAID_ON, between, identity_numbers
from tiersync.example.people.roles import DIED, LATER, MOVED, NOT_ON_ROLL, TURNED
from tiersync.example.plan.chance import drawn
from tiersync.example.plan.dealing import SERIAL, amounts
from tiersync.example.plan.places import COMMUNITY, DISTRICT, Places
from tiersync.example.plan.plan import CLAIMS, Plan

ALLOWANCE, AID, INSURANCE, CARD = "allow_90", "rural_hardship_80", "yinling_ankang", "senior_card"
AID_PAID_ON = date(2013, 10, 12)
YEAR_END = date(2013, 12, 31)
SCHEME_BEGINS = date(2011, 1, 1)


def benefits(people: pl.DataFrame, places: Places, plan: Plan) -> pl.DataFrame:
    """The steps of these people's benefits that their communities handle."""
    rows = people.with_columns(id_number=identity_numbers(), unit=at(places, COMMUNITY, pl.col("home")))
    steps = [*_policies(rows), *_allowances(rows, plan), *_applications(rows), *_cards(rows, plan.seed)]
    return pl.concat(steps, how="diagonal_relaxed").with_columns(office=pl.col("unit"))


def claims(people: pl.DataFrame, places: Places, plan: Plan) -> pl.DataFrame:
    """The insurer's payments, which districts handle."""
    steps = []
    for kind in CLAIMS:
        rows = people.filter(f"claims_{kind}").sort("serial")
        rows = rows.with_columns(id_number=identity_numbers(), unit=at(places, DISTRICT, pl.col("home")))
        paid = between(date(2013, 1, 20), date(2013, 12, 20), drawn(SERIAL, plan.seed, "claim"))
        if kind == "death":
            paid = pl.min_horizontal(pl.col("ended_on") + pl.duration(days=3), pl.lit(YEAR_END))
        yuan = amounts(plan.claims[kind][1], rows["serial"], plan.seed, kind)
        steps.append(_step(
            rows, "L", "claim", INSURANCE, claim_kind=pl.lit(kind), amount=_money(pl.lit(yuan)), paid_on=paid,
            period=pl.lit("2013"), pay_result=pl.lit("paid"), status=pl.lit("active"),
        ))  # fmt: skip
    return pl.concat(steps, how="diagonal_relaxed").with_columns(office=pl.col("unit"))


def _policies(rows: pl.DataFrame) -> Iterator[pl.DataFrame]:
    """Policies of two years; the insurer knows of deaths that the register does not."""
    last_year, this_year = rows.filter("insured_2012"), rows.filter("insured_2013")
    yield _step(
        last_year, "Y12-", "policy", INSURANCE, period=pl.lit("2012"), start_month=pl.lit("2012-01"),
        stop_month=pl.lit("2012-12"), status=pl.lit("stopped"),
    )  # fmt: skip
    dead = pl.col("unentered")
    yield _step(
        this_year, "Y13-", "policy", INSURANCE, period=pl.lit("2013"), start_month=pl.lit("2013-01"),
        stop_month=pl.when(dead).then(_month(pl.col("ended_on"))),
        stop_reason=pl.when(dead).then(pl.lit("died")),
        status=pl.when(dead).then(pl.lit("stopped")).otherwise(pl.lit("active")),
    )  # fmt: skip


def _allowances(rows: pl.DataFrame, plan: Plan) -> Iterator[pl.DataFrame]:
    """Who is or was on the roll, who was paid on the day of payment, and who was given aid."""
    roll = pl.col("roll")
    turned_90, turned_100 = (pl.col("birth_date").dt.offset_by(f"{years}y") for years in (90, 100))
    left_on = pl.when(roll == TURNED).then(turned_100).otherwise(pl.col("ended_on"))
    stopped = roll.is_in([DIED, TURNED, MOVED])
    reason = roll.cast(pl.String).replace_strict({DIED: "died", TURNED: "band_change", MOVED: "moved"}, default=None)
    yield _step(
        rows.filter(roll != NOT_ON_ROLL), "J", "entitlement", ALLOWANCE,
        start_month=_month(pl.max_horizontal(turned_90, pl.lit(SCHEME_BEGINS))),
        stop_month=pl.when(stopped).then(_month(pl.max_horizontal(left_on, PAID_ON.replace(month=10, day=1)))),
        stop_reason=reason,
        status=pl.when(stopped).then(pl.lit("stopped")).otherwise(pl.lit("active")),
    )  # fmt: skip
    on_the_day = rows.filter((roll != NOT_ON_ROLL) & (roll != LATER))
    yield _payment(on_the_day, "F", ALLOWANCE, plan.rate("roll_rate_yuan"), PAID_ON, "city")
    yield _payment(rows.filter("aided"), "Z", AID, plan.rate("aid_rate_yuan"), AID_PAID_ON, "county")


def _payment(rows: pl.DataFrame, letter: str, scheme: str, yuan: object, day: date, level: str) -> pl.DataFrame:
    return _step(
        rows, letter, "payment", scheme, amount=pl.lit(f"{yuan}.00"), paid_on=pl.lit(day), period=pl.lit("2013"),
        pay_result=pl.lit("paid"), funding_level=pl.lit(level), status=pl.lit("active"),
    )  # fmt: skip


def _applications(rows: pl.DataFrame) -> Iterator[pl.DataFrame]:
    """The applications of the last quarter: of those who turned 90, and of those who had no right to it."""
    turned_90 = pl.col("birth_date").dt.offset_by("90y")
    soon = pl.min_horizontal(turned_90 + pl.duration(days=12), pl.lit(YEAR_END))
    yield _step(
        rows.filter(pl.col("roll") == LATER), "S", "application", ALLOWANCE, applied_on=turned_90, decided_on=soon,
        decision=pl.lit("approved"), status=pl.lit("active"),
    )  # fmt: skip
    yield _step(
        rows.filter("applied"), "S", "application", ALLOWANCE, applied_on=pl.lit(date(2013, 11, 4)),
        decided_on=pl.lit(date(2013, 11, 18)), decision=pl.lit("refused"), status=pl.lit("stopped"),
    )  # fmt: skip


def _cards(rows: pl.DataFrame, seed: int) -> Iterator[pl.DataFrame]:
    """Who holds a card, and whose was issued this year."""
    number = drawn(SERIAL, seed, "card since")
    this_year = between(date(2013, 1, 7), date(2013, 12, 20), number)
    earlier = between(date(2010, 1, 7), date(2012, 12, 20), number)
    since = pl.when("card_issued").then(this_year).otherwise(earlier)
    yield _step(rows.filter("card"), "K", "card", CARD, start_month=_month(since), status=pl.lit("active"))
    yield _step(
        rows.filter("card_issued"), "E", "card_issue", CARD, decided_on=since, start_month=_month(since),
        status=pl.lit("active"),
    )  # fmt: skip


def _step(rows: pl.DataFrame, letter: str, kind: str, scheme: str, **fields: pl.Expr) -> pl.DataFrame:
    """One step of each person; letter and serial name it."""
    return rows.select(
        "id_number", "unit", pl.format(f"{letter}{{}}", SERIAL).alias("benefit_id"), kind=pl.lit(kind),
        scheme=pl.lit(scheme), **fields,
    )  # fmt: skip


def _month(day: pl.Expr) -> pl.Expr:
    return day.dt.strftime("%Y-%m")


def _money(yuan: pl.Expr) -> pl.Expr:
    return pl.format("{}.00", yuan)
