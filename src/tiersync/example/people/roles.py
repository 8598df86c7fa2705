"""The roles of people: who is on the roll, insured, visited, filed twice, or wrongly filed."""

import polars as pl

from tiersync.example.people.beside import (
    DEAD_WHEN_PAID,
    DIED_ON_ROLL,
    MOVED_ON_ROLL,
    SENIOR,
    TOO_YOUNG,
)  # fmt: skip
from tiersync.example.people.people import RURAL
from tiersync.example.plan.dealing import pick
from tiersync.example.plan.places import Places
from tiersync.example.plan.plan import CLAIMS, HUNDREDS, NINETIES, Plan

STAYS, LATER, DIED, TURNED, MOVED, NOT_ON_ROLL = "stays", "later", "died", "turned", "moved", ""
ROLL = pl.Enum([NOT_ON_ROLL, STAYS, LATER, DIED, TURNED, MOVED])
SEX_CONFLICT, BIRTH_CONFLICT = "sex_conflict", "birth_conflict"
NO_HARDSHIP = "0"
BORN_60_BY_2012 = pl.date(1952, 12, 31)

IS_SENIOR = pl.col("kind") == SENIOR
IS_ALIVE = IS_SENIOR & ~pl.col("unentered")
IN_NINETIES = pl.col("band").is_in(NINETIES)


class Crowd:
    """All people, and the marks that they are given one after the other."""

    def __init__(self, people: pl.DataFrame, plan: Plan, places: Places) -> None:
        self.people = people
        self.plan = plan
        self.places = places

    def mark(self, name: str, among: pl.Expr, count: int) -> None:
        """Mark `count` of those `among` whom the mark can fall on, in a new column `name`."""
        picked = pick(self.people, self.places, among, count, self.plan.seed, name)
        self.people = self.people.with_columns(picked.alias(name))

    def note(self, **columns: pl.Expr) -> None:
        """Add what follows from the marks."""
        self.people = self.people.with_columns(**columns)


def enrol(crowd: Crowd) -> None:
    """Give everybody their place on the roll of the allowance; some of the dead are not entered as dead."""
    roll = crowd.plan.roll
    bands = [f"unentered {band}" for band in crowd.plan.unentered]
    for mark, (band, count) in zip(bands, crowd.plan.unentered.items(), strict=True):
        crowd.mark(mark, IS_SENIOR & (pl.col("band") == band), count)
    crowd.note(unentered=pl.any_horizontal(bands))
    crowd.mark("elsewhere", IS_ALIVE & IN_NINETIES, roll.elsewhere)
    crowd.mark("later", IS_ALIVE & (pl.col("band") == NINETIES[0]) & ~pl.col("elsewhere"), roll.later)
    crowd.mark("never", IS_ALIVE & IN_NINETIES & ~pl.col("elsewhere") & ~pl.col("later"), roll.never)
    crowd.mark("turned", IS_ALIVE & (pl.col("band") == HUNDREDS), roll.turned)
    crowd.note(roll=_roll().cast(ROLL))
    crowd.people = crowd.people.drop(*bands, "later", "never", "turned")


def _roll() -> pl.Expr:
    kind, left_out = pl.col("kind"), pl.col("elsewhere") | pl.col("never")
    dead = kind.is_in([DEAD_WHEN_PAID, DIED_ON_ROLL]) | (IS_SENIOR & pl.col("unentered") & IN_NINETIES)
    return (
        pl.when(dead).then(pl.lit(DIED))
        .when(kind == MOVED_ON_ROLL).then(pl.lit(MOVED))
        .when(pl.col("turned")).then(pl.lit(TURNED))
        .when(pl.col("later")).then(pl.lit(LATER))
        .when(IS_SENIOR & IN_NINETIES & ~left_out).then(pl.lit(STAYS))
        .otherwise(pl.lit(NOT_ON_ROLL))
    )  # fmt: skip


def misfile(crowd: Crowd) -> None:
    """Mark whose row contradicts itself, and who is filed twice."""
    dirt = crowd.plan.dirt
    crowd.mark(SEX_CONFLICT, IS_ALIVE, dirt[SEX_CONFLICT])
    crowd.mark(BIRTH_CONFLICT, IS_ALIVE & ~pl.col(SEX_CONFLICT), dirt[BIRTH_CONFLICT])
    plain = IS_ALIVE & ~pl.col(SEX_CONFLICT) & ~pl.col(BIRTH_CONFLICT)
    crowd.mark("filed_twice", plain, dirt["filed_twice"])
    crowd.mark("died_2014", plain & ~pl.col("filed_twice"), crowd.plan.count("died_2014"))


def insure(crowd: Crowd) -> None:
    """Mark the insured of two years and those who were paid for a claim; births must be known."""
    insured, claims = crowd.plan.count("insured_2013"), crowd.plan.claims
    dead = sum(crowd.plan.unentered.values())
    crowd.mark("insured_2012", IS_SENIOR & (pl.col("birth_date") <= BORN_60_BY_2012), crowd.plan.count("insured_2012"))
    crowd.note(insured_2012=pl.col("insured_2012") | (pl.col("kind") == TOO_YOUNG))
    crowd.mark("insured_2013", IS_ALIVE, insured - dead)
    crowd.note(insured_2013=pl.col("insured_2013") | pl.col("unentered"))
    for place, kind in enumerate(CLAIMS):
        free = pl.all_horizontal(pl.lit(True), *(~pl.col(f"claims_{other}") for other in CLAIMS[:place]))
        whose = pl.col("unentered") if kind == "death" else pl.col("insured_2013") & IS_ALIVE
        crowd.mark(f"claims_{kind}", whose & free, claims[kind][0])


def serve(crowd: Crowd) -> None:
    """Mark who is given aid, a card, a visit plan, a place on the talent roster, and whose file is up to date."""
    plan, eighties = crowd.plan, pl.col("band").is_in(["80-84", "85-89"])
    poor = (pl.col("hukou_kind") == RURAL) & (pl.col("hardship_kind") != NO_HARDSHIP)
    crowd.mark("aided", IS_ALIVE & eighties & poor, plan.count("aid_persons"))
    crowd.mark("applied", IS_ALIVE & IN_NINETIES & (pl.col("roll") == NOT_ON_ROLL), plan.refusals)
    crowd.mark("card", IS_ALIVE, plan.count("cards"))
    crowd.mark("card_issued", pl.col("card"), plan.count("cards_issued"))
    crowd.mark("planned", IS_ALIVE, plan.planned)
    crowd.mark("visited", pl.col("planned"), plan.visited)
    crowd.mark("quarterly", pl.col("planned"), plan.quarterly)
    crowd.mark("given_legal_aid", IS_ALIVE, plan.count("legal_aid_cases") - plan.count("legal_aid_twice"))
    crowd.mark("talent", IS_ALIVE & pl.col("band").is_in(["60-64", "65-69", "70-74"]), plan.count("talents"))
    crowd.mark("verified", IS_SENIOR, plan.count("verified_2013"))
