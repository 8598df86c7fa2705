"""What a snapshot holds of the records."""

import hashlib
import hmac
from dataclasses import replace
from datetime import date

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.rules.made_rows import BENEFIT, CONTEXT, FAR, HOME, SENIOR, frame, identity_number, numbers
from tiersync.config.packaged import packaged_catalogue
from tiersync.model.records.record import RECORDS
from tiersync.rules.rows.check import check
from tiersync.rules.rows.identity import person_key
from tiersync.rules.rows.project import project

SECRET = "c2VjcmV0"


def project_one(record: str, row: dict[str, str | None]) -> dict[str, object]:
    accepted = check(record, frame([row], list(row)), CONTEXT).accepted
    return project(record, accepted, SECRET).to_dicts()[0]


@given(st.lists(numbers(), min_size=1, max_size=5), st.text(min_size=1))
@settings(max_examples=40, deadline=None)
def test_a_person_key_is_the_standard_librarys_hmac(ids: list[str], secret: str) -> None:
    rows = [BENEFIT | {"id_number": number} for number in ids]
    keys = project("benefit", check("benefit", frame(rows, list(BENEFIT)), CONTEXT).accepted, secret)["person_key"]
    assert keys.to_list() == [hmac.new(secret.encode(), n.encode(), hashlib.sha256).hexdigest() for n in ids]
    assert keys.to_list() == [person_key(number, secret) for number in ids]


def test_the_key_of_another_paper_is_of_its_kind_and_number() -> None:
    passport = SENIOR | {"id_kind": "414", "id_number": "g 1234 5678"}
    assert project_one("senior", passport)["person_key"] == person_key("414:G12345678", SECRET)
    same = BENEFIT | {"id_kind": "414", "id_number": "G12345678"}
    assert project_one("benefit", same)["person_key"] == person_key("414:G12345678", SECRET)
    permit = passport | {"id_kind": "511"}
    assert project_one("senior", permit)["person_key"] != project_one("senior", passport)["person_key"]


def test_an_identity_number_is_one_person_whatever_its_kind_says() -> None:
    keys = {project_one("senior", SENIOR | {"id_kind": kind})["person_key"] for kind in (None, "111", "414", "990")}
    assert keys == {person_key(identity_number(), SECRET)}


def test_who_has_no_paper_has_one_key_in_every_record_of_their_unit() -> None:
    who = {"id_kind": "990", "name": "某 甲", "birth_date": "1950-01-02", "sex": "2"}
    senior = who | {"residence_unit": HOME}
    others = [who | {"kind": "payment", "scheme": "1", "unit": HOME}, who | {"kind": "1", "unit": HOME, "name": "某甲"}]
    key = person_key(f"990:某甲:1950-01-02:2:{HOME}", SECRET)
    assert project_one("senior", senior)["person_key"] == key
    assert [project_one(of, row)["person_key"] for of, row in zip(("benefit", "service"), others, strict=True)] == [
        key
    ] * 2
    for other in ({"name": "某乙"}, {"birth_date": "1950-01-03"}, {"sex": "1"}, {"residence_unit": FAR}):
        assert project_one("senior", senior | other)["person_key"] != key


def test_a_service_without_a_number_has_no_person_key() -> None:
    assert project_one("service", {"kind": "1", "unit": HOME})["person_key"] is None


@pytest.mark.parametrize("record", RECORDS)
def test_a_snapshot_has_no_field_that_identifies_and_no_sensitive_one_that_is_not_needed(record: str) -> None:
    kinds = RECORDS[record].kinds()
    rows = frame([], list(kinds))
    held = set(project(record, check(record, rows, CONTEXT).accepted, SECRET).columns)
    assert not held & {name for name, kind in kinds.items() if kind.privacy == "P2"}
    assert not held & {"id_number", "address", "phone"}
    assert {name for name in held & set(kinds) if kinds[name].privacy == "P3"} <= {
        "hardship_kind", "ability_level", "amount", "claim_kind", "target_group", "case_kind",
    }  # fmt: skip
    assert {"place_file", "place_sheet", "place_row", "flags"} <= held


def test_no_value_that_names_a_person_is_left() -> None:
    row = SENIOR | {"name": "标记甲", "phone": "13900000000", "address": "标记路1号"}
    held = str(project_one("senior", row))
    assert not [text for text in ("标记甲", "13900000000", "标记路1号", SENIOR["id_number"]) if str(text) in held]
    assert project_one("senior", row)["birth_date"] == date(1931, 2, 3)


@pytest.mark.parametrize(
    ("told", "recovered", "net"),
    [
        ({"kind": "recovery", "amount": "-300"}, "300.00", "-300.00"),
        ({"kind": "recovery", "amount": "300"}, "300.00", "-300.00"),
        ({"kind": "recovery"}, None, None),
        ({"kind": "payment", "amount": "300", "pay_result": "paid"}, None, "300.00"),
        ({"kind": "payment", "amount": "300", "pay_result": "returned"}, None, None),
        ({"kind": "claim", "amount": "300", "pay_result": "paid"}, None, None),
    ],
)
def test_what_came_back_is_told_above_zero_whichever_sign_it_was_given(
    told: dict[str, str], recovered: str | None, net: str | None
) -> None:
    row = BENEFIT | {"scheme": "allow_90", "status": "active"} | told
    listed = replace(CONTEXT, codes=packaged_catalogue().code_sets)
    held = project("benefit", check("benefit", frame([row], list(row)), listed).accepted, SECRET).to_dicts()[0]
    assert [None if held[name] is None else str(held[name]) for name in ("recovered", "net_amount")] == [recovered, net]


def test_the_birth_date_of_a_benefit_comes_from_its_number() -> None:
    row = BENEFIT | {"id_number": identity_number(date(1920, 2, 29))}
    assert project_one("benefit", row)["birth_date"] == date(1920, 2, 29)


@pytest.mark.parametrize(
    ("items", "standardised"), [(None, None), ("1,2", "0"), ("0,1,2,80+,active,none,P02", "1"), ("1,1,1,1,1,1,1", "0")]
)
def test_an_association_is_standardised_when_all_seven_items_are_met(items: str, standardised: str) -> None:
    row: dict[str, str | None] = {"assoc_id": "1", "unit": HOME, "standard_items": items}
    assert project_one("association", row)["standardised"] == standardised


@pytest.mark.parametrize(
    ("due", "done", "in_time"),
    [(None, "2013-06-01", None), ("2013-06-01", None, "0"), ("2013-06-01", "2013-06-01", "1"),
     ("2013-06-01", "2013-06-02", "0")],
)  # fmt: skip
def test_a_case_is_in_time_when_it_is_done_by_its_due_day(due: str, done: str, in_time: str) -> None:
    row: dict[str, str | None] = {"kind": "1", "unit": HOME, "due_on": due, "done_on": done}
    assert project_one("service", row)["in_time"] == in_time


def test_equal_rows_give_equal_frames() -> None:
    accepted = check("senior", frame([SENIOR, SENIOR], list(SENIOR)), CONTEXT).accepted
    assert project("senior", accepted, SECRET).equals(project("senior", accepted, SECRET))
    assert project("senior", accepted, SECRET)["person_key"].n_unique() == 1
    assert project("senior", accepted, SECRET).schema["birth_date"] == pl.Date
