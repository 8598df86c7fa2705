"""A report's life over real links: accepted, returned, corrected, locked, each as both sides and those above see it."""

from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import func, select

from tests.stories.network import CITY, COMMUNITY, DISTRICT, STREET, Network
from tiersync.errors import NotOursToFile, NotOursToReview, NotPossibleNow, PersonalData, ReportLocked
from tiersync.flow.review.asking import ask, recall
from tiersync.flow.review.judging import Meant, Words, judge
from tiersync.flow.review.reviewed import ReviewedReport, reviewed
from tiersync.link.life import ReviewState
from tiersync.model.finding import CellNamed, Said
from tiersync.model.period import Period
from tiersync.model.report import ReportKey
from tiersync.store.tables import reports

YEAR = Period("2013")
OURS = Meant("aging-year", YEAR, (COMMUNITY,), "own")
P05 = CellNamed(indicator="P05")
WHY = Words(reasons=("P05 与公安数据不符",), cells=(P05,), due_on=date(2014, 1, 20))


@pytest.fixture
def network(tmp_path: Path) -> Network:
    """Four offices; the community's report of the year has come to all of them."""
    network = Network(tmp_path)
    network.file(COMMUNITY, 100)
    network.exchange_all()
    return network


def at(network: Network, unit: str, of: str = COMMUNITY) -> ReviewedReport:
    with network.nodes[unit].store.read() as db:
        return reviewed(db, network.nodes[unit], "aging-year", "2013")[ReportKey("aging-year", of, "2013", "own")]


def states(network: Network) -> list[str]:
    """How the community's report stands, from the community up."""
    return [str(at(network, unit).state) for unit in (COMMUNITY, STREET, DISTRICT, CITY)]


def go_down(network: Network) -> None:
    """What the city says reaches the community: a tier with each round."""
    for _ in range(3):
        network.exchange_all()


def say(network: Network, unit: str, said: Said, words: Words = Words()) -> None:  # noqa: B008
    network.later()
    judge(network.nodes[unit], said, OURS, words, network.now)


def test_a_report_is_sent_until_the_office_above_has_it(tmp_path: Path) -> None:
    network = Network(tmp_path)
    network.file(COMMUNITY, 100)
    assert at(network, COMMUNITY).state == ReviewState.SENT
    network.exchange_all()
    assert states(network) == ["received"] * 4


def test_what_the_street_accepts_is_accepted_at_every_tier_by_its_word(network: Network) -> None:
    say(network, STREET, "accepted")
    network.exchange_all()
    assert states(network) == ["accepted"] * 4
    assert [at(network, unit).is_self_accepted for unit in (COMMUNITY, CITY)] == [False, False]


def test_another_revision_is_not_accepted_by_the_word_about_the_one_before(network: Network) -> None:
    say(network, STREET, "accepted")
    network.file(COMMUNITY, 90)
    network.exchange_all()
    assert states(network) == ["received"] * 4


def test_a_report_is_returned_with_reasons_cells_and_a_date_and_comes_again(network: Network) -> None:
    say(network, STREET, "returned", WHY)
    network.exchange_all()
    assert states(network) == ["returned"] * 4
    returned = at(network, COMMUNITY).last("returned")
    assert returned is not None
    assert returned.until == "2014-01-20"
    network.file(COMMUNITY, 90)
    network.exchange_all()
    assert states(network) == ["received"] * 4


@pytest.mark.parametrize("words", [WHY._replace(reasons=()), WHY._replace(cells=()), WHY._replace(due_on=None)])
def test_a_return_that_does_not_say_why_what_and_until_when_is_refused(network: Network, words: Words) -> None:
    with pytest.raises(ValueError, match="reasons, cells and a date"):
        say(network, STREET, "returned", words)
    network.exchange_all()
    assert states(network) == ["received"] * 4


def test_no_one_accepts_but_the_office_right_above(network: Network) -> None:
    for unit in (COMMUNITY, DISTRICT, CITY):
        with pytest.raises(NotOursToReview):
            say(network, unit, "accepted")
    network.exchange_all()
    assert states(network) == ["received"] * 4


