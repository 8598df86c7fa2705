"""People beside the margins: who left in the year, who is too young to count, and whose row must be refused."""

import polars as pl

from tiersync.example.people.ages import AGE_BANDS, FEMALE_PERCENT
from tiersync.example.people.people import YOUNGER
from tiersync.example.plan.chance import by_shares, drawn, one_of
from tiersync.example.plan.dealing import SERIAL, homes
from tiersync.example.plan.places import Places
from tiersync.example.plan.plan import NINETIES, REFUSED, Plan

SENIOR = "senior"
DEAD_WHEN_PAID, DIED_ON_ROLL, MOVED_ON_ROLL = "dead_when_paid", "died_on_roll", "moved_on_roll"
DIED_THEN, MOVED_THEN, LOST_THEN, TOO_YOUNG = "died", "moved", "lost", "too_young"
KINDS = pl.Enum(
    [SENIOR, DEAD_WHEN_PAID, DIED_ON_ROLL, MOVED_ON_ROLL, DIED_THEN, MOVED_THEN, LOST_THEN, TOO_YOUNG, *REFUSED]
)  # fmt: skip
ON_ROLL = (DEAD_WHEN_PAID, DIED_ON_ROLL, MOVED_ON_ROLL)


def counts_beside(plan: Plan) -> dict[str, int]:
    """How many people of each kind there are beside the seniors that count."""
    return {
        DEAD_WHEN_PAID: plan.roll.dead_when_paid,
        DIED_ON_ROLL: plan.roll.died,
        MOVED_ON_ROLL: plan.roll.moved,
        DIED_THEN: plan.count("died_2013"),
        MOVED_THEN: plan.count("moved_2013"),
        LOST_THEN: plan.count("lost_2013"),
        TOO_YOUNG: plan.count("insured_2012_under_60"),
        **{reason: plan.dirt[reason] for reason in REFUSED},
    }


def settle_beside(seniors: pl.DataFrame, plan: Plan, places: Places) -> pl.DataFrame:
    """`seniors` and the people beside them in order of community, with a column `kind`."""
    seniors = seniors.with_columns(kind=pl.lit(SENIOR, dtype=KINDS))
    blocks = [
        pl.DataFrame({"home": homes(places.spread(count))}).with_columns(kind=pl.lit(kind, dtype=KINDS))
        for kind, count in counts_beside(plan).items()
    ]
    others = pl.concat(blocks).with_row_index("serial", offset=seniors.height)
    others = others.with_columns(band=_band(plan.seed)).with_columns(sex=_sex(plan.seed))
    fields = {name: kind for name, kind in seniors.schema.items() if name not in others.columns}
    others = others.with_columns(_drawn_like(seniors[name], plan.seed) for name in fields)
    return pl.concat([seniors, others.select(pl.col(name).cast(kind) for name, kind in seniors.schema.items())]).sort(
        "home", maintain_order=True
    )


def _band(seed: int) -> pl.Expr:
    number = drawn(SERIAL, seed, "band beside")
    usual = by_shares({band: share for band, share in AGE_BANDS.items() if band != YOUNGER})
    return (
        pl.when(pl.col("kind").is_in(ON_ROLL)).then(one_of(NINETIES, number))
        .when(pl.col("kind") == TOO_YOUNG).then(pl.lit(YOUNGER))
        .otherwise(one_of(usual, number))
    )  # fmt: skip


def _sex(seed: int) -> pl.Expr:
    percent = pl.col("band").replace_strict(FEMALE_PERCENT)
    return pl.when(drawn(SERIAL, seed, "sex beside") % 100 < percent).then(pl.lit("2")).otherwise(pl.lit("1"))


def _drawn_like(column: pl.Series, seed: int) -> pl.Expr:
    """Values as frequent as among the seniors."""
    return one_of(column, drawn(SERIAL, seed, f"{column.name} beside")).alias(column.name)
