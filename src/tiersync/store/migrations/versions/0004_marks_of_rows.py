"""Refused rows are told apart by a mark of their values, wherever they stand; records of a disabled plugin rest"""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"

MARK = 12  # A place that was written with a mark ends in it.


def upgrade() -> None:
    op.add_column("quarantine", sa.Column("mark", sa.String(length=12), nullable=False, server_default=""))
    op.add_column("snapshots", sa.Column("resting", sa.Boolean(), nullable=False, server_default=sa.false()))
    rows = sa.table("quarantine", sa.column("id"), sa.column("place"), sa.column("mark"))
    for row in op.get_bind().execute(sa.select(rows.c.id, rows.c.place).where(rows.c.place != "")).all():
        op.execute(sa.update(rows).where(rows.c.id == row.id).values(mark=row.place[-MARK:]))
