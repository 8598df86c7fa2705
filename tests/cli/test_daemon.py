"""What a node does by itself goes on, whatever becomes of one time."""

import threading

import pytest

from tiersync.cli.daemon import allowance, keep_doing
from tiersync.config.settings import ServeSettings
from tiersync.errors import NoParent
from tiersync.web.allowance import USUAL


def test_whatever_goes_wrong_is_said_and_tried_again(capsys: pytest.CaptureFixture[str]) -> None:
    ends, faults = threading.Event(), iter([NoParent(), ValueError("测一 379901193102030018"), None])

    def work() -> None:
        fault = next(faults)
        if fault is None:
            ends.set()
        else:
            raise fault

    keep_doing(work, 0.0, ends)
    said = capsys.readouterr().err
    assert "A fault in tiersync itself: ValueError" in said
    assert "379901193102030018" not in said
    assert next(faults, "done") == "done"


def test_what_the_settings_allow_is_what_the_server_allows() -> None:
    assert allowance(ServeSettings())[2:] == USUAL[2:]
    told = ServeSettings(
        connections=60, connections_per_address=30, memory_mb=70, memory_mb_per_address=50, header_seconds=3,
        slowest_bytes_per_second=7,
    )  # fmt: skip
    assert allowance(told)[:6] == (60, 30, 70 * 2**20, 50 * 2**20, 3.0, 7.0)


def test_one_address_has_no_more_connections_than_all() -> None:
    assert allowance(ServeSettings(connections=50))[:2] == (50, 50)
