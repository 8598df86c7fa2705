"""Ctrl-C ends a command wherever it meets it, also where Python swallows what is raised."""

import subprocess
import sys

from tiersync.cli.main import STOPPED

SWALLOWED = """
import signal, sys, time, weakref
from tiersync.cli import main

class Thing:
    pass

def work(arguments):
    thing = Thing()
    kept = weakref.ref(thing, lambda _: signal.raise_signal(signal.SIGINT))
    del thing
    try:
        time.sleep(30)
    except KeyboardInterrupt:
        return main.STOPPED

main.run = work
main.main()
"""


def test_an_interrupt_that_meets_the_clearing_away_of_an_object_still_ends_the_command() -> None:
    done = subprocess.run([sys.executable, "-c", SWALLOWED], capture_output=True, text=True, timeout=60)
    assert (done.returncode, done.stderr) == (STOPPED, "")
