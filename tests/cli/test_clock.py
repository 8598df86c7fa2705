"""Where a machine's clock is wrong, push, run and status say so, and the person at the machine decides."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from tests.cli.offices import DISTRICT, change_setting, found_city, here, spoken, write_plugin
from tests.cli.parents import Reply, answering
from tests.cli.test_alarms import Service, notify, service
from tests.plugins.folders import senior
from tests.push_job import push_job
from tiersync.flow.exchange.parent import answer as answer_node
from tiersync.flow.up import push
from tiersync.host.hosted import HostedNode, Turns
from tiersync.host.opening import now, open_node, open_with_plugins
from tiersync.link.wire import decode, encode
from tiersync.model.text import Text
from tiersync.plugins.worker.workers import Workers

__all__ = ["service"]  # A fixture of that module, used here too.

YEARS = timedelta(days=3 * 365)


@pytest.fixture
def city(tmp_path: Path) -> Path:
    """A city whose last push was by a clock that stood three years ahead."""
    folder = tmp_path / "city"
    found_city(folder)
    write_plugin(folder, [senior(1)])
    assert push(open_with_plugins(folder), None, now() + YEARS).filed > 0
    return folder


def test_a_clock_that_two_witnesses_speak_against_files_nothing_until_somebody_overrules_them(city: Path) -> None:
    write_plugin(city, [senior(1), senior(2)])
    done = here("push", "--dir", city)
    assert (done.code, done.out.split(",")[0]) == (3, "0 reports filed")
    assert "the last push from here was on" in done.err
    assert "--clock-is-right" in done.err
    assert here("push", "--dry-run", "--dir", city, "--json").json == {"would_file": [], "changes": []}
    assert "seems to be wrong" in here("push", "--dry-run", "--dir", city).err
    assert "seems to be wrong" in here("status", "--dir", city).out
    assert here("status", "--dir", city, "--json").json["clock"]["is_wrong"]
    assert "请校准本机时钟" in spoken("push", "--dir", city, lang="zh").err
    told = here("push", "--clock-is-right", "--dir", city, "--json")
    assert told.code == 0
    assert told.json["filed"] > 0
    assert here("status", "--dir", city, "--json").json["clock"] == {
        "side": "right", "is_wrong": False, "witnesses": []
    }  # fmt: skip
    again = here("push", "--dir", city)
    assert again.code == 0
    assert "clock" not in again.err


def test_no_notice_is_dated_by_a_clock_that_two_witnesses_speak_against(city: Path, tmp_path: Path) -> None:
    paper = tmp_path / "通知.md"
    paper.write_text("关于开展敬老月活动的通知\n", encoding="utf-8")
    asked = ("notice", "publish", paper, "--to", "district", "--title", "敬老月活动", "--dir", city)
    refused = spoken(*asked, lang="zh")
    assert refused.code == 3
    assert "通知带有日期，故未发布" in refused.err
    assert here("notice", "list", "--dir", city, "--json").json == []
    assert here(*asked, "--clock-is-right").code == 0
    assert len(here("notice", "list", "--dir", city, "--json").json) == 1


@pytest.fixture
def district(tmp_path: Path) -> Iterator[Path]:
    """A district below a city that answers by a clock which is three years behind once the district has joined."""
    city, folder, behind = tmp_path / "city", tmp_path / "district", [timedelta()]
    found_city(city)
    parent = open_node(city)

    def answer(body: bytes, headers: dict[str, str]) -> Reply:
        reply = answer_node(parent, decode(body), now() - behind[0])
        return Reply(200, {"Content-Type": headers["Content-Type"]}, encode(reply))

    with answering(answer) as url:
        change_setting(city, "serve", "url", url)
        token = here("invite", DISTRICT, "--dir", city, "--json").json["token"]
        assert here("join", token, "--dir", folder).code == 0
        write_plugin(folder, [senior(1)])
        behind[0] = YEARS
        yield folder


def test_a_node_that_runs_by_itself_obeys_and_raises_one_alarm(
    district: Path, service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    notify(district, monkeypatch, service.address)
    said = list[Text]()
    hosted, trusting = (HostedNode(district, Workers(), Turns(), trusts) for trusts in (False, True))
    for times in (1, 2):
        push_job(hosted, said.append)
        assert ["the clock of the unit above twice said" in text.en for text in said] == [True] * times
    assert here("report", "list", "--dir", district, "--json").json == []
    [alarm] = service.taken
    assert "本机时钟可能有误" in alarm["message"]
    push_job(trusting, said.append)
    assert len(said) == 2


def test_a_push_to_a_unit_above_whose_clock_differs_sends_and_files_nothing(district: Path) -> None:
    done = here("push", "--period", "2013", "--dir", district)
    assert (done.code, done.out.split(",")[0]) == (3, "0 reports filed")
    assert here("push", "--period", "2013", "--clock-is-right", "--dir", district).code == 0
    assert here("report", "list", "--period", "2013", "--dir", district, "--json").json != []
