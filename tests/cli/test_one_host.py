"""One process runs several offices' nodes: they share a port, and what is wrong with one is that one's."""

import re
import shutil
import signal
import socket
import subprocess
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.cli.offices import CITY, COMMUNITY, DISTRICT, STREET, apart, begin, change_setting, found_city, here
from tests.push_job import push_job
from tiersync.errors import HostedTwice, StoreBroken
from tiersync.host import hosted as hosted_node
from tiersync.host import serving
from tiersync.host.host import Host
from tiersync.host.hosted import HostedNode, Turns
from tiersync.host.jobs import kinds
from tiersync.host.reporter import Reporter
from tiersync.host.serving import Running
from tiersync.link.dialogue.messages import Exchange, Message, Refusal, Waiter
from tiersync.link.seal import public_of
from tiersync.link.wire import is_sealed_by, read_message, seal_message
from tiersync.model.text import Text
from tiersync.plugins.worker.workers import Workers
from tiersync.web.server import NotServed

PATIENCE = 60  # seconds after which a test that waits has failed


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        return int(taken.getsockname()[1])


def started(*folders: Path) -> "subprocess.Popen[str]":
    """A process that runs these nodes, as soon as it answers for all of them."""
    process = begin("run", *folders)
    assert process.stdout
    for _ in folders:
        assert "serves at" in process.stdout.readline(), process.communicate()
    return process


def stop(process: "subprocess.Popen[str]") -> str:
    """End it with Ctrl-C; what it noted meanwhile."""
    process.send_signal(signal.SIGINT)
    _, said = process.communicate(timeout=PATIENCE)
    assert process.returncode == 130
    return said


def invited(parent: Path, unit: str, child: Path, *more: object) -> None:
    token = here("invite", unit, "--dir", parent, "--json").json["token"]
    joined = here("join", token, "--dir", child, *more)
    assert joined.code == 0, joined.err


