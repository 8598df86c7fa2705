"""What is said about reports, what is entered by hand, why odd figures are right, and what was recalled."""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"


def upgrade() -> None:
    text = _text()
    op.create_table(
        "acts",
        sa.Column("id", sa.Integer, primary_key=True),
        *(sa.Column(name, text, nullable=False) for name in ("form", "unit", "period")),
        sa.Column("part", text, nullable=False),
        sa.Column("revision", text, nullable=False),
        sa.Column("said", text, nullable=False),
        sa.Column("by", text, nullable=False),
        sa.Column("epoch", sa.Integer, nullable=False),
        sa.Column("number", sa.BigInteger, nullable=False),
        sa.Column("at", text, nullable=False),
        sa.Column("envelope", text, nullable=False),
        sa.Column("until", text, nullable=False),
        sa.Column("answers", text, nullable=False),
        sa.Column("by_itself", sa.Boolean, nullable=False),
        sa.UniqueConstraint("envelope", "unit", "part", "period", "form", name="act_of"),
    )
    op.create_index("acts_of", "acts", ["form", "period", "unit", "part"])
    op.create_table(
        "entered",
        *_keys("form", "unit", "period", "indicator", "breakdown"),
        sa.Column("draft", text),
        sa.Column("submitted", text),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("at", text, nullable=False),
    )
    op.create_table(
        "explained",
        *_keys("form", "unit", "period", "rule", "indicator"),
        sa.Column("text", text, nullable=False),
        sa.Column("at", text, nullable=False),
    )
    names = ("form", "period", "total", "unit", "part", "revision", "indicator", "breakdown", "measure")
    op.create_table(
        "corrections",
        sa.Column("id", sa.Integer, primary_key=True),
        *(sa.Column(name, text, nullable=False) for name in names),
        sa.Column("value", sa.BigInteger, nullable=False),
        sa.Column("scale", sa.Integer, nullable=False),
        sa.Column("text", text, nullable=False),
        sa.Column("at", text, nullable=False),
    )
    op.create_index("corrections_of", "corrections", ["form", "period"])
    op.create_table("kept_back", *_keys("form", "unit", "period", "part"), sa.Column("since", text, nullable=False))


def _keys(*names: str) -> list[sa.Column[str]]:
    return [sa.Column(name, _text(), primary_key=True) for name in names]


def _text() -> sa.types.TypeEngine[str]:
    """Text in the order of its bytes, whatever the language of the database."""
    return sa.Text(collation="C") if op.get_bind().dialect.name == "postgresql" else sa.Text()
