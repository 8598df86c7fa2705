"""The packaged catalogue is whole, and one that is not is refused with the file and the entry named."""

import csv
import shutil
from pathlib import Path

import pytest

from tiersync.config.catalogue import load_catalogue
from tiersync.config.packaged import DEZHOU, packaged_catalogue, packaged_units, schemas_dir
from tiersync.errors import BadCatalogue
from tiersync.model.catalogue import Catalogue
from tiersync.model.indicator import Indicator
from tiersync.model.records.record import RECORDS
from tiersync.rules.counting.counted import CountedNumber, counted_for

AREAS = {"P": 14, "B": 9, "I": 5, "C": 3, "L": 6, "S": 6, "F": 8, "W": 3, "O": 4, "A": 3, "M": 2, "G": 6, "R": 1}
WITHOUT_SOURCE = {
    "unit": ("unit",), "notice": ("unit", "genre", "issued_on", "effective_from", "effective_to"),
    "received": ("unit", "due_on", "in_time"),
}  # fmt: skip


@pytest.fixture(scope="module")
def catalogue() -> Catalogue:
    return packaged_catalogue()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A catalogue of one's own to spoil."""
    shutil.copytree(schemas_dir() / "codes", tmp_path / "codes")
    return Path(shutil.copytree(schemas_dir() / "catalogue", tmp_path / "catalogue"))


def refusal(folder: Path) -> BadCatalogue:
    with pytest.raises(BadCatalogue) as caught:
        load_catalogue(folder, DEZHOU, packaged_units(), 1)
    return caught.value


def change(folder: Path, name: str, old: str, new: str) -> None:
    text = (folder / name).read_text(encoding="utf-8")
    assert old in text
    (folder / name).write_text(text.replace(old, new, 1), encoding="utf-8")


def test_all_70_indicators_are_in_the_catalogue(catalogue: Catalogue) -> None:
    counted = {area: sum(code[0] == area for code in catalogue.by_code) for area in AREAS}
    assert counted == AREAS
    assert len(catalogue.indicators) == 70


def test_every_indicator_is_defined_and_asked_by_a_form(catalogue: Catalogue) -> None:
    assert all(indicator.definition for indicator in catalogue.indicators)
    assert {code for form in catalogue.forms for code in form.entries} == set(catalogue.by_code)


def test_the_nineteen_families_of_rules_speak_both_languages(catalogue: Catalogue) -> None:
    families = [f"V{number:02}" for number in range(1, 20)]
    assert [rule.code for rule in catalogue.rules if "-" not in rule.code] == families
    assert {rule.code.partition("-")[0] for rule in catalogue.rules} == {*families}
    assert all(rule.zh and rule.en for rule in catalogue.rules)


def test_each_form_asks_exactly_the_indicators_of_its_period(catalogue: Catalogue) -> None:
    for form in catalogue.forms:
        assert sorted(form.entries) == [
            i.code for i in sorted(catalogue.indicators, key=lambda i: i.code) if form.period in i.periods
        ]


def test_population_is_entered_by_communities_only(catalogue: Catalogue) -> None:
    assert catalogue.form("aging-year").entries["P01"] == ("community",)


def test_every_tier_enters_activities_and_visits(catalogue: Catalogue) -> None:
    for form in catalogue.forms:
        assert {form.entries[code] for code in ("A01", "A02", "S01", "S02")} == {catalogue.tiers}


def columns_of(counted: CountedNumber, indicator: Indicator) -> set[str]:
    """Every column of its record that a count reads."""
    where = counted.count.where
    fields = {counted.attributed_by, counted.field} | {c.field for c in where} | {c.dated for c in where}
    fields |= {f for b in indicator.breakdowns for f in b.fields.values()}
    return fields - {"", "age", "person_key"}


def fields_of(record: str) -> set[str]:
    """The columns of a record as counting sees it, those of the person whom it is about among them."""
    if record in WITHOUT_SOURCE:
        return set(WITHOUT_SOURCE[record])
    kinds = RECORDS[record].kinds()
    made = {
        "service": {"in_time"}, "association": {"standardised"}, "benefit": {"recovered", "net_amount"},
    }.get(record, set())  # fmt: skip
    return set(kinds) | made | (set(RECORDS["senior"].kinds()) if "id_number" in kinds else set())


def test_what_an_indicator_reads_is_a_field_of_its_record(catalogue: Catalogue) -> None:
    for indicator in catalogue.indicators:
        for count in counted_for(indicator):
            assert columns_of(count, indicator) <= fields_of(count.record), indicator.code


def test_the_codes_of_conditions_stand_in_the_lists_of_their_fields(catalogue: Catalogue) -> None:
    for counted in (counted for indicator in catalogue.indicators for counted in counted_for(indicator)):
        for condition in counted.count.where:
            named = {*condition.equals, *condition.ended, *condition.differs, *(code for code, _ in condition.bands)}
            named -= {counted.also.code} if counted.also else set()
            if counted.record in WITHOUT_SOURCE or condition.field in ("in_time", "standardised"):
                continue
            own, of_person = (RECORDS[record].kinds().get(condition.field) for record in (counted.record, "senior"))
            kind = own or of_person
            assert not named or named <= catalogue.code_sets[getattr(kind, "codes", "")], counted.code


def test_what_is_noted_beside_is_a_code_that_only_what_happened_can_have(catalogue: Catalogue) -> None:
    beside = [counted for indicator in catalogue.indicators for counted in counted_for(indicator) if counted.also]
    assert [counted.code for counted in beside] == ["P12"]
    for counted in beside:
        also, kinds = counted.also, RECORDS[counted.record].kinds()
        assert also is not None
        assert {also.dated, also.on} <= set(kinds)
        assert also.code not in catalogue.code_sets[getattr(kinds[also.field], "codes", "")]
        dims = [one for one in catalogue.dimensions if one.field == also.field]
        assert all(also.code in catalogue.code_sets[dim.codes] for dim in dims)


