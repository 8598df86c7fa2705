"""The tables of what may happen: no state that nothing leads to, no step that says two things."""

from collections.abc import Mapping
from enum import StrEnum

import pytest

from tiersync.link import life
from tiersync.link.life import ENVELOPE, FINDING, LINK, LIVES, NOTICE, REPORT, REVIEW, after, at_or_beyond, before
from tiersync.model.notice import STATES

TABLES = {
    "envelope": (ENVELOPE, life.EnvelopeState, life.EnvelopeStep),
    "review": (REVIEW, life.ReviewState, life.ReviewStep),
    "report": (REPORT, life.ReportState, life.ReportStep),
    "notice": (NOTICE, life.NoticeState, life.NoticeStep),
    "finding": (FINDING, life.FindingState, life.FindingStep),
    "link": (LINK, life.LinkState, life.LinkStep),
}


@pytest.mark.parametrize("name", TABLES)
def test_every_state_is_there_and_can_be_reached_from_the_first(name: str) -> None:
    table, states, _ = TABLES[name]
    assert list(table) == list(states)
    assert at_or_beyond(table, next(iter(table))) == set(states)


@pytest.mark.parametrize("name", TABLES)
def test_every_step_can_be_taken_and_leads_to_one_state(name: str) -> None:
    table, _, steps = TABLES[name]
    for step in steps:
        assert before(table, step)
        assert after(table, step) in table


def test_what_is_stored_above_is_never_placed_again_without_a_new_beginning() -> None:
    assert before(ENVELOPE, life.EnvelopeStep.PLACE) == (life.EnvelopeState.WAITING,)
    assert before(ENVELOPE, life.EnvelopeStep.CONFIRM) == (life.EnvelopeState.SENT,)


def test_a_receipt_says_one_of_the_states_of_a_notice() -> None:
    assert [state.value for state in life.NoticeState] == ["unreached", *STATES]


def test_the_tables_are_drawn_whole() -> None:
    drawn = {life.name.en: {(state, step) for state, step, _ in life.rows} for life in LIVES}
    assert list(map(len, drawn.values())) == [steps_in(table) for table, _, _ in TABLES.values()]


def steps_in(table: Mapping[StrEnum, Mapping[StrEnum, StrEnum]]) -> int:
    return sum(map(len, table.values()))
