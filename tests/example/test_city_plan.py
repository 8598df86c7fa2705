"""What the city must come to, against the figures as they were reported; and how whole numbers are shared out."""

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.cli.offices import here
from tiersync.example.plan.expected import expected
from tiersync.example.plan.margins import read_margins, scaled
from tiersync.example.plan.plan import Plan
from tiersync.example.plan.shares import rounded, share_out

WHOLE = Plan(Fraction(1), 2013, 5307)
REPORTED = [
    ("P02", "2013", "", "890000"),
    ("P01", "2013", "", "5562500"),
    ("P03", "2013", "", "16.00"),
    ("B02", "2013-Q3", "scheme=allow_90", "6955"),
    ("B01", "2013", "scheme=allow_90", "7002"),
    ("B03", "2013", "scheme=allow_90", "2100600.00"),
    ("B04", "2013", "scheme=allow_90", "300.00"),
    ("B02", "2013", "scheme=allow_90", "6941"),
    ("P06", "2013", "", "7282"),
    ("B05", "2013", "scheme=allow_90", "97.01"),
    ("B08", "2013", "", "0"),
    ("B09", "2013", "", "2250600.00"),
    ("B01", "2013", "scheme=rural_hardship_80", "300"),
    ("B03", "2013", "scheme=rural_hardship_80", "150000.00"),
    ("I01", "2012", "", "293700"),
    ("I02", "2012", "", "33.00"),
    ("I01", "2013", "", "331970"),
    ("I02", "2013", "", "37.30"),
    ("I03", "2013", "", "463"),
    ("I04", "2013", "", "1664000.00"),
    ("I03", "2013", "claim_kind=medical", "391"),
    ("I04", "2013", "claim_kind=medical", "801550.00"),
    ("I03", "2013", "claim_kind=disability", "52"),
    ("I04", "2013", "claim_kind=disability", "468000.00"),
    ("I03", "2013", "claim_kind=death", "20"),
    ("I04", "2013", "claim_kind=death", "394450.00"),
    ("A01", "2013", "campaign=jinglaoyue", "506"),
    ("A02", "2013", "campaign=jinglaoyue", "203400"),
    ("S01", "2013", "campaign=jinglaoyue", "3528"),
    ("S02", "2013", "campaign=jinglaoyue", "5040000.00"),
    ("O01", "2013", "", "4246"),
    ("O01", "2013", "legal_form=1", "212"),
    ("O01", "2013", "legal_form=2", "4034"),
    ("O02", "2013", "", "80.01"),
    ("O03", "2013", "", "418300"),
    ("O04", "2013", "", "67.62"),
]


@pytest.mark.parametrize(("indicator", "period", "breakdown", "value"), REPORTED)
def test_the_whole_city_must_come_to_the_reported_figure(
    indicator: str, period: str, breakdown: str, value: str
) -> None:
    (figure,) = [
        one for one in expected(WHOLE) if (one.indicator, one.period, one.breakdown) == (indicator, period, breakdown)
    ]
    assert figure.value == Decimal(value)


def test_the_roll_of_the_whole_city_is_the_reported_one() -> None:
    roll = WHOLE.roll
    assert (roll.paid, roll.at_end, roll.eligible, roll.elsewhere) == (7002, 6941, 7155, 127)
    assert (roll.unentered + roll.dead_when_paid + roll.died, roll.turned, roll.moved, roll.later) == (318, 21, 9, 287)
    assert roll.dead_when_paid == 47
    assert WHOLE.count("insured_2012_under_60") == 4806


def test_the_dirt_of_the_whole_city_is_what_the_shares_say() -> None:
    assert WHOLE.dirt == {
        "bad_checksum": 1335, "fifteen_digits": 445, "precision_lost": 267, "impossible_date": 178,
        "sex_conflict": 890, "birth_conflict": 712, "filed_twice": 5340,
    }  # fmt: skip
    assert sum(WHOLE.unentered.values()) == 1235


@pytest.mark.parametrize("share", ["0.001", "0.01", "0.37", "1", "2.25"])
def test_margins_at_any_share_fit_each_other(share: str) -> None:
    margins = scaled(read_margins(), Fraction(share))
    sums = [margins.counties, margins.bands, *margins.others.values()]
    tables = [margins.sexes, margins.abilities, margins.livings]
    assert {sum(counts.values()) for counts in sums} == {rounded(890_000 * Fraction(share))}
    assert {sum(sum(counts.values()) for counts in table.values()) for table in tables} == {margins.seniors}
    assert {band: sum(levels.values()) for band, levels in margins.abilities.items()} == margins.bands


@given(st.integers(0, 10**6), st.lists(st.integers(0, 10**6), min_size=1, max_size=30))
def test_parts_add_up_and_none_is_a_whole_one_off_its_proportion(total: int, weights: list[int]) -> None:
    parts = share_out(total, weights)
    assert sum(parts) == total
    if sum(weights):
        assert all(abs(part - Fraction(total * w, sum(weights))) < 1 for part, w in zip(parts, weights, strict=True))


@given(st.integers(0, 2000), st.lists(st.tuples(st.integers(0, 50), st.integers(0, 50)), min_size=1, max_size=30))
def test_no_part_is_above_its_room_and_all_room_is_used_where_it_is_needed(
    total: int, pairs: list[tuple[int, int]]
) -> None:
    weights, room = zip(*pairs, strict=True)
    parts = share_out(total, weights, room)
    assert sum(parts) == min(total, sum(room))
    assert all(0 <= part <= most for part, most in zip(parts, room, strict=True))


def test_the_command_says_what_must_come_out_and_writes_no_city_over_another(tmp_path) -> None:
    done = here("example-city", tmp_path / "city", "--share", "0.001", "--by", "city", "--json")
    assert done.code == 0
    assert done.json["folders"] == 1
    assert done.json["expected"][0]["value"] == "890"
    again = here("example-city", tmp_path / "city", "--share", "0.001")
    assert again.code == 3
    assert "is not empty" in again.err


def test_a_street_is_named_only_when_its_communities_are_meant(tmp_path) -> None:
    assert here("example-city", tmp_path / "city", "--street", "371402001000").code == 2
    assert not (tmp_path / "city").exists()
