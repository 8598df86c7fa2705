"""A draft says what its catalogue says, and what cannot be the next catalogue is named with its place."""

import csv
import re
import shutil
from pathlib import Path

import pytest

from tiersync.config.drafts import read_draft, write_draft
from tiersync.config.packaged import packaged_catalogue
from tiersync.errors import BadCatalogue, FolderNotEmpty, TiersyncError, TreeChange
from tiersync.model.canonical import spell
from tiersync.model.catalogue import Catalogue


@pytest.fixture(scope="module")
def catalogue() -> Catalogue:
    return packaged_catalogue("371402001000")


@pytest.fixture
def folder(tmp_path: Path, catalogue: Catalogue) -> Path:
    write_draft(tmp_path / "draft", catalogue)
    return tmp_path / "draft"


def test_a_draft_that_nobody_edited_is_the_catalogue_that_it_was_made_from(folder: Path, catalogue: Catalogue) -> None:
    drafted = read_draft(folder, catalogue)
    assert drafted.based_on == 1
    assert spell(drafted.catalogue).replace(b'"number":2,', b'"number":1,') == spell(catalogue)


def test_a_catalogue_that_names_no_period_is_spelled_as_before_there_were_any(catalogue: Catalogue) -> None:
    assert b"in_force_from" not in spell(catalogue)
    assert b'"in_force_from":"2014-Q1"' in spell(catalogue.model_copy(update={"in_force_from": "2014-Q1"}))


def test_every_file_of_a_draft_says_in_two_languages_what_it_is(folder: Path) -> None:
    for path in [folder / "draft.toml", *(folder / "catalogue").glob("*.toml")]:
        first, second, *_ = path.read_text(encoding="utf-8").splitlines()
        assert (first[:2], second[:2], first.isascii(), second.isascii()) == ("# ", "# ", False, True)


def test_nothing_is_written_over(folder: Path, catalogue: Catalogue) -> None:
    with pytest.raises(FolderNotEmpty):
        write_draft(folder, catalogue)


@pytest.mark.parametrize(
    ("file", "old", "new", "error", "said"),
    [
        ("catalogue/tiers.toml", '"street"', '"town"', BadCatalogue, "unknown tier street"),
        ("catalogue/tiers.toml", '"city", "district"', '"district", "city"', TreeChange, "would change the tiers"),
        ("catalogue/indicators.toml", 'code = "P02"', 'code = "P01"', BadCatalogue, "P01: is defined twice"),
        ("catalogue/dimensions.toml", 'codes = "SEX"', 'codes = "NONE"', BadCatalogue, "unknown code list NONE"),
        ("catalogue/forms.toml", 'P02 = ["community"]', 'P02 = ["city"]', BadCatalogue, "unknown tier to enter it"),
        ("catalogue/forms.toml", "due = 20", "working = true, due = 90", BadCatalogue, "closed is at least 200"),
        ("catalogue/forms.toml", "due = 20", "due = 4000", BadCatalogue, "due_days are from 0 to 3660"),
        ("calendar/festivals.csv", "2050,2050-01-23", "2049,2049-01-23", BadCatalogue, "there is nothing of 2050"),
        ("draft.toml", "based_on = 1", "based_on = one", BadCatalogue, "based_on has to be a number"),
        ("draft.toml", "based_on = 1", "", BadCatalogue, "based_on has to be a number"),
    ],
)
def test_what_cannot_be_the_next_catalogue_is_named(
    folder: Path, catalogue: Catalogue, file: str, old: str, new: str, error: type[TiersyncError], said: str
) -> None:
    text = (folder / file).read_text(encoding="utf-8")
    assert old in text
    (folder / file).write_text(text.replace(old, new), encoding="utf-8")
    with pytest.raises(error, match=said):
        read_draft(folder, catalogue)


def test_units_in_the_wrong_place_of_a_draft_are_refused(folder: Path, catalogue: Catalogue) -> None:
    (folder / "catalogue" / "units.csv").write_text("code,name\n", encoding="utf-8")
    with pytest.raises(TreeChange, match=r"units\.csv .* stand in units\.csv of the draft"):
        read_draft(folder, catalogue)


def test_a_draft_without_a_list_of_units_leaves_them_as_they_are(folder: Path, catalogue: Catalogue) -> None:
    (folder / "units.csv").unlink()
    assert read_draft(folder, catalogue).catalogue.units == catalogue.units


FIRST, SECOND = "371402001001", "371402001002"
NOBODY = "371402001999"
STREET = "371402001000"


