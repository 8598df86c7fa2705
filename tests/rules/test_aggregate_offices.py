"""What offices do and keep: activities, visits, facilities and associations, at whichever tier."""

from datetime import date
from decimal import Decimal

import pytest

from tests.rules.made_snapshots import CITY, COMMUNITY, DISTRICT, QUARTER, STREET, VILLAGE, count, rows, total, values


def test_events_and_those_who_came_are_summed() -> None:
    held = rows(
        "activity",
        {"category": "arts", "campaign": "jinglaoyue", "organiser_kind": "office", "sessions": 2,
         "participants_senior": 80},
        {"category": "health", "kind": "fair", "participants_senior": 15},
        {"kind": "training", "sessions": 9, "participants_senior": 99},
        {"start_at": date(2012, 12, 31), "sessions": 7, "participants_senior": 70},
        {"sessions": None, "participants_senior": None},
    )  # fmt: skip
    sheet = count({"activity": held})
    assert (total(sheet, "A01"), total(sheet, "A02")) == (3, 95)
    assert values(sheet, "A01", "category") == {"category=arts": 2, "category=health": 1}
    assert values(sheet, "A01", "campaign") == {"campaign=jinglaoyue": 2, "campaign=unknown": 1}
    assert values(sheet, "A01", "organiser_kind") == {"organiser_kind=office": 2, "organiser_kind=unknown": 1}
    assert values(sheet, "A02", "category") == {"category=arts": 80, "category=health": 15}


def test_every_tier_counts_its_own_activities() -> None:
    units = (CITY, DISTRICT, STREET, COMMUNITY)
    held = rows("activity", *({"unit": unit, "sessions": number} for number, unit in enumerate(units, 1)))
    sheet = count({"activity": held}, units=units)
    assert [total(sheet, "A01", unit) for unit in units] == [1, 2, 3, 4]


def test_visits_are_counted_and_what_was_given_is_summed() -> None:
    made = rows(
        "service",
        {"visit_kind": "condolence", "target_group": "100+", "visitor_level": "city", "campaign": "jinglaoyue",
         "amount": Decimal("1000.00"), "in_kind": "0"},
        {"visit_kind": "condolence", "target_group": "hardship", "amount": Decimal("88.80"), "in_kind": "1"},
        {"visit_kind": "routine"},
        {"kind": "care", "amount": Decimal("5.00")},
        {"done_on": None},
        {"done_on": date(2013, 9, 30), "amount": Decimal("3.00")},
    )  # fmt: skip
    sheet = count({"service": made}, QUARTER)
    assert (total(sheet, "S01"), total(sheet, "S02")) == (3, 108880)
    assert values(sheet, "S01", "visit_kind") == {"visit_kind=condolence": 2, "visit_kind=routine": 1}
    assert values(sheet, "S01", "visitor_level") == {"visitor_level=city": 1, "visitor_level=unknown": 2}
    assert values(sheet, "S01", "target_group") == {
        "target_group=100+": 1, "target_group=hardship": 1, "target_group=unknown": 1,
    }  # fmt: skip
    assert values(sheet, "S02", "in_kind") == {"in_kind=0": 100000, "in_kind=1": 8880}


def test_facilities_and_their_beds() -> None:
    kept = rows(
        "facility",
        {"facility_type": "nursing_home", "ownership": "private", "beds": 40, "beds_nursing": 25},
        {"facility_type": "canteen", "ownership": "public"},
        {"beds": 10, "status": "dissolved", "status_date": date(2013, 12, 31)},
        {"beds": 20, "status": "dissolved", "status_date": date(2014, 1, 1)},
        {"beds": 30, "opened_on": date(2014, 1, 1)},
        {"beds": 5, "unit": VILLAGE},
    )  # fmt: skip
    sheet = count({"facility": kept})
    assert (total(sheet, "F01"), total(sheet, "F02")) == (3, 60)
    assert (total(sheet, "F01", VILLAGE), total(sheet, "F02", VILLAGE)) == (1, 5)
    assert values(sheet, "F01", "facility_type") == {"facility_type=nursing_home": 1, "facility_type=canteen": 2}
    assert values(sheet, "F02", "ownership") == {"ownership=private": 40, "ownership=unknown": 20}
    assert values(sheet, "F02", "bed_kind") == {"bed_kind=nursing": 25}


@pytest.mark.parametrize(
    ("more", "counts"),
    [
        ({}, 1),
        ({"established_on": date(2013, 12, 31)}, 1),
        ({"established_on": date(2014, 1, 1)}, 0),
        ({"status": "dissolved", "status_date": date(2014, 3, 1)}, 1),
        ({"status": "merged", "status_date": date(2013, 3, 1)}, 0),
    ],
)
def test_an_association_counts_while_it_is_active(more: dict[str, object], counts: int) -> None:
    assert total(count({"association": rows("association", more)}), "O01") == counts


def test_associations_and_their_members() -> None:
    known = rows(
        "association",
        {"assoc_level": "community", "legal_form": "1", "members_total": 120, "members_female": 70},
        {"assoc_level": "community", "legal_form": "2", "members_total": 80},
    )
    sheet = count({"association": known})
    assert (total(sheet, "O01"), total(sheet, "O03")) == (2, 200)
    assert values(sheet, "O01", "legal_form") == {"legal_form=1": 1, "legal_form=2": 1}
    assert values(sheet, "O01", "assoc_level") == {"assoc_level=community": 2}
    assert values(sheet, "O03", "sex") == {"sex=2": 70}
