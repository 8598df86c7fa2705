"""Allowances of an age band (V17): paid to somebody outside it, and in force for one person in two bands."""

from collections.abc import Iterator

import polars as pl

from tiersync.model.catalogue import Catalogue
from tiersync.model.indicator import Condition
from tiersync.model.period import Period
from tiersync.rules.counting.conditions import in_own_band
from tiersync.rules.persons.paid import Payments

SCHEME = "scheme"
STARTS = "starts"  # the first day of what a payment is for


def scheme_bands(catalogue: Catalogue) -> Condition | None:
    """The condition of the catalogue that says which age each scheme is for; None where none does."""
    return next((one for one in _conditions(catalogue) if one.field == SCHEME and one.bands), None)


def _conditions(catalogue: Catalogue) -> Iterator[Condition]:
    for indicator in catalogue.indicators:
        yield from indicator.where
        for part in (indicator.pair.numerator, indicator.pair.denominator) if indicator.pair else ():
            yield from part.where


def paid_outside_band(payments: Payments, seniors: pl.DataFrame, bands: Condition) -> pl.DataFrame:
    """Payments of banded schemes to persons who, as the register says, were in the scheme's band neither on the day of
    the payment nor on the first day of what it was for: arrears of the month before are right."""
    known = seniors.filter(pl.col("counts") & pl.col("birth_date").is_not_null()).select("person_key", "birth_date")
    paid = payments.paid.filter(pl.col(SCHEME).is_in([scheme for scheme, _ in bands.bands]))
    told = paid.join(known, on="person_key", maintain_order="left")
    named = told["period"].drop_nulls().unique()
    first = {text: Period(text).first_day for text in named}
    starts = pl.col("period").replace_strict(first, default=None, return_dtype=pl.Date).fill_null(pl.col("paid_on"))
    fits = in_own_band(bands, pl.col("paid_on")) | in_own_band(bands, pl.col(STARTS))
    return told.with_columns(starts.alias(STARTS)).filter(~fits).drop(STARTS, "birth_date")


def in_two_bands(benefits: pl.DataFrame, bands: Condition) -> pl.DataFrame:
    """Active entitlements of persons who have those of several bands at once."""
    banded = pl.col(SCHEME).is_in([scheme for scheme, _ in bands.bands]) & pl.col("person_key").is_not_null()
    active = benefits.filter((pl.col("kind") == "entitlement") & (pl.col("status") == "active") & banded)
    return active.filter(pl.col(SCHEME).n_unique().over("person_key") > 1)
