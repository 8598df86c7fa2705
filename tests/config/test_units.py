"""A list of units is read whatever its encoding, and a mistake in it is named with its line."""

from datetime import date
from pathlib import Path

import pytest

from tiersync.config.units import read_units
from tiersync.errors import BadCatalogue, NoSuchUnit

HEADER = "level,code,name,parent,kind\n"
CITY = "2,379900000000,某市,370000000000,city\n"
DISTRICT = "3,379901000000,某区,379900000000,county\n"
STREET = "4,379901001000,某街道,379901000000,subdistrict\n"
COMMUNITY = "5,379901001001,某社区,379901001000,residents_committee\n"
WHOLE = HEADER + CITY + DISTRICT + STREET + COMMUNITY


def written(folder: Path, text: str, encoding: str = "utf-8") -> Path:
    path = folder / "units.csv"
    path.write_bytes(text.encode(encoding))
    return path


def refusal(folder: Path, text: str, top: str | None = None) -> str:
    with pytest.raises(BadCatalogue) as caught:
        read_units(written(folder, text), top)
    assert caught.value.say("zh") != caught.value.say("en")
    return str(caught.value)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_units_are_read_in_the_encodings_of_offices(tmp_path: Path, encoding: str) -> None:
    units = read_units(written(tmp_path, WHOLE, encoding))
    assert [(unit.tier, unit.name) for unit in units] == [
        ("city", "某市"), ("district", "某区"), ("street", "某街道"), ("community", "某社区"),
    ]  # fmt: skip


def test_the_top_has_no_parent_and_its_children_keep_theirs(tmp_path: Path) -> None:
    units = read_units(written(tmp_path, WHOLE))
    assert [unit.parent for unit in units] == [None, "379900000000", "379901000000", "379901001000"]


def test_only_what_lies_below_the_named_top_is_taken(tmp_path: Path) -> None:
    units = read_units(written(tmp_path, WHOLE), "379901001000")
    assert [unit.code for unit in units] == ["379901001000", "379901001001"]


def test_units_without_dates_are_valid_from_the_beginning_of_the_tree(tmp_path: Path) -> None:
    assert {unit.valid_from for unit in read_units(written(tmp_path, WHOLE))} == {date(1949, 10, 1)}


def test_dates_of_validity_are_read(tmp_path: Path) -> None:
    text = "level,code,name,parent,kind,valid_from,valid_to\n" + CITY.replace("city", "city,2001-01-01,2020-12-31")
    (unit,) = read_units(written(tmp_path, text))
    assert (unit.valid_from, unit.valid_to) == (date(2001, 1, 1), date(2020, 12, 31))


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "no column level"),
        ("level,code,name\n", "no column parent"),
        (WHOLE + CITY, "units.csv:6: unit 379900000000 stands a second time"),
        (WHOLE.replace("5,379901001001", "5,37990100100"), "units.csv:5: code: it does not have the right form"),
        (WHOLE.replace("5,3799", "7,3799"), "units.csv:5: level '7' is not one of 1 to 6"),
        (WHOLE.replace("某社区,379901001000", "某社区,379901999000"), "exactly one unit without a parent"),
        (WHOLE.replace("4,379901001000", "5,379901001000"), "units.csv:5: its parent 379901001000 is of level 5"),
        (HEADER, "has 0 (-)"),
    ],
)
def test_a_mistake_is_named_with_its_line(tmp_path: Path, text: str, said: str) -> None:
    assert said in refusal(tmp_path, text)


def test_a_top_need_not_name_a_parent(tmp_path: Path) -> None:
    (unit,) = read_units(written(tmp_path, HEADER + DISTRICT.replace("379900000000", "")))
    assert unit.parent is None


def test_a_community_whose_parent_is_missing_is_never_left_out_in_silence(tmp_path: Path) -> None:
    text = WHOLE.replace("某社区,379901001000", "某社区,379901999000")
    assert "units.csv:5: its parent '379901999000' is not in the list" in refusal(tmp_path, text, "379900000000")


def test_a_top_that_the_list_does_not_have_is_refused(tmp_path: Path) -> None:
    with pytest.raises(NoSuchUnit) as caught:
        read_units(written(tmp_path, WHOLE), "379800000000")
    assert caught.value.fields == {"unit": "379800000000", "file": "units.csv"}


def test_a_file_in_no_known_encoding_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "units.csv"
    path.write_bytes(b"level,code,name,parent\n2,379900000000,\xff\xff,\n")
    with pytest.raises(BadCatalogue, match="neither UTF-8 nor GB 18030"):
        read_units(path)


def test_a_list_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(BadCatalogue, match="cannot be read"):
        read_units(tmp_path / "nothing.csv")
