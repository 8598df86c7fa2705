"""Which fields refuse a row: those by which an indicator counts, which a check compares, or which are part of a key."""

import pytest

from tiersync.config.packaged import packaged_catalogue
from tiersync.model.records.record import NETWORK, RECORDS
from tiersync.rules.rows.needed import needed_fields

CATALOGUE = packaged_catalogue()


@pytest.mark.parametrize(("record", "needed", "spare"), [
    ("senior", {"birth_date", "sex", "life_status", "status_date", "file_verified_on", "name"},
     {"phone", "address", "moved_in_on"}),
    ("association", {"established_on", "members_total", "members_female", "standard_items"}, {"members_senior"}),
    ("activity", {"start_at", "participants_senior", "category"}, {"outlet"}),
    ("benefit", {"amount", "paid_on", "stop_month", "period"}, {"stop_reason"}),
    ("service", {"due_on", "done_on", "requested_on"}, set()),
])  # fmt: skip
def test_the_catalogue_says_what_is_needed(record: str, needed: set[str], spare: set[str]) -> None:
    found = needed_fields(record, CATALOGUE)
    assert needed <= found
    assert not spare & found


@pytest.mark.parametrize("record", NETWORK)
def test_what_must_be_given_is_needed_and_so_is_a_key(record: str) -> None:
    kinds = RECORDS[record].kinds()
    assert {name for name, kind in kinds.items() if kind.need == "R"} <= needed_fields(record, CATALOGUE)
    assert needed_fields(record, CATALOGUE, kinds) == set(kinds)


def test_a_city_that_counts_by_nothing_needs_the_persons_all_the_same() -> None:
    bare = CATALOGUE.model_copy(update={"indicators": ()})
    assert {"id_number", "name", "sex", "birth_date", "residence_unit"} <= needed_fields("senior", bare)
    assert "ability_level" not in needed_fields("senior", bare)


def test_of_what_is_declared_every_field_is_needed() -> None:
    assert needed_fields("figure", CATALOGUE) == set(RECORDS["figure"].kinds())


def test_what_a_package_counts_by_is_needed_too() -> None:
    bare = CATALOGUE.model_copy(update={"indicators": ()})
    assert needed_fields("senior", bare, (), CATALOGUE.indicators) == needed_fields("senior", CATALOGUE)
