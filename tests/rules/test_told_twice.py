"""What two streams tell of is one record where they agree in number, person and day; a number alone is nobody's."""

from datetime import date

import polars as pl
import pytest

from tests.rules.made_snapshots import rows
from tiersync.rules.persons.listed_twice import LISTED, STREAM, listed_twice

MARCH, APRIL = date(2013, 3, 5), date(2013, 4, 5)


def visit(**more: object) -> dict[str, object]:
    return {"service_id": "1", "person_key": "a", "done_on": MARCH} | more


@pytest.mark.parametrize(
    ("one", "other", "alike"),
    [
        (visit(), visit(), "equal"),
        (visit(), visit(amount=200), "unlike"),
        (visit(), visit(done_on=APRIL), ""),
        (visit(), visit(person_key="b"), ""),
        (visit(), visit(service_id="2"), ""),
        (visit(person_key=None), visit(person_key=None), ""),  # Every list may begin with 1.
        (visit(done_on=None), visit(done_on=None), ""),
        (visit(kind="legal_aid", requested_on=MARCH, done_on=None),
         visit(kind="legal_aid", requested_on=MARCH, done_on=APRIL), "unlike"),
        (visit(kind="legal_aid", requested_on=MARCH), visit(kind="legal_aid", requested_on=APRIL), ""),
        (visit(kind="legal_aid"), visit(), ""),
    ],
)  # fmt: skip
def test_services_are_one_by_number_person_kind_and_the_first_day_that_is_known(
    one: dict[str, object], other: dict[str, object], alike: str
) -> None:
    streams = pl.DataFrame({STREAM: ["a/service", "b/service"], LISTED: [MARCH, APRIL]})
    found = listed_twice("service", pl.concat([rows("service", one, other), streams], how="horizontal"))
    assert (found.equal.height, found.unlike.height) == (int(alike == "equal"), int(alike == "unlike"))
    assert {*found.equal[STREAM], *found.unlike[STREAM]} <= {"a/service"}  # The later list counts.
