"""A running district behind a line that is not what it should be: it says so, loses nothing, and goes on by itself."""

import os
from collections.abc import Iterator
from contextlib import ExitStack
from itertools import count
from pathlib import Path
from typing import Any

import pytest

from tests.cli.offices import CITY, COMMUNITY, DISTRICT, change_setting, found_city, here, write_plugin
from tests.faults.daemons import Daemon, free_ports, schedule, until
from tests.faults.evidence import Differs, compare_line, compare_numbers, rows
from tests.faults.line import Does, Line, answer, carry_to, half_of, line, say_nothing, slowly
from tests.faults.network import change, well
from tests.plugins.folders import as_csv, senior

LISTS = count(1)
FAILED = b"HTTP/1.1 500 Internal Server Error\r\nContent-Length: 4\r\nConnection: close\r\n\r\noops"
GARBAGE = (
    b"HTTP/1.1 200 OK\r\nContent-Type: application/vnd.tiersync\r\nContent-Length: 64\r\n\r\n" + b"\xffgarbage" * 8
)
NO_HTTP = b"\x00\x16\x03\x01 this is no HTTP at all\r\n\r\n"


class Offices:
    """A city that serves, a district that runs, and the line between them."""

    def __init__(self, root: Path, stack: ExitStack) -> None:
        self.city, self.district = root / "city", root / "district"
        self.port, between = free_ports(2)
        found_city(self.city, f"127.0.0.1:{self.port}")
        change_setting(self.city, "serve", "url", f"http://127.0.0.1:{self.port}")
        city = Daemon(self.city, command="serve")
        stack.callback(city.end)
        city.wait_until_it_serves()
        token = well(here("invite", DISTRICT, "--dir", self.city, "--json")).json["token"]
        well(here("join", token, "--dir", self.district, "--listen", "127.0.0.1:0"))
        change_setting(self.district, "parent", "url", f"http://127.0.0.1:{between}")
        change(self.district, "wait_seconds = 25", "wait_seconds = 1")
        schedule(self.district, push="1s", pull="1s")
        self.line: Line = stack.enter_context(line(between, carry_to(self.port)))
        write_plugin(self.district, [])
        self.list_seniors()
        self.running = Daemon(self.district)
        stack.callback(self.running.end)

    def list_seniors(self) -> int:
        """One more senior comes into the district's list; how many there are now."""
        listed, place = next(LISTS), self.district / "plugins" / "decheng"
        (place / "new").write_text(as_csv(*map(senior, range(1, listed + 1))), encoding="utf-8")
        os.replace(place / "new", place / "inbox" / "seniors.csv")
        return listed

    @property
    def link(self) -> dict[str, Any]:
        """What the district says of its link to the city."""
        [found] = well(here("status", "--dir", self.district, "--json")).json["links"]
        return found

    def counted(self, folder: Path) -> int:
        """How many seniors a node's report of the community names."""
        asked = ("report", "show", COMMUNITY, "--form", "aging-year", "--period", self.year, "--indicator", "P02")
        done = here(*asked, "--dir", folder, "--json")
        return 0 if done.code else next(int(one["value"]) for one in done.json["cells"] if not one["breakdown"])

    @property
    def year(self) -> str:
        listed = well(here("report", "list", "--dir", self.district, "--json")).json
        return max((one["period"] for one in listed if one["form"] == "aging-year"), default="2000")

    def differs(self) -> Differs:
        found = Differs([], [], [])
        compare_line(self.district, CITY, self.city, DISTRICT, found)
        compare_line(self.city, DISTRICT, self.district, CITY, found)
        compare_numbers(self.city, CITY, found)
        compare_numbers(self.district, DISTRICT, found)
        return found


@pytest.fixture(scope="module")
def offices(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Offices]:
    with ExitStack() as stack:
        made = Offices(tmp_path_factory.mktemp("lines"), stack)
        until(lambda: made.counted(made.city) == 1, "the first senior is in the city's figures")
        yield made


def goes_on_once_it_is_good(offices: Offices, listed: int) -> None:
    """Nobody does anything but mend the line."""
    offices.line.turn_to(carry_to(offices.port))
    until(lambda: offices.counted(offices.city) == listed, "what waited arrives by itself")
    until(lambda: offices.link["waiting"] == 0 and not offices.link["last_error"], "nothing waits any more")
    assert offices.link["turn"] == ""
    until(lambda: offices.differs().is_well, "nothing is on its way")
    assert "Traceback" not in offices.running.text
    assert "A fault in tiersync" not in offices.running.text


@pytest.mark.parametrize(
    ("said", "why"),
    [
        (FAILED, "HTTP 500"),
        (GARBAGE, "is not a tiersync node"),
        (NO_HTTP, "the answer broke off, or is not HTTP"),
        (b"", "the answer broke off, or is not HTTP"),
    ],
    ids=["500", "garbage", "no HTTP", "nothing, and hangs up"],
)
def test_what_no_node_answers_is_the_turn_of_the_unit_above_until_the_line_is_good(
    offices: Offices, said: bytes, why: str
) -> None:
    offices.line.turn_to(answer(said))
    listed = offices.list_seniors()
    until(lambda: offices.counted(offices.district) == listed, "the district has counted")
    until(lambda: offices.link["waiting"] and why in str(offices.link["last_error"]), f"it says {why}")
    link = offices.link
    assert (link["turn"], why in link["why"]["en"]) == ("above", True)
    assert offices.counted(offices.city) < listed
    goes_on_once_it_is_good(offices, listed)


def test_half_an_answer_loses_nothing_and_doubles_nothing_of_what_was_taken_in(offices: Offices) -> None:
    offices.line.turn_to(half_of(offices.port))
    listed = offices.list_seniors()
    until(lambda: offices.counted(offices.city) == listed, "the city has it, and the district does not know")
    until(lambda: "broke off" in str(offices.link["last_error"]), "it says so")
    link = offices.link
    assert (link["waiting"] > 0, link["turn"]) == (True, "above")
    goes_on_once_it_is_good(offices, listed)


@pytest.mark.parametrize("does", [slowly, lambda port: say_nothing], ids=["a byte a second", "nothing at all"])
def test_a_line_that_hardly_speaks_holds_up_one_exchange_and_no_figure(offices: Offices, does: Any) -> None:
    silent: Does = does(offices.port)
    offices.line.turn_to(silent)
    until(lambda: offices.line.calls, "the district asks")
    listed = offices.list_seniors()
    jobs = rows(offices.district, "SELECT count(*) FROM jobs")[0][0]
    before = well(here("status", "--dir", offices.district, "--json")).json
    assert [one["peer"] for one in before["links"]] == [CITY]
    assert offices.running.is_alive
    goes_on_once_it_is_good(offices, listed)
    assert rows(offices.district, "SELECT count(*) FROM jobs")[0][0] > jobs
