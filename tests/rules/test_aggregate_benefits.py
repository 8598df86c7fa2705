"""Payments, rolls and policies: persons once, money exact, and what a record lacks taken from the register."""

from datetime import date
from decimal import Decimal

import pytest

from tests.rules.made_snapshots import (
    COMMUNITY,
    ELSEWHERE,
    QUARTER,
    VILLAGE,
    count,
    pair,
    rows,
    seniors,
    total,
    values,
)
from tiersync.model.period import Period


def payment(person: str, amount: str = "300.00", **more: object) -> dict[str, object]:
    return {
        "person_key": person, "kind": "payment", "scheme": "allow_90", "paid_on": date(2013, 11, 5),
        "pay_result": "paid", "amount": Decimal(amount), "birth_date": date(1920, 1, 1), **more,
    }  # fmt: skip


def entitlement(person: str, **more: object) -> dict[str, object]:
    return {"person_key": person, "kind": "entitlement", "scheme": "allow_90", "birth_date": date(1920, 1, 1), **more}


def policy(person: str, **more: object) -> dict[str, object]:
    return {
        "person_key": person, "kind": "policy", "scheme": "yinling_ankang", "birth_date": date(1940, 1, 1), **more,
    }  # fmt: skip


def test_a_person_paid_twice_is_one_person_and_both_amounts() -> None:
    paid = rows("benefit", payment("a"), payment("a", "0.05"), payment("b", "1200.50"), payment("c", unit=VILLAGE))
    sheet = count({"benefit": paid})
    assert (total(sheet, "B01"), total(sheet, "B03")) == (2, 150055)
    assert sheet[COMMUNITY, "B03", "", "value"].scale == 2
    assert (total(sheet, "B01", VILLAGE), total(sheet, "B03", VILLAGE)) == (1, 30000)


def test_only_what_was_paid_in_the_period_counts() -> None:
    paid = rows(
        "benefit",
        payment("a", paid_on=date(2013, 9, 30)), payment("b", paid_on=date(2013, 10, 1)),
        payment("c", paid_on=date(2014, 1, 1)), payment("d", paid_on=None), payment("e", pay_result="returned"),
        payment("f", kind="recovery", amount=Decimal("-300.00")),
    )  # fmt: skip
    quarter, year = count({"benefit": paid}, QUARTER), count({"benefit": paid})
    assert (total(quarter, "B01"), total(quarter, "B03")) == (1, 30000)
    assert (total(year, "B01"), total(year, "B03")) == (2, 60000)


def test_one_person_in_two_schemes_stands_in_both_and_once_in_the_total() -> None:
    sheet = count({"benefit": rows("benefit", payment("a"), payment("a", scheme="care_subsidy", amount=Decimal(80)))})
    assert total(sheet, "B01") == 1
    assert values(sheet, "B01", "scheme") == {"scheme=allow_90": 1, "scheme=care_subsidy": 1}
    assert values(sheet, "B03", "scheme") == {"scheme=allow_90": 30000, "scheme=care_subsidy": 8000}


def test_money_is_split_by_who_funds_it() -> None:
    sheet = count({"benefit": rows("benefit", payment("a", funding_level="county"), payment("b"))})
    assert values(sheet, "B03", "funding_level") == {"funding_level=county": 30000, "funding_level=unknown": 30000}


def test_what_a_benefit_lacks_about_a_person_comes_from_the_register() -> None:
    register = seniors(
        {"person_key": "a", "hukou_kind": "1", "birth_date": date(1950, 1, 1)},
        {"person_key": "a", "hukou_kind": "2", "counts": False},
        {"person_key": "b", "hukou_kind": "2", "birth_date": date(1915, 1, 1), "residence_unit": VILLAGE},
    )
    paid = rows("benefit", payment("a"), payment("b", birth_date=None), payment("c"))
    sheet = count({"benefit": paid, "senior": register})
    assert values(sheet, "B01", "hukou_kind") == {"hukou_kind=1": 1, "hukou_kind=2": 1, "hukou_kind=unknown": 1}
    assert values(sheet, "B01", "age_band") == {"age_band=90-94": 2, "age_band=95-99": 1}


