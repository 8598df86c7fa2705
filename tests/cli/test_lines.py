"""A line that fails ends in one clear message, and the store goes on as if nothing had happened."""

import signal
import socket
from pathlib import Path

import pytest

from tests.cli.offices import SENIORS, Offices, apart, begin, change_setting, found_city, here, write_plugin
from tests.cli.parents import Answer, Silence, answering, busy, garbage, rubbish, slow_line_to
from tests.plugins.folders import senior


@pytest.fixture
def copy(offices: Offices, tmp_path: Path) -> Path:
    return offices.copy_of_district(tmp_path / "district")


SENT_NOTHING = " 0 envelopes stored above, 0 came down.\n"


def figure(folder: Path) -> int:
    """The district's count of seniors as its current report says it."""
    shown = here(
        "report", "show", "371402000000", "--form", "aging-year", "--period", "2013", "--dir", folder, "--json"
    )
    return next(c["value"] for c in shown.json["cells"] if (c["indicator"], c["breakdown"]) == ("P02", ""))


def test_a_parent_that_is_down_costs_nothing_but_the_sending(copy: Path) -> None:
    write_plugin(copy, [senior(serial) for serial in range(1, SENIORS + 2)])
    done = here("push", "--period", "2013", "--dir", copy)
    assert (done.code, SENT_NOTHING in done.out) == (4, True)
    assert "Everything is kept here and goes up at the next push." in done.err
    assert figure(copy) == SENIORS + 1
    told = here("status", "--dir", copy, "--json").json
    assert told["links"][0]["waiting"] > 0
    assert told["quarantine"] == {}


@pytest.mark.parametrize(
    ("answer", "said"),
    [(rubbish, "is not a tiersync node"), (garbage, "is not a tiersync node"), (busy, "come back in 30 seconds")],
)
@pytest.mark.parametrize("command", ["push", "pull"])
def test_a_parent_that_answers_wrongly_is_named_and_nothing_is_lost(
    copy: Path, command: str, answer: Answer, said: str
) -> None:
    with answering(answer) as url:
        change_setting(copy, "parent", "url", url)
        done = here(command, "--dir", copy)
    assert (done.code, done.out.partition(",")[2]) == (4, SENT_NOTHING if command == "push" else "")
    assert said in done.err
    assert figure(copy) == SENIORS


def test_a_slow_parent_is_waited_for(offices: Offices) -> None:
    with answering(slow_line_to(offices.url)) as url:
        change_setting(offices.district, "parent", "url", url)
        try:
            done = here("push", "--period", "2013", "--dir", offices.district)
        finally:
            change_setting(offices.district, "parent", "url", offices.url)
    assert done.code == 0, done.err


def test_a_second_push_is_told_to_wait_and_ctrl_c_ends_the_first_without_loss(offices: Offices) -> None:
    silence, place = Silence(), ("--period", "2013", "--dir", offices.district)
    with answering(silence) as url:
        change_setting(offices.district, "parent", "url", url)
        first = begin("push", *place)
        try:
            assert silence.asked.wait(60)
            second = here("push", *place)
            first.send_signal(signal.SIGINT)
            out, err = first.communicate(timeout=60)
        finally:
            first.kill()
            silence.let_go.set()
            change_setting(offices.district, "parent", "url", offices.url)
    assert (second.code, second.out) == (3, "")
    assert "Another tiersync command is writing to this node" in second.err
    assert (first.returncode, out) == (130, "")
    assert err.strip() == "Stopped. What was stored is kept; run the command again to go on."
    assert here("push", *place).code == 0
    assert here("reconcile", "--dir", offices.city).code == 0
    assert figure(offices.city) == SENIORS


def test_ctrl_c_ends_a_serving_node_with_one_line(tmp_path: Path) -> None:
    found_city(tmp_path / "city")
    serving = begin("run", "--dir", tmp_path / "city")
    assert serving.stdout
    assert "serves at 127.0.0.1:" in serving.stdout.readline()
    serving.send_signal(signal.SIGINT)
    out, err = serving.communicate(timeout=60)
    assert (serving.returncode, out) == (130, "")
    assert "Traceback" not in err


def test_a_port_that_is_taken_is_named(tmp_path: Path) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        found_city(tmp_path / "city", listen=f"127.0.0.1:{port}")
        done = apart("run", "--dir", tmp_path / "city")
    assert (done.code, done.out) == (3, "")
    assert f"127.0.0.1:{port} is already in use" in done.err
