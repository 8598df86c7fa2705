"""The fifteen units."""

from collections import Counter

import pytest

from tiersync.config.packaged import packaged_units
from tiersync.errors import UnknownName
from tiersync.example.network import choose_network
from tiersync.model.unit import Tree


def test_the_network_is_one_city_two_districts_four_streets_and_eight_communities(network):
    assert Counter(unit.tier for unit in network) == {"city": 1, "district": 2, "street": 4, "community": 8}


def test_parents_stand_before_their_children_and_nobody_is_without_one(network):
    seen = set()
    for unit in network:
        assert unit.parent in seen or unit.tier == "city"
        seen.add(unit.code)


def test_the_choice_is_the_same_whatever_the_order_of_the_tree(network):
    assert choose_network(reversed(packaged_units())) == network


def test_units_with_too_little_below_them_are_passed_over():
    units = packaged_units()
    lonely = Tree(units).children("371402001000")[1:]
    network = choose_network(unit for unit in units if unit.code not in lonely)
    assert "371402001000" not in {unit.code for unit in network}
    assert len(network) == 15


def test_a_tree_that_is_too_small_is_refused(network):
    with pytest.raises(UnknownName):
        choose_network(network[:10])
