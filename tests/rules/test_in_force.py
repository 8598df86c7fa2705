"""Which catalogue counts for a day and a period, and what tells two catalogues apart."""

from datetime import date
from typing import NamedTuple

import pytest

from tests.rules.small_catalogue import count, form_of, small_catalogue
from tiersync.model.catalogue import Catalogue, ListedCode
from tiersync.model.indicator import Condition, Dimension
from tiersync.model.period import Period
from tiersync.rules.calendar.in_force import ever_in_force, in_force_on
from tiersync.rules.catalogue.changes import changes, first_under, forms_changed


class Numbered(NamedTuple):
    number: int
    in_force_from: Period | None = None


FIRST, SECOND, THIRD = Numbered(1), Numbered(2, Period("2015")), Numbered(3, Period("2014-Q3"))


@pytest.mark.parametrize(("day", "number"), [
    (date(2013, 12, 31), 1), (date(2014, 6, 30), 1), (date(2014, 7, 1), 3), (date(2015, 1, 1), 3),
])  # fmt: skip
def test_the_newest_catalogue_that_has_begun_is_in_force(day: date, number: int) -> None:
    assert in_force_on([FIRST, SECOND, THIRD], day).number == number


def test_a_catalogue_that_a_newer_one_came_before_is_never_in_force() -> None:
    assert ever_in_force([FIRST, SECOND, THIRD]) == [(THIRD, date.max), (FIRST, date(2014, 7, 1))]


@pytest.mark.parametrize(("form", "begins", "first"), [
    ("Q", "2014-Q3", "2014-Q3"), ("Y", "2014-Q3", "2015"), ("M", "2014", "2014-01"), ("Y", "2014", "2014"),
    ("H", "2014-06", "2014-H2"),
])  # fmt: skip
def test_a_form_is_asked_by_a_catalogue_from_its_first_whole_period_on(form: str, begins: str, first: str) -> None:
    asked = form_of().model_copy(update={"period": form})
    assert first_under(asked, Period(begins)) == Period(first)


LISTS = {"SEX": (ListedCode(code="1", zh="男"), ListedCode(code="2", zh="女"))}
DIMENSIONS = tuple(Dimension(code=code, zh=code, en=code, field=code, codes="SEX") for code in ("sex", "age_band"))


def remade(**told: object) -> Catalogue:
    fields = {name: getattr(small_catalogue(1, 1, 1), name) for name in Catalogue.model_fields}
    form = form_of({"P02": ("community",), "A01": ("city",)})
    return Catalogue(**fields | {"codes": LISTS, "dimensions": DIMENSIONS, "forms": (form,)} | told)


def indicators(**told: object) -> dict[str, object]:
    return {"indicators": tuple(count(one.code, **told) if one.code == "P02" else one for one in remade().indicators)}


ALIKE = [
    indicators(zh="人口", en="People", definition="as ever", rules=("V01",)),
    {"forms": (form_of({"P02": ("community",), "A01": ("city",)}).model_copy(update={"zh": "报表"}),)},
    {"codes": {"SEX": (ListedCode(code="2", zh="女性"), ListedCode(code="1", zh="男性")), "NEW": ()}},
]
OTHERWISE = [
    indicators(where=(Condition(field="age", at_least=65),)),
    indicators(measured_in="百人"),
    indicators(decimals=1),
    {"codes": {"SEX": (*LISTS["SEX"], ListedCode(code="9", zh="未说明"))}},
    {"dimensions": (DIMENSIONS[0].model_copy(update={"field": "other"}), DIMENSIONS[1])},
]


@pytest.mark.parametrize("told", ALIKE)
def test_words_change_no_definition(told: dict[str, object]) -> None:
    assert changes(remade(), remade(**told))
    assert forms_changed(remade(), remade(**told)) == []


@pytest.mark.parametrize("told", OTHERWISE)
def test_whatever_decides_a_figure_changes_the_definitions_of_those_who_enter_it(told: dict[str, object]) -> None:
    old, new = remade(), remade(**told)
    assert [form.code for form in forms_changed(old, new)] == ["aging-quarter"]
    assert old.definitions("aging-quarter", "community") != new.definitions("aging-quarter", "community")


def test_who_does_not_enter_what_is_changed_reports_as_before() -> None:
    old, new = remade(), remade(**indicators(where=(Condition(field="age", at_least=65),)))
    assert old.definitions("aging-quarter", "community") != new.definitions("aging-quarter", "community")
    assert old.definitions("aging-quarter", "city") == new.definitions("aging-quarter", "city")
    assert old.definitions("aging-quarter", "street") == new.definitions("aging-quarter", "street")


def test_changes_are_told_entry_by_entry() -> None:
    told = indicators(decimals=1)
    told["indicators"] = (*told["indicators"], count("X01"))[1:]  # type: ignore[index, misc]
    grown = {"codes": {"SEX": (*LISTS["SEX"], ListedCode(code="9", zh="未说明"))}, "forms": ()}
    assert [tuple(one) for one in changes(remade(), remade(**told | grown))] == [
        ("indicator", "P01", "removed", ()),
        ("indicator", "P02", "changed", ("decimals",)),
        ("indicator", "X01", "added", ()),
        ("form", "aging-quarter", "removed", ()),
        ("code list", "SEX", "changed", ("+9",)),
    ]
