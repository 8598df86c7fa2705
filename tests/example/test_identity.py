"""Identity numbers of people who do not exist."""

from datetime import date

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as some

from tiersync.example.people.births import identity_numbers
from tiersync.example.people.identity import (
    FEMALE,
    MALE,
    PREFIX,
    SERIALS,
    identity_number,
    is_sound,
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


def test_no_two_serials_share_a_number():
    assert len({identity_number(serial, date(1940, 1, 1), MALE) for serial in range(SERIALS)}) == SERIALS


@given(some.lists(some.tuples(births, some.sampled_from((MALE, FEMALE)), serials), min_size=1, max_size=20))
def test_a_whole_column_of_numbers_is_sound_and_says_birth_and_sex(persons):
    born, sexes, slots = zip(*persons, strict=True)
    frame = pl.DataFrame({"birth_date": born, "sex": sexes, "slot": slots})
    numbers = frame.select(identity_numbers()).to_series().to_list()
    assert all(is_sound(number) and number.startswith(PREFIX) for number in numbers)
    assert [number[6:14] for number in numbers] == [f"{day:%Y%m%d}" for day in born]
    assert [int(number[16]) % 2 for number in numbers] == [sex == MALE for sex in sexes]


def test_no_two_slots_of_a_day_share_a_number():
    day = pl.lit(date(1940, 1, 1))
    frame = pl.DataFrame({"slot": range(SERIALS)}).with_columns(birth_date=day, sex=pl.lit(MALE))
    assert frame.select(identity_numbers().n_unique()).item() == SERIALS
