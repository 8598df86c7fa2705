"""The sealed bytes are the only truth about a figure: the table of cells goes. What differs in it from the seals is
named once more on the way."""

import json
from collections.abc import Iterator
from typing import Any

import sqlalchemy as sa
from alembic import op

from tiersync.errors import BadMessage, BadSeal
from tiersync.link.pack import unpack
from tiersync.link.seal import read_head
from tiersync.model.canonical import digest
from tiersync.model.finding import Finding
from tiersync.model.report import Report

revision = "0008"
down_revision = "0007"

CURRENT = """SELECT id, form, unit, period, part, envelope, digest, cells_digest, received_at FROM reports
    WHERE is_current"""
CELLS = """SELECT indicator, breakdown, measure, value, scale, status, basis, expected, present, bounds FROM cells
    WHERE report = :id ORDER BY ordinal"""


def upgrade() -> None:
    db = op.get_bind()
    home = db.execute(sa.text("SELECT value FROM meta WHERE key = 'home'")).scalar()
    for row in db.execute(sa.text(CURRENT)).all() if home else ():
        held = [tuple(cell) for cell in db.execute(sa.text(CELLS), {"id": row.id})]
        if digest("\n".join(map(_spell, held)).encode()) != row.cells_digest:
            for finding in _altered(db, home, row, held):
                _open(db, finding, row.received_at)
    op.drop_table("cells")
    op.add_column("reports", sa.Column("state", sa.String(length=8), nullable=False, server_default="held"))
    op.create_index("reports_state", "reports", ["state"])
    op.create_table(
        "damaged",
        sa.Column("envelope", sa.String(length=36), primary_key=True),
        sa.Column("seen_at", sa.String(length=32), primary_key=True),
        sa.Column("seal", sa.Text(), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.Column("asked_at", sa.String(length=32)),
        sa.Column("mended_at", sa.String(length=32)),
    )
    op.create_table(
        "rounds",
        sa.Column("form", sa.String(length=40), primary_key=True),
        sa.Column("period", sa.String(length=8), primary_key=True),
        sa.Column("rows", sa.BigInteger(), nullable=False),
        sa.Column("looked_at", sa.String(length=32), nullable=False),
        sa.Column("wholly_at", sa.String(length=32), nullable=False),
    )
    op.execute("INSERT INTO rounds SELECT form, period, count(*), '', '' FROM reports GROUP BY form, period")


def _spell(cell: tuple[Any, ...]) -> str:
    said = "|".join("" if value is None else str(value) for value in cell[:9])
    return f"{said}|{cell[9]}" if cell[9] else said


def _altered(db: sa.Connection, home: Any, row: Any, held: list[tuple[Any, ...]]) -> Iterator[Finding]:
    """Each cell of the table that is not the one that was sealed; none where the seal cannot be read either."""
    sealed = _sealed(db, row.envelope)
    before = {tuple(map(str, cell[:3])): _say(cell) for cell in sealed}
    now = {tuple(map(str, cell[:3])): _say(cell) for cell in held}
    for key in sorted(before.keys() | now.keys()) if sealed else ():
        if before.get(key) != now.get(key):
            yield Finding(
                level="cells", reason="altered", node=home, unit=row.unit, form=row.form, period=row.period,
                part=row.part, revision=row.digest, indicator=key[0], breakdown=key[1], measure=key[2],
                sent=before.get(key, ""), held=now.get(key, ""),
            )  # fmt: skip


def _sealed(db: sa.Connection, envelope: str) -> list[tuple[Any, ...]]:
    found = db.execute(sa.text("SELECT seal, body FROM envelopes WHERE id = :id"), {"id": envelope}).first()
    try:
        body = unpack(found.body, read_head(found.seal)) if found else None
    except (BadMessage, BadSeal):
        return []
    return [tuple(cell) for cell in body.cells.rows()] if isinstance(body, Report) else []


def _say(cell: tuple[Any, ...]) -> str:
    value, scale, status = cell[3:6]
    if value is None:
        return str(status)
    digits = f"{abs(value):0{scale + 1}}"
    text = f"{digits[:-scale]}.{digits[-scale:]}" if scale else digits
    return f"-{text}" if value < 0 else text


def _open(db: sa.Connection, finding: Finding, at: str) -> None:
    body = json.dumps(finding.model_dump(mode="json"), ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    said = {"subject": finding.subject, "body": body, "node": finding.node, "at": at}
    db.execute(sa.text("DELETE FROM findings WHERE subject = :subject"), said)
    db.execute(
        sa.text(
            "INSERT INTO findings (subject, body, node, is_open, opened_at)"
            " VALUES (:subject, :body, :node, :is_open, :at)"
        ),
        {**said, "is_open": True},
    )
