"""Who waits for whom among the writers of one node.

Whoever gives out this node's numbers, files or finds holds the node. An exchange holds its link, and the node only from
where it has something to store: so the exchanges of two children go on side by side. A link is held before the node,
never after it, and what either guards is written by its holder alone: so no two writers wait for each other. PostgreSQL
keeps these locks until the transaction ends; in SQLite one writer at a time has the whole database.
"""

from typing import Any
from zlib import crc32

from sqlalchemy import Connection, Delete, Engine, Insert, Update, event

HELD = "tiersync_held"  # what a transaction holds, in the order in which it took it
LOOKED_UP = "tiersync_looked_up"  # what it looked up of what only the holder of the node changes
NODE = "node"
OF_NODE, OF_LINK, ALONE = 1, 2, 3  # the kinds of PostgreSQL's advisory locks
# Written without holding the node: by an exchange; and jobs, for which nobody waits, as a key and fences settle them.
NOT_OF_THE_NODE = frozenset({"links", "inbox", "audit", "jobs"})


def begin_holding(db: Connection) -> None:
    """A transaction begins that holds nothing, and has looked nothing up."""
    db.info[HELD], db.info[LOOKED_UP] = [], {}


def looked_up(db: Connection) -> dict[str, str | None]:
    """What this transaction looked up since it began, or since it holds the node: until then others may change it."""
    return db.info.setdefault(LOOKED_UP, {})


def hold_node(db: Connection) -> None:
    """Wait until no other writer holds the node. What is looked up from here on stays so until the commit."""
    if not holds_node(db):
        _wait(db, OF_NODE, NODE)


def holds_node(db: Connection) -> bool:
    """Whether this transaction holds the node, and so may have written what belongs to it."""
    return NODE in db.info[HELD]


def hold_link(db: Connection, peer: str) -> None:
    """Wait until no other exchange over the link to `peer` is being stored."""
    _wait(db, OF_LINK, peer)


def holds_alone(db: Connection, name: str) -> bool:
    """Whether this transaction, and no other of any process, has what is called `name`; nobody waits for it."""
    place = crc32(name.encode()) - 2**31
    return bool(db.exec_driver_sql("SELECT pg_try_advisory_xact_lock(%s, %s)", (ALONE, place)).scalar())


def _wait(db: Connection, kind: int, name: str) -> None:
    if db.dialect.name == "postgresql":
        place = crc32(name.encode()) - 2**31  # Two links that share a place only wait longer.
        db.exec_driver_sql("SELECT pg_advisory_xact_lock(%s, %s)", (kind, place))
    db.info[HELD].append(name)
    db.info[LOOKED_UP] = {}


def hold_node_when_writing(engine: Engine) -> None:
    """From now on nobody writes what belongs to the node without holding it."""

    @event.listens_for(engine, "before_execute")
    def hold(db: Connection, statement: Any, *_: Any) -> None:
        if isinstance(statement, Insert | Update | Delete) and str(statement.table) not in NOT_OF_THE_NODE:
            hold_node(db)
