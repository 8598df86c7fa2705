"""A running node: one server for its children, one thread that pushes by an interval, one that listens above."""

import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from random import SystemRandom
from typing import NamedTuple

from tiersync.config.settings import ServeSettings, Settings, read_settings
from tiersync.errors import ParentBusy, TiersyncError
from tiersync.flow.down import pull
from tiersync.flow.exchange.parent import Listening, hear_politely, tell_news_politely
from tiersync.flow.joining.strangers import Strangers
from tiersync.flow.node import Ask, Node
from tiersync.flow.reading.ingest import raise_together
from tiersync.flow.up import push_by_itself
from tiersync.host.alarms import announce, push_around
from tiersync.host.opening import asker, not_enabled, now, open_node, open_with_plugins, writing
from tiersync.link.dialogue.messages import Message, Waiter
from tiersync.model.text import Text
from tiersync.store.links.outbox import is_waiting, newest
from tiersync.web.allowance import Allowance
from tiersync.web.files import connections_for
from tiersync.web.server import Server, bind, make_app, make_server

SHORTEST = 1.0  # seconds between two exchanges that wait
STRANGERS = {
    "bad_seal": Text("签名不符", "had a seal that does not fit"),
    "needs": Text("所称单位在本节点没有授权书", "named a unit whose charter is not here"),
    "unknown": Text("所持邀请码无效", "presented an unknown invitation"),
}  # Why a message is refused that no linked child sent.
LONGEST_BACK_OFF = 3600.0  # seconds: an office line that was closed overnight is back in the morning.


class Reporter(NamedTuple):
    """How a host reports to whoever keeps it running: at which address a unit's node serves, what is worth knowing, and
    of a fault of tiersync's own."""

    serving: Callable[[str, str, int], None]
    note: Callable[[Text], None]
    fault: Callable[[Exception], None]


def serve(folder: Path, reporter: Reporter, clock_is_right: bool = False) -> None:
    """Answer children until Ctrl-C, and keep this node's own link going."""
    settings = read_settings(folder)
    node = open_node(folder)
    taken = bind(settings.serve.listen)
    server = make_server(
        make_app(answering(node, reporter.note), newest_of(node), news_of(node), allowance(settings.serve))
    )
    ends = threading.Event()
    working = [
        threading.Thread(target=keep_doing, args=(work, pause, ends, reporter), daemon=True)
        for work, pause in own_link(folder, settings, reporter.note, clock_is_right)
    ]
    for thread in working:
        thread.start()
    try:
        with ending_gently(server):
            reporter.serving(node.home, *taken.getsockname()[:2])
            server.run(sockets=[taken])
    finally:
        ends.set()
        for thread in working:
            thread.join(timeout=2)


@contextmanager
def ending_gently(server: Server) -> Iterator[None]:
    """Ctrl-C is the server's to hear, also before it has begun, and is raised when it has ended.

    Raised at once, it could meet a loop that is half made, whose own end would then speak of a fault.
    """
    asked = threading.Event()

    def end(*_: object) -> None:
        asked.set()
        server.should_exit = True

    before = signal.signal(signal.SIGINT, end)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)
    if asked.is_set():
        signal.raise_signal(signal.SIGINT)


def answering(node: Node, note: Callable[[Text], None]) -> Callable[[Message], Message | Waiter]:
    """How a running node answers its children; that strangers called is noted."""
    node = replace(node, strangers=Strangers(lambda count, why: note(of_strangers(count, why))))

    def hear(message: Message) -> Message | Waiter:
        heard = hear_politely(node, message, now())
        if isinstance(heard, Listening):
            return Waiter(heard.unit, heard.seconds, lambda: tell_news_politely(node, heard, now()))
        return heard

    return hear


def of_strangers(count: int, why: str) -> Text:
    """One line for all messages of units that are not linked here since the line before."""
    latest = STRANGERS[why]
    return Text(
        f"拒收非本节点下级的报文 {count} 条；最近一条{latest.zh}。",
        f"Refused {count} messages from outside this node's links; the latest {latest.en}.",
    )


