"""Rules of review in a catalogue: checked with it, written in drafts, and sealed so that older readers are spared."""

from pathlib import Path

import pytest

from tiersync.config.drafts import read_draft, write_draft
from tiersync.config.packaged import packaged_catalogue
from tiersync.errors import BadCatalogue
from tiersync.model.canonical import spell
from tiersync.model.catalogue import Catalogue
from tiersync.model.envelope import CATALOGUE_OF_DAYS, CATALOGUE_OF_REVIEW, version_of
from tiersync.model.form import FAMILY, Rule
from tiersync.model.relations.soundness import rule_faults


@pytest.fixture(scope="module")
def catalogue() -> Catalogue:
    return packaged_catalogue("371402001000")


def rule(*relations: str, **more: object) -> Rule:
    told = {"code": "V02", "template": "subset", "severity": "hard", "zh": "其中数", "en": "subset"}
    return Rule.model_validate(told | {"relations": relations} | more)


@pytest.mark.parametrize(
    ("relation", "said"),
    [
        ("P07[*]<=P05[*]<=P02[*]", ""),
        ("P05[sex=1]+P05[sex=2]=P05", ""),
        ("L05<=L06[measure=denominator]", ""),
        ("P05[sex=7]<=P04", "P05 has no sex=7"),
        ("P05[ability_level=1]<=P04", "P05 has no ability_level=1"),
        ("P05[measure=numerator]<=P04", "P05 has no numerator"),
        ("S05[*]<=P01", "S05 has no breakdown"),
        ("X99<=P05", "unknown indicator or place X99"),
        ("4=5+6", "the table has no row 4"),
        ("表二:16=P02", "no form has the table 2"),
        ("P02=@-1P02", "scope is period"),
        ("P02=S01", "unlike units"),
        ("P02+S01<=P01", "unlike units"),
        ("M01[item_unit=piece]+M01[item_unit=issue]=M01", "unlike units"),
        ("B03=B01*300", ""),
        ("P05<=", "a figure is missing"),
        ("P05", "it compares nothing"),
        ("P05<=__import__('os')", "cannot read"),
        ("(" * 21 + "P05" + ")" * 21 + "<=P04", "nested more than 20 deep"),
        ("P05<=" + "P04+" * 120 + "P04", "more than 400 characters"),
        ("[A1:B2]=[A1:A2]", "ranges are of unlike size"),
        ("[B2:A1]=[B2:A1]", "the wrong way round or too large"),
        ("[A1:Z999]=[A1:Z999]", "the wrong way round or too large"),
    ],
)
def test_a_relation_that_cannot_be_judged_is_named(catalogue: Catalogue, relation: str, said: str) -> None:
    faults = [fault.en for fault in rule_faults(catalogue, rule(relation))]
    assert [said in fault for fault in faults] == [True] * (said != "")


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ({"form": "none"}, "unknown form none"),
        ({"indicators": ("X99",)}, "unknown indicator X99"),
        ({"negative": ("X99",)}, "unknown indicator X99"),
        ({"most": {"人": {"village": "5"}}}, "unknown tier village"),
        ({"when": "P05"}, "it compares nothing"),
    ],
)
def test_names_that_a_rule_uses_are_defined(catalogue: Catalogue, more: dict[str, object], said: str) -> None:
    assert [said in fault.en for fault in rule_faults(catalogue, rule(**more))] == [True]


def test_a_faulty_relation_is_refused_with_its_file_and_entry(tmp_path: Path, catalogue: Catalogue) -> None:
    write_draft(tmp_path / "draft", catalogue)
    path = tmp_path / "draft" / "catalogue" / "rules.toml"
    path.write_text(path.read_text("utf-8").replace("W02<=W01", "W02<=W99"), "utf-8")
    with pytest.raises(BadCatalogue, match=r"catalogue, V02: relation W02<=W99: unknown indicator or place W99"):
        read_draft(tmp_path / "draft", catalogue)


def test_every_field_of_a_rule_comes_through_a_draft(tmp_path: Path, catalogue: Catalogue) -> None:
    full = rule(
        "P05<=P04", code="V77", form="aging-year", scope="period", when="P02>0", tolerance="half_unit", floor="5.5",
        floors={"元": "10000"}, share="0.2", missing="zero", indicators=("P05",), negative=("B09",),
        most={"人": {"community": "100000"}, "篇/期": {"city": "5"}}, least=8,
    )  # fmt: skip
    assert {name for name, value in full if value == Rule.model_fields[name].default} == set()
    told = catalogue.model_copy(update={"rules": (*catalogue.rules, full)})
    write_draft(tmp_path / "draft", told)
    assert read_draft(tmp_path / "draft", told).catalogue.rules == told.rules


def test_a_rule_that_is_only_a_family_is_spelled_as_it_was(catalogue: Catalogue) -> None:
    plain = rule()
    assert set(plain.model_dump(mode="json")) == set(FAMILY)
    assert plain.is_plain
    assert not rule("P05<=P04").is_plain
    families = tuple(Rule.model_validate(one.model_dump(include=FAMILY)) for one in catalogue.rules)
    before = catalogue.model_copy(update={"rules": families})
    assert (version_of(before), version_of(catalogue)) == (CATALOGUE_OF_DAYS, CATALOGUE_OF_REVIEW)
    assert b"relations" not in spell(before)
