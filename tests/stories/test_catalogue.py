"""The next catalogue is published by the top, travels down the links, and counts from a period on; what was made by
other definitions is added only when it was filed anew."""

from collections.abc import Mapping
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from tests.stories.known import DISTRICT, JANUARY, SENIOR, STREET, A, District, senior
from tiersync.config.drafts import Drafted
from tiersync.flow.agreement.reconcile import Wanted, reconcile
from tiersync.flow.exchange.child import send_waiting
from tiersync.flow.exchange.sealing import send
from tiersync.flow.figures.matrix import UnitsAsked, figures
from tiersync.flow.new_catalogue import publish_catalogue
from tiersync.model.catalogue import Catalogue, ListedCode
from tiersync.model.finding import Finding
from tiersync.model.indicator import Condition
from tiersync.model.period import Period
from tiersync.model.text import Text
from tiersync.rules.totals.gathered import WhichCells
from tiersync.store.catalogues import keep_catalogue
from tiersync.store.links.envelopes import load
from tiersync.store.reports.reports import current_reports
from tiersync.views.reports.exported import exported
from tiersync.views.reports.report import ReportsWanted, ReportWanted, report_lines, trace
from tiersync.views.reports.shown import ShownReport

BEFORE, NEXT = "2025-Q4", "2026-Q1"
APRIL, LATER = datetime(2026, 4, 8, 8, tzinfo=UTC), datetime(2026, 4, 9, 8, tzinfo=UTC)
BIRTHS = [date(1940, 6, 1), date(1950, 6, 1), date(1958, 6, 1), date(1961, 6, 1)]  # 85, 75, 67 and 64 in March 2026
TOTAL = {DISTRICT: "total", STREET: "total", A: "own"}


@pytest.fixture
def chain(tmp_path: Path) -> list[District]:
    """A district at the top, a street and a community, each with a node; the community has a register."""
    top = District(tmp_path / "district")
    street = District(tmp_path / "street", home=STREET, above=top)
    community = District(tmp_path / "community", home=A, above=street)
    community.plugin("register", "senior", SENIOR, A)
    return [top, street, community]


def register(community: District, name: str, births: list[date]) -> None:
    community.drop("register", name, [senior(place, A, born) for place, born in enumerate(births, 1)])


def push_all(chain: list[District], period: str, now: datetime) -> None:
    for node in reversed(chain):
        assert not node.push(period, now).failed


def pull_down(chain: list[District], now: datetime) -> None:
    """What the top published goes down, link by link."""
    for node in chain[1:]:
        assert node.above
        send_waiting(node.node, node.above.asked(now), now)


def catalogue_of(node: District) -> Catalogue:
    with node.node.store.read() as db:
        return node.node.catalogue(db)


def file_off_the_line(node: District) -> None:
    """A push that reaches nobody: what it files waits."""
    above, node.above = node.above, None
    assert node.push(NEXT, APRIL).filed
    node.above = above


def publish(top: District, catalogue: Catalogue, begins: str = NEXT, now: datetime = JANUARY) -> int:
    drafted = Drafted(catalogue, catalogue_of(top).number, Path("next"))
    return publish_catalogue(top.node, drafted, Period(begins), now).catalogue.number


def remade(catalogue: Catalogue, **told: object) -> Catalogue:
    """The catalogue with some of its fields told anew."""
    return Catalogue(**{name: getattr(catalogue, name) for name in Catalogue.model_fields} | told)


def with_indicator(catalogue: Catalogue, code: str, change: Mapping[str, object]) -> Catalogue:
    """The catalogue with one indicator changed."""
    changed = [one.model_copy(update=change) if one.code == code else one for one in catalogue.indicators]
    return remade(catalogue, indicators=tuple(changed))


def counts_from(catalogue: Catalogue, code: str, age: int) -> Catalogue:
    """The catalogue in which an indicator counts persons of another age, and no rule compares it any more."""
    where = [one for one in catalogue.by_code[code].where if one.field != "age"]
    rules = [
        rule.model_copy(update={"relations": tuple(one for one in rule.relations if code not in one)})
        for rule in catalogue.rules
    ]
    changed = with_indicator(catalogue, code, {"where": (*where, Condition(field="age", at_least=age))})
    return remade(changed, rules=tuple(rules))


def plain_count(births: list[date], age: int, year: int, month_day: tuple[int, int]) -> int:
    """So many have that many birthdays behind them, counted without anything of tiersync."""
    return sum(year - born.year - ((born.month, born.day) > month_day) >= age for born in births)


def bodies(node: District, period: str) -> dict[tuple[str, str], tuple[str, bytes]]:
    """The sealed bytes of every report of a period, as they are stored."""
    with node.node.store.read() as db:
        rows = current_reports(db, period=period)
        sealed = load(db, [row.envelope for row in rows])
        return {(row.unit, row.part): tuple(sealed[row.envelope]) for row in rows}  # type: ignore[misc]


