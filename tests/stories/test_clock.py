"""A machine whose clock is wrong reads and sends, files nothing new, and says so."""

from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from tests.stories.network import CITY, COMMUNITY, STREET, Network
from tests.stories.test_late import HELD, filed, keep, network, push_all, revisions
from tiersync.errors import ClockWrong, ParentDown
from tiersync.flow.clock import judged_now
from tiersync.flow.up import Pushed, plan, push, push_by_itself
from tiersync.link.dialogue.messages import Message
from tiersync.model.period import Period
from tiersync.store.reports.reports import current_reports

__all__ = ["filed", "network"]  # Fixtures of that module, used here too.


def at(network: Network, year: int) -> datetime:
    return network.now.replace(year=year)


def push_at(network: Network, now: datetime, unit: str = COMMUNITY) -> Pushed:
    """A push from a machine whose clock stands there; those above go by the right one."""
    return push(network.nodes[unit], network.ask(unit) if network.above(unit) else None, now)


def periods(network: Network, unit: str) -> set[str]:
    with network.nodes[unit].store.read() as db:
        return {row.period for row in current_reports(db)}


def no_line(message: Message) -> Message:
    raise ParentDown(url="http://127.0.0.1:1", why="no route")


@pytest.mark.parametrize("year", [2099, 1970])
@pytest.mark.parametrize("flow", [push, push_by_itself])
def test_by_a_wrong_clock_nothing_new_is_filed_but_what_waits_is_sent(network: Network, year: int, flow) -> None:
    network.file(COMMUNITY, 5, period="2011")  # It waits.
    keep(network, HELD | {"5": ("1969-09-30", 10)})
    before = revisions(network)
    done = flow(network.nodes[COMMUNITY], network.ask(COMMUNITY), at(network, year))
    assert (done.filed, done.sent.stored) == (0, 1)
    assert [run.read for run in done.read.runs] == [5]
    [wrong] = done.failed
    assert isinstance(wrong, ClockWrong)
    assert "twice said 2013-12-20" in wrong.say("en")
    assert "2011" in periods(network, STREET)
    push_all(network)
    assert {key.period for key in revisions(network).keys() - before.keys()} == {"2011"}


def test_by_the_right_clock_the_same_push_files_again(network: Network) -> None:
    keep(network, HELD | {"5": ("2013-11-30", 10)})
    assert push_at(network, at(network, 2099)).filed == 0
    done = push_at(network, network.now)
    assert (done.filed > 0, done.clock.judged.side) == (True, "right")
    assert periods(network, COMMUNITY) == {"2012", "2013-Q2", "2013-Q3", "2013-Q4", "2013"}


def test_whoever_works_at_the_machine_overrules_the_witnesses(network: Network) -> None:
    keep(network, HELD | {"5": ("2098-11-30", 10)})
    node = replace(network.nodes[COMMUNITY], trusts_clock=True)
    done = push(node, network.ask(COMMUNITY), at(network, 2099))
    assert (done.clock.wrong, done.failed) == (None, [])
    assert "2098" in periods(network, COMMUNITY)


def test_a_clock_put_back_is_seen_without_a_line(network: Network) -> None:
    done = push(network.nodes[COMMUNITY], no_line, at(network, 1970))
    assert [type(error) for error in done.failed] == [ClockWrong, ParentDown]
    assert done.filed == 0


def test_a_few_days_ahead_are_seen_by_a_node_that_asks_for_the_time_before_it_files(network: Network) -> None:
    done = push_at(network, network.now + timedelta(days=20))
    assert (done.filed, done.clock.judged.side) == (0, "ahead")


def test_the_very_first_push_of_a_node_by_a_wrong_clock_files_nothing(tmp_path: Path) -> None:
    other = Network(tmp_path)
    done = push_at(other, at(other, 2099))
    assert (done.filed, done.clock.judged.is_wrong) == (0, True)
    assert push_at(other, other.now).failed == []


def test_at_the_top_a_clock_put_back_files_nothing_and_one_far_ahead_is_only_looked_at(network: Network) -> None:
    before = periods(network, CITY)
    done = push_at(network, at(network, 1970), CITY)
    again = push_at(network, at(network, 1970), CITY)
    assert [type(error) for error in (*done.failed, *again.failed)] == [ClockWrong, ClockWrong]
    assert periods(network, CITY) == before
    ahead = push_at(network, at(network, 2099), CITY)
    assert (ahead.clock.judged.side, ahead.failed) == ("ahead", [])


def test_at_the_top_that_once_filed_by_a_clock_far_ahead_a_person_has_to_say_which_one_is_right(
    network: Network,
) -> None:
    push_at(network, at(network, 2099), CITY)
    assert push_at(network, network.now, CITY).clock.judged.is_wrong
    assert push(replace(network.nodes[CITY], trusts_clock=True), None, network.now).failed == []
    assert push_at(network, network.now, CITY).clock.judged.side == "right"


def test_a_plan_by_a_wrong_clock_names_nothing(network: Network) -> None:
    node = network.nodes[COMMUNITY]
    keep(network, HELD | {"5": ("2013-11-30", 10)})
    assert plan(network.nodes[COMMUNITY], at(network, 1970), Period("2013")).keys == []
    assert plan(network.nodes[COMMUNITY], network.now, Period("2013")).keys != []
    assert judged_now(node, at(network, 1970)).is_wrong


def test_the_children_of_a_city_whose_clock_is_wrong_say_so_and_file_when_told(network: Network) -> None:
    right = network.now
    network.now = at(network, 2099)
    push_at(network, right)
    keep(network, HELD | {"5": ("2013-11-30", 10)})
    done = push_at(network, right)
    assert (done.filed, done.clock.judged.side) == (0, "behind")
    assert "tell the unit above" in done.failed[0].say("en")
    assert push(replace(network.nodes[COMMUNITY], trusts_clock=True), network.ask(COMMUNITY), right).filed > 0
