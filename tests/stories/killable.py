"""One side of a link as a process of its own that kills itself, without a word, at the n-th commit of its database.

Run as: python -m tests.stories.killable serve|send|publish FOLDER UNIT KEYS URL-OR-PORT-OR-DRAFT KILL_AT
KILL_AT 0 is never; below 0 is just before the commit.
"""

import os
import signal
import sys
from datetime import UTC, datetime
from itertools import count
from pathlib import Path

from sqlalchemy import event

from tests.stores import open_again
from tiersync.config.drafts import read_draft
from tiersync.flow.exchange.child import send_waiting
from tiersync.flow.exchange.parent import answer
from tiersync.flow.new_catalogue import publish_catalogue
from tiersync.flow.node import Keys
from tiersync.flow.reading_node import ReadingNode
from tiersync.model.period import Period
from tiersync.store.database import Store


def die() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def kill_at(store: Store, commit: int) -> None:
    """Die at a commit of this store: before it is written, or right after."""
    commits = count(1)
    engine = store.engine
    if commit < 0:
        event.listen(engine, "commit", lambda connection: die() if next(commits) == -commit else None)
    elif commit > 0:
        event.listen(engine, "checkin", lambda *_: die() if next(commits) == commit else None)


def publish(node: ReadingNode, draft: Path) -> None:
    with node.store.read() as db:
        newest = node.catalogue(db)
    publish_catalogue(node, read_draft(draft, newest), Period("2014-Q2"), datetime.now(UTC))


def main() -> None:
    what, folder, unit, keys, where, commit = sys.argv[1:]
    store = open_again(Path(folder))
    raw = bytes.fromhex(keys)
    node = ReadingNode(unit, store, Keys(raw[:32], raw[32:64], raw[64:]))
    if what == "send":
        from tiersync.web.client import http_ask

        kill_at(store, int(commit))
        send_waiting(node, http_ask(where), datetime.now(UTC))
        return
    if what == "publish":
        kill_at(store, int(commit))
        publish(node, Path(where))
        return
    from tiersync.web.server import bind, make_app, make_server

    taken = bind(f"127.0.0.1:{where}")
    server = make_server(make_app(lambda m: answer(node, m, datetime.now(UTC)), lambda n: 0, lambda n, u: True))
    kill_at(store, int(commit))
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    server.run(sockets=[taken])


if __name__ == "__main__":
    main()
