"""The record types say everything about their fields once."""

import csv
from datetime import date
from pathlib import Path

import pytest
from pydantic import ValidationError

from tiersync.model.identity import WEIGHTS, check_character, why_not
from tiersync.model.records import kinds
from tiersync.model.records.field import CheckContext
from tiersync.model.records.record import RECORDS

CODES = Path(__file__).parents[2] / "schemas" / "codes"
TODAY = date(2013, 12, 31)


def test_there_are_seven_record_types() -> None:
    assert list(RECORDS) == ["senior", "association", "activity", "benefit", "service", "facility", "figure"]


@pytest.mark.parametrize("record", RECORDS)
def test_every_field_has_a_chinese_label_and_a_needed_one_has_no_default(record: str) -> None:
    model = RECORDS[record]
    for name, kind in model.kinds().items():
        assert kind.zh
        assert model.model_fields[name].is_required() == (kind.need == "R")


@pytest.mark.parametrize("record", RECORDS)
def test_every_code_list_that_a_field_names_is_shipped(record: str) -> None:
    shipped = {path.stem.upper() for path in CODES.glob("*.csv")} | {"INDICATOR"}
    named = {kind.codes for kind in RECORDS[record].kinds().values() if isinstance(kind, kinds.Code | kinds.Codes)}
    assert named <= shipped


@pytest.mark.parametrize("record", RECORDS)
def test_a_default_is_a_code_of_its_list(record: str) -> None:
    model = RECORDS[record]
    for name, kind in model.kinds().items():
        value = model.model_fields[name].default
        if isinstance(kind, kinds.Code) and isinstance(value, str):
            assert value in codes_of(kind.codes)


@pytest.mark.parametrize("record", RECORDS)
def test_a_json_schema_says_label_need_and_privacy_of_each_field(record: str) -> None:
    schema = RECORDS[record].model_json_schema()
    for name, kind in RECORDS[record].kinds().items():
        said = schema["properties"][name]
        assert (said["title"], said["x-need"], said["x-privacy"]) == (kind.zh, kind.need, kind.privacy)
        assert (name in schema["required"]) == (kind.need == "R")


def test_a_record_is_read_whole_and_never_changes() -> None:
    context = CheckContext(
        codes={name: codes_of(name) for name in ("ORG_STATUS", "LEVEL")},
        today=TODAY,
        units=frozenset(),
        allowed=frozenset({"379901001001"}),
    )
    told = {"assoc_id": "1", "unit": "379901001001", "established_on": "2009-10-26", "members_total": "80.0"}
    association = RECORDS["association"].model_validate(told, context=context)
    assert (association.established_on, association.members_total, association.status) == (  # type: ignore[attr-defined]
        date(2009, 10, 26), 80, "active",
    )  # fmt: skip
    with pytest.raises(ValidationError):
        association.members_total = 81  # type: ignore[attr-defined]


def test_the_check_character_is_that_of_the_standard() -> None:
    assert WEIGHTS == (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
    assert check_character("11010519491231002") == "X"  # the example of GB 11643
    assert why_not("11010519491231002X", TODAY) is None


def codes_of(name: str) -> frozenset[str]:
    with (CODES / f"{name.lower()}.csv").open(encoding="utf-8") as lines:
        return frozenset(row["code"] for row in csv.DictReader(lines))
