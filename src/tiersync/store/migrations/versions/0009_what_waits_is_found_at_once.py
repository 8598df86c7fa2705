"""What is unread, refused or due to be looked at is found by an index of its own, not by a look at everything."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"


def upgrade() -> None:
    unread, refused, unsound = map(sa.text, ("state = 'unread'", "refused IS NOT NULL", "state <> 'held'"))
    op.create_index("envelopes_unread", "envelopes", ["stored_at", "id"], sqlite_where=unread, postgresql_where=unread)
    op.create_index("inbox_refused", "inbox", ["peer", "position"], sqlite_where=refused, postgresql_where=refused)
    op.drop_index("reports_state", "reports")
    op.create_index(
        "reports_unsound", "reports", ["form", "period", "unit", "part"], sqlite_where=unsound, postgresql_where=unsound
    )
    op.create_index("rounds_wholly", "rounds", ["wholly_at"])
    op.create_index("rounds_looked", "rounds", ["looked_at"])
