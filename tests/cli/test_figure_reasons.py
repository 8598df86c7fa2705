"""Why a figure was refused, in words that say which name is meant, or what no form asks for."""

import pytest

from tiersync.config.packaged import packaged_catalogue
from tiersync.rules.rows.figures import NAMES
from tiersync.views.sources.figure_reasons import NO_SUCH_CELL, NOT_ASKED, UNKNOWN_CODE, FigureReasons

REASONS = FigureReasons(packaged_catalogue())


@pytest.mark.parametrize(
    ("written", "meant"), [("困难老年", "P11"), ("独居老龄人", "P09"), ("Centenarian", "P07"), ("活动场数", "A01")]
)
def test_a_name_that_is_like_an_indicators_says_which(written: str, meant: str) -> None:
    said = REASONS.why(UNKNOWN_CODE, "indicator", written).en
    assert written in said
    assert f"({meant})" in said


def test_a_name_like_none_is_said_alone() -> None:
    assert REASONS.why(UNKNOWN_CODE, "indicator", "xyz").en == "there is no indicator “xyz”; look at its name"


def test_whatever_of_a_figure_no_form_asks_for_is_named() -> None:
    assert NOT_ASKED.keys() == {*NAMES}
    assert "a unit of this tier" in REASONS.why(NO_SUCH_CELL, "unit", "").en
