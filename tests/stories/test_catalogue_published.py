"""Publishing a catalogue happens once and wholly, and every node that lost one has it again."""

import signal
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tests.stories.network import CITY, COMMUNITY, DISTRICT, STREET, Network
from tests.stories.test_killed import PATIENCE, start
from tiersync.config.drafts import read_draft, write_draft
from tiersync.errors import AlreadyFiled, DraftOutdated, NothingChanged, NotTheTop, TiersyncError
from tiersync.flow.new_catalogue import publish_catalogue
from tiersync.model.period import Period
from tiersync.store.catalogues import held_catalogues, newest_number

RULE = """
[[rule]]
code = "{code}"
template = "range"
severity = "soft"
zh = "{zh}"
en = "Too many"
"""
NEXT = Period("2014-Q2")
EVERYBODY = (CITY, DISTRICT, STREET, COMMUNITY)


@pytest.fixture
def network(tmp_path: Path) -> Network:
    return Network(tmp_path / "network")


def draft(network: Network, name: str, code: str = "V20", zh: str = "过多", unit: str = CITY) -> Path:
    """A draft of the next catalogue in which there is one more rule."""
    folder = network.root / name
    write_draft(folder, newest(network, unit))
    with (folder / "catalogue" / "rules.toml").open("a", encoding="utf-8") as file:
        file.write(RULE.format(code=code, zh=zh))
    return folder


def newest(network: Network, unit: str):  # type: ignore[no-untyped-def]  # A catalogue.
    with network.nodes[unit].store.read() as db:
        return network.nodes[unit].catalogue(db)


def numbers(network: Network, unit: str) -> list[int]:
    with network.nodes[unit].store.read() as db:
        held = [one.number for one in held_catalogues(db)]
        assert newest_number(db) == max(held)
    return held


def publish(network: Network, folder: Path, unit: str = CITY) -> None:
    drafted = read_draft(folder, newest(network, unit))
    publish_catalogue(network.nodes[unit], drafted, NEXT, network.now)


def catalogues_at(network: Network, unit: str) -> int:
    """Sealed envelopes of catalogues at a node."""
    return Counter(kind for kind, *_ in network.envelopes(unit))["catalogue"]


@pytest.mark.parametrize(("at", "published"), [(-1, [1]), (2, [1, 2])])
def test_a_kill_while_publishing_leaves_all_of_it_or_nothing(network: Network, at: int, published: list[int]) -> None:
    folder = draft(network, "draft")
    assert start(network, "publish", CITY, folder, at).wait(PATIENCE) == -signal.SIGKILL
    network.start_again(CITY)
    assert numbers(network, CITY) == published
    if published == [1]:
        publish(network, folder)
    for _ in range(2):  # It goes down one tier with each exchange.
        network.exchange_all()
    assert {tuple(numbers(network, unit)) for unit in EVERYBODY} == {(1, 2)}
    assert {catalogues_at(network, unit) for unit in EVERYBODY} == {2}
    assert {newest(network, unit).model_dump_json() for unit in EVERYBODY} == {newest(network, CITY).model_dump_json()}


def test_of_two_who_publish_at_once_one_does_and_the_other_hears_of_it(network: Network) -> None:
    folders = [draft(network, name, code) for name, code in (("one", "V20"), ("other", "V21"))]
    drafts = [read_draft(folder, newest(network, CITY)) for folder in folders]

    def try_it(place: int) -> str:
        try:
            publish_catalogue(network.nodes[CITY], drafts[place], NEXT, datetime.now(UTC))
        except TiersyncError as error:
            return type(error).__name__
        return "published"

    with ThreadPoolExecutor(2) as both:
        said = sorted(both.map(try_it, range(2)))
    assert said == ["DraftOutdated", "published"]
    assert numbers(network, CITY) == [1, 2]
    with pytest.raises(DraftOutdated):
        publish(network, folders[0])


@pytest.mark.parametrize("who", EVERYBODY)
def test_a_node_put_back_to_before_a_catalogue_has_it_again(network: Network, who: str) -> None:
    network.file(COMMUNITY, 5)
    network.exchange_all()
    copy = network.copy(who)
    network.start_again(who)
    for code in ("V20", "V21"):
        publish(network, draft(network, f"draft-{code}", code))
        network.exchange_all()
    network.file(COMMUNITY, 6)
    network.exchange_all()
    network.put_back(who, copy)
    for _ in range(3):
        network.file(COMMUNITY, 7)
        network.exchange_all()
    assert {tuple(numbers(network, unit)) for unit in EVERYBODY} == {(1, 2, 3)}
    assert {network.figures(unit)[COMMUNITY, "2013"] for unit in EVERYBODY} == {7}


