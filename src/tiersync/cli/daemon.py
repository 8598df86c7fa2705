"""A running node: one server for its children, and a thread that pushes and pulls by an interval."""

import sys
import threading
from collections.abc import Callable
from pathlib import Path
from random import SystemRandom

import click

from tiersync.cli.opening import asker, now, open_node, open_with_plugins, today, writing
from tiersync.cli.words import LANG, say
from tiersync.config.settings import Settings, read_settings
from tiersync.errors import TiersyncError
from tiersync.flow.answer import answer_politely
from tiersync.flow.node import Node
from tiersync.link.messages import Message
from tiersync.store.outbox import is_waiting, newest

LONGEST_BACK_OFF = 3600.0  # seconds: an office line that was closed overnight is back in the morning.


def serve(folder: Path) -> None:
    """Answer children until Ctrl-C, and keep this node's own link going."""
    from tiersync.web.server import bind, make_app, make_server

    settings = read_settings(folder)
    node = open_node(folder)
    taken = bind(settings.serve.listen)
    server = make_server(make_app(answering(node), newest_of(node), news_of(node)))
    ends = threading.Event()
    ticking = threading.Thread(target=keep_going, args=(folder, settings, ends), daemon=True)
    ticking.start()
    host, port = taken.getsockname()[:2]
    click.echo(
        say(
            f"{node.home} serves at {host}:{port}. Ctrl-C ends it.",
            f"{node.home} 已在 {host}:{port} 提供服务，按 Ctrl-C 结束。",
        )
    )
    sys.stdout.flush()
    try:
        server.run(sockets=[taken])
    finally:
        ends.set()
        ticking.join(timeout=5)


def answering(node: Node) -> Callable[[Message], Message]:
    return lambda message: answer_politely(node, message, now())


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
    return SystemRandom().uniform(0, min(LONGEST_BACK_OFF, interval * 2 ** min(failures, 12)))


def keep_going(folder: Path, settings: Settings, ends: threading.Event) -> None:
    """Push and pull until the node ends; what fails is said once and tried again later."""
    failures = 0
    while not ends.wait(back_off(failures, settings.run.interval_seconds)):
        try:
            go_once(folder, settings)
            failures = 0
        except TiersyncError as error:
            failures += 1
            click.echo(error.say(LANG), err=True)


def go_once(folder: Path, settings: Settings) -> None:
    """One push and one pull, as a person would do them, except that totals are filed only when they are ripe."""
    from tiersync.flow.down import pull
    from tiersync.flow.up import push_by_itself

    ask = asker(settings)
    node = open_with_plugins(folder)
    with writing(folder, patience=60):
        push_by_itself(node, ask, now(), today(settings))
        if ask:
            pull(node, ask, now())
