"""A tree knows where each unit stood on each day, and who took over from it."""

from datetime import date

from tiersync.model.canonical import spell
from tiersync.model.catalogue import Catalogue
from tiersync.model.envelope import version_of
from tiersync.model.unit import StoodBefore, Successor, Tree, Unit

CITY, WEST, EAST = "371400000000", "371402000000", "371403000000"
OLD, NEW = "371402001000", "371403001000"
MOVED, STAYS = "371402001001", "371402001002"
MAY, JUNE = date(2014, 5, 31), date(2014, 6, 1)


def unit(code: str, parent: str | None, tier: str, **more: object) -> Unit:
    return Unit.model_validate({"code": code, "name": code, "parent": parent, "tier": tier} | more)


def units(**of_moved: object) -> tuple[Unit, ...]:
    """Two districts with a street each, and two communities, the first of which is said more of."""
    return (
        unit(CITY, None, "city"), unit(WEST, CITY, "district"), unit(EAST, CITY, "district"),
        unit(OLD, WEST, "street"), unit(NEW, EAST, "street"),
        unit(MOVED, NEW, "community", **of_moved), unit(STAYS, OLD, "community"),
    )  # fmt: skip


BEFORE = StoodBefore(until=MAY, parent=OLD, name="旧名")


def catalogue(of: tuple[Unit, ...]) -> Catalogue:
    return Catalogue(
        number=1, top=CITY, tiers=("city", "district", "street", "community"), units=of, codes={}, dimensions=(),
        indicators=(), forms=(), rules=(),
    )  # fmt: skip


def test_a_unit_that_moved_lies_below_its_old_parent_until_that_day_and_below_the_new_one_from_the_next() -> None:
    tree = Tree(units(earlier=(BEFORE,)))
    assert [tree.on(day).path(MOVED) for day in (MAY, JUNE)] == [[MOVED, OLD, WEST, CITY], [MOVED, NEW, EAST, CITY]]
    assert [tree.on(MAY).children(OLD), tree.on(JUNE).children(OLD)] == [[MOVED, STAYS], [STAYS]]
    assert [tree.on(day)[MOVED].name for day in (MAY, JUNE)] == ["旧名", MOVED]


def test_a_unit_that_moved_back_stood_where_it_stood_at_each_time() -> None:
    back = StoodBefore(until=date(2015, 12, 31), parent=NEW, name=MOVED)
    there_and_back = units(earlier=(BEFORE, back))
    again = [one if one.code != MOVED else one.model_copy(update={"parent": OLD}) for one in there_and_back]
    days = (MAY, JUNE, date(2015, 12, 31), date(2016, 1, 1))
    assert [Tree(again).on(day)[MOVED].parent for day in days] == [OLD, NEW, NEW, OLD]


def test_units_that_are_closed_have_a_place_and_the_day_decides_it() -> None:
    tree = Tree(units(earlier=(BEFORE,), valid_to=date(2014, 12, 31)))
    later = date(2015, 7, 1)
    assert MOVED not in tree.on(later)
    assert tree.placed_on(later).path(MOVED) == [MOVED, NEW, EAST, CITY]
    assert tree.placed_on(MAY).path(MOVED) == [MOVED, OLD, WEST, CITY]
    assert [placed[MOVED].parent for placed in tree.placements] == [NEW, OLD]


def test_where_nobody_moved_there_is_one_placement_and_it_is_the_tree() -> None:
    tree = Tree(units())
    assert tree.placements == (tree,)


def test_rows_of_both_parents_may_name_a_unit_that_moved() -> None:
    tree = Tree(units(earlier=(BEFORE,)))
    assert sorted(tree.nameable(OLD).names) == sorted(tree.ever_within(OLD)) == [OLD, MOVED, STAYS]
    assert (tree.nameable(OLD).parents[MOVED], tree.nameable(NEW).parents) == (OLD, {MOVED: NEW})
    assert tree.nameable(CITY).parents[MOVED] == NEW


def test_a_catalogue_in_which_nobody_moved_is_spelled_as_it_always_was() -> None:
    plain = catalogue(units())
    assert b"earlier" not in spell(plain)
    assert b"replaced_by" not in spell(plain)
    assert version_of(plain) == 1


def test_a_catalogue_that_knows_of_moves_or_successors_asks_for_a_program_that_does() -> None:
    for said in ({"earlier": (BEFORE,)}, {"replaced_by": (Successor(code=STAYS, on=JUNE),)}):
        told = catalogue(units(**said))
        assert version_of(told) == 4
        assert Catalogue.model_validate_json(spell(told)) == told


def test_the_definitions_of_one_catalogue_stand_over_the_tree_of_a_newer_one() -> None:
    first = catalogue(units())
    assert first.tree.on(JUNE)[MOVED].parent == NEW  # It is known from now on, and has to be looked up anew.
    newer = catalogue(units(earlier=(BEFORE,))).model_copy(update={"number": 2})
    both = first.over(newer)
    assert (both.number, both.tree.on(MAY)[MOVED].parent, first.tree.on(MAY)[MOVED].parent) == (1, OLD, NEW)
