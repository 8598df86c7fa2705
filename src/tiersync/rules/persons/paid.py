"""Payments that somebody should look at: the same one twice, and those to persons who had died."""

from typing import NamedTuple

import polars as pl

from tiersync.rules.rows.merged import PLACES

STREAM = "stream"  # Beside a record: which stream of the node brought it.
WHO = ["person_key", "scheme"]
SAME = [*WHO, "period", "amount", "paid_on"]
DIED = "2"
READ = ["person_key", "kind", "scheme", "period", "amount", "paid_on", "pay_result", "recovered", *PLACES, STREAM]


class Payments(NamedTuple):
    """What was paid to somebody on some day, and what came back."""

    paid: pl.DataFrame
    recovered: pl.DataFrame


def payments_of(benefits: pl.DataFrame) -> Payments:
    """The payments and recoveries among benefit records that say whom and when."""
    dated = benefits.select(READ).filter(pl.col("person_key").is_not_null() & pl.col("paid_on").is_not_null())
    is_paid = (pl.col("kind") == "payment") & (pl.col("pay_result") == "paid")
    return Payments(dated.filter(is_paid), dated.filter(pl.col("kind") == "recovery"))


def paid_twice(payments: Payments) -> pl.DataFrame:
    """Payments of which an earlier row says the same: person, scheme, period, amount and day; recovered ones left
    out."""
    again = payments.paid.filter(~pl.struct(SAME).is_first_distinct())
    return _not_recovered(again, payments.recovered)


def paid_after_death(payments: Payments, seniors: pl.DataFrame) -> pl.DataFrame:
    """Payments to persons who, as the register says, had died before that day; recovered ones left out. Of somebody
    who stands in `seniors` several times the row that counts tells."""
    dead = seniors.filter(pl.col("counts") & (pl.col("life_status") == DIED)).select("person_key", "status_date")
    late = payments.paid.join(dead, on="person_key", maintain_order="left")
    return _not_recovered(late.filter(pl.col("paid_on") > pl.col("status_date")), payments.recovered)


def _not_recovered(rows: pl.DataFrame, recovered: pl.DataFrame) -> pl.DataFrame:
    """`rows` of those persons and schemes of which not as much came back since as these rows come to."""
    too_much = rows.group_by(WHO).agg(since=pl.col("paid_on").min(), much=pl.col("amount").sum())
    back = recovered.join(too_much, on=WHO).filter(pl.col("paid_on") >= pl.col("since"))
    enough = back.group_by(WHO).agg(pl.col("recovered").sum(), pl.col("much").first())
    settled = enough.filter(pl.col("recovered") >= pl.col("much"))
    return rows.join(settled, on=WHO, how="anti", maintain_order="left")
