"""A running node: one server for its children, one thread that pushes by an interval, one that listens above."""

import signal
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from random import SystemRandom
from typing import TYPE_CHECKING

import click

from tiersync.cli.host.opening import asker, now, open_node, open_with_plugins, writing
from tiersync.cli.main import unforeseen
from tiersync.cli.terminal.output import note
from tiersync.cli.terminal.words import LANG, say
from tiersync.config.settings import ServeSettings, Settings, read_settings
from tiersync.errors import ParentBusy, TiersyncError
from tiersync.flow.exchange.parent import Listening, hear_politely, tell_news_politely
from tiersync.flow.joining.strangers import Strangers
from tiersync.flow.node import Ask, Node
from tiersync.link.dialogue.messages import Message, Waiter
from tiersync.store.links.outbox import is_waiting, newest

if TYPE_CHECKING:
    from tiersync.web.allowance import Allowance
    from tiersync.web.server import Server

SHORTEST = 1.0  # seconds between two exchanges that wait
STRANGERS = {
    "bad_seal": ("had a seal that does not fit", "签名不符"),
    "needs": ("named a unit whose charter is not here", "所称单位在本节点没有授权书"),
    "unknown": ("presented an unknown invitation", "所持邀请码无效"),
}  # Why a message is refused that no linked child sent.
LONGEST_BACK_OFF = 3600.0  # seconds: an office line that was closed overnight is back in the morning.


def serve(folder: Path, clock_is_right: bool = False) -> None:
    """Answer children until Ctrl-C, and keep this node's own link going."""
    from tiersync.web.server import bind, make_app, make_server

    settings = read_settings(folder)
    node = open_node(folder)
    taken = bind(settings.serve.listen)
    server = make_server(make_app(answering(node), newest_of(node), news_of(node), allowance(settings.serve)))
    ends = threading.Event()
    working = [
        threading.Thread(target=keep_doing, args=(work, pause, ends), daemon=True)
        for work, pause in own_link(folder, settings, clock_is_right)
    ]
    for thread in working:
        thread.start()
    try:
        with ending_gently(server):
            say_address(node, *taken.getsockname()[:2])
            server.run(sockets=[taken])
    finally:
        ends.set()
        for thread in working:
            thread.join(timeout=2)


@contextmanager
def ending_gently(server: "Server") -> Iterator[None]:
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


def say_address(node: Node, host: str, port: int) -> None:
    click.echo(
        say(
            f"{node.home} serves at {host}:{port}. Ctrl-C ends it.",
            f"{node.home} 已在 {host}:{port} 提供服务，按 Ctrl-C 结束。",
        )
    )
    sys.stdout.flush()


def answering(node: Node) -> Callable[[Message], Message | Waiter]:
    """How a running node answers its children; what strangers say is noted in its log."""
    node = replace(node, strangers=Strangers(tell_of_strangers))

    def hear(message: Message) -> Message | Waiter:
        heard = hear_politely(node, message, now())
        if isinstance(heard, Listening):
            return Waiter(heard.unit, heard.seconds, lambda: tell_news_politely(node, heard, now()))
        return heard

    return hear


def tell_of_strangers(count: int, why: str) -> None:
    """One line for all messages of units that are not linked here since the line before."""
    en, zh = STRANGERS[why]
    note(
        say(
            f"Refused {count} messages from outside this node's links; the latest {en}.",
            f"拒收非本节点下级的报文 {count} 条；最近一条{zh}。",
        )
    )


def allowance(serve: ServeSettings) -> "Allowance":
    """What is allowed to whoever calls, within what this machine lets the process have."""
    from tiersync.web.allowance import Allowance
    from tiersync.web.files import connections_for

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


def keep_doing(work: Callable[[], None], interval: float, ends: threading.Event) -> None:
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
            note(error.say(LANG))
        except Exception as error:  # A fault of ours must not end what the node does by itself, unseen.
            failures += 1
            pause = back_off(failures, interval)
            note(unforeseen(error))


def go_once(folder: Path, settings: Settings, clock_is_right: bool = False) -> None:
    """One push and one pull, as a person would do them, except that totals are filed only when they are ripe."""
    from tiersync.cli.host.alarms import push_around
    from tiersync.flow.up import push_by_itself

    ask = asker(settings)
    node = replace(open_with_plugins(folder), trusts_clock=clock_is_right)
    with writing(folder, patience=60):
        around = push_around(folder, node, lambda: push_by_itself(node, ask, now()))
        unsent = around.pushed.unsent
        came = _pull(folder, node, ask) if ask and not unsent else []
    for error in [*around.wrong, *came]:
        if error is not unsent:  # Raised, it would put off the sources that are well.
            note(error.say(LANG))
    if unsent:
        raise unsent


def _pull(folder: Path, node: Node, ask: Ask) -> list[TiersyncError]:
    """Take what has come down; returns what went wrong with parts of it."""
    from tiersync.cli.host.alarms import announce
    from tiersync.flow.down import pull

    pulled = pull(node, ask, now())
    return [*pulled.failed, *announce(folder, node, pulled)]


def listen_once(folder: Path, settings: Settings) -> None:
    """One exchange that the parent holds until it has something to say, so that a notice is here in about a second."""
    from tiersync.cli.host.alarms import announce
    from tiersync.flow.down import pull
    from tiersync.flow.reading.ingest import raise_together

    ask = asker(settings)
    if ask:
        node = open_node(folder)
        pulled = pull(node, ask, now(), settings.run.wait_seconds)
        for error in announce(folder, node, pulled):
            note(error.say(LANG))
        raise_together(list(pulled.failed))  # What is refused is asked for again after a while, not at once.


def own_link(folder: Path, settings: Settings, clock_is_right: bool = False) -> list[tuple[Callable[[], None], float]]:
    """What a running node does by itself, each with its pause in seconds."""
    pushing = (lambda: go_once(folder, settings, clock_is_right), float(settings.run.interval_seconds))
    listening = (lambda: listen_once(folder, settings), SHORTEST)
    return [pushing, listening] if settings.parent.url and settings.run.wait_seconds else [pushing]
