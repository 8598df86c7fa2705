"""What a notice is and when it is in force stands in its row, so that it is counted though its text cannot be read"""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    op.add_column("notices", sa.Column("genre", sa.String(length=16), nullable=False, server_default="circular"))
    op.add_column("notices", sa.Column("effective_from", sa.String(length=10)))
    op.add_column("notices", sa.Column("effective_to", sa.String(length=10)))
