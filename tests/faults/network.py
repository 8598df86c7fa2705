"""A city, a district, a street and a community, each a node that runs by itself, with lists of seniors that grow."""

import csv
import os
from collections.abc import Mapping
from contextlib import ExitStack
from pathlib import Path
from random import Random
from typing import Any, NamedTuple

from tests.cli.offices import CITY, COMMUNITY, DISTRICT, PLUGIN, STREET, UNITS, Done, here
from tests.faults.daemons import Daemon, free_ports, schedule
from tests.plugins.folders import HEADERS
from tests.plugins.numbers import identity
from tiersync.plugins.folder.trust import enable_all

OTHER = "371402001005"  # a community without a node: the street answers for it
ALL_UNITS = f"{UNITS}5,{OTHER},北园社区居委会,{STREET},residents_committee\n"
CHAIN = (CITY, DISTRICT, STREET, COMMUNITY)
NAMES = ("city", "district", "street", "community")
ABOVE = dict(zip(CHAIN[1:], CHAIN, strict=False))
LISTED = {COMMUNITY: "康乐社区", STREET: "北园社区"}  # whose plugin lists the seniors of which community
OF = {COMMUNITY: COMMUNITY, OTHER: STREET}  # which community's seniors stand in whose list
OFTEN = {"push": "1s", "pull": "1s"}


class Senior(NamedTuple):
    """A made-up person."""

    serial: int
    born: int
    unit: str

    def row(self) -> list[str]:
        sex = "男" if self.serial % 2 else "女"
        number = identity(self.serial % 1000, f"{self.born}0203")
        return [f"测{self.serial}", number, sex, f"{self.born}-02-03", LISTED[self.unit]]


class Tree:
    """The four nodes: founded and joined by the commands themselves, and then kept running."""

    def __init__(self, root: Path, random: Random, stores: Mapping[str, str] | None = None) -> None:
        """`stores`: where the databases of some nodes are that have them not in their folders."""
        self.root, self.random, self.stores = root, random, stores or {}
        self.folders = {unit: root / name for unit, name in zip(CHAIN, NAMES, strict=True)}
        self.ports = dict(zip(CHAIN, free_ports(len(CHAIN)), strict=True))
        self.daemons: dict[str, Daemon] = {}
        self.seniors: dict[str, list[Senior]] = {unit: [] for unit in LISTED}
        self.serial = 0

    def found(self) -> None:
        """Found the city, and let everybody join the one above."""
        units = self.root / "units.csv"
        units.write_text(ALL_UNITS, encoding="utf-8")
        at = self.address(CITY)
        asked = ("--url", f"http://{at}", "--listen", at, "--units", units, *self._store(CITY))
        well(here("init", CITY, "--dir", self.folders[CITY], *asked))
        with ExitStack() as stack:
            for unit, above in ABOVE.items():
                serving = Daemon(self.folders[above], command="serve")
                stack.callback(serving.end)
                serving.wait_until_it_serves()
                token = well(here("invite", unit, "--dir", self.folders[above], "--json")).json["token"]
                at = self.address(unit)
                asked = ("--url", f"http://{at}", "--listen", at, *self._store(unit))
                well(here("join", token, "--dir", self.folders[unit], *asked))
        for unit in LISTED:
            self.write_plugin(unit)
            self.more_seniors(unit)
        for folder in self.folders.values():
            change(folder, "wait_seconds = 25", "wait_seconds = 1")
            schedule(folder, **OFTEN)

    def _store(self, unit: str) -> tuple[str, ...]:
        return ("--store", self.stores[unit]) if unit in self.stores else ()

    def address(self, unit: str) -> str:
        return f"127.0.0.1:{self.ports[unit]}"

    def write_plugin(self, unit: str) -> None:
        place = self.folders[unit] / "plugins" / "decheng"
        (place / "inbox").mkdir(parents=True)
        (place / "plugin.toml").write_text(PLUGIN.replace(DISTRICT, unit), encoding="utf-8")
        enable_all(self.folders[unit] / "plugins")

    def run(self) -> None:
        for unit in CHAIN:
            self.daemons[unit] = Daemon(self.folders[unit])
        for daemon in self.daemons.values():
            daemon.wait_until_it_serves()

    def end(self) -> None:
        for daemon in self.daemons.values():
            daemon.end()

    def more_seniors(self, unit: str, at_most: int = 4) -> None:
        """Some more come into an office's list, which is written anew and put in place of the old one."""
        for _ in range(self.random.randint(1, at_most)):
            self.serial += 1
            self.seniors[unit].append(Senior(self.serial, self.random.randint(1925, 1960), unit))
        place = self.folders[unit] / "plugins" / "decheng"
        with (place / "seniors.new").open("w", encoding="utf-8", newline="") as file:
            csv.writer(file).writerows([HEADERS, *(one.row() for one in self.seniors[unit])])
        os.replace(place / "seniors.new", place / "inbox" / "seniors.csv")

    def publish(self, number: int) -> str:
        """A notice of the city to everybody below it."""
        file = self.root / f"notice-{number}.md"
        file.write_text(f"# 第{number}号通知\n\n请各单位知悉。\n", encoding="utf-8")
        asked = ("notice", "publish", file, "--to", "district,street,community", "--dir", self.folders[CITY], "--json")
        return str(well(here(*asked)).json["notice"])

    def ask(self, unit: str, *asked: object) -> Done:
        """A command at a node, whose answer is wanted as JSON."""
        return here(*asked, "--dir", self.folders[unit], "--json")


def well(done: Done) -> Done:
    """How a command ended that must end well."""
    assert done.code == 0, done.err
    return done


def change(folder: Path, before: str, after: str) -> None:
    """Change a line of a node's settings."""
    path = folder / "tiersync.toml"
    text = path.read_text(encoding="utf-8")
    assert before in text, text
    path.write_text(text.replace(before, after, 1), encoding="utf-8")


def in_inbox(folder: Path) -> list[dict[str, Any]]:
    """The rows of a list as it lies there."""
    with (folder / "plugins" / "decheng" / "inbox" / "seniors.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))
