"""What a running node does all the time: it listens to the unit above."""

import threading
from collections.abc import Callable
from random import SystemRandom

from tiersync.errors import NodeAway, ParentBusy, TiersyncError
from tiersync.flow.down import pull
from tiersync.flow.reading.ingest import raise_together
from tiersync.host.alarms import announce
from tiersync.host.hosted import HostedNode
from tiersync.host.opening import now
from tiersync.host.reporter import Note, Reporter, said_of

SHORTEST = 1.0  # seconds between two exchanges that wait
LONGEST_BACK_OFF = 3600.0  # seconds: an office line that was closed overnight is back in the morning.

Work = Callable[[], None]


def back_off(failures: int, interval: float) -> float:
    """Seconds until the next try: full jitter, doubling up to an hour."""
    if not failures:
        return interval
    return SystemRandom().uniform(0, min(LONGEST_BACK_OFF, max(interval, SHORTEST) * 2 ** min(failures, 12)))


def keep_doing(work: Work, interval: float, ends: threading.Event, reporter: Reporter) -> None:
    """Do `work` again and again until the host ends; what fails is said and tried again later."""
    failures, pause = 0, interval
    while not ends.wait(pause):
        try:
            work()
            failures, pause = 0, interval
        except (NodeAway, ParentBusy) as error:
            pause = float(str(error.fields["seconds"]))
        except TiersyncError as error:
            failures += 1
            pause = back_off(failures, interval)
            if not ends.is_set():  # What the end itself cuts off is nobody's turn.
                reporter.note(said_of(error))
        except Exception as error:  # A fault of ours must not end what the node does by itself, unseen.
            failures += 1
            pause = back_off(failures, interval)
            reporter.fault(error)


def listen_once(hosted: HostedNode, note: Note) -> None:
    """One exchange that the parent holds until it has something to say, so that a notice is here in about a second."""
    ask, node = hosted.asker(), hosted.node_now()
    if ask is None:
        return
    with node.store.alone("listening") as is_ours:
        if not is_ours:  # Another process over the same database listens.
            return
        pulled = pull(node, ask, now(), hosted.settings().run.wait_seconds)
        for error in announce(hosted.folder, node, pulled):
            note(said_of(error))
        raise_together(list(pulled.failed))  # What is refused is asked for again after a while, not at once.
