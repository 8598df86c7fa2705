"""The cells of many reports stand together in figure segments, made from the sealed bodies and thrown away at will."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"


def upgrade() -> None:
    text = _text()
    op.create_table(
        "segments",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("form", text, nullable=False),
        sa.Column("period", text, nullable=False),
        sa.Column("digest", text, nullable=False),
        sa.Column("reports", sa.Integer, nullable=False),
        sa.Column("made_at", text, nullable=False),
        sa.Column("content", sa.LargeBinary),
        sa.UniqueConstraint("form", "period", name="segment_of"),
    )
    op.add_column("reports", sa.Column("segment", sa.Integer))
    loose, gathered = sa.text("is_current AND segment IS NULL"), sa.text("segment IS NOT NULL")
    op.create_index("reports_loose", "reports", ["form", "period"], sqlite_where=loose, postgresql_where=loose)
    op.create_index(
        "reports_gathered", "reports", ["segment", "is_current"], sqlite_where=gathered, postgresql_where=gathered
    )


def _text() -> sa.types.TypeEngine[str]:
    """Text in the order of its bytes, whatever the language of the database."""
    return sa.Text(collation="C") if op.get_bind().dialect.name == "postgresql" else sa.Text()
