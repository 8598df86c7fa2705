"""What was sent against what is held: envelopes, revisions, cells; and whose turn it is."""

from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.rules.small_catalogue import COMMUNITY, DISTRICT, NEIGHBOUR, STREET, cell
from tiersync.model.cell import Cell, Cells
from tiersync.model.finding import Finding, Reason
from tiersync.model.report import Rank, ReportKey
from tiersync.rules.agreement.difference import decimal_text, leading, unlike
from tiersync.rules.agreement.next_step import STEPS, is_explained, next_step
from tiersync.rules.agreement.reconcile import Revision, altered, holdings, in_order, news, transport

KEY = ReportKey("aging-quarter", STREET, "2013-Q4", "total")
DIGEST, OTHER = "a" * 64, "b" * 64


def test_a_line_that_delivered_everything_has_no_finding() -> None:
    assert list(transport(STREET, DISTRICT, 12, 12)) == []


def test_an_envelope_without_receipt_is_named() -> None:
    (finding,) = transport(STREET, DISTRICT, 12, 11)
    assert (finding.reason, finding.measure, finding.sent, finding.held) == ("in_transit", "envelopes", "12", "11")
    (finding,) = transport(STREET, DISTRICT, 11, 12)
    assert finding.reason == "held_not_sent"


def one_holding(sent: Revision | None, held: Revision | None) -> list[str]:
    """The reasons found where one report was sent and held as these revisions."""
    sides = ({KEY: side} if side else {} for side in (sent, held))
    return [finding.reason for finding in holdings(STREET, *sides)]


def test_every_difference_of_holdings_has_one_reason() -> None:
    first, second = Revision(Rank(1, 1, 1), DIGEST), Revision(Rank(1, 1, 2), OTHER)
    assert one_holding(first, first) == []
    assert one_holding(first, None) == ["sent_not_held"]
    assert one_holding(None, first) == ["held_not_sent"]
    assert one_holding(second, first) == ["revision_behind"]
    assert one_holding(first, first._replace(digest=OTHER)) == ["two_revisions"]


def test_a_holding_names_both_revisions() -> None:
    (finding,) = holdings(STREET, {KEY: Revision(Rank(1, 1, 2), DIGEST)}, {KEY: Revision(Rank(1, 1, 1), OTHER)})
    assert (finding.unit, finding.part, finding.revision) == (STREET, "total", DIGEST)
    assert (finding.sent, finding.held) == (f"1.1.2 {DIGEST[:12]}", f"1.1.1 {OTHER[:12]}")


SEALED = [cell("B03", 210060000, scale=2), cell("P02", 890), cell("P02", 400, "sex=1"), cell("P02", 490, "sex=2")]


def found(held: list[Cell]) -> list[Finding]:
    return list(altered(STREET, KEY, DIGEST, Cells.of(SEALED), held))


def test_cells_as_they_were_sealed_are_no_finding() -> None:
    assert found(SEALED) == []


def test_an_altered_cell_is_named_with_the_figure_that_was_sealed_and_the_one_held() -> None:
    (finding,) = found([cell("B03", 210060001, scale=2), *SEALED[1:]])
    assert (finding.reason, finding.node, finding.unit, finding.revision) == ("altered", STREET, STREET, DIGEST)
    assert (finding.indicator, finding.breakdown, finding.measure) == ("B03", "", "value")
    assert (finding.sent, finding.held) == ("2100600.00", "2100600.01")


def test_every_altered_cell_is_named_not_only_the_total() -> None:
    held = [SEALED[0], cell("P02", 891), cell("P02", 401, "sex=1"), SEALED[3]]
    assert [(f.breakdown, f.sent, f.held) for f in found(held)] == [("", "890", "891"), ("sex=1", "400", "401")]


def test_a_cell_that_is_gone_and_a_cell_that_was_never_sealed_are_altered() -> None:
    held = [*SEALED[:3], cell("P05", 7)]
    assert [(f.indicator, f.sent, f.held) for f in found(held)] == [("P02", "490", ""), ("P05", "", "7")]


def test_a_status_that_was_altered_alone_is_said_beside_the_figure() -> None:
    (finding,) = found([*SEALED[:3], cell("P02", 490, "sex=2", status="partial")])
    assert (finding.sent, finding.held) == ("490 ok 1/1 records e-0", "490 partial 1/1 records e-0")


def test_a_value_that_was_made_up_for_a_missing_cell_stands_beside_the_word_missing() -> None:
    sealed, held = Cells.of([cell("P02", None)]), [cell("P02", 7)]
    (finding,) = altered(STREET, KEY, DIGEST, sealed, held)
    assert (finding.sent, finding.held) == ("missing", "7")


def test_a_finding_is_told_once_and_closed_when_the_difference_is_gone() -> None:
    first = found([cell("B03", 1, scale=2), *SEALED[1:]])
    assert news([], first) == first
    assert news(first, first) == []
    (closed,) = news(first, [])
    assert (closed.subject, closed.open) == (first[0].subject, False)
    assert news([closed], []) == []
    assert news([closed], first) == first


def test_a_finding_that_says_another_figure_is_told_again() -> None:
    first, second = (found([cell("B03", value, scale=2), *SEALED[1:]]) for value in (1, 2))
    assert news(first, second) == second


@given(st.permutations(found([cell("P02", 1), cell("P02", 2, "sex=1")])))
def test_findings_have_one_order(findings: list[Finding]) -> None:
    assert in_order(findings) == in_order(reversed(findings))


@pytest.mark.parametrize(
    ("value", "scale", "text"),
    [
        (0, 0, "0"),
        (5, 0, "5"),
        (5, 2, "0.05"),
        (-5, 2, "-0.05"),
        (210060000, 2, "2100600.00"),
        (10**25, 1, f"{10**24}.0"),
    ],
)
def test_a_figure_is_said_exactly(value: int, scale: int, text: str) -> None:
    assert decimal_text(value, scale) == text


def test_of_one_indicator_the_coarsest_difference_leads() -> None:
    sent = [cell("P02", 11), cell("P02", 6, "sex=1"), cell("P05", 3, "age_band=80-84;sex=1"), cell("P05", 3, "sex=1")]
    held = [cell("P02", 10), cell("P02", 5, "sex=1"), cell("P05", 2, "age_band=80-84;sex=1"), cell("P05", 2, "sex=1")]
    assert [difference.key[:2] for difference in leading(unlike(sent, held))] == [("P02", ""), ("P05", "sex=1")]


def test_every_reason_says_what_to_do_next_in_both_languages() -> None:
    assert set(STEPS) == set(get_args(Reason))
    for reason in STEPS:
        finding = Finding(level="cells", reason=reason, node=STREET, unit=COMMUNITY, sent="{}", held="")
        zh, en = next_step(finding)
        assert zh != en
        assert "{" not in (zh + en).replace("{}", "")


def test_a_next_step_names_the_node_whose_turn_it_is() -> None:
    zh, en = next_step(Finding(level="cells", reason="altered", node=STREET, unit=NEIGHBOUR, sent="12", held="22"))
    assert all(STREET in text and "12" in text and "22" in text and "db heal" in text for text in (zh, en))


def test_a_report_still_to_come_is_explained_and_an_altered_figure_is_not() -> None:
    known = {r: is_explained(Finding(level="cells", reason=r, node=STREET, unit=STREET)) for r in get_args(Reason)}
    assert known["missing_child"]
    assert known["revision_behind"]
    assert not any(known[reason] for reason in ("altered", "unexplained", "two_revisions", "key_changed"))
