"""Four running nodes of which one after the other is killed: nothing is lost, and nothing is there twice."""

import os
from pathlib import Path

from tests.faults.kills import play

TIMES = int(os.environ.get("TIERSYNC_FAULTS", "20"))
SEED = int(os.environ.get("TIERSYNC_FAULTS_SEED", "1"))


def test_kills_at_random_moments_lose_and_double_nothing(tmp_path: Path) -> None:
    played = play(tmp_path, SEED, TIMES)
    assert sum(played.killed.values()) == TIMES
    assert played.differs.lost == []
    assert played.differs.doubled == []
    assert played.differs.wrong == []
