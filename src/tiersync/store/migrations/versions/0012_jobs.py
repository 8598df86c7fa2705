"""What a node does by itself: a job at each slot of its schedules, each once."""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"


def upgrade() -> None:
    text = _text()
    op.create_table(
        "jobs",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("name", text, nullable=False),
        sa.Column("what", text, nullable=False),
        sa.Column("slot", text, nullable=False),
        sa.Column("missed_from", text),
        sa.Column("started_at", text, nullable=False),
        sa.Column("ended_at", text),
        sa.Column("result", text, nullable=False),
        sa.Column("attempts", sa.Integer, nullable=False),
        sa.Column("again_at", text),
        sa.Column("process", text, nullable=False),
        sa.Column("fence", sa.Integer, nullable=False),
        sa.Column("lease_until", text, nullable=False),
        sa.Column("said_zh", text, nullable=False),
        sa.Column("said_en", text, nullable=False),
        sa.UniqueConstraint("name", "slot", name="job_at"),
    )
    op.create_index("jobs_begun", "jobs", ["started_at"])


def _text() -> sa.types.TypeEngine[str]:
    """Text in the order of its bytes, whatever the language of the database."""
    return sa.Text(collation="C") if op.get_bind().dialect.name == "postgresql" else sa.Text()