def allowance(serve: ServeSettings) -> Allowance:
    """What is allowed to whoever calls, within what this machine lets the process have."""
    connections = connections_for(serve.connections)
    return Allowance(
        connections, min(serve.connections_per_address, connections), serve.memory_mb * 2**20,
        serve.memory_mb_per_address * 2**20, float(serve.header_seconds), float(serve.slowest_bytes_per_second),
    )  # fmt: skip


def newest_of(node: Node) -> Callable[[], int]:
    """A number that grows whenever something is queued for any link."""

    def look() -> int:
        with node.store.read() as db:
            return newest(db)

    return look


def news_of(node: Node) -> Callable[[str], bool]:
    """Whether anything waits for a child."""

    def look(unit: str) -> bool:
        with node.store.read() as db:
            return is_waiting(db, unit)

    return look


def back_off(failures: int, interval: float) -> float:
    """Seconds until the next try: full jitter, doubling up to an hour."""
    if not failures:
        return interval
    return SystemRandom().uniform(0, min(LONGEST_BACK_OFF, max(interval, SHORTEST) * 2 ** min(failures, 12)))


def keep_doing(work: Callable[[], None], interval: float, ends: threading.Event, reporter: Reporter) -> None:
    """Do `work` again and again until the node ends; what fails is said and tried again later."""
    failures, pause = 0, interval
    while not ends.wait(pause):
        try:
            work()
            failures, pause = 0, interval
        except ParentBusy as error:
            pause = float(str(error.fields["seconds"]))
        except TiersyncError as error:
            failures += 1
            pause = back_off(failures, interval)
            reporter.note(said_of(error))
        except Exception as error:  # A fault of ours must not end what the node does by itself, unseen.
            failures += 1
            pause = back_off(failures, interval)
            reporter.fault(error)


def said_of(error: TiersyncError) -> Text:
    """An error in both languages."""
    return Text(error.say("zh"), error.say("en"))


def go_once(folder: Path, settings: Settings, note: Callable[[Text], None], clock_is_right: bool = False) -> None:
    """One push and one pull, as a person would do them, except that totals are filed only when they are ripe."""
    ask = asker(settings)
    node = replace(open_with_plugins(folder), trusts_clock=clock_is_right)
    for plugin in node.disabled:
        note(not_enabled(plugin.id))
    with writing(folder, patience=60):
        around = push_around(folder, node, lambda: push_by_itself(node, ask, now()))
        unsent = around.pushed.unsent
        came = _pull(folder, node, ask) if ask and not unsent else []
    for error in [*around.wrong, *came]:
        if error is not unsent:  # Raised, it would put off the sources that are well.
            note(said_of(error))
    if unsent:
        raise unsent


def _pull(folder: Path, node: Node, ask: Ask) -> list[TiersyncError]:
    """Take what has come down; returns what went wrong with parts of it."""
    pulled = pull(node, ask, now())
    return [*pulled.failed, *announce(folder, node, pulled)]


def listen_once(folder: Path, settings: Settings, note: Callable[[Text], None]) -> None:
    """One exchange that the parent holds until it has something to say, so that a notice is here in about a second."""
    ask = asker(settings)
    if ask:
        node = open_node(folder)
        pulled = pull(node, ask, now(), settings.run.wait_seconds)
        for error in announce(folder, node, pulled):
            note(said_of(error))
        raise_together(list(pulled.failed))  # What is refused is asked for again after a while, not at once.


def own_link(
    folder: Path, settings: Settings, note: Callable[[Text], None], clock_is_right: bool = False
) -> list[tuple[Callable[[], None], float]]:
    """What a running node does by itself, each with its pause in seconds."""
    pushing = (lambda: go_once(folder, settings, note, clock_is_right), float(settings.run.interval_seconds))
    listening = (lambda: listen_once(folder, settings, note), SHORTEST)
    return [pushing, listening] if settings.parent.url and settings.run.wait_seconds else [pushing]
