"""The machines of a drill, joined by their own flows; only the lines between them, their clocks and their disks are
not real."""

import hashlib
import shutil
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory
from typing import NamedTuple

from tiersync.drill.line import URL, BadLine
from tiersync.drill.machine import Killed, Machine
from tiersync.drill.world import BEGAN, Declared, World
from tiersync.errors import ParentDown
from tiersync.flow.exchange.parent import Listening, hear_politely
from tiersync.flow.joining.found import ask_to_join, found, settle_in
from tiersync.flow.joining.welcome import make_invitation
from tiersync.flow.node import Ask, Keys
from tiersync.link.dialogue.messages import Message
from tiersync.store.address import file_in
from tiersync.store.database import open_store


class Befell(NamedTuple):
    """What befell a unit, and when."""

    at: datetime
    unit: str
    what: str


@dataclass
class Network:
    """The machines and lines by unit, and a clock that only moves when the play moves it."""

    root: Path
    world: World
    seed: int
    now: datetime = BEGAN
    machines: dict[str, Machine] = field(default_factory=dict)
    lines: dict[str, BadLine] = field(default_factory=dict)
    away: dict[str, datetime] = field(default_factory=dict)  # until when nobody reaches a unit's node
    declared: dict[str, list[Declared]] = field(default_factory=dict)
    exchanges: int = 0
    befell: list[Befell] = field(default_factory=list)

    def __post_init__(self) -> None:
        for unit in self.world.units:
            self.machines[unit.code] = Machine(unit.code, self.root / unit.code, keys_of(unit.code))
            self.lines[unit.code] = BadLine(self._good_line(unit.code), Random(f"{self.seed} line {unit.code}"))

    def _good_line(self, unit: str) -> Ask:
        return lambda message: self.hear(self.world.above(unit), message)

    def hear(self, unit: str, message: Message) -> Message:
        """What a unit's node answers; nobody answers while it is away or dies."""
        if self.away.get(unit, self.now) > self.now:
            raise ParentDown(url=URL, why="nobody answers")
        machine = self.machines[unit]
        try:
            answer = hear_politely(machine.node, message, machine.clock(self.now))
        except Killed as killed:
            self.die(killed.unit)
            raise ParentDown(url=URL, why="the answer broke off, or is not HTTP") from None
        if isinstance(answer, Listening):
            raise ParentDown(url=URL, why="nobody in a drill waits")
        self.exchanges += 1
        return answer

    def die(self, unit: str) -> None:
        """Nothing in the memory of a unit's machine is left; it starts again when somebody wants something of it."""
        self.machines[unit].stop()
        self.note(unit, "kill")

    def note(self, unit: str, what: str) -> None:
        self.befell.append(Befell(self.now, unit, what))

    def declare(self, one: Declared) -> None:
        """An office says something, and keeps it, whatever happens to its node."""
        self.declared.setdefault(one.unit, []).append(one)

    def stop(self) -> None:
        for machine in self.machines.values():
            machine.stop()


def keys_of(unit: str) -> Keys:
    """A node's secrets: made-up ones, so that a replay has the same."""
    return Keys(*(hashlib.sha256(f"drill {unit} {what}".encode()).digest() for what in ("key", "person", "rows")))


def open_network(root: Path, world: World, seed: int) -> Network:
    """A network whose offices have joined and done nothing yet."""
    shutil.copytree(_founded(world).name, root)
    return Network(root, world, seed)


FOUNDED: dict[tuple[str, ...], TemporaryDirectory[str]] = {}


def _founded(world: World) -> "TemporaryDirectory[str]":
    """The folders of a network that has just been founded: joining is the same in every seed, and is done once."""
    units = tuple(unit.code for unit in world.units)
    if units not in FOUNDED:
        FOUNDED[units] = TemporaryDirectory(prefix="tiersync-drill-")
        network = Network(Path(FOUNDED[units].name), world, 0)
        for unit in units:
            _settle(network, unit)
        network.stop()
    return FOUNDED[units]


@cache
def _empty_tables() -> bytes:
    """A database in which no node has been set up: the migrations are played once, and not by every node."""
    with TemporaryDirectory(prefix="tiersync-drill-") as name:
        open_store(Path(name)).close()
        return file_in(Path(name)).read_bytes()


def _settle(network: Network, unit: str) -> None:
    """The top founds the network; every other unit joins the one above by its token."""
    machine, above = network.machines[unit], network.world.above(unit)
    machine.folder.mkdir()
    file_in(machine.folder).write_bytes(_empty_tables())
    if not above:
        found(machine.node, network.world.catalogue, network.now)
        return
    token = make_invitation(network.machines[above].node, unit, "http://127.0.0.1:1", network.now)
    joined, envelopes = ask_to_join(machine.keys, token, network.lines[unit])
    settle_in(machine.node.store, machine.keys, token, joined, envelopes, network.now)
