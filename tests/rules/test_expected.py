"""How many base reports each figure is expected from."""

from tests.rules.small_catalogue import CITY, COMMUNITY, DISTRICT, NEIGHBOUR, STREET, form_of, small_catalogue
from tiersync.model.period import Period
from tiersync.model.report import ReportKey
from tiersync.rules.totals.expected import complete, expected_of, expected_of_own, pairs_made, parts_of

CATALOGUE = small_catalogue(districts=2, streets=3, communities=4)
TREE = CATALOGUE.tree
QUARTER = Period("2013-Q4")


def test_a_figure_is_expected_from_every_unit_of_the_tiers_that_enter_it() -> None:
    form = form_of()
    assert expected_of(CATALOGUE, form, CITY, TREE) == {"P02": 24, "A01": 1 + 2 + 6 + 24}
    assert expected_of(CATALOGUE, form, STREET, TREE) == {"P02": 4, "A01": 1 + 4}
    assert expected_of(CATALOGUE, form, COMMUNITY, TREE) == {"P02": 1, "A01": 1}


def test_a_figure_that_nobody_below_enters_is_not_expected() -> None:
    form = form_of({"P02": ("community",), "P01": ("city",), "B03": ()})
    assert expected_of(CATALOGUE, form, STREET, TREE) == {"P02": 4}


def test_a_pair_is_expected_from_the_own_parts_where_whoever_enters_one_number_enters_both() -> None:
    form = form_of({"I01": ("street", "community"), "P02": ("community", "street"), "I02": ("city",)})
    assert expected_of(CATALOGUE, form, CITY, TREE)["I02"] == 6 + 24
    assert expected_of_own(CATALOGUE, form, "community") == {"I01": 1, "I02": 1, "P02": 1}
    assert pairs_made(CATALOGUE, form) == []


def test_no_own_part_holds_a_pair_whose_numbers_are_entered_at_different_tiers() -> None:
    form = form_of({"I01": ("street", "community"), "P02": ("community",), "I02": ("city", "community")})
    assert expected_of_own(CATALOGUE, form, "community") == {"I01": 1, "P02": 1}
    assert expected_of_own(CATALOGUE, form, "street") == {"I01": 1}
    assert [ratio.code for ratio in pairs_made(CATALOGUE, form)] == ["I02"]


def test_a_pair_that_totals_make_is_expected_as_often_as_the_larger_of_its_two_numbers() -> None:
    form = form_of({"I01": ("street",), "P02": ("community",), "I02": ()})
    assert expected_of(CATALOGUE, form, STREET, TREE)["I02"] == 4
    assert expected_of(CATALOGUE, form, CITY, TREE)["I02"] == 24


def test_where_nobody_enters_one_of_the_two_numbers_no_pair_is_expected() -> None:
    form = form_of({"I01": ("district",), "P02": ("community",), "I02": ()})
    assert "I02" not in expected_of(CATALOGUE, form, STREET, TREE)
    assert expected_of(CATALOGUE, form, DISTRICT, TREE)["I02"] == 12


def test_a_form_that_does_not_name_a_ratio_has_no_pair() -> None:
    form = form_of({"I01": ("community",), "P02": ("community",)})
    assert "I02" not in expected_of(CATALOGUE, form, CITY, TREE)


def test_a_total_adds_its_own_part_and_a_total_or_an_own_part_of_each_child() -> None:
    form = form_of({"A01": ("district", "community")})
    assert parts_of(CATALOGUE, form, DISTRICT, TREE) == [
        (DISTRICT, "own"),
        *((street, "total") for street in TREE.children(DISTRICT)),
    ]
    assert parts_of(CATALOGUE, form, STREET, TREE) == [(code, "own") for code in TREE.children(STREET)]


def test_a_child_below_which_nobody_is_asked_has_no_part() -> None:
    assert parts_of(CATALOGUE, form_of({"A01": ("city",)}), CITY, TREE) == [(CITY, "own")]


def test_a_total_is_complete_once_every_expected_own_report_has_arrived() -> None:
    form = form_of({"P02": ("community",)})
    keys = [ReportKey(form.code, unit, "2013-Q4", "own") for unit in TREE.children(STREET)]
    assert complete(CATALOGUE, form, QUARTER, STREET, TREE, frozenset(keys))
    assert not complete(CATALOGUE, form, QUARTER, STREET, TREE, frozenset(keys[1:]))
    assert not complete(CATALOGUE, form, Period("2013-Q3"), STREET, TREE, frozenset(keys))
    assert not complete(CATALOGUE, form, QUARTER, DISTRICT, TREE, frozenset(keys))


def test_a_report_of_another_unit_does_not_make_a_total_complete() -> None:
    form = form_of({"P02": ("community",)})
    keys = {ReportKey(form.code, unit, "2013-Q4", "total") for unit in TREE.children(STREET)}
    assert not complete(CATALOGUE, form, QUARTER, STREET, TREE, frozenset(keys))
    assert NEIGHBOUR in TREE
