"""Whoever looks after a node is told when something needs them: once, by the services that Apprise knows."""

import json
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import pytest

from tests.cli.offices import CITY, DISTRICT, Offices, found_city, here, write_plugin
from tests.plugins.folders import senior
from tiersync.cli.terminal.log import reporter_to
from tiersync.host.hosted import HostedNode, Turns
from tiersync.host.jobs.keeping import do_what_is_due
from tiersync.host.reporter import Event
from tiersync.plugins.worker.workers import Workers

PLUGIN = "decheng"


class Service:
    """A service on this machine that keeps whatever is posted to it."""

    def __init__(self) -> None:
        taken: list[dict[str, str]] = []

        class Door(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                taken.append(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
                self.send_response(200)
                self.end_headers()

            def log_message(self, *_: object) -> None:
                pass

        self.taken = taken
        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Door)
        self.address = f"json://127.0.0.1:{self.server.server_port}"
        Thread(target=self.server.serve_forever, daemon=True).start()


@pytest.fixture
def service() -> Iterator[Service]:
    one = Service()
    yield one
    one.server.shutdown()
    one.server.server_close()


@pytest.fixture
def city(tmp_path: Path) -> Path:
    folder = tmp_path / "city"
    found_city(folder)
    write_plugin(folder, [senior(1)])
    return folder


def notify(folder: Path, monkeypatch: pytest.MonkeyPatch, address: str) -> None:
    path = folder / "tiersync.toml"
    text = path.read_text(encoding="utf-8")
    head, mark, rest = text.partition("[notify]\n")
    path.write_text(head + mark + rest.replace("to = []", 'to = ["board"]'), encoding="utf-8")
    monkeypatch.setenv("TIERSYNC_SECRET_BOARD", address)


def push(folder: Path) -> int:
    return here("push", "--period", "2013", "--dir", folder).code


def test_a_source_that_fails_is_told_once_and_again_when_it_fails_again(
    city: Path, service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    notify(city, monkeypatch, service.address)
    register = next(city.rglob("seniors.csv"))
    aside = city / "aside.csv"
    assert push(city) == 0
    assert service.taken == []
    for times in (1, 2):
        register.rename(aside)
        assert push(city) == push(city) == 2
        assert len(service.taken) == times
        aside.rename(register)
        assert push(city) == 0
    (told, _) = service.taken
    assert told["title"] == f"tiersync {CITY}"
    assert "decheng：数据源读取失败" in told["message"]
    assert "decheng: a source could not be read" in told["message"]


def test_what_was_wrong_stays_at_the_node(city: Path, service: Service, monkeypatch: pytest.MonkeyPatch) -> None:
    notify(city, monkeypatch, service.address)
    register = next(city.rglob("seniors.csv"))
    register.write_bytes(b"%PDF-1.4")
    register.rename(register.with_name("测一的档案.csv"))
    done = here("push", "--period", "2013", "--dir", city)
    assert "测一的档案.csv" in done.err
    assert "测一" not in json.dumps(service.taken, ensure_ascii=False)
    assert len(service.taken) == 1


def test_an_address_that_takes_nothing_is_said_and_the_figures_are_filed(
    city: Path, service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    service.server.shutdown()
    service.server.server_close()
    notify(city, monkeypatch, service.address)
    bad = city / "plugins" / "broken"
    bad.mkdir()
    (bad / "plugin.toml").write_text("[plugin]", encoding="utf-8")
    done = here("push", "--period", "2013", "--dir", city)
    assert done.code != 0
    assert "Nobody could be told of an alarm" in done.err
    assert service.address not in done.err
    assert "reports filed" in done.out


def test_an_alarm_that_reached_nobody_is_told_the_next_time(
    city: Path, service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    notify(city, monkeypatch, "json://127.0.0.1:1")
    next(city.rglob("seniors.csv")).unlink()
    assert "Nobody could be told" in here("push", "--period", "2013", "--dir", city).err
    monkeypatch.setenv("TIERSYNC_SECRET_BOARD", service.address)
    for _ in range(2):
        push(city)
    assert len(service.taken) == 1


def test_nobody_is_told_where_nobody_is_named(city: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    next(city.rglob("seniors.csv")).unlink()
    monkeypatch.setenv("TIERSYNC_SECRET_BOARD", "json://127.0.0.1:1")
    done = here("push", "--period", "2013", "--dir", city)
    assert "Nobody could be told" not in done.err


def test_a_notice_that_comes_down_is_told(tmp_path: Path, service: Service, monkeypatch: pytest.MonkeyPatch) -> None:
    offices = Offices(tmp_path)
    try:
        notify(offices.district, monkeypatch, service.address)
        text = tmp_path / "policy.md"
        text.write_text("# 通知\n\n请走访。\n", encoding="utf-8")
        published = here("notice", "publish", text, "--to", "district", "--title", "通知", "--dir", offices.city)
        assert published.code == 0, published.err
        for _ in range(2):
            assert here("pull", "--dir", offices.district).code == 0
    finally:
        offices.end()
    assert [told["title"] for told in service.taken] == [f"tiersync {DISTRICT}"]
    assert "收到下达通知 1 份" in service.taken[0]["message"]


def test_a_job_that_needs_somebody_is_told_once_and_again_when_it_fails_again(
    city: Path, service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    notify(city, monkeypatch, service.address)
    path = city / "tiersync.toml"
    sound = path.read_text(encoding="utf-8")
    ghost = '[[schedule]]\nwhat = "read"\nname = "lists"\nevery = "1s"\nstreams = ["decheng/ghost"]\n'
    hosted = HostedNode(city, Workers(), Turns())
    said: list[Event] = []
    reporter = reporter_to("text")._replace(event=said.append)

    def do(schedules: str) -> None:
        """A host looks until the job has come to something once more."""
        path.write_text(sound + schedules, encoding="utf-8")
        before = sum(one.what == "lists" for one in said)
        while sum(one.what == "lists" for one in said) == before:
            do_what_is_due(hosted, reporter)

    for times in (1, 2):
        do(ghost)
        do(ghost)
        assert [one["message"] for one in service.taken if "lists" in one["message"]] == [
            "任务 lists 需要处理：tiersync runs\nthe job lists needs somebody: tiersync runs"
        ] * times
        do(ghost.replace("ghost", "senior"))
    assert {one.result for one in said if one.what == "lists"} == {"failed", "done"}
    hosted.close()
