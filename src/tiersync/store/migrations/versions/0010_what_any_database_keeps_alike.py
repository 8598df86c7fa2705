"""What any database keeps alike: text in the order of its bytes, numbers that are given once, and findings by number"""

from collections import defaultdict

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"

TEXTS = """SELECT table_name, column_name FROM information_schema.columns WHERE table_schema = current_schema()
    AND data_type IN ('character varying', 'text') AND table_name <> 'alembic_version'
    ORDER BY table_name, ordinal_position"""
KEPT = "subject, body, node, is_open, opened_at, closed_at, settled_at, note"


def upgrade() -> None:
    _number_findings()
    op.create_table(
        "counters",
        sa.Column("name", sa.String(length=40), primary_key=True),
        sa.Column("last", sa.BigInteger(), nullable=False),
    )
    if op.get_bind().dialect.name == "postgresql":
        _order_by_bytes()
    else:
        _never_use_numbers_again("quarantine")
        _never_use_numbers_again("outbox")


def _number_findings() -> None:
    """Each finding keeps the number that it was last shown with."""
    op.rename_table("findings", "findings_without_number")
    op.create_table(
        "findings",
        sa.Column("number", sa.Integer(), primary_key=True),
        sa.Column("subject", sa.String(length=300), nullable=False, unique=True),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("node", sa.String(length=12), nullable=False),
        sa.Column("is_open", sa.Boolean(), nullable=False),
        sa.Column("opened_at", sa.String(length=32), nullable=False),
        sa.Column("closed_at", sa.String(length=32)),
        sa.Column("settled_at", sa.String(length=32)),
        sa.Column("note", sa.Text()),
        sqlite_autoincrement=True,
    )
    op.execute(
        f"INSERT INTO findings ({KEPT}) SELECT {KEPT} FROM findings_without_number"
        " ORDER BY is_open DESC, settled_at NULLS FIRST, subject"
    )
    op.drop_table("findings_without_number")


def _never_use_numbers_again(table: str) -> None:
    """SQLite gives the number of a deleted row to the next one unless it is told not to."""
    with op.batch_alter_table(table, recreate="always", table_kwargs={"sqlite_autoincrement": True}):
        pass


def _order_by_bytes() -> None:
    """The language of a PostgreSQL database decides nothing here."""
    columns = defaultdict(list)
    for table, column in op.get_bind().execute(sa.text(TEXTS)).all():
        columns[table].append(column)
    for table, names in columns.items():
        changes = ", ".join(f'ALTER COLUMN "{name}" TYPE text COLLATE "C"' for name in names)
        op.execute(f'ALTER TABLE "{table}" {changes}')
