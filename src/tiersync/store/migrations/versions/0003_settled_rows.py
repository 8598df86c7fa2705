"""Refused rows that a person has settled, told from others by their place and a mark of the row"""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    op.add_column("quarantine", sa.Column("place", sa.Text(), nullable=False, server_default=""))
    op.add_column("quarantine", sa.Column("settled_at", sa.String(length=32)))
    op.add_column("quarantine", sa.Column("note", sa.Text()))
