"""Evidence of damage is kept for its time, and what was never here leaves no mark for ever."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

from sqlalchemy import select

from tests.stores import new_store
from tiersync.store.reports.damaged import EVIDENCE, note_asked, tidy_evidence
from tiersync.store.tables import damaged

NOW = datetime(2014, 1, 5, tzinfo=UTC)


def test_what_a_neighbour_only_says_it_holds_is_forgotten_after_a_while(tmp_path: Path) -> None:
    with new_store(tmp_path).write() as db:
        note_asked(db, ["01900000-0000-7000-8000-000000000001"], NOW)
        tidy_evidence(db, NOW + EVIDENCE - timedelta(days=1))
        assert len(db.execute(select(damaged)).all()) == 1
        tidy_evidence(db, NOW + EVIDENCE + timedelta(days=1))
        assert db.execute(select(damaged)).all() == []