def edited(folder: Path, **columns: str) -> None:
    """The first community of the list is said more of."""
    path = folder / "units.csv"
    rows = list(csv.DictReader(path.read_text("utf-8-sig").splitlines()))
    next(row for row in rows if row["code"] == FIRST).update(columns)
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.DictWriter(file, rows[0].keys())
        writer.writeheader()
        writer.writerows(rows)


def test_what_a_draft_says_of_units_is_read_and_written_alike(folder: Path, tmp_path: Path) -> None:
    newest = packaged_catalogue("371402001000")
    edited(
        folder, valid_from="2001-02-03", valid_to="2014-12-31",
        earlier=f"2005-06-07 {STREET} 旧 名；2009-01-01 {STREET}",
        replaced_by=f"{SECOND} 2014-06-01 0.4; {SECOND} 2015-01-01",
    )  # fmt: skip
    drafted = read_draft(folder, newest).catalogue
    unit = drafted.tree[FIRST]
    assert [(one.until.year, one.parent, one.name) for one in unit.earlier] == [
        (2005, STREET, "旧 名"), (2009, STREET, unit.name)
    ]  # fmt: skip
    assert [(str(one.share), str(one.on)) for one in unit.replaced_by] == [("0.4", "2014-06-01"), ("1", "2015-01-01")]
    write_draft(tmp_path / "again", drafted)
    assert read_draft(tmp_path / "again", drafted).catalogue.units == drafted.units


@pytest.mark.parametrize(
    ("columns", "said"),
    [
        ({"parent": NOBODY}, f"its parent '{NOBODY}' is not in the list"),
        ({"parent": SECOND}, "is of level 5, not above level 5"),
        ({"earlier": f"2014-05-31 {NOBODY}"}, f"unknown parent {NOBODY}"),
        ({"earlier": f"2014-05-31 {SECOND}"}, f"its parent {SECOND} is of no higher tier"),
        ({"earlier": "2014-05-31"}, "earlier.0.parent"),
        ({"earlier": f"gestern {STREET}"}, "earlier.0.until"),
        ({"earlier": f"2014-05-31 {STREET}; 2013-05-31 {STREET}"}, "have to follow each other"),
        ({"earlier": f"2014-05-31 {STREET}; 2014-05-31 {STREET}"}, "have to follow each other"),
        ({"earlier": f"2014-05-31 {STREET}", "valid_to": "2014-05-31"}, "have to follow each other"),
        ({"valid_from": "2014-05-31", "valid_to": "2014-05-30"}, "have to follow each other"),
        ({"valid_from": "1901-01-01"}, f"its parent {STREET} is there 1949-10-01"),
        ({"replaced_by": f"{NOBODY} 2014-06-01"}, f"unknown unit {NOBODY}"),
        ({"replaced_by": f"{FIRST} 2014-06-01"}, "cannot take over on 2014-06-01"),
        ({"replaced_by": f"{SECOND} 2014-06-01", "valid_to": "2014-05-30"}, "cannot take over on 2014-06-01"),
        ({"replaced_by": f"{SECOND} 2014-06-01 0"}, "replaced_by.0.share"),
        ({"replaced_by": f"{SECOND} 2014-06-01 0.5; {STREET} 2014-06-01 0.6"}, "the shares of replaced_by exceed 1"),
    ],
)
def test_units_that_cannot_stand_so_are_named(
    folder: Path, catalogue: Catalogue, columns: dict[str, str], said: str
) -> None:
    edited(folder, **columns)
    with pytest.raises(BadCatalogue, match=re.escape(said)):
        read_draft(folder, catalogue)


def test_a_parent_is_there_as_long_as_its_children(folder: Path, catalogue: Catalogue) -> None:
    path = folder / "units.csv"
    row = next(line for line in path.read_text("utf-8-sig").splitlines() if line.startswith(f"4,{STREET}"))
    closed = row.replace(",,,,", ",,2014-05-31,,")
    assert closed != row
    path.write_text(path.read_text("utf-8-sig").replace(row, closed), "utf-8-sig")
    with pytest.raises(BadCatalogue, match=r"– 2014-05-31 only"):
        read_draft(folder, catalogue)


def test_a_form_that_no_calendar_decides_is_refused(folder: Path, catalogue: Catalogue) -> None:
    shutil.rmtree(folder / "calendar")
    read_draft(folder, catalogue)  # Calendar days need none.
    forms = folder / "catalogue" / "forms.toml"
    forms.write_text(forms.read_text("utf-8").replace("due = 20", "working = true, due = 20"), "utf-8")
    with pytest.raises(BadCatalogue, match="there is no calendar"):
        read_draft(folder, catalogue)