@pytest.fixture(scope="module")
def three(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A city, a district and a street that have joined, all to be served at one address."""
    root, listen = tmp_path_factory.mktemp("three"), f"127.0.0.1:{free_port()}"
    found_city(root / "city", listen)
    change_setting(root / "city", "serve", "url", f"http://{listen}")
    at = ("--url", f"http://{listen}", "--listen", listen)
    alone = started(root / "city")
    invited(root / "city", DISTRICT, root / "district", *at)
    stop(alone)
    both = started(root / "city", root / "district")
    invited(root / "district", STREET, root / "street", *at)
    stop(both)
    return root


@pytest.fixture
def running(three: Path) -> Iterator["subprocess.Popen[str]"]:
    process = started(three / "city", three / "district", three / "street")
    yield process
    if process.poll() is None:
        stop(process)


def test_every_node_of_one_process_answers_its_own_children_at_one_port(
    three: Path, running: "subprocess.Popen[str]", tmp_path: Path
) -> None:
    invited(three / "street", COMMUNITY, tmp_path / "community")
    for folder in (tmp_path / "community", three / "street", three / "district"):
        pushed = here("push", "--period", "2013", "--dir", folder)
        assert pushed.code == 0, pushed.err
    links = [(each["peer"], each["role"]) for each in here("link", "list", "--dir", three / "street", "--json").json]
    assert links == [(DISTRICT, "parent"), (COMMUNITY, "child")]
    seen = here("link", "list", "--dir", three / "city", "--json").json
    assert [(each["peer"], each["state"]) for each in seen] == [(DISTRICT, "open")]
    assert stop(running).count("Stopped") == 1


def test_a_second_folder_with_the_same_node_is_refused_by_name(three: Path, tmp_path: Path) -> None:
    shutil.copytree(three / "district", tmp_path / "copy")
    done = apart("run", three / "district", tmp_path / "copy")
    assert (done.code, done.out) == (3, "")
    assert str(tmp_path / "copy") in done.err
    assert "Two folders hold the node" in done.err


class Said:
    """What a host reported, and a reporter that fills it."""

    def __init__(self) -> None:
        self.notes: list[Text] = []
        self.reporter = Reporter(lambda unit, host, port: None, self.notes.append, self.raised)

    def raised(self, error: Exception) -> None:
        raise error


@pytest.fixture
def two(tmp_path: Path, three: Path) -> list[Path]:
    """Copies of two nodes that nobody runs."""
    for name in ("city", "district"):
        shutil.copytree(three / name, tmp_path / name)
    return [tmp_path / "city", tmp_path / "district"]


def test_a_node_that_cannot_be_opened_is_noted_and_opened_once_it_is_mended(
    two: list[Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(serving, "AGAIN", 0.01)
    (two[1] / "node.db").rename(two[1] / "away.db")
    said = Said()
    host, ends = Host(said.reporter, is_alone=False), threading.Event()
    running = Running(host, said.reporter, ends, clock_is_right=True)
    running.open(two)
    assert list(host.hosted) == [CITY]
    assert "put it back from a backup" in said.notes[0].en
    (two[1] / "away.db").rename(two[1] / "node.db")
    running.begin()
    while DISTRICT not in host.hosted:
        assert not ends.wait(0.01)
    running.end()
    host.close()


def test_the_only_node_that_cannot_be_opened_is_an_error(two: list[Path]) -> None:
    (two[1] / "node.db").unlink()
    said = Said()
    with pytest.raises(StoreBroken):
        Running(Host(said.reporter), said.reporter, threading.Event(), False).open(two[1:])


def test_a_copy_of_a_node_is_never_answered_for_beside_it(two: list[Path], tmp_path: Path) -> None:
    host = Host(Said().reporter, is_alone=False)
    host.add(two[0])
    shutil.copytree(two[0], tmp_path / "copy")
    with pytest.raises(HostedTwice, match=re.escape(str(tmp_path / "copy"))):
        host.add(tmp_path / "copy")
    host.close()


def test_what_the_settings_say_of_counting_is_heard_at_the_next_push(two: list[Path]) -> None:
    hosted = HostedNode(two[1], Workers(), Turns())
    assert hosted.with_plugins().nil == frozenset()
    settings = two[1] / "tiersync.toml"
    changed = settings.read_text(encoding="utf-8").replace("nil = []", 'nil = ["benefit"]')
    settings.write_text(changed, encoding="utf-8")
    assert hosted.with_plugins().nil == hosted.node_now().nil == {"benefit"}
    hosted.close()


def turn_to(unit: str, **more: object) -> Message:
    """A child's turn for the node of a unit, sealed by nobody who is known."""
    said = Exchange.model_validate({
        "unit": STREET, "to": unit, "link_epoch": 1, "counter": 1, "origin_epoch": 1, "written_up_to": 0,
        "stored_up_to": 0, "acknowledged": 0, **more,
    })  # fmt: skip
    return seal_message(said, bytes(range(32)))


def sealed_by(answer: Message | Waiter, hosted: HostedNode) -> bool:
    assert isinstance(answer, Message)
    return is_sealed_by(answer, public_of(hosted.node.keys.private))


def test_nobody_answers_for_a_node_that_could_not_be_opened(two: list[Path]) -> None:
    host = Host(Said().reporter, is_alone=False)
    city = host.add(two[0])
    host.closed.add(DISTRICT)
    with pytest.raises(NotServed):
        host.answer(turn_to(DISTRICT))
    assert sealed_by(host.answer(turn_to(CITY)), city)
    host.close()


def test_a_message_of_a_newer_program_is_answered_by_the_node_that_is_meant(two: list[Path]) -> None:
    host = Host(Said().reporter, is_alone=False)
    host.add(two[0])
    district = host.add(two[1])
    answer = host.answer(turn_to(DISTRICT, version=99))
    assert sealed_by(answer, district)
    assert isinstance(answer, Message)
    assert isinstance(said := read_message(answer), Refusal)
    assert said.reason == "too_new"
    host.close()


def test_no_push_begins_once_the_host_has_ended(two: list[Path], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(kinds, "push_around", lambda *_: pytest.fail("a push began"))
    turns = Turns()
    hosted = HostedNode(two[1], Workers(), turns)
    turns.ends.set()
    push_job(hosted, lambda text: pytest.fail(text.en))
    hosted.close()


def test_two_nodes_that_are_held_up_stop_no_third(two: list[Path], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(hosted_node, "LONGEST_TURN", 0.01)
    turns = Turns()
    with turns.take(), turns.take(), turns.take() as may_begin:
        assert may_begin


def test_one_unreadable_setting_does_not_end_the_others(two: list[Path]) -> None:
    (two[1] / "tiersync.toml").write_text("nonsense = [", encoding="utf-8")
    said = Said()
    host = Host(said.reporter, is_alone=False)
    running = Running(host, said.reporter, threading.Event(), clock_is_right=True)
    assert list(running.open(two)) == two[:1]
    assert list(host.hosted) == [CITY]
    assert said.notes[0].en.startswith(f"{two[1]}: ")
    host.close()
