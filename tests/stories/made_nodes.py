"""A made-up district of two nodes: its own, and that of a street or a community below it with streams of its own."""

from datetime import date
from typing import Any

from hypothesis import strategies as st

from tests.stories.known import DISTRICT, OTHER, STREET, A
from tests.stories.made_district import FIRST, SECOND, days_of, districts, streams, within
from tests.stories.plain_count import own_cells
from tests.stories.plain_persons import listen
from tests.stories.plain_world import World, living_units

ABOVE = (("senior", "payment"), ("senior", "entitlement"), ("senior", "both"), ("senior", "activity"))
BELOW = (("senior", "payment"), ("senior", "entitlement"), ("senior", "activity"), ("payment", "entitlement"))
HOMES = (STREET, A, OTHER)
LEAST = 8  # rows of a file, so that even the plainest example has people in the lists of both


@st.composite
def two_nodes(draw: st.DrawFn) -> dict[str, Any]:
    """A district, and its `child`: a home, streams, what it has nothing of, and the day on which it joins.

    Both draw their people from the same few, so that many stand in the lists of both.
    """
    made = draw(districts(ABOVE, LEAST))
    bounded = [one["code"] for one in made["units"] if one["begins"] or one["ends"]]
    home = draw(st.sampled_from([*HOMES, *bounded]))
    places = (home, home, home, within(home)[-1]["code"])
    sorts = draw(st.sampled_from(BELOW))
    child = {
        "home": home,
        "streams": [draw(streams(sort, "hi"[place], places, LEAST)) for place, sort in enumerate(sorts)],
        "nil": frozenset(draw(st.sets(st.just("activity")))),
        "joins": draw(st.sampled_from([FIRST, SECOND])),
    }
    return {**made, "child": child}


def joined_in_time(made: dict[str, Any], period: str) -> dict[str, Any]:
    """The same; who joins in summer knows something of each of its units that was filed for this period in winter.

    What becomes of a report that the parent filed of a unit of which the new node files nothing, is not decided: a
    child that knows less is there from the beginning.
    """
    if made["child"]["joins"] == FIRST:
        return made
    late = {**made, "child": _read_once(made["child"])}
    [world] = worlds(late, days_of(period)).joined
    before = worlds(_first_runs(made), days_of(period))._replace(joined=())
    silent = [unit for unit in living_units(world) if _is_told(before, unit) and not _is_told(world, unit)]
    return {**made, "child": {**made["child"], "joins": FIRST}} if silent else late


def _is_told(world: World, unit: str) -> bool:
    return any(value is not None for value, _ in own_cells(world, unit).values())


def _first_runs(made: dict[str, Any]) -> dict[str, Any]:
    return {**made, "streams": [{**one, "runs": one["runs"][:1]} for one in made["streams"]]}


def _read_once(child: dict[str, Any]) -> dict[str, Any]:
    """A node that joined in summer reads what its sources hold then."""
    read = [{**one, "runs": [{**one["runs"][-1], "day": SECOND}]} for one in child["streams"]]
    return {**child, "streams": read}


def worlds(made: dict[str, Any], period: tuple[date, date]) -> World:
    """What the streams of each node tell after their last run."""
    units = made["units"]
    below = [made["child"]] if "child" in made else []
    joined = tuple(World(units, listen(units, one["streams"]), period, one["nil"], one["home"]) for one in below)
    return World(units, listen(units, made["streams"]), period, made["nil"], DISTRICT, joined)
