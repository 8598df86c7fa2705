"""What should never happen: a sealed report changed, deleted or refused, by somebody who knows how it is stored."""

import sqlite3
from collections.abc import Callable
from contextlib import closing
from typing import NamedTuple

from tiersync.drill.acts import Damages
from tiersync.drill.machine import Machine

HELD = (
    "SELECT r.form, r.unit, r.period, r.part, r.origin, r.envelope, e.body FROM reports r"
    " JOIN envelopes e ON e.id = r.envelope WHERE r.is_current AND r.state = 'held'"
    " ORDER BY r.form, r.period, r.unit, r.part"
)
Row = tuple[str, str, str, str, str, str, bytes]


class Harm(NamedTuple):
    """A report that was damaged, at which node, and how."""

    node: str
    how: str
    unit: str
    period: str
    part: str

    @property
    def report(self) -> tuple[str, ...]:
        """Which report it was, and where."""
        return self.node, self.unit, self.period, self.part


def damage(machine: Machine, act: Damages) -> Harm | None:
    """Damage one of the current reports that a machine holds; None where it holds none that this could befall."""
    with closing(sqlite3.connect(machine.folder / "node.db")) as db, db:
        rows: list[Row] = db.execute(HELD).fetchall()
        if act.how == "refused above":
            rows = [row for row in rows if row[4] == machine.unit]
        if not rows:
            return None
        _, unit, period, part, _, envelope, body = rows[int(act.which * len(rows))]
        DAMAGE[act.how](db, envelope, _changed(body, act.which))
    return Harm(machine.unit, act.how, unit, period, part)


def _changed(body: bytes, which: float) -> bytes:
    place = int(which * 7919) % len(body)
    return body[:place] + bytes([body[place] ^ 1]) + body[place + 1 :]


def _change_byte(db: sqlite3.Connection, envelope: str, body: bytes) -> None:
    db.execute("UPDATE envelopes SET body = ? WHERE id = ?", (body, envelope))


def _delete_row(db: sqlite3.Connection, envelope: str, body: bytes) -> None:
    db.execute("DELETE FROM reports WHERE envelope = ?", (envelope,))


def _delete_report(db: sqlite3.Connection, envelope: str, body: bytes) -> None:
    db.execute("DELETE FROM reports WHERE envelope = ?", (envelope,))
    db.execute("DELETE FROM envelopes WHERE id = ?", (envelope,))


def _refuse(db: sqlite3.Connection, envelope: str, body: bytes) -> None:
    said = ("refused", "unknown_key", envelope)
    db.execute("UPDATE outbox SET state = ?, reason = ? WHERE envelope = ? AND state IN ('sent', 'stored')", said)


DAMAGE: dict[str, Callable[[sqlite3.Connection, str, bytes], None]] = {
    "byte changed": _change_byte,
    "row gone": _delete_row,
    "report gone": _delete_report,
    "refused above": _refuse,
}
