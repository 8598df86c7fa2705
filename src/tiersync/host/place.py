"""On which machine a node runs: a folder that was copied, or a disk that was cloned, may run at two."""

import platform
from datetime import datetime
from hashlib import sha256
from pathlib import Path

from tiersync.flow.node import Node
from tiersync.store.facts import recall, remember
from tiersync.store.links.links import note_audit

PLACE = "place"  # the fact: a mark of the machine and folder in which a host worked for this node
MACHINE_ID = Path("/etc/machine-id")


def mark_of_place(folder: Path) -> str:
    """A mark of this machine and of where the folder lies on it; it tells nothing else of either."""
    said = MACHINE_ID.read_text(encoding="ascii").strip() if MACHINE_ID.is_file() else ""
    machine = said or platform.node()
    return sha256(f"tiersync {machine} {folder.resolve()}".encode()).hexdigest()[:16]


def is_elsewhere(node: Node, folder: Path) -> bool:
    """Whether a host last worked for this node at another machine or in another folder. Over a shared database hosts of
    several machines may."""
    if node.store.is_shared:
        return False
    with node.store.read() as db:
        known = recall(db, PLACE)
    return known not in (None, mark_of_place(folder))


def note_place(node: Node, folder: Path, now: datetime) -> None:
    """Remember where a host works for this node from now on."""
    mark = mark_of_place(folder)
    with node.store.read() as db:
        if recall(db, PLACE) == mark:
            return
    with node.store.write() as db:
        remember(db, PLACE, mark)
        note_audit(db, now, node.home, "place", mark)
