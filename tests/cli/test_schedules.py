"""Schedules and jobs as people see them: what comes, what came of it, doing it now, letting it rest."""

import errno
import json
import urllib.error
import urllib.request
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tests.cli.offices import (
    Offices,
    begin,
    ended,
    found_city,
    here,
    spoken,
    write_plugin,
)
from tests.cli.test_one_host import free_port
from tests.plugins.folders import senior
from tiersync.cli.terminal import log
from tiersync.cli.terminal.log import reporter_to
from tiersync.model.text import Text

TWICE = 'name = "a"\nevery = "1d"'


@pytest.fixture
def city(tmp_path: Path) -> Path:
    folder = tmp_path / "city"
    found_city(folder)
    return folder


def added(folder: Path, text: str) -> None:
    with (folder / "tiersync.toml").open("a", encoding="utf-8") as file:
        file.write(text)


def names(folder: Path) -> dict[str, str]:
    return {one["name"]: one["rule"] for one in here("schedule", "list", "--dir", folder, "--json").json}


def test_a_fresh_node_has_sensible_schedules_without_a_line_of_settings(city: Path) -> None:
    found = here("schedule", "list", "--dir", city, "--json").json
    assert {one["name"] for one in found} == {"push", "reconcile", "scrub", "tidy", "backup"}, "a top pulls nothing"
    assert all(one["default"] and one["next"] for one in found)
    coming = here("schedule", "next", "--days", "7", "--dir", city, "--json").json
    counted = {name: sum(one["name"] == name for one in coming) for name in ("push", "reconcile", "backup")}
    assert (counted["push"], counted["reconcile"], counted["backup"]) == (672, 7, 1)


def test_a_schedule_that_is_written_takes_the_place_of_the_default_of_its_kind(city: Path) -> None:
    added(city, '[[schedule]]\nwhat = "push"\nwhen = "30 2 * * 1-5"\n[[schedule]]\nwhat = "backup"\nwhen = "never"\n')
    added(city, '[[schedule]]\nwhat = "push"\nname = "quarterly"\nafter = { period = "Q", days = 5 }\n')
    assert names(city) == {
        "push": "30 2 * * 1-5", "quarterly": "5 working days after each quarter, 09:00", "reconcile": "20 1 * * *",
        "scrub": "50 1 * * *", "tidy": "40 3 * * *",
    }  # fmt: skip
    for lang, said in (("en", "5 working days after each quarter"), ("zh", "每季末后第 5 个工作日 09:00")):
        assert said in spoken("schedule", "list", "--dir", city, lang=lang).out


@pytest.mark.parametrize(
    ("written", "en", "zh"),
    [
        ('when = "0 0 31 2 *"', "schedule 1.when is not usable", "不是会到来的时间"),
        ('when = "often"', "it is no cron expression of five fields", "不是五段的 cron 表达式"),
        ('every = "1y"', "write a span of time such as", "请写时间长度"),
        (
            'name = "a"\nevery = "1d"\n[[schedule]]\nwhat = "pull"\nname = "a"\nevery = "1d"',
            "a stands twice",
            "名称 a 重复",
        ),
    ],
)
def test_a_schedule_that_never_fires_is_refused_in_a_sentence(city: Path, written: str, en: str, zh: str) -> None:
    added(city, f'[[schedule]]\nwhat = "push"\n{written}\n')
    for lang, said in (("en", en), ("zh", zh)):
        done = spoken("schedule", "list", "--dir", city, lang=lang)
        assert done.code == 2
        assert said in done.err
        assert "Traceback" not in done.err


def test_a_job_done_by_hand_stands_among_the_runs(city: Path) -> None:
    done = here("schedule", "run", "reconcile", "--dir", city)
    assert (done.code, done.out) == (0, "reconcile is done: 0 differences, 0 unexplained\n")
    backed = here("schedule", "run", "backup", "--dir", city, "--json")
    assert backed.json["result"] == "done"
    assert len(list((city / "backups").glob("*.tar.zst"))) == 1
    assert [one["name"] for one in here("runs", "--dir", city, "--json").json] == ["backup", "reconcile"]
    assert [one["name"] for one in here("runs", "backup", "--dir", city, "--json").json] == ["backup"]
    assert here("runs", "--failed", "--dir", city, "--json").json == []
    for lang, head in (("en", "started"), ("zh", "开始")):
        assert head in spoken("runs", "--dir", city, lang=lang).out
    nobody = spoken("schedule", "run", "sing", "--dir", city, lang="zh")
    assert (nobody.code, "没有名为“sing”的计划" in nobody.err) == (2, True)


def test_a_schedule_that_names_an_unknown_stream_fails_alone_and_says_so(city: Path) -> None:
    write_plugin(city, [senior(1)])
    added(city, '[[schedule]]\nwhat = "read"\nevery = "1d"\nstreams = ["decheng/ghost"]\n')
    added(city, '[[schedule]]\nwhat = "read"\nname = "sound"\nevery = "1d"\nstreams = ["decheng/senior"]\n')
    done = spoken("schedule", "run", "read", "--dir", city, lang="zh")
    assert done.code == 3
    assert "没有名为“decheng/ghost”的数据流" in done.err
    assert here("schedule", "run", "sound", "--dir", city).out == "sound is done: 1 streams, 1 rows read\n"
    [failed] = here("runs", "--failed", "--dir", city, "--json").json
    assert (failed["name"], failed["result"]) == ("read", "failed")


