"""kill -9 under load: of two processes that serve one PostgreSQL, of the proxy in front of them, and of PostgreSQL.

Children are nodes of their own that file a report and exchange until it is stored, through a proxy that deals their
lines out to both processes. One after the other is killed while they do, and started anew. What is counted are the
stores: each report that a child filed is held once, and no other.
"""

import multiprocessing
import shutil
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from itertools import cycle
from pathlib import Path
from subprocess import DEVNULL, Popen
from typing import NamedTuple

import psutil
from made_network import Founded, some_address
from measure import Line
from network import TIERSYNC, until_answering
from one_database import Database, running
from simulated_children import file_one, join_children
from sqlalchemy import select

from tiersync.errors import TiersyncError
from tiersync.flow.exchange.child import send_waiting
from tiersync.host.opening import now, open_node
from tiersync.store.query import Query
from tiersync.store.reports.reports import current_reports
from tiersync.store.tables import reports
from tiersync.web.client import http_ask

CHILDREN, REPORTS = 16, 25
GAP = 2.0  # seconds between two kills
PATIENCE = 300.0
REPORTS_HELD = Query(select(reports.c.envelope))  # a row for each revision, replaced or not
SPAWNED = multiprocessing.get_context("spawn")


class Insistent(NamedTuple):
    """What a child did: reports it filed, and exchanges that something broke off."""

    filed: list[str]
    broken: int


def insist(folder: Path, url: str, count: int) -> Insistent:
    """File reports one by one; each goes up, however often something is killed meanwhile."""
    node, ask, broken = open_node(folder), http_ask(url, patience=20), 0
    ends = time.monotonic() + PATIENCE
    for number in range(count):
        file_one(node, number, now())
        while True:
            try:
                send_waiting(node, ask, now())
                break
            except TiersyncError:
                assert time.monotonic() < ends, "it does not go up"
                broken += 1
                time.sleep(0.3)
    with node.store.read() as db:
        filed = [row.envelope for row in current_reports(db, origin=node.home)]
    node.store.close()
    return Insistent(filed, broken)


def insist_all(folders: Sequence[Path], url: str, count: int) -> list[Insistent]:
    with ThreadPoolExecutor(len(folders)) as pool:
        return list(pool.map(lambda folder: insist(folder, url, count), folders))


class Service:
    """Two processes that serve, a proxy in front of them, and the database behind: each may be killed and started."""

    def __init__(self, parent: Founded, database: Database, stack: ExitStack) -> None:
        self.database, self.stack = database, stack
        self.folders, self.listens = [], []
        for name in ("one", "two"):
            folder, listen = parent.place.folder.with_name(name), some_address()
            shutil.copytree(parent.place.folder, folder)
            said = (folder / "tiersync.toml").read_text(encoding="utf-8")
            said = said.replace(f'listen = "{parent.place.listen}"', f'listen = "{listen}"')
            (folder / "tiersync.toml").write_text(said, encoding="utf-8")
            self.folders.append(folder)
            self.listens.append(listen)
        self.url, self.at = parent.place.url, parent.place.listen
        self.running = {name: self.start(name) for name in ("one", "two", "proxy")}
        until_answering(f"{self.url}/health")

    def start(self, name: str) -> psutil.Process:
        """Start one of the two, or the proxy."""
        served = [TIERSYNC, "serve", self.folders[name == "two"]]
        command = [sys.executable, __file__, self.at, *self.listens] if name == "proxy" else served
        started = self.stack.enter_context(Popen(command, stdout=DEVNULL, stderr=DEVNULL))
        self.stack.callback(started.kill)
        return psutil.Process(started.pid)

    def kill(self, name: str) -> None:
        """kill -9, and a moment later it is started anew."""
        if name == "PostgreSQL":
            self.database.kill()
            time.sleep(1.0)
            self.database.start_again()
            return
        self.running[name].kill()
        time.sleep(1.0)
        self.running[name] = self.start(name)


def measure(*, is_quick: bool = False) -> list[Line]:
    count = 12 if is_quick else REPORTS
    with running() as database, tempfile.TemporaryDirectory(prefix="tiersync-killed-") as name, ExitStack() as stack:
        parent, folders = join_children(Path(name), some_address(), CHILDREN, database.url)
        service = Service(parent, database, stack)
        pool = stack.enter_context(SPAWNED.Pool(1))
        load = pool.apply_async(insist_all, (folders, service.url, count))
        kills = 0
        for killed in cycle(("one", "proxy", "two", "PostgreSQL")):
            load.wait(GAP)
            if load.ready():
                break
            service.kill(killed)
            kills += 1
        done = load.get()
        node = open_node(parent.place.folder)
        with node.store.read() as db:
            held = REPORTS_HELD.values(db)
        node.store.close()
    filed = [one for each in done for one in each.filed]
    said = f"of {len(filed)} reports, {kills} kills, {sum(each.broken for each in done)} exchanges broken off"
    return [
        Line("kill -9 of everything in turn: lost", len(set(filed) - set(held)), "reports", f"aim 0; {said}"),
        Line("… held twice, or never filed", len(held) - len(set(held) & set(filed)), "reports", "aim 0"),
    ]


def deal_out(listen: str, behind: Sequence[str]) -> None:
    """A proxy: each line that comes is joined to the next of those behind it that takes it."""
    import asyncio

    order: Iterator[str] = cycle(behind)

    async def carry(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while data := await reader.read(2**16):
                writer.write(data)
                await writer.drain()
        except OSError:
            pass
        finally:
            writer.close()

    async def join(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        for _ in behind:
            host, _, port = next(order).rpartition(":")
            try:
                above, below = await asyncio.open_connection(host, int(port))
            except OSError:
                continue
            await asyncio.gather(carry(reader, below), carry(above, writer))
            return
        writer.close()

    async def serve() -> None:
        host, _, port = listen.rpartition(":")
        server = await asyncio.start_server(join, host, int(port), reuse_address=True)
        await server.serve_forever()

    asyncio.run(serve())


if __name__ == "__main__":
    deal_out(sys.argv[1], sys.argv[2:])