def test_a_dimension_in_which_one_person_can_stand_twice_is_a_subset(catalogue: Catalogue) -> None:
    kinds = {(i.code, b.dims): b.kind for i in catalogue.indicators for b in i.breakdowns}
    assert kinds["P11", ("hardship_kind",)] == kinds["B01", ("scheme",)] == "subset"
    assert kinds["P02", ("sex",)] == kinds["P02", ("age_band", "sex")] == kinds["B03", ("scheme",)] == "partition"


def test_the_catalogue_of_one_district_holds_that_district_only() -> None:
    district = packaged_catalogue("371402000000")
    assert district.top == district.tree.top == "371402000000"
    assert set(district.tree.within("371402000000")) == {unit.code for unit in district.units}


def test_a_city_adds_an_indicator_in_a_file_of_its_own(folder: Path) -> None:
    (folder / "own.toml").write_text(
        '[[indicator]]\ncode = "X01"\nzh = "甲"\nen = "x"\nrecord = "senior"\nmeasure = "count"\nkind = "stock"\n'
        'periods = ["Y"]\nmeasured_in = "人"\nentered = ["community"]\n',
        encoding="utf-8",
    )
    assert "X01" in load_catalogue(folder, DEZHOU, packaged_units(), 2).by_code


def test_the_indicators_of_figures_are_a_code_list(catalogue: Catalogue) -> None:
    assert catalogue.code_sets["INDICATOR"] == catalogue.by_code.keys()


@pytest.mark.parametrize(
    ("name", "old", "new", "said"),
    [
        ("forms.toml", "P02 = ", "P99 = ", "unknown indicator P99"),
        ("forms.toml", 'P02 = ["community"]', 'P02 = ["city"]', "unknown tier to enter it city"),
        ("benefits.toml", 'denominator = "B01"\n', "", "a ratio needs numerator and denominator"),
        ("forms.toml", "P02 = ", "P03 = ", "not made for period Q"),
        ("dimensions.toml", 'codes = "SEX"', 'codes = "SEXES"', "unknown code list SEXES"),
        ("population.toml", '{ dims = ["sex"] }', '{ dims = ["sax"] }', "unknown dimension sax"),
        ("population.toml", '"V01"', '"V77"', "unknown rule V77"),
        ("population.toml", 'numerator = "P02"', 'numerator = "P77"', "unknown indicator P77"),
        ("population.toml", 'numerator = "P02"\n', "", "needs numerator and denominator"),
        ("population.toml", 'code = "P02"', 'code = "P01"', "defined twice"),
        ("population.toml", "[[indicator]]", "[[indicators]]", "unknown heading indicators"),
        ("population.toml", 'measure = "declared"', 'measure = "guessed"', "indicator P01]: measure: it must be"),
        ("population.toml", "decimals = 2", "decimals = ", "not TOML"),
        ("tiers.toml", '"community"', '"village"', "unknown tier community"),
    ],
)
def test_a_catalogue_with_a_mistake_is_refused(folder: Path, name: str, old: str, new: str, said: str) -> None:
    change(folder, name, old, new)
    assert said in str(refusal(folder))


def test_a_catalogue_without_tiers_is_refused(folder: Path) -> None:
    (folder / "tiers.toml").unlink()
    assert "no file names the tiers" in str(refusal(folder))


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ('[indicator]\ncode = "P99"', "indicator is written as [[indicator]]"),
        ("indicator = 5", "indicator is written as [[indicator]]"),
        ('form = ["a"]', "form is written as [[form]]"),
        ("tiers = 5", 'tiers is written as tiers = ["…", "…"]'),
        ('tiers = ["a", 5]', 'tiers is written as tiers = ["…", "…"]'),
    ],
)
def test_a_heading_of_another_shape_is_refused(folder: Path, written: str, said: str) -> None:
    (folder / "own.toml").write_text(written, encoding="utf-8")
    assert said in str(refusal(folder))


@pytest.mark.parametrize("lines", ["{}", "code,zh,en\n1,{}"])
def test_a_code_list_with_a_line_that_is_far_too_long_is_refused_with_its_line(folder: Path, lines: str) -> None:
    path = folder.parent / "codes" / "sex.csv"
    path.write_text(lines.format("a" * 200_000), encoding="utf-8")
    assert f"{path}:{len(lines.splitlines())}: the line is not CSV" in str(refusal(folder))


def test_a_code_that_stands_twice_is_refused_with_its_line(folder: Path) -> None:
    path = folder.parent / "codes" / "sex.csv"
    path.write_text("code,zh,en\n1,男,male\n1,女,female\n", encoding="utf-8")
    assert f"{path}:3: code 1 stands twice" in str(refusal(folder))


def test_the_packed_units_are_those_of_dezhou() -> None:
    tiers = [unit.tier for unit in packaged_units()]
    assert [tiers.count(tier) for tier in ("city", "district", "street", "community")] == [1, 12, 135, 5307]
    assert "china-division" in (schemas_dir() / "units" / "README.md").read_text(encoding="utf-8")


def test_every_code_list_has_both_languages() -> None:
    for path in (schemas_dir() / "codes").glob("*.csv"):
        rows = list(csv.DictReader(path.read_text(encoding="utf-8").splitlines()))
        assert all(row["zh"] and row["en"] for row in rows), path.name
