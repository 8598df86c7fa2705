"""What a stream speaks for stands beside its snapshot, and a refused row beside the unit that it names"""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    op.add_column("snapshots", sa.Column("spoken", sa.Text(), nullable=False, server_default=""))
    op.add_column("quarantine", sa.Column("unit", sa.String(length=12), nullable=False, server_default=""))
    op.add_column("reports", sa.Column("waiting", sa.Text(), nullable=False, server_default="{}"))