def test_without_a_register_what_is_lacking_is_unknown() -> None:
    sheet = count({"benefit": rows("benefit", payment("a"))})
    assert values(sheet, "B01", "hukou_kind") == {"hukou_kind=unknown": 1}


@pytest.mark.parametrize(
    ("more", "counts"),
    [
        ({}, 1),
        ({"start_month": date(2013, 12, 1)}, 1),
        ({"start_month": date(2014, 1, 1)}, 0),
        ({"status": "stopped", "stop_month": date(2013, 12, 1)}, 0),
        ({"status": "stopped", "stop_month": date(2014, 1, 1)}, 1),
        ({"status": "stopped"}, 0),
        ({"status": "draft", "stop_month": date(2014, 6, 1)}, 0),
        ({"status": "suspended"}, 0),
        ({"status": None}, 0),
    ],
)
def test_the_roll_holds_who_is_active_on_the_last_day(more: dict[str, object], counts: int) -> None:
    assert total(count({"benefit": rows("benefit", entitlement("a", **more))}), "B02") == counts


@pytest.mark.parametrize(
    ("register", "period", "counts"),
    [
        ({"life_status": "2", "status_date": date(2013, 9, 30)}, QUARTER, 0),
        ({"life_status": "2", "status_date": date(2013, 12, 31)}, QUARTER, 0),
        ({"life_status": "2", "status_date": date(2014, 1, 1)}, QUARTER, 1),  # lived on that day
        ({"life_status": "2", "status_date": date(2013, 11, 1)}, Period("2013-Q3"), 1),
        ({"life_status": "2"}, QUARTER, 0),  # died, nobody knows when
        ({"life_status": "3", "status_date": date(2013, 9, 30)}, QUARTER, 1),  # who moved may be paid on
        ({"life_status": None}, QUARTER, 1),
        ({"person_key": "somebody else", "life_status": "2", "status_date": date(2013, 9, 30)}, QUARTER, 1),
    ],
)
def test_whom_the_register_says_to_have_died_is_off_the_roll_and_whom_it_does_not_know_stays(
    register: dict[str, object], period: Period, counts: int
) -> None:
    frames = {"benefit": rows("benefit", entitlement("a")), "senior": seniors({"person_key": "a"} | register)}
    assert total(count(frames, period), "B02") == counts


def test_gross_recovered_and_net_stand_side_by_side() -> None:
    def recovery(person: str, amount: str, **more: object) -> dict[str, object]:
        return payment(person, amount, **{"kind": "recovery", "pay_result": None, "funding_level": "county"} | more)

    paid = rows(
        "benefit", payment("a", funding_level="county"), payment("b", "1200.50", scheme="allow_100"),
        payment("c", pay_result="returned"), recovery("a", "-300.00"), recovery("b", "100.25", scheme="allow_100"),
        recovery("d", "-7.00", paid_on=date(2012, 12, 31)),
    )  # fmt: skip
    sheet = count({"benefit": paid})
    assert [total(sheet, code) for code in ("B03", "B08", "B09")] == [150050, 40025, 110025]
    assert sheet[COMMUNITY, "B09", "", "value"].scale == 2
    assert values(sheet, "B08", "scheme") == {"scheme=allow_90": 30000, "scheme=allow_100": 10025}
    assert values(sheet, "B09", "funding_level") == {"funding_level=county": -10025, "funding_level=unknown": 120050}
    assert sheet[COMMUNITY, "B09", "scheme=allow_90", "value"].value == 0


def test_the_roll_is_split_by_scheme_and_age() -> None:
    sheet = count({"benefit": rows("benefit", entitlement("a"), entitlement("a", scheme="care_subsidy"))})
    assert total(sheet, "B02") == 1
    assert values(sheet, "B02", "scheme") == {"scheme=allow_90": 1, "scheme=care_subsidy": 1}
    assert values(sheet, "B02", "age_band") == {"age_band=90-94": 1}


