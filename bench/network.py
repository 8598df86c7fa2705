"""Real nodes for the benches: made with the commands a person would type, served by `tiersync run`."""

import json
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

from peers.ports import free_ports

TIERSYNC = Path(sys.executable).parent / "tiersync"
PATIENCE = 30  # seconds until a node answers
LOOK = 0.01
LEVELS = ("2", "3", "4", "5")  # city, district, street, community, as lists of units number them


class Unit(NamedTuple):
    level: str
    code: str
    name: str
    parent: str
    kind: str = ""


class Place(NamedTuple):
    """A node's folder, its unit, and the address it serves at."""

    folder: Path
    unit: str
    listen: str

    @property
    def url(self) -> str:
        return f"http://{self.listen}"


def write_units(file: Path, units: Sequence[Unit]) -> Path:
    lines = [",".join(Unit._fields), *(",".join(unit) for unit in units)]
    file.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return file


def four_tiers() -> list[Unit]:
    """One unit of each tier, each below the one before."""
    codes = ["379900000000", "379901000000", "379901001000", "379901001001"]
    parents = ["", *codes[:-1]]
    return [
        Unit(level, code, f"单位{level}", parent) for level, code, parent in zip(LEVELS, codes, parents, strict=True)
    ]


def say(*arguments: str | Path) -> str:
    """What the command prints; raises CalledProcessError when it fails."""
    done = subprocess.run([TIERSYNC, *map(str, arguments)], capture_output=True, text=True, check=False)
    if done.returncode:
        raise SystemExit(f"tiersync {' '.join(map(str, arguments))}: {done.stderr.strip()}")
    return done.stdout


def found_top(root: Path, units: Sequence[Unit]) -> Place:
    """A top node for the first unit of the list."""
    listing = write_units(root / "units.csv", units)
    place = _place(root, units[0].code)
    say("init", place.unit, "--dir", place.folder, "--url", place.url, "--listen", place.listen, "--units", listing)
    return place


def join(root: Path, parent: Place, unit: str) -> Place:
    """A node that joins a parent which is being served now."""
    token = json.loads(say("invite", unit, "--dir", parent.folder, "--json"))["token"]
    place = _place(root, unit)
    say("join", token, "--dir", place.folder, "--url", place.url, "--listen", place.listen)
    return place


def _place(root: Path, unit: str) -> Place:
    return Place(root / unit, unit, f"127.0.0.1:{free_ports(1)[0]}")


@contextmanager
def serving(place: Place) -> Iterator[subprocess.Popen[bytes]]:
    """`tiersync run` on this node, ended by its own process id."""
    with subprocess.Popen([TIERSYNC, "run", "--dir", place.folder], stdout=subprocess.DEVNULL) as node:
        try:
            until_answering(f"{place.url}/health")
            yield node
        finally:
            node.terminate()


def until_answering(url: str) -> None:
    """Returns when the address answers; fails when it does not in time."""
    ends = time.monotonic() + PATIENCE
    while True:
        try:
            urllib.request.urlopen(url, timeout=PATIENCE).close()
            return
        except OSError:
            if time.monotonic() > ends:
                raise
            time.sleep(LOOK)
