"""What a node does by itself goes on, whatever becomes of one time."""

import threading

import pytest

from tiersync.cli.daemon import keep_doing
from tiersync.errors import NoParent


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
