"""Patience with a web service: how often one page is asked for, and how long is waited in between."""

from collections.abc import Iterable
from time import monotonic

import httpx
from stamina import Attempt, retry_context
from stamina.instrumentation import set_on_retry_hooks

ATTEMPTS = 5  # for one page
LONGEST_WAIT = 20.0  # seconds at a time, and
PATIENCE = 55.0  # seconds for one page, all attempts together: a node takes a minute of silence for a hang.
USUAL_WAIT = 1.0

set_on_retry_hooks([])  # By itself it would log each error with its words, and those could name somebody.


class CutOff(Exception):
    """An answer broke off, or is no JSON."""


class AskedToWait(Exception):
    """The service asks us to come back in so many seconds."""

    def __init__(self, seconds: float) -> None:
        self.seconds = seconds


def attempts_for(seconds: float) -> Iterable[Attempt]:
    """The attempts at one page, each of which may take so many seconds; the last failure is raised."""
    return retry_context(on=Patience(seconds), attempts=ATTEMPTS, timeout=None)


class Patience:
    """How long one page is waited for: after each failure, in how many seconds to ask again, or not at all.

    stamina counts the attempts; its own timeout looks only at what has passed, and not at how long the next one takes.
    """

    def __init__(self, seconds: float) -> None:
        self.until = monotonic() + PATIENCE - seconds
        self.usual = USUAL_WAIT

    def __call__(self, error: Exception) -> float | bool:
        match error:
            case httpx.ConnectError() | httpx.UnsupportedProtocol():
                return False
            case AskedToWait(seconds=wait):
                pass
            case httpx.TransportError() | CutOff():
                wait = self.usual
            case _:
                return False
        self.usual *= 2
        return wait if wait <= LONGEST_WAIT and monotonic() + wait <= self.until else False
