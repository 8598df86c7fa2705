"""A draft says what its catalogue says, and what cannot be the next catalogue is named with its place."""

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
        ("catalogue/tiers.toml", '"city", "district"', '"district", "city"', TreeChange, "tree of units or its tiers"),
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


def test_units_in_a_draft_are_refused(folder: Path, catalogue: Catalogue) -> None:
    (folder / "units.csv").write_text("code,name\n", encoding="utf-8")
    with pytest.raises(TreeChange, match=r"units\.csv would change the tree"):
        read_draft(folder, catalogue)


def test_a_form_that_no_calendar_decides_is_refused(folder: Path, catalogue: Catalogue) -> None:
    shutil.rmtree(folder / "calendar")
    read_draft(folder, catalogue)  # Calendar days need none.
    forms = folder / "catalogue" / "forms.toml"
    forms.write_text(forms.read_text("utf-8").replace("due = 20", "working = true, due = 20"), "utf-8")
    with pytest.raises(BadCatalogue, match="there is no calendar"):
        read_draft(folder, catalogue)
