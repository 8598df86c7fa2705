"""What a node does by itself goes on, whatever becomes of one time."""

import signal
import threading

import pytest
from fastapi import FastAPI

from tiersync.cli.terminal.log import reporter_to
from tiersync.config.settings import ServeSettings
from tiersync.errors import NoParent
from tiersync.host.host import allowance
from tiersync.host.listening import keep_doing
from tiersync.host.serving import ending
from tiersync.model.text import Text
from tiersync.web.allowance import USUAL
from tiersync.web.server import Server, bind, make_app, make_server


def test_whatever_goes_wrong_is_said_and_tried_again(capsys: pytest.CaptureFixture[str]) -> None:
    said = list[Text]()
    reporter = reporter_to("text")._replace(note=said.append)
    ends, faults = threading.Event(), iter([NoParent(), ValueError("测一 379901193102030018"), None])

    def work() -> None:
        fault = next(faults)
        if fault is None:
            ends.set()
        else:
            raise fault

    keep_doing(work, 0.0, ends, reporter)
    assert [text.en for text in said] == [NoParent().say("en")]
    told = capsys.readouterr().err
    assert "A fault in tiersync itself: ValueError" in told
    assert "379901193102030018" not in told
    assert next(faults, "done") == "done"


def serve_after_ctrl_c(server: Server, reached: list[str]) -> None:
    with bind("127.0.0.1:0") as taken, ending(server.end):
        signal.raise_signal(signal.SIGINT)
        server.run(sockets=[taken])
        reached.append("the end of the server")


def test_ctrl_c_before_the_server_has_begun_ends_it_and_is_raised_afterwards() -> None:
    app: FastAPI = make_app(lambda message: message, lambda node: 0, lambda node, unit: False)
    reached: list[str] = []
    with pytest.raises(KeyboardInterrupt):
        serve_after_ctrl_c(make_server(app), reached)
    assert reached
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler


def test_what_the_settings_allow_is_what_the_server_allows() -> None:
    assert allowance([ServeSettings()])[2:] == USUAL[2:]
    told = ServeSettings(
        connections=60, connections_per_address=30, memory_mb=70, memory_mb_per_address=50, header_seconds=3,
        slowest_bytes_per_second=7,
    )  # fmt: skip
    assert allowance([told])[:6] == (60, 30, 70 * 2**20, 50 * 2**20, 3.0, 7.0)


def test_one_address_has_no_more_connections_than_all() -> None:
    assert allowance([ServeSettings(connections=50)])[:2] == (50, 50)
