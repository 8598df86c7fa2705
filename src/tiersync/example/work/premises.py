"""Seniors' associations and the places that serve seniors, built or being built."""

from datetime import date

import polars as pl

from tiersync.example.offices.words import at
from tiersync.example.people.births import between
from tiersync.example.people.names import MEN, SURNAMES
from tiersync.example.plan.chance import drawn, one_of
from tiersync.example.plan.dealing import SERIAL, amounts, dealt, homes, ranks
from tiersync.example.plan.places import COMMUNITY, Places
from tiersync.example.plan.plan import Plan
from tiersync.example.plan.shares import share_out
from tiersync.example.work.activities import by_office, numbered

ALL_ITEMS = "charter,officers,filing,premises,ledger,plan,finance"
SOME_ITEMS = ("charter,officers,ledger", "charter,officers,filing,ledger", "officers,filing,premises", "charter")
REGISTERED, FILED = "1", "2"
OWNERS = ("public", "public", "public_built_private_run", "private")
NOTHING = "none"


def associations(places: Places, plan: Plan) -> pl.DataFrame:
    """At most one association for each community, the larger communities first."""
    each = places.spread(plan.associations, [1] * len(places.communities))
    rows = pl.DataFrame({"home": homes(each)}).with_row_index("serial")
    seniors = pl.Series(places.seniors).gather(rows["home"]).to_list()
    members = pl.Series(share_out(plan.count("association_members") if seniors else 0, seniors), dtype=pl.Int64)
    number = drawn(SERIAL, plan.seed, "association")
    forms = dealt([plan.legal_forms], ranks(rows, plan.seed, "legal form"), pl.Enum([REGISTERED, FILED]))
    standard = pl.Series(ranks(rows, plan.seed, "standard") < plan.standardised)
    office = at(places, COMMUNITY, pl.col("home"))
    return rows.select(
        office=office, unit=office, assoc_id=pl.format("{}0001", office), name=_name(places, "老年协会"),
        assoc_level=pl.lit("community"), legal_form=forms, members_total=members,
        established_on=between(date(1996, 10, 9), date(2012, 12, 20), number),
        members_female=pl.lit(members) * (40 + (number % 16).cast(pl.Int64)) // 100,
        members_senior=pl.lit(members) * (85 + (number // 100 % 16).cast(pl.Int64)) // 100,
        standard_items=pl.when(standard).then(pl.lit(ALL_ITEMS)).otherwise(one_of(SOME_ITEMS, number // 1000)),
        status=pl.lit("active"),
    )  # fmt: skip


def _name(places: Places, what: str) -> pl.Expr:
    names = pl.Series([places.tree[code].name for code in places.communities])
    return pl.format("{}{}", pl.lit(names).gather(pl.col("home")), pl.lit(what))


def facilities(places: Places, plan: Plan) -> pl.DataFrame:
    """All facilities of all offices."""
    sorts = {
        "H": _homes(places, plan), "D": _points(places, plan), "X": _schools(places, plan), "J": _projects(places, plan)
    }  # fmt: skip
    return numbered(sorts, "facility_id").with_columns(status=pl.lit("active"))


def _homes(places: Places, plan: Plan) -> pl.DataFrame:
    """Welfare homes of districts, and homes for the aged of streets and towns."""
    districts, streets = share_out(plan.count("homes"), [len(places.districts), len(places.streets)])
    rows = by_office(places, [0, districts, streets])
    beds = amounts(plan.count("beds"), rows["serial"], plan.seed, "beds")
    room = beds.to_list()
    kinds = ["welfare_home"] * districts + ["jinglaoyuan"] * streets
    return rows.with_columns(
        name=pl.format("第{}敬老院", SERIAL + 1), facility_type=pl.Series(kinds, dtype=pl.String),
        ownership=one_of(OWNERS, drawn(SERIAL, plan.seed, "owner")), opened_on=_opened(plan.seed), beds=beds,
        beds_nursing=pl.Series(share_out(plan.count("beds_nursing"), room, room), dtype=pl.Int64),
        users=pl.Series(share_out(plan.count("home_users"), room, room), dtype=pl.Int64),
        project_stage=pl.lit(NOTHING),
    )  # fmt: skip


def _points(places: Places, plan: Plan) -> pl.DataFrame:
    """Day-care and home-care points, at most one for each community."""
    each = places.spread(plan.care_points, [1] * len(places.communities))
    rows = pl.DataFrame({"home": homes(each)}).with_row_index("serial")
    number = drawn(SERIAL, plan.seed, "point")
    return rows.select(
        "serial", office=at(places, COMMUNITY, pl.col("home")), name=_name(places, "日间照料中心"),
        facility_type=one_of(("day_care", "home_care_station"), number), ownership=one_of(OWNERS, number // 10),
        opened_on=_opened(plan.seed), project_stage=pl.lit(NOTHING),
    )  # fmt: skip


def _schools(places: Places, plan: Plan) -> pl.DataFrame:
    """Schools and activity rooms of communities."""
    rows = by_office(places, [0, 0, 0, plan.count("schools")])
    number = drawn(SERIAL, plan.seed, "school")
    return rows.with_columns(
        name=pl.format("{}{}老年学校", one_of(SURNAMES, number), one_of(MEN, number // 100)),
        facility_type=one_of(("school", "activity_room"), number), ownership=pl.lit("public"),
        opened_on=_opened(plan.seed), users=amounts(plan.count("school_users"), rows["serial"], plan.seed, "pupils"),
        project_stage=pl.lit(NOTHING),
    )  # fmt: skip


def _projects(places: Places, plan: Plan) -> pl.DataFrame:
    """What the city and its districts are building, to be opened after the year."""
    rows = by_office(places, share_out(plan.count("projects"), [1, 11]))
    number = drawn(SERIAL, plan.seed, "project")
    return rows.with_columns(
        name=pl.format("第{}号建设项目", SERIAL + 1),
        facility_type=one_of(("nursing_home", "day_care", "university", "activity_centre"), number),
        ownership=pl.lit("public"), opened_on=pl.lit(date(2014, 10, 1)),
        project_stage=one_of(("approved", "tender", "building"), number // 10),
    )  # fmt: skip


def _opened(seed: int) -> pl.Expr:
    return between(date(2001, 5, 2), date(2012, 11, 20), drawn(SERIAL, seed, "opened"))
