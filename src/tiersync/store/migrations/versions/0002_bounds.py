"""Bounds of approximate values"""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    op.add_column("cells", sa.Column("bounds", sa.String(length=42), nullable=False, server_default=""))
