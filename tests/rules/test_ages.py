"""Allowances of an age band (V17): one paid outside it, and two bands of one person; every row by hand."""

from datetime import date

import pytest

from tests.rules.made_snapshots import CATALOGUE, rows, seniors
from tests.rules.test_paid import payment, payments
from tiersync.model.indicator import Condition
from tiersync.rules.persons.ages import in_two_bands, paid_outside_band, scheme_bands


@pytest.fixture
def bands() -> Condition:
    found = scheme_bands(CATALOGUE)
    assert found is not None
    return found


@pytest.mark.parametrize(
    ("scheme", "born", "period", "is_outside"),
    [
        ("allow_90", date(1923, 10, 2), None, True),  # 89 until the next day
        ("allow_90", date(1923, 10, 1), None, False),
        ("allow_90", date(1913, 10, 2), None, False),  # 99
        ("allow_90", date(1913, 9, 15), None, True),  # 100
        ("allow_90", date(1913, 9, 15), "2013-09", False),  # 99 when September began
        ("allow_90", date(1913, 8, 15), "2013-09", True),
        ("allow_80", date(1933, 10, 2), None, True),
        ("allow_100", date(1913, 10, 1), None, False),
        ("rural_hardship_80", date(1980, 1, 1), None, False),  # of no band
    ],
)
def test_an_allowance_paid_outside_its_band_is_named(
    bands: Condition, scheme: str, born: date, period: str | None, is_outside: bool
) -> None:
    register = seniors({"person_key": "a", "birth_date": born})
    found = paid_outside_band(payments(payment(scheme=scheme, period=period)), register, bands)
    assert found.height == int(is_outside)


def test_nobody_is_judged_whom_the_register_does_not_have(bands: Condition) -> None:
    register = seniors({"person_key": "b", "birth_date": date(1980, 1, 1)})
    assert paid_outside_band(payments(payment()), register, bands).height == 0


def test_a_person_is_in_one_band_at_a_time(bands: Condition) -> None:
    given = [
        ("a", "allow_80", "active"), ("a", "allow_90", "active"), ("b", "allow_80", "stopped"),
        ("b", "allow_90", "active"), ("c", "allow_90", "active"), ("c", "rural_hardship_80", "active"),
    ]  # fmt: skip
    names = ("person_key", "scheme", "status")
    held = rows("benefit", *({"kind": "entitlement", **dict(zip(names, one, strict=True))} for one in given))
    assert in_two_bands(held, bands)["scheme"].to_list() == ["allow_80", "allow_90"]
