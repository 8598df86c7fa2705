"""Projecting records: what a snapshot holds of them. No name, number, phone or address is left."""

from collections.abc import Callable

import polars as pl

from tiersync.model.records.record import RECORDS
from tiersync.rules.rows.check import identities_of
from tiersync.rules.rows.identity import person_keys, with_names

STANDARD_ITEMS = 7  # Charter, officers, filing, premises, ledger, plan and finance make an association standardised.


def yes_or_no(truth: pl.Expr) -> pl.Expr:
    """A truth as a code of the list YES_NO."""
    return pl.when(truth).then(pl.lit("1")).when(~truth).then(pl.lit("0"))


def standardised() -> pl.Expr:
    return yes_or_no(pl.col("standard_items").str.split(",").list.n_unique() == STANDARD_ITEMS)


def in_time() -> pl.Expr:
    due, done = pl.col("due_on"), pl.col("done_on")
    return yes_or_no(pl.when(due.is_not_null()).then((done <= due).fill_null(False)))


def recovered() -> pl.Expr:
    """What came back, whichever sign an office gives it."""
    return pl.when(pl.col("kind") == "recovery").then(pl.col("amount").abs())


def net_amount() -> pl.Expr:
    """What a payment that was made, or a recovery, adds to what was paid."""
    is_paid = (pl.col("kind") == "payment") & (pl.col("pay_result") == "paid")
    return pl.when(is_paid).then(pl.col("amount")).otherwise(-recovered())


MADE: dict[str, dict[str, Callable[[], pl.Expr]]] = {
    "benefit": {"recovered": recovered, "net_amount": net_amount},
    "association": {"standardised": standardised},
    "service": {"in_time": in_time},
}  # What is made of other fields on arrival, by record and field.


def project(record: str, accepted: pl.DataFrame, secret: str) -> pl.DataFrame:
    """The rows of a snapshot: person keys under the node's `secret` for persons, open and pseudonymous fields,
    sensitive codes that an indicator needs, what is made on arrival, places and flags."""
    kinds, keys = RECORDS[record].kinds(), []
    for name, kind in identities_of(RECORDS[record]):
        accepted = with_names(accepted, name, kind)
        keys = [person_keys(name, secret).alias("person_key")]
    made = [make().alias(name) for name, make in MADE.get(record, {}).items()]
    kept = [name for name in accepted.columns if name not in kinds or kinds[name].in_snapshot]
    return accepted.select(*keys, *made, *kept)