def test_the_average_travels_as_money_and_persons_and_so_do_its_schemes() -> None:
    sheet = count(
        {"benefit": rows("benefit", payment("a"), payment("b", "100.00"), payment("b", scheme="care_subsidy"))}
    )
    assert pair(sheet, "B04") == (70000, 2)
    assert pair(sheet, "B04", "scheme=allow_90") == (40000, 2)
    assert pair(sheet, "B04", "scheme=care_subsidy") == (30000, 1)
    assert pair(sheet, "B04", "scheme=allow_80") == (0, 0)
    assert (COMMUNITY, "B04", "", "value") not in sheet
    assert [sheet[COMMUNITY, "B04", "", which].scale for which in ("numerator", "denominator")] == [2, 0]


def test_take_up_is_of_the_eligible_alone() -> None:
    register = seniors(
        {"person_key": "a", "hukou_unit": COMMUNITY, "birth_date": date(1920, 1, 1)},
        {"person_key": "b", "hukou_unit": COMMUNITY, "birth_date": date(1921, 1, 1)},  # has not applied
        {"person_key": "c", "hukou_unit": ELSEWHERE, "birth_date": date(1920, 1, 1)},
        {"person_key": "d", "hukou_unit": VILLAGE, "birth_date": date(1920, 1, 1)},  # lives here, registered there
        {"person_key": "e", "hukou_unit": COMMUNITY, "birth_date": date(1910, 1, 1)},  # too old by now
        {"person_key": "f", "hukou_unit": COMMUNITY, "birth_date": date(1920, 1, 1), "life_status": "3"},
    )
    roll = rows(
        "benefit",
        *(entitlement(person, birth_date=date(1910 if person == "e" else 1920, 1, 1)) for person in "acdefx"),
        entitlement("a", scheme="care_subsidy"),
    )
    sheet = count({"benefit": roll, "senior": register})
    assert pair(sheet, "B05") == (1, 3)
    assert pair(sheet, "B05", "scheme=allow_90") == (1, 2)
    assert pair(sheet, "B05", "scheme=allow_100") == (0, 1)
    assert pair(sheet, "B05", unit=VILLAGE) == (1, 1)
    assert total(sheet, "B02") == 6


@pytest.mark.parametrize(
    ("more", "counts"),
    [
        ({}, 1),
        ({"period": "2013"}, 1),
        ({"period": "2012"}, 0),
        ({"start_month": date(2013, 1, 1), "stop_month": date(2013, 12, 1)}, 1),
        ({"start_month": date(2012, 1, 1), "stop_month": date(2013, 1, 1)}, 0),
        ({"start_month": date(2014, 1, 1)}, 0),
        ({"birth_date": date(1953, 12, 31)}, 1),
        ({"birth_date": date(1954, 1, 1)}, 0),
        ({"status": "draft"}, 0),
        ({"scheme": "senior_card"}, 0),
        ({"kind": "claim"}, 0),
    ],
)
def test_insured_is_who_has_a_policy_of_the_year_and_is_60(more: dict[str, object], counts: int) -> None:
    assert total(count({"benefit": rows("benefit", policy("a", **more))}), "I01") == counts


def test_coverage_is_the_pair_of_insured_and_seniors() -> None:
    register = seniors({"person_key": "a"}, {"person_key": "b"}, {"person_key": "c"})
    sheet = count({"senior": register, "benefit": rows("benefit", policy("a"), policy("a"), policy("b"))})
    assert pair(sheet, "I02") == (2, 3)
    assert values(sheet, "I01", "age_band") == {"age_band=70-74": 2}


def test_coverage_needs_both_its_numbers() -> None:
    sheet = count({"benefit": rows("benefit", policy("a"))})
    assert pair(sheet, "I02") == (None, None)
    assert {sheet[COMMUNITY, "I02", "", which].status for which in ("numerator", "denominator")} == {"missing"}


def test_coverage_of_nobody_insured_is_zero_of_the_seniors() -> None:
    sheet = count({"senior": seniors({})}, nil=["benefit"])
    assert pair(sheet, "I02") == (0, 1)
    assert sheet[COMMUNITY, "I02", "", "numerator"].basis == "nil"
    assert sheet[COMMUNITY, "I02", "", "denominator"].basis == "records"
