"""What everybody agrees on can be looked up: units by code or name, indicators, the catalogue; before `init`, too."""

from pathlib import Path

import pytest

from tests.cli.offices import CITY, COMMUNITY, DISTRICT, STREET, Offices, here


def codes(*asked: object) -> list[str]:
    return [unit["code"] for unit in here("units", "show", *asked, "--json").json]


def test_a_unit_is_shown_with_the_way_to_it_and_its_children(offices: Offices) -> None:
    assert codes("--dir", offices.district) == [CITY, DISTRICT, STREET]
    assert codes(DISTRICT, "--below", "--dir", offices.city) == [CITY, DISTRICT, STREET, COMMUNITY]
    assert codes("康乐", "--dir", offices.city) == [CITY, DISTRICT, STREET, COMMUNITY]


def test_codes_can_be_looked_up_before_there_is_a_node(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    done = here("units", "show", "--json")
    assert len(done.json) == 1 + 12  # Dezhou and its districts
    assert "packaged catalogue" in done.err


def test_a_folder_that_was_named_must_hold_a_node(tmp_path: Path) -> None:
    done = here("units", "show", "--dir", tmp_path)
    assert (done.code, done.out) == (3, "")


def test_indicators_are_listed_by_form(offices: Offices) -> None:
    every = here("indicators", "list", "--dir", offices.city, "--json").json
    assert len(every) == 70
    asked = here("indicators", "list", "--form", "aging-quarter", "--dir", offices.city, "--json").json
    assert {one["code"] for one in asked} < {one["code"] for one in every}
    assert "aged 60+" in here("indicators", "list", "--form", "aging-year", "--dir", offices.city).out


def test_the_catalogue_in_force_is_the_same_everywhere(offices: Offices) -> None:
    held = [here("catalogue", "show", "--dir", folder, "--json").json for folder in (offices.city, offices.district)]
    assert held[0] == held[1]
    assert held[0]["number"] == 1
    assert "aging-quarter" in here("catalogue", "show", "--dir", offices.city).out