def differing(node: District, now: datetime) -> list[Finding]:
    found = reconcile(node.node, Wanted(period=Period(NEXT)), now)
    return [finding for finding in found if finding.reason == "catalogue_differs"]


def test_an_indicator_that_is_added_counts_at_every_tier_and_leaves_the_quarter_before_as_it_was(
    chain: list[District],
) -> None:
    top, _, community = chain
    register(community, "2025-12.csv", BIRTHS)
    push_all(chain, BEFORE, JANUARY)
    before = [bodies(node, BEFORE) for node in chain]
    first = catalogue_of(top)
    older = counts_from(first, "P02", 70).by_code["P02"].model_copy(update={"code": "X01"})
    quarter = first.form("aging-quarter")
    asked = quarter.model_copy(update={"entries": quarter.entries | {"X01": ("community",)}})
    forms = tuple(asked if form == quarter else form for form in first.forms)
    assert publish(top, remade(first, indicators=(*first.indicators, older), forms=forms)) == 2
    pull_down(chain, JANUARY)
    push_all(chain, BEFORE, JANUARY)
    register(community, "2026-03.csv", BIRTHS)
    push_all(chain, NEXT, APRIL)
    push_all(chain, BEFORE, APRIL)
    assert [bodies(node, BEFORE) for node in chain] == before
    assert first.model_dump_json() == catalogue_on(community, date(2025, 10, 1)).model_dump_json()
    for node in chain:
        assert node.cell(node.home, "X01", BEFORE, part=TOTAL[node.home]) == (None, "not asked")
        value, _ = node.cell(node.home, "X01", NEXT, part=TOTAL[node.home])
        assert value == plain_count(BIRTHS, 70, 2026, (3, 31)) == 2


def catalogue_on(node: District, day: date) -> Catalogue:
    with node.node.store.read() as db:
        return node.node.catalogue_on(db, day)


@pytest.mark.parametrize("births", [BIRTHS, BIRTHS[:2]], ids=["other figures", "equal figures"])
def test_what_an_office_off_the_line_counted_by_the_old_definition_is_not_added_until_it_files_anew(
    chain: list[District], births: list[date]
) -> None:
    top, street, community = chain
    old, new = (plain_count(births, age, 2026, (3, 31)) for age in (60, 70))
    register(community, "2026-03.csv", births)
    publish(top, counts_from(catalogue_of(top), "P02", 70))
    pull_down([top, street], APRIL)
    file_off_the_line(community)
    for node in (community, street):
        assert node.above
        send_waiting(node.node, node.above.asked(APRIL), APRIL)
    push_all([top, street], NEXT, APRIL)
    assert community.cell(A, "P02", NEXT) == (old, "ok")
    for node in (street, top):
        assert node.cell(A, "P02", NEXT) == (old, "ok")
        assert node.cell(node.home, "P02", NEXT, part="total")[0] is None
        assert [(f.node, f.unit, f.part, f.sent, f.held) for f in differing(node, APRIL)] == [(A, A, "own", "№1", "№2")]
        assert (set_aside(node, NEXT), shown(node, NEXT)) == ([(A, "own")], [])
    push_all(chain, NEXT, LATER)
    report = community.report(A, NEXT)
    assert report
    assert (report.catalogue, report.revision) == (2, 2)
    for node in chain:
        assert node.cell(node.home, "P02", NEXT, part=TOTAL[node.home])[0] == new
        assert differing(node, LATER) == []
        assert (set_aside(node, NEXT), shown(node, NEXT)) == ([], [(A, new)])


def test_a_report_that_was_set_aside_says_so_where_it_is_shown_and_exported(
    chain: list[District],
) -> None:
    top, street, community = chain
    register(community, "2026-03.csv", BIRTHS)
    publish(top, counts_from(catalogue_of(top), "P02", 70))
    pull_down([top, street], APRIL)
    file_off_the_line(community)
    assert community.above
    send_waiting(community.node, community.above.asked(APRIL), APRIL)
    found = trace(street.node, ReportWanted("aging-quarter", A, Period(NEXT), "own"))
    assert "set_aside" in {fact.name for fact in exported(found, "2026-04-08", "en").facts}
    assert any("set aside" in fact.value.en for fact in ShownReport(found).details() if isinstance(fact.value, Text))


def set_aside(node: District, period: str) -> list[tuple[str, str]]:
    """The reports that a list marks as made by other definitions."""
    lines = report_lines(node.node, ReportsWanted(period=Period(period)))
    return [(one.unit, one.part) for one in lines if one.aside]


