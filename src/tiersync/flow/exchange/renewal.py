"""After one side of a link was put back to an older copy: a new epoch, and everything that differs goes again."""

from datetime import datetime

from tiersync.flow.exchange.sealing import begin_epoch, must_renew, own_epoch, parent_of, send
from tiersync.flow.node import Node
from tiersync.link.accept import Known
from tiersync.link.dialogue.restores import Side
from tiersync.model.charter import Charter
from tiersync.store.database import Connection
from tiersync.store.facts import recall, remember
from tiersync.store.links.charters import keep_charter
from tiersync.store.links.links import change_link, forget_positions, note_audit
from tiersync.store.links.numbers import take_numbers
from tiersync.store.links.outbox import begin_anew

FORGOTTEN = 10_000  # envelopes that a node may have sealed since the copy that it was put back to


def renew_link(db: Connection, peer: str, epoch: int, side: Side, now: datetime) -> None:
    """Begin a new link epoch: positions are given again on both sides."""
    forget_positions(db, peer)
    begin_anew(db, peer)
    change_link(db, peer, epoch=epoch)
    note_audit(db, now, peer, f"restored:{side}", f"link epoch {epoch}")
    remember(db, f"restored:{peer}", f"{side} {now.isoformat()}")


def renewed_for(db: Connection, peer: str) -> Side | None:
    """Which side of the link was put back last, as far as this node knows."""
    side = (recall(db, f"restored:{peer}") or "").partition(" ")[0]
    return "child" if side == "child" else "parent" if side == "parent" else None


def renew_child(db: Connection, node: Node, unit: str, known: Known, now: datetime) -> None:
    """Give a child's node a new origin epoch, so that what it seals cannot be mistaken for what it sealed before. This
    node may have been put back together with it, and not know it: what it sealed then and forgot is known further down,
    where another envelope under one of those numbers would be refused, and with this charter all that the child seals.
    """
    latest = known.keyring.latest(unit)
    if latest is not None:
        take_numbers(db, node.home, own_epoch(db), FORGOTTEN)
        _renew(db, node, latest.charter, known.keyring.epoch(unit) + 1, now)


def renew_ourselves(db: Connection, node: Node, seen: int, now: datetime) -> None:
    """A peer showed that this node is older than it was. The top gives itself a new epoch, above the one that the
    peer has seen, with the key it has; any other node seals nothing until the unit above has given it one."""
    if seen < own_epoch(db):
        return  # The new epoch has begun since, and this peer has not heard of it.
    if parent_of(db) is not None:
        must_renew(db)
        return
    latest = node.known(db).keyring.latest(node.home)
    if latest is not None:
        begin_epoch(db, node, seen + 1, now)
        _renew(db, node, latest.charter, seen + 1, now)


def _renew(db: Connection, node: Node, charter: Charter, epoch: int, now: datetime) -> None:
    renewed = {"event": "renew", "epoch": epoch, "from_number": 1, "last_number": None, "countersigned": None}
    charter = charter.model_copy(update=renewed)
    keep_charter(db, send(db, node, charter, now), charter, now)
