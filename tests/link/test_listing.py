"""A list that goes on is heard to its end, and to no more than that, whatever the other side says."""

from contextlib import suppress
from datetime import UTC, datetime
from uuid import UUID

import pytest

from tiersync.link.dialogue.child import Keep, Mend, Now, Reached, Say, Step, Turn, converse
from tiersync.link.dialogue.listing import ListRest, next_part, part_heard, rest_of
from tiersync.link.dialogue.messages import MOST_LISTED, Exchanged, Listed, ListedUpTo, Statement

UNIT = "371402001001"
DIGEST = "f" * 64
PERIODS = ("2012", "2013", "2014")


def listed(place: int, period: str = "2013") -> Listed:
    return Listed(
        form="aging-year", period=period, unit=f"3714020{place:05}", part="own", tenure=1, epoch=1, revision=1,
        digest=DIGEST, envelope=str(UUID(int=int(period) * 10**6 + place)),
    )  # fmt: skip


def answer(*reports: Listed) -> Exchanged:
    return Exchanged(
        unit=UNIT, to=UNIT, link_epoch=1, counter=1, stored_up_to=0, compared=len(PERIODS),
        differs=tuple(Statement(form="aging-year", period=p, reports=MOST_LISTED, digest=DIGEST) for p in PERIODS),
        listed=reports, clock=datetime(2014, 1, 5, tzinfo=UTC),
    )  # fmt: skip


def heard_to_the_end(held: list[Listed]) -> list[list[Listed]]:
    """What each answer lists."""
    parts, rest = [], None
    while not parts or rest:
        shown = answer(*next_part(held, rest.after if rest else None))
        part = part_heard(shown, rest)
        assert all(part.covers(one) for one in part.listed)
        parts.append(list(part.listed))
        rest = rest_of(shown, part)
    return parts


def test_the_parts_of_a_list_are_the_whole_list_each_report_once() -> None:
    held = [listed(place, period) for place in range(3000) for period in PERIODS]
    parts = heard_to_the_end(held)
    assert [len(part) for part in parts] == [MOST_LISTED, MOST_LISTED, 1000]
    assert {one.envelope for part in parts for one in part} == {one.envelope for one in held}


def test_a_list_of_exactly_as_many_as_a_message_allows_ends_with_nothing() -> None:
    assert [len(part) for part in heard_to_the_end([listed(place) for place in range(MOST_LISTED)])] == [MOST_LISTED, 0]


def test_only_what_would_be_listed_in_a_part_is_missed_there() -> None:
    shown = answer(*(listed(place) for place in range(MOST_LISTED)))
    part = part_heard(shown, None)
    assert (part.covers(listed(7)), part.covers(listed(MOST_LISTED)), part.touches(("aging-year", "2014"))) == (
        True, False, False,
    )  # fmt: skip
    rest = rest_of(shown, part)
    assert rest is not None
    assert rest.named == (("aging-year", "2013"), ("aging-year", "2014"))
    behind = part_heard(answer(), rest)
    assert (behind.covers(listed(7)), behind.covers(listed(MOST_LISTED))) == (False, True)


def test_a_list_that_repeats_itself_ends_and_nothing_is_missed_for_it() -> None:
    shown = answer(*(listed(place) for place in range(MOST_LISTED)))
    rest = rest_of(shown, part_heard(shown, None))
    again = part_heard(shown, rest)
    assert (again.listed, again.covers(listed(MOST_LISTED)), rest_of(shown, again)) == ([], False, None)


def test_when_the_rest_of_a_list_agrees_everything_is_stated_once_more() -> None:
    """Something else may differ that nobody can mend, and it is said to be unexplained only then."""
    turn = Turn(Reached(1, 0, 0), insists=True, rest=ListRest(ListedUpTo(**place_at(1)), (("aging-year", "2013"),)))
    same = answer().model_copy(update={"differs": ()})
    dialogue = converse(turn)
    next(dialogue)
    assert isinstance(dialogue.send(Now(turn, same)), Keep)
    assert dialogue.send(Now(turn, same)) == Mend(same, turn.rest)
    step = dialogue.send(Now(turn._replace(rest=None, is_all_given=True), same))
    assert isinstance(step, Say)
    assert (step.turn.agrees, step.turn.is_all_given) == (False, True)


def place_at(place: int) -> dict[str, str]:
    return {"form": "aging-year", "period": "2013", "unit": f"3714020{place:05}", "part": "own"}


@pytest.mark.parametrize(
    "endless", [answer(listed(1)), answer().model_copy(update={"differs": (), "wants": (listed(1).envelope,)})]
)
@pytest.mark.parametrize("is_list", [True, False])
def test_a_parent_that_never_ends_its_list_or_its_asking_is_left(endless: Exchanged, is_list: bool) -> None:
    turn = Turn(Reached(1, 0, 0), insists=True)
    dialogue = converse(turn)
    step, turns = next(dialogue), 0
    with suppress(StopIteration):
        while turns < 1000:
            turns += isinstance(step, Say)
            step = dialogue.send(after(step, turns if is_list else 0, turn, endless))
    assert turns < 100


def after(step: Step, listed: int, turn: Turn, endless: Exchanged) -> Now:
    """How it stands after a step: there is always something to give, and a next part of a list."""
    match step:
        case Say():
            return Now(step.turn, endless)
        case Mend() if listed:
            return Now(turn._replace(rest=ListRest(ListedUpTo(**place_at(listed)), ())), endless)
        case _:
            return Now(turn, endless)
