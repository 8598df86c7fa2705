"""Networks for benches, founded and joined within one process: the flows' own steps, but no commands and no line.

A thousand nodes are joined in the time in which commands would join twenty; what is kept of each is what they would
have made. `keep_going` runs their folders with the command that an office would type.
"""

import subprocess
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple

from network import TIERSYNC, Place, Unit, until_answering, write_units
from peers.ports import free_ports

from tiersync.config.packaged import packaged_catalogue
from tiersync.config.settings import NodeSettings, ParentSettings, RunSettings, ServeSettings, Settings, StoreSettings
from tiersync.config.units import read_units
from tiersync.config.written import write_settings
from tiersync.flow.exchange.parent import answer
from tiersync.flow.joining.found import ask_to_join, found, settle_in
from tiersync.flow.joining.welcome import make_invitation
from tiersync.flow.node import Node
from tiersync.host.keys import make_keys
from tiersync.host.opening import new_store, now
from tiersync.store.address import file_in
from tiersync.store.database import open_store

RARELY = RunSettings(interval_seconds=86_400)  # a node whose own pushes would disturb what is measured


class Founded(NamedTuple):
    """A node that was founded or has joined: its place, and the node itself, open."""

    place: Place
    node: Node


@cache
def empty_tables() -> bytes:
    """A database in which no node was set up: migrations are played once, and not by every node."""
    with TemporaryDirectory() as name:
        open_store(Path(name)).close()
        return file_in(Path(name)).read_bytes()


def some_address() -> str:
    """An address of this machine at which nobody listens."""
    return f"127.0.0.1:{free_ports(1)[0]}"


def found_here(root: Path, units: Sequence[Unit], listen: str, run: RunSettings = RARELY, store: str = "") -> Founded:
    """The node at the top of a network of these units; `store` is the address of its database, '' for a file."""
    place = Place(root / units[0].code, units[0].code, listen)
    settings = Settings(
        node=NodeSettings(unit=place.unit), serve=ServeSettings(listen=listen, url=place.url), run=run,
        store=StoreSettings(url=store),
    )  # fmt: skip
    node = _new_node(place, settings)
    found(node, packaged_catalogue(place.unit, read_units(write_units(root / "units.csv", units), place.unit)), now())
    write_settings(place.folder, settings)
    return Founded(place, node)


def join_here(root: Path, parent: Founded, unit: str, listen: str = "", run: RunSettings = RARELY) -> Founded:
    """A node that joins the node above it, which answers within this process; it serves nobody without `listen`."""
    place = Place(root / unit, unit, listen)
    serve = ServeSettings(listen=listen, url=place.url) if listen else ServeSettings()
    settings = Settings(
        node=NodeSettings(unit=unit), parent=ParentSettings(url=parent.place.url), serve=serve, run=run
    )  # fmt: skip
    node = _new_node(place, settings)
    token = make_invitation(parent.node, unit, parent.place.url, now())
    joined, envelopes = ask_to_join(node.keys, token, lambda message: answer(parent.node, message, now()))
    settle_in(node.store, node.keys, token, joined, envelopes, now())
    write_settings(place.folder, settings)
    return Founded(place, node)


def _new_node(place: Place, settings: Settings) -> Node:
    keys = make_keys(place.folder)
    (place.folder / "plugins").mkdir(exist_ok=True)
    if not settings.store.url:
        file_in(place.folder).write_bytes(empty_tables())
    return Node(place.unit, new_store(place.folder, settings), keys)


@contextmanager
def keep_going(act: str, folders: Sequence[Path], url: str) -> Iterator[subprocess.Popen[bytes]]:
    """`tiersync run`, or another command that keeps nodes going, until it is left; entered when it answers at `url`.
    Its log lies beside the folders."""
    with (
        (folders[0].parent / "host.log").open("ab") as log,
        subprocess.Popen([TIERSYNC, act, *folders], stdout=subprocess.DEVNULL, stderr=log) as host,
    ):
        try:
            until_answering(f"{url}/health")
            yield host
        finally:
            host.terminate()