def shown(node: District, period: str) -> list[tuple[str, int]]:
    """The seniors that a matrix shows of the communities."""
    asked = UnitsAsked("aging-quarter", WhichCells("P02", ""), (Period(period),), node.home, "community")
    with node.node.store.read() as db:
        return figures(db, node.node, asked).select("unit", "value").rows()


def test_a_total_that_a_street_made_before_it_heard_of_a_catalogue_is_the_turn_of_the_street(
    chain: list[District],
) -> None:
    top, street, community = chain
    register(community, "2026-03.csv", BIRTHS)
    file_off_the_line(community)
    send_waiting(community.node, street.asked(APRIL), APRIL)
    file_off_the_line(street)
    publish(top, counts_from(catalogue_of(top), "P02", 70))
    pull_down([top, street], APRIL)
    assert not top.push(NEXT, APRIL).failed
    assert {(one.node, one.unit, one.part) for one in differing(top, APRIL)} == {
        (A, A, "own"),
        (STREET, STREET, "total"),
    }
    pull_down(chain, APRIL)
    push_all(chain, NEXT, LATER)
    assert differing(top, LATER) == []
    assert top.cell(DISTRICT, "P02", NEXT, part="total")[0] == plain_count(BIRTHS, 70, 2026, (3, 31))


def test_what_is_defined_as_before_is_added_under_the_old_number_without_a_word(chain: list[District]) -> None:
    top, street, community = chain
    first = catalogue_of(top)
    renamed = with_indicator(first, "P02", {"zh": "六十岁及以上人口", "en": "People of sixty and over"})
    publish(top, with_indicator(renamed, "G01", {"decimals": 1}))  # A community does not enter it.
    register(community, "2026-03.csv", BIRTHS)
    file_off_the_line(community)
    pull_down(chain, APRIL)
    push_all(chain, NEXT, LATER)
    count = plain_count(BIRTHS, 60, 2026, (3, 31))
    report = community.report(A, NEXT)
    assert report
    assert (report.catalogue, report.revision) == (1, 1)
    for node in (street, top):
        assert node.cell(node.home, "P02", NEXT, part="total")[0] == count
        assert [one for one in node.findings() if one.reason == "catalogue_differs"] == differing(node, LATER) == []


ACTIVITY = {
    "activity_id": '"编号"', "unit": '{ from = "社区", lookup = "units" }', "kind": '{ constant = "event" }',
    "start_at": '{ from = "日期", parse = "date" }', "sessions": '"场次"', "campaign": '"主题"',
    "category": '{ constant = "arts" }',
}  # fmt: skip


def test_a_code_that_a_list_gained_stands_alone_from_its_quarter_on_and_is_unknown_before(tmp_path: Path) -> None:
    top = District(tmp_path / "district")
    top.plugin("events", "activity", ACTIVITY, DISTRICT, key='"activity_id"')
    rows = ["1,康乐社区,演出,2025-11-05,1,silver", "2,康乐社区,演出,2026-02-05,3,silver"]
    top.drop("events", "2025-2026.csv", rows, "编号,社区,名称,日期,场次,主题")
    first = catalogue_of(top)
    grown = first.codes | {"CAMPAIGN": (*first.codes["CAMPAIGN"], ListedCode(code="silver", zh="银龄"))}
    publish(top, remade(first, codes=grown))
    for period, now in ((BEFORE, JANUARY), (NEXT, APRIL)):
        assert not top.push(period, now).failed
    assert top.cell(A, "A01", BEFORE)[0] == top.cell(A, "A01", BEFORE, "campaign=unknown")[0] == 1
    assert top.cell(A, "A01", BEFORE, "campaign=silver") == (None, "not asked")
    assert top.cell(A, "A01", NEXT)[0] == top.cell(A, "A01", NEXT, "campaign=silver")[0] == 3


def test_what_was_counted_by_a_catalogue_of_the_same_number_that_the_top_lost_is_counted_again(
    chain: list[District],
) -> None:
    top, _, community = chain
    first = catalogue_of(top)
    register(community, "2026-03.csv", BIRTHS)
    publish(top, counts_from(first, "P02", 70))
    pull_down(chain, APRIL)
    push_all(chain, NEXT, APRIL)
    assert community.cell(A, "P02", NEXT)[0] == plain_count(BIRTHS, 70, 2026, (3, 31))
    other = counts_from(first, "P02", 80).model_copy(update={"number": 2, "in_force_from": Period(NEXT)})
    with top.node.store.write() as db:  # As a top does that was put back to a copy of before it published.
        assert keep_catalogue(db, send(db, top.node, other, LATER), other)
    pull_down(chain, LATER)
    push_all(chain, NEXT, LATER)
    for node in chain:
        value, _ = node.cell(node.home, "P02", NEXT, part=TOTAL[node.home])
        assert value == plain_count(BIRTHS, 80, 2026, (3, 31))