def test_of_two_catalogues_of_one_number_the_one_that_was_sealed_later_counts_everywhere(network: Network) -> None:
    network.exchange_all()
    copy = network.copy(CITY)
    network.start_again(CITY)
    publish(network, draft(network, "lost", zh="丢失的"))
    network.exchange_all()
    network.put_back(CITY, copy)
    publish(network, draft(network, "again", zh="重发的"))
    for _ in range(3):
        network.file(COMMUNITY, 7)
        network.exchange_all()
    assert {tuple(numbers(network, unit)) for unit in EVERYBODY} == {(1, 2)}
    assert {newest(network, unit).rules[-1].zh for unit in EVERYBODY} == {"重发的"}


def test_who_joins_later_gets_every_catalogue(network: Network) -> None:
    publish(network, draft(network, "draft"))
    network.exchange_all()
    keys = network.nodes[COMMUNITY].keys
    network.nodes[COMMUNITY].store.close()
    (network.root / COMMUNITY).rename(network.root / "gone")
    (network.root / COMMUNITY).mkdir()
    network.join(COMMUNITY, keys)
    assert numbers(network, COMMUNITY) == [1, 2]
    network.file(COMMUNITY, 5)
    network.exchange_all()
    assert network.figures(CITY)[COMMUNITY, "2013"] == 5


def test_nobody_but_the_top_publishes_and_a_draft_without_a_change_is_none(network: Network) -> None:
    with pytest.raises(NotTheTop, match=CITY):
        publish(network, draft(network, "draft", unit=STREET), STREET)
    write_draft(network.root / "same", newest(network, CITY))
    with pytest.raises(NothingChanged):
        publish(network, network.root / "same")


FORM = """
[[form]]
code = "aging-year"
zh = "年报"
en = "Year"
period = "Y"
[form.entries]
{entries}
"""
INDICATOR = """
[[indicator]]
code = "P02"
zh = "人口"
en = "People"
record = "senior"
measure = "count"
kind = "stock"
periods = ["Y"]
measured_in = "人"
entered = ["community"]
"""


def test_figures_that_were_filed_are_not_defined_anew_afterwards(network: Network) -> None:
    folder = draft(network, "first")
    (folder / "catalogue" / "indicators.toml").write_text(INDICATOR, encoding="utf-8")
    (folder / "catalogue" / "forms.toml").write_text(FORM.format(entries='P02 = ["community"]'), encoding="utf-8")
    drafted = read_draft(folder, newest(network, CITY))
    city = network.nodes[CITY]
    with pytest.raises(AlreadyFiled, match="closed"):
        publish_catalogue(city, drafted, Period("2011"), network.now)
    publish_catalogue(city, drafted, Period("2013"), network.now)
    network.exchange_all()
    network.file(COMMUNITY, 5)
    network.exchange_all()
    write_draft(network.root / "second", newest(network, CITY))
    path = network.root / "second" / "catalogue" / "indicators.toml"
    path.write_text(INDICATOR.replace('"count"', '"distinct"\nfield = "person_key"'), encoding="utf-8")
    second = read_draft(network.root / "second", newest(network, CITY))
    with pytest.raises(AlreadyFiled, match=r"aging-year .* 2013, and 1 reports"):
        publish_catalogue(city, second, Period("2013"), network.now)
    publish_catalogue(city, second, Period("2014"), network.now)
    assert numbers(network, CITY) == [1, 2, 3]


def test_a_catalogue_that_begins_before_the_newest_defines_nothing_anew_that_was_filed(network: Network) -> None:
    first = draft(network, "first")
    path = first / "catalogue" / "indicators.toml"
    path.write_text(INDICATOR, encoding="utf-8")
    (first / "catalogue" / "forms.toml").write_text(FORM.format(entries='P02 = ["community"]'), encoding="utf-8")
    city = network.nodes[CITY]
    publish_catalogue(city, read_draft(first, newest(network, CITY)), Period("2013"), network.now)
    network.exchange_all()
    network.file(COMMUNITY, 5)
    network.exchange_all()
    write_draft(network.root / "second", newest(network, CITY))
    path = network.root / "second" / "catalogue" / "indicators.toml"
    path.write_text(INDICATOR.replace('"count"', '"distinct"\nfield = "person_key"'), encoding="utf-8")
    publish_catalogue(city, read_draft(network.root / "second", newest(network, CITY)), Period("2015"), network.now)
    third = read_draft(draft(network, "third", "V21"), newest(network, CITY))
    with pytest.raises(AlreadyFiled, match=r"aging-year .* 2013, and 1 reports"):
        publish_catalogue(city, third, Period("2013"), network.now)
    publish_catalogue(city, third, Period("2014"), network.now)
    assert numbers(network, CITY) == [1, 2, 3, 4]
