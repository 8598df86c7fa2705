"""The cells of many reports stand together in figure segments, made from the sealed bodies and thrown away at will."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"


def upgrade() -> None:
    op.create_table(
        "segments",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("form", sa.String(40), nullable=False),
        sa.Column("period", sa.String(8), nullable=False),
        sa.Column("digest", sa.String(64), nullable=False),
        sa.Column("reports", sa.Integer, nullable=False),
        sa.Column("made_at", sa.String(32), nullable=False),
        sa.Column("content", sa.LargeBinary),
        sa.UniqueConstraint("form", "period", name="segment_of"),
    )
    op.add_column("reports", sa.Column("segment", sa.Integer))
    loose, gathered = sa.text("is_current AND segment IS NULL"), sa.text("segment IS NOT NULL")
    op.create_index("reports_loose", "reports", ["form", "period"], sqlite_where=loose, postgresql_where=loose)
    op.create_index(
        "reports_gathered", "reports", ["segment", "is_current"], sqlite_where=gathered, postgresql_where=gathered
    )
