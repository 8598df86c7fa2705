"""What the offices of all tiers held in the respect-for-seniors month, and their courses and publications."""

from collections.abc import Mapping, Sequence
from datetime import date

import polars as pl

from tiersync.example.people.births import between
from tiersync.example.plan.chance import drawn, one_of
from tiersync.example.plan.dealing import SERIAL, amounts
from tiersync.example.plan.places import Places
from tiersync.example.plan.plan import Plan
from tiersync.example.plan.shares import share_out

COUNTED = ("event", "event", "event", "publicity", "fair", "contest")
CATEGORIES = ("arts", "sports", "health", "education", "law", "charity", "other")
ORGANISERS = ("office", "department", "association", "facility", "volunteer_team")
FIRST, LAST = date(2013, 10, 1), date(2013, 10, 31)
OUTLETS = ("paper", "magazine", "web", "tv", "radio", "app")


def by_office(places: Places, parts: Sequence[int]) -> pl.DataFrame:
    """Rows of offices: `parts` says how many each tier has, from the top; within a tier they share by seniors."""
    offices = [
        office
        for depth, total in enumerate(parts)
        for office, count in places.spread_to(depth, total).items()
        for _ in range(count)
    ]
    return pl.DataFrame({"office": offices}, schema={"office": pl.String}).with_row_index("serial")


def numbered(sorts: Mapping[str, pl.DataFrame], key: str) -> pl.DataFrame:
    """Rows of several sorts as one register of their offices, the letter of the sort within each row's `key`."""
    own = [
        rows.with_columns(
            pl.col("office").alias("unit"), pl.format("{}{}{}", "office", pl.lit(letter), SERIAL + 1).alias(key)
        )
        for letter, rows in sorts.items()
    ]
    return pl.concat(own, how="diagonal_relaxed").drop("serial")


def activities(places: Places, plan: Plan) -> pl.DataFrame:
    """All activities of all offices."""
    sorts = {
        "H": _events(places, plan), "P": _courses(places, plan), "M": _media(places, plan), "Z": _channels(places, plan)
    }  # fmt: skip
    return numbered(sorts, "activity_id")


def _events(places: Places, plan: Plan) -> pl.DataFrame:
    """The events of the month."""
    rows = by_office(places, plan.by_office("events"))
    seniors = amounts(plan.count("participations"), rows["serial"], plan.seed, "participations")
    number = drawn(SERIAL, plan.seed, "event")
    return rows.with_columns(
        kind=one_of(COUNTED, number),
        category=one_of(CATEGORIES, number // 10),
        campaign=pl.lit("jinglaoyue"),
        organiser_kind=one_of(ORGANISERS, number // 100),
        start_at=between(FIRST, LAST, number // 1000),
        sessions=pl.lit(1),
        participants_senior=seniors,
        participants_total=seniors + pl.Series(seniors // 10),
    )


def _courses(places: Places, plan: Plan) -> pl.DataFrame:
    """Courses for caregivers, held by the city and its districts."""
    rows = by_office(places, share_out(plan.trainings, [1, 12]))
    trained = amounts(plan.count("trainees"), rows["serial"], plan.seed, "trainees")
    certified = share_out(plan.count("certified"), trained.to_list(), trained.to_list())
    start = between(date(2013, 3, 4), date(2013, 11, 25), drawn(SERIAL, plan.seed, "course"))
    return rows.with_columns(
        kind=pl.lit("training"), category=pl.lit("education"), campaign=pl.lit("none"), organiser_kind=pl.lit("office"),
        start_at=start, end_at=start + pl.duration(days=5), sessions=pl.lit(1), trainees=trained,
        certified=pl.Series(certified, dtype=pl.Int64),
    )  # fmt: skip


def _media(places: Places, plan: Plan) -> pl.DataFrame:
    """What was published: a row for each outlet and office."""
    count = plan.count("media_items")
    rows = by_office(places, share_out(-(-count // 4), [1, 5]))
    number = drawn(SERIAL, plan.seed, "media")
    return rows.with_columns(
        kind=pl.lit("media"), start_at=between(date(2013, 1, 6), date(2013, 12, 26), number), sessions=pl.lit(1),
        items=amounts(count, rows["serial"], plan.seed, "items"), item_unit=pl.lit("piece"),
        outlet=pl.format("第{}家媒体", number % 9 + 1), outlet_kind=one_of(OUTLETS, number // 10),
        outlet_level=one_of(("central", "province", "city", "city", "county"), number // 100),
    )  # fmt: skip


def _channels(places: Places, plan: Plan) -> pl.DataFrame:
    """The issues of the offices' own channels."""
    count = plan.count("channel_issues")
    rows = by_office(places, share_out(-(-count // 9), [1, 5]))
    number = drawn(SERIAL, plan.seed, "channel")
    return rows.with_columns(
        kind=pl.lit("own_channel"), start_at=between(date(2013, 1, 6), date(2013, 12, 26), number),
        sessions=pl.lit(1), items=amounts(count, rows["serial"], plan.seed, "issues"),
        item_unit=one_of(("issue", "update"), number // 10),
    )  # fmt: skip