def test_what_rests_is_listed_and_goes_on(city: Path) -> None:
    until = (datetime.now(UTC) + timedelta(days=3)).strftime("%Y-%m-%d")
    assert here("schedule", "pause", "backup", "--until", until, "--dir", city).code == 0
    assert here("schedule", "pause", "push", "--dir", city).code == 0
    found = {one["name"]: one for one in here("schedule", "list", "--dir", city, "--json").json}
    assert found["backup"]["paused_until"].startswith(str(datetime.fromisoformat(until).date() - timedelta(days=1)))
    assert (found["push"]["paused"], found["push"]["next"]) == (True, None)
    assert here("schedule", "resume", "push", "--dir", city).out == "push goes on.\n"
    assert here("schedule", "resume", "push", "--dir", city).out == "push was not resting.\n"
    past = here("schedule", "pause", "push", "--until", "2020-01-01", "--dir", city)
    assert past.code == 2


def test_reading_stops_on_a_disk_that_is_nearly_full_and_the_link_goes_on(tmp_path: Path) -> None:
    offices = Offices(tmp_path)
    try:
        path = offices.district / "tiersync.toml"
        path.write_text(path.read_text("utf-8").replace("disk_floor_mb = 300", "disk_floor_mb = 1000000"), "utf-8")
        write_plugin(offices.district, [senior(serial) for serial in range(1, 10)])
        before = here("runs", "--dir", offices.district, "--json").json
        done = spoken("schedule", "run", "push", "--dir", offices.district, lang="zh")
        assert done.code == 3
        assert "腾出空间前不读取数据源" in done.err
        [line] = here("link", "list", "--dir", offices.district, "--json").json
        assert (line["waiting"], line["last_error"]) == (0, None)
        assert before == []
        held = here("status", "--dir", offices.district, "--json").json["streams"]
        assert [stream["held"] for stream in held] == [6], "what was read before stands"
    finally:
        offices.end()


def get(url: str) -> tuple[int, str]:
    try:
        with urllib.request.urlopen(url, timeout=10) as answer:
            return answer.status, answer.read().decode()
    except urllib.error.HTTPError as error:
        return error.code, error.read().decode()


def test_monitoring_hears_whether_a_node_lives_is_ready_and_its_figures(city: Path) -> None:
    port = free_port()
    serving = begin("run", "--dir", city, "--health", f"127.0.0.1:{port}", "--log", "json")
    try:
        assert serving.stdout
        serving.stdout.readline()
        assert get(f"http://127.0.0.1:{port}/healthz") == (200, "ok\n")
        status, said = get(f"http://127.0.0.1:{port}/readyz")
        assert status == 200
        assert "database: ok" in said
        assert serving.stderr
        first = json.loads(serving.stderr.readline())
        assert (first["what"], first["result"]) == ("push", "done")
        figures = get(f"http://127.0.0.1:{port}/metrics")[1]
        assert 'tiersync_job_results_total{result="done",unit="371400000000",what="push"} 1.0' in figures
        assert 'tiersync_disk_free_bytes{unit="371400000000"}' in figures
        path = city / "tiersync.toml"
        path.write_text(path.read_text("utf-8").replace("disk_floor_mb = 300", "disk_floor_mb = 1000000"), "utf-8")
        while get(f"http://127.0.0.1:{port}/readyz")[0] != 503:  # What was seen is good for a moment.
            assert serving.poll() is None
        path.write_text("not toml", "utf-8")
        while "settings: BadSetting" not in get(f"http://127.0.0.1:{port}/readyz")[1]:
            assert serving.poll() is None
    finally:
        serving.terminate()
    assert ended(serving).code == 0, "a service that is stopped ended well"


def test_a_link_says_why_something_waits_and_whose_turn_it_is(tmp_path: Path) -> None:
    offices = Offices(tmp_path)
    offices.end()
    write_plugin(offices.district, [senior(serial) for serial in range(1, 10)])
    assert here("push", "--period", "2013", "--dir", offices.district).code == 4
    [up] = here("link", "list", "--dir", offices.district, "--json").json
    assert up["waiting"] > 0
    assert up["oldest_at"] > up["last_exchange_at"]
    assert (up["turn"], "cannot be reached" in up["why"]["en"]) == ("above", True)
    shown = spoken("status", "--dir", offices.district, lang="zh").out
    assert "轮到" in shown
    assert "无法" in shown


def test_a_log_that_nobody_can_write_ends_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    def full(text: str) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(log, "note", full)
    reporter = reporter_to("text")
    reporter.note(Text("满", "full"))
    reporter.fault(ValueError("x"))


def test_a_failed_try_by_hand_takes_nothing_from_a_schedule(city: Path) -> None:
    added(city, '[[schedule]]\nwhat = "read"\nname = "lists"\nevery = "1d"\nstreams = ["decheng/ghost"]\n')
    before = {one["name"]: one for one in here("schedule", "list", "--dir", city, "--json").json}["lists"]
    assert here("schedule", "run", "lists", "--dir", city).code == 3
    after = {one["name"]: one for one in here("schedule", "list", "--dir", city, "--json").json}["lists"]
    assert (after["next"], after["last"]) == (before["next"], before["last"])
