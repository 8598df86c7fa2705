"""What a node holds as sealed bytes, read for tests; and what should never happen to them."""

import json
from collections.abc import Callable
from typing import Any

import zstandard
from sqlalchemy import Connection, Row, select, update

from tiersync.link.pack import inflate
from tiersync.model.canonical import canonical
from tiersync.model.cell import Cell
from tiersync.store.reports.sealed import sealed_reports
from tiersync.store.tables import envelopes


def held_cells(db: Connection, row: Row[Any]) -> list[Cell]:
    """The cells of one report, as they were sealed."""
    return [cell for _, report in sealed_reports(db, [row]) for cell in report.cells.rows()]


def rewrite(db: Connection, row: Row[Any], change: Callable[[dict[str, Any]], None]) -> None:
    """Somebody who knows how a report is stored changes what it says."""
    said = json.loads(inflate(body_of(db, row)))
    change(said)
    put_body(db, row, zstandard.ZstdCompressor().compress(canonical(said)))


def add_to(indicator: str, by: int, breakdown: str = "") -> Callable[[dict[str, Any]], None]:
    """One figure becomes another."""

    def change(said: dict[str, Any]) -> None:
        cells = said["cells"]
        place = list(zip(cells["indicator"], cells["breakdown"], strict=True)).index((indicator, breakdown))
        cells["value"][place] += by

    return change


def flip_a_byte(db: Connection, row: Row[Any]) -> None:
    """The disk forgets one bit."""
    body = bytearray(body_of(db, row))
    body[len(body) // 2] ^= 1
    put_body(db, row, bytes(body))


def body_of(db: Connection, row: Row[Any]) -> bytes:
    body: bytes = db.execute(select(envelopes.c.body).where(envelopes.c.id == row.envelope)).scalar_one()
    return body


def put_body(db: Connection, row: Row[Any], body: bytes) -> None:
    db.execute(update(envelopes).where(envelopes.c.id == row.envelope).values(body=body))


def sealed_at(db: Connection) -> list[str]:
    """Every sealed report that is kept, by its id."""
    return list(db.execute(select(envelopes.c.id).where(envelopes.c.kind == "report")).scalars())
