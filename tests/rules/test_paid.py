"""Payments that somebody should look at: the same one twice, and one to somebody who had died; every row by hand."""

from datetime import date
from decimal import Decimal

import polars as pl
import pytest

from tests.rules.made_snapshots import rows, seniors
from tiersync.rules.persons.paid import STREAM, Payments, paid_after_death, paid_twice, payments_of
from tiersync.rules.rows.merged import PLACES

DIED = date(2013, 9, 1)


def payment(person: str | None = "a", amount: str = "300.00", **more: object) -> dict[str, object]:
    return {
        "person_key": person, "kind": "payment", "scheme": "allow_90", "paid_on": date(2013, 10, 1), "period": None,
        "pay_result": "paid", "amount": Decimal(amount), **more,
    }  # fmt: skip


def recovery(amount: str = "-300.00", day: date = date(2013, 12, 2), **more: object) -> dict[str, object]:
    return payment(amount=amount, kind="recovery", pay_result=None, paid_on=day, **more)


def payments(*given: dict[str, object]) -> Payments:
    frame = rows("benefit", *given).with_row_index("at")
    places = [pl.lit("a.csv").alias(PLACES[0]), pl.lit("").alias(PLACES[1]), pl.col("at").alias(PLACES[2])]
    return payments_of(
        frame.drop(set(PLACES) & {*frame.columns}).with_columns(*places, pl.lit("p/benefit").alias(STREAM))
    )


@pytest.mark.parametrize(
    ("given", "again"),
    [
        ([payment(), payment()], [1]),
        ([payment(), payment("b"), payment(), payment()], [2, 3]),
        ([payment(period="2013-10"), payment(period="2013-10")], [1]),
        ([payment(period="2013-09"), payment(period="2013-10")], []),  # A month in arrear is paid beside the next.
        ([payment(), payment(amount="301.00")], []),
        ([payment(), payment(scheme="care_subsidy")], []),
        ([payment(), payment(paid_on=date(2013, 10, 2))], []),
        ([payment(), payment(pay_result="returned")], []),
        ([payment(None), payment(None)], []),
        ([payment(), payment(), recovery()], []),
        ([payment(), payment(), recovery("-299.99")], [1]),
        ([payment(), payment(), recovery("-100.00"), recovery("-200.00")], []),
        ([payment(), payment(), recovery(day=date(2013, 9, 30))], [1]),  # It came back before.
        ([payment(), payment(), recovery(scheme="care_subsidy")], [1]),
        ([payment(), payment(), recovery("300.00")], []),  # Some offices write what came back without its sign.
    ],
)
def test_a_payment_that_says_what_an_earlier_one_says_is_found_until_it_comes_back(
    given: list[dict[str, object]], again: list[int]
) -> None:
    assert paid_twice(payments(*given))[PLACES[2]].to_list() == again


@pytest.mark.parametrize(
    ("register", "given", "late"),
    [
        ([{"status_date": DIED}], [payment()], [0]),
        ([{"status_date": date(2013, 10, 1)}], [payment()], []),  # Paid on the day of death.
        ([{"status_date": date(2013, 9, 30)}], [payment(paid_on=DIED), payment()], [1]),
        ([{"status_date": None}], [payment()], []),
        ([{"status_date": DIED, "life_status": "3"}], [payment()], []),  # Who moved may be paid on.
        ([{"status_date": DIED, "counts": False}, {"life_status": "1"}], [payment()], []),
        ([{"status_date": DIED}], [payment("b")], []),
        ([{"status_date": DIED}], [payment(), recovery()], []),
        ([{"status_date": DIED}], [payment(), payment(paid_on=date(2013, 11, 1)), recovery()], [0, 1]),
        ([{"status_date": DIED}], [payment(pay_result="returned")], []),
    ],
)
def test_a_payment_after_the_death_that_the_register_tells_of_is_found_until_it_comes_back(
    register: list[dict[str, object]], given: list[dict[str, object]], late: list[int]
) -> None:
    people = seniors(*({"person_key": "a", "life_status": "2"} | one for one in register))
    assert paid_after_death(payments(*given), people)[PLACES[2]].to_list() == late
