"""After one side of a link was put back to an older copy: a new epoch, and everything that differs goes again."""

from collections.abc import Collection
from datetime import datetime

from tiersync.flow.node import Node
from tiersync.flow.sealing import begin_epoch, must_renew, own_epoch, parent_of, send
from tiersync.link.accept import Known
from tiersync.store.charters import keep_charter
from tiersync.store.database import Connection
from tiersync.store.facts import remember
from tiersync.store.links import change_link, forget_positions, note_audit
from tiersync.store.outbox import begin_anew, settle_held


def renew_link(db: Connection, node: Node, peer: str, epoch: int, restored: str, now: datetime) -> None:
    """Begin a new link epoch: positions are given again on both sides."""
    forget_positions(db, peer)
    begin_anew(db, peer)
    change_link(db, peer, epoch=epoch)
    note_audit(db, now, peer, f"restored:{restored}", f"link epoch {epoch}")
    remember(db, f"restored:{peer}", f"{restored} {now.isoformat()}")


def settle_renewed(db: Connection, peer: str, holds: Collection[str]) -> None:
    """What the peer says it holds need not go again; everything else does."""
    settle_held(db, peer, holds)


def renew_child(db: Connection, node: Node, unit: str, known: Known, now: datetime) -> None:
    """Give a child's node a new origin epoch, so that what it seals cannot be mistaken for what it sealed before."""
    latest = known.keyring.latest(unit)
    assert latest is not None
    charter = latest.charter.model_copy(
        update={"event": "renew", "epoch": known.keyring.epoch(unit) + 1, "from_number": 1, "countersigned": None}
    )
    keep_charter(db, send(db, node, charter, now), charter, now)


def renew_ourselves(db: Connection, node: Node, seen: int, now: datetime) -> None:
    """A child showed that this node is older than it was. The top gives itself a new epoch, above the one that the
    child has seen, with the key it has; any other node seals nothing until the unit above has given it one."""
    if seen < own_epoch(db):
        return
    if parent_of(db) is not None:
        must_renew(db)
        return
    latest = node.known(db).keyring.latest(node.home)
    assert latest is not None
    epoch = max(own_epoch(db), seen) + 1
    begin_epoch(db, node, epoch, now)
    charter = latest.charter.model_copy(update={"event": "renew", "epoch": epoch, "from_number": 1})
    keep_charter(db, send(db, node, charter, now), charter, now)
