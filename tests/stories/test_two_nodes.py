"""Two nodes and what there was of their units: a new community's own node, and the district above it."""

from datetime import date
from pathlib import Path

import pytest

from tests.stories.known import SENIOR, UNITS, D, District, senior

BEFORE, YEAR = "2025-Q2", "2025"


@pytest.fixture
def district(tmp_path: Path) -> District:
    """D began in July 2025."""
    began = {"valid_from": date(2025, 7, 1)}
    return District(
        tmp_path / "district", tuple(one.model_copy(update=began if one.code == D else {}) for one in UNITS)
    )


@pytest.fixture
def community(district: District) -> District:
    return District(district.folder.parent / "community", home=D, above=district)


def test_a_node_files_nothing_for_a_time_in_which_its_unit_was_not_there_yet(
    district: District, community: District
) -> None:
    community.plugin("register", "senior", SENIOR, D)
    community.drop("register", "2025-12.csv", [senior(1, D)])
    assert not community.push(BEFORE).failed
    assert not community.push(YEAR).failed
    assert (community.report(D, BEFORE), community.cell(D, "P02", YEAR)) == (None, (1, "ok"))
    district.push(BEFORE)
    assert (district.report(D, BEFORE), district.cell(D, "P02", YEAR)) == (None, (1, "ok"))
