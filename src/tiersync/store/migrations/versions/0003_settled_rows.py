"""Refused rows that a person has settled; how far a stream with a cursor was read"""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    op.add_column("quarantine", sa.Column("place", sa.Text(), nullable=False, server_default=""))
    op.add_column("quarantine", sa.Column("key_mark", sa.String(length=24), nullable=False, server_default=""))
    op.add_column("quarantine", sa.Column("settled_at", sa.String(length=32)))
    op.add_column("quarantine", sa.Column("note", sa.Text()))
    op.add_column("snapshots", sa.Column("cursor", sa.Text(), nullable=False, server_default=""))
