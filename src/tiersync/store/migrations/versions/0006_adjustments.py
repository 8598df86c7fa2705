"""What totals subtract for persons who were counted more than once"""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    op.create_table(
        "adjustments",
        sa.Column("form", sa.String(length=40), primary_key=True),
        sa.Column("period", sa.String(length=8), primary_key=True),
        sa.Column("unit", sa.String(length=12), primary_key=True),
        sa.Column("indicator", sa.String(length=8), primary_key=True),
        sa.Column("breakdown", sa.String(length=128), primary_key=True),
        sa.Column("measure", sa.String(length=16), primary_key=True),
        sa.Column("reason", sa.String(length=32), primary_key=True),
        sa.Column("value", sa.BigInteger(), nullable=False),
        sa.Column("scale", sa.Integer(), nullable=False),
    )
