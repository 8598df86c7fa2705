"""Identity numbers of people who do not exist."""

from datetime import date

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as some

from tiersync.example.columns import identity_numbers
from tiersync.example.identity import (
    FEMALE,
    MALE,
    PREFIX,
    SERIALS,
    as_fifteen_digits,
    as_typed_number,
    identity_number,
    is_sound,
    with_wrong_check,
)  # fmt: skip

serials = some.integers(0, SERIALS - 1)
births = some.dates(date(1900, 1, 1), date(1963, 12, 31))
sexes = some.sampled_from((MALE, FEMALE))
people = some.tuples(serials, births, sexes)


def check_digit(body: str) -> str:
    """ISO 7064 MOD 11-2 as the standard words it, digit by digit."""
    product = 0
    for digit in body:
        product = (product + int(digit)) * 2 % 11
    return "0123456789X"[(12 - product) % 11]


@pytest.mark.parametrize("example", ["11010519491231002X", "440524188001010014"])
def test_the_examples_of_the_standard_are_sound(example):
    assert is_sound(example)
    assert check_digit(example[:17]) == example[17]


@given(people)
def test_a_made_up_number_says_its_birth_and_sex_under_a_region_of_nobody(person):
    serial, birth, sex = person
    number = identity_number(serial, birth, sex)
    assert number.startswith(PREFIX)
    assert number[6:14] == f"{birth:%Y%m%d}"
    assert int(number[16]) % 2 == (sex == MALE)
    assert number[17] == check_digit(number[:17])


@given(people)
def test_a_wrong_last_digit_is_never_sound(person):
    wrong = with_wrong_check(identity_number(*person))
    assert not is_sound(wrong)
    assert len(wrong) == 18


@given(people)
def test_fifteen_digits_keep_region_short_date_and_sequence(person):
    number = identity_number(*person)
    assert as_fifteen_digits(number) == number[:6] + number[8:14] + number[14:17]


@given(people)
def test_a_number_typed_as_a_number_ends_in_zeros(person):
    number = identity_number(*person)
    assert as_typed_number(number) == number[:15] + "000"
    assert float(as_typed_number(number)) == float(number[:15]) * 1000


def test_no_two_serials_share_a_number():
    assert len({identity_number(serial, date(1940, 1, 1), MALE) for serial in range(SERIALS)}) == SERIALS


@given(some.lists(people, min_size=1, max_size=20))
def test_a_whole_column_gets_the_same_numbers_as_single_people(persons):
    serial, birth, sex = zip(*persons, strict=True)
    frame = pl.DataFrame({"serial": serial, "birth_date": birth, "sex": sex}, schema_overrides={"serial": pl.Int64})
    assert frame.select(identity_numbers()).to_series().to_list() == [identity_number(*person) for person in persons]