def test_a_unit_without_a_node_is_accepted_by_the_node_that_files_for_it_and_that_is_marked(tmp_path: Path) -> None:
    network = Network(tmp_path, nodes_of=(CITY, DISTRICT))
    network.file(DISTRICT, 100, for_unit=COMMUNITY)
    network.exchange(DISTRICT)
    with pytest.raises(NotOursToReview):
        say(network, CITY, "accepted")
    say(network, DISTRICT, "accepted")
    network.exchange(DISTRICT)
    assert [at(network, unit).state for unit in (DISTRICT, CITY)] == [ReviewState.ACCEPTED] * 2
    assert [at(network, unit).is_self_accepted for unit in (DISTRICT, CITY)] == [True, True]


def test_the_owner_asks_for_a_correction_and_the_office_above_grants_it(network: Network) -> None:
    say(network, STREET, "accepted")
    network.exchange_all()
    ask(network.nodes[COMMUNITY], "correct", OURS, "漏录两人", network.now)
    network.exchange_all()
    assert states(network) == ["accepted"] * 4
    assert [request.said for request in at(network, STREET).requests] == ["correct"]
    say(network, STREET, "granted", Words(due_on=date(2014, 1, 31)))
    network.exchange_all()
    assert states(network) == ["correcting"] * 4
    assert at(network, STREET).requests == []
    network.file(COMMUNITY, 98)
    network.exchange_all()
    assert states(network) == ["received"] * 4


def test_a_correction_may_be_declined_and_the_report_stays_accepted(network: Network) -> None:
    say(network, STREET, "accepted")
    network.exchange_all()
    ask(network.nodes[COMMUNITY], "correct", OURS, "漏录两人", network.now)
    network.exchange_all()
    say(network, STREET, "declined", Words(reasons=("已过更正期限",)))
    network.exchange_all()
    assert states(network) == ["accepted"] * 4
    assert at(network, COMMUNITY).requests == []


def test_only_the_office_that_files_asks_for_a_correction(network: Network) -> None:
    say(network, STREET, "accepted")
    with pytest.raises(NotOursToFile):
        ask(network.nodes[STREET], "correct", OURS, "改为50人", network.now)


def test_what_is_locked_by_the_city_is_unlocked_by_nobody_below(network: Network) -> None:
    say(network, STREET, "accepted")
    network.exchange_all()
    say(network, CITY, "locked")
    go_down(network)
    assert states(network) == ["locked"] * 4
    with pytest.raises(ReportLocked):
        say(network, STREET, "unlocked")
    with pytest.raises(NotPossibleNow) as refused:
        ask(network.nodes[COMMUNITY], "correct", OURS, "漏录两人", network.now)
    assert "is locked" in str(refused.value)
    assert "Possible now: unlocked" in str(refused.value)
    ask(network.nodes[COMMUNITY], "unlock", OURS, "漏录两人", network.now)
    network.exchange_all()
    say(network, CITY, "unlocked")
    go_down(network)
    assert states(network) == ["accepted"] * 4


def test_what_looks_like_a_person_is_not_sealed_in_a_verdict(network: Network) -> None:
    with pytest.raises(PersonalData):
        say(network, STREET, "returned", WHY._replace(reasons=("请核实 13812345678",)))


def test_a_report_that_was_not_sent_yet_is_recalled_and_stays(tmp_path: Path) -> None:
    network = Network(tmp_path)
    network.file(COMMUNITY, 100)
    recall(network.nodes[COMMUNITY], OURS, network.now)
    network.exchange_all()
    assert [counted(network, unit) for unit in (COMMUNITY, STREET)] == [0, 0]
    network.file(COMMUNITY, 101)
    network.exchange_all()
    assert states(network) == ["received"] * 4
    with pytest.raises(NotPossibleNow):
        recall(network.nodes[COMMUNITY], OURS, network.now)


def counted(network: Network, unit: str) -> int:
    with network.nodes[unit].store.read() as db:
        return db.execute(select(func.count()).select_from(reports)).scalar() or 0


def test_a_node_put_back_to_an_older_copy_gets_its_verdicts_back(network: Network) -> None:
    kept = network.copy(STREET)
    network.start_again(STREET)
    say(network, STREET, "accepted")
    network.exchange_all()
    network.put_back(STREET, kept)
    for _ in range(3):
        network.exchange_all()
    assert states(network) == ["accepted"] * 4
