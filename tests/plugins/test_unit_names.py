"""A unit's name in any of its usual spellings means that one unit; what could be two, or none, is taken for none."""

from time import perf_counter

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tiersync.config.packaged import packaged_units
from tiersync.model.unit import Nameable, Tree
from tiersync.plugins.folder.stream import MappedField, Source, Stream
from tiersync.plugins.rows.headers import Header
from tiersync.plugins.rows.mapping import map_rows
from tiersync.plugins.values.unit_names import ENDINGS, UnitNames, names_of, short_name

CITY, DISTRICT, STREET, WEISHU, NANLONG = (
    "371400000000", "371402000000", "371402001000", "371402001001", "371402001002",
)  # fmt: skip
TREE = Tree(packaged_units(CITY))
OWN = ((2, "老尉署", WEISHU), (3, "尉署", NANLONG), (4, "本区", DISTRICT), (5, "新湖 一片", STREET))
NAMES = names_of(TREE.nameable(DISTRICT))


def below(*named: tuple[str, str, str]) -> UnitNames:
    """Made-up units by code, name and parent, below 新湖街道 of 德城区."""
    names = {STREET: "新湖街道"} | {code: name for code, name, _ in named}
    return names_of(Nameable(names=names, parents={code: up for code, _, up in named}, above=("德城区",)))


@pytest.mark.parametrize("written", [
    "尉署社区居委会", "尉署社区", "尉署", "尉署居委会", "尉署居委", "尉署居民委员会", "尉署社区居民委员会",
    "新湖街道尉署社区", "新湖街道办事处尉署社区居委会", "新湖尉署", "新湖街办尉署社区", "德城区新湖街道尉署社区",
    "德城区尉署社区", "山东省德州市德城区新湖街道尉署社区", "德州市德城区尉署",
    "新湖街道-尉署社区", "新湖街道/尉署",
    " 尉署 社区 ", "尉署\u3000社区", "尉署\u200b社区", "371402001001", "371402001001.0", "３７１４０２００１００１",
    "'371402001001", "尉署村",
])  # fmt: skip
def test_every_usual_spelling_means_the_one_community(written: str) -> None:
    assert NAMES.code_of(written) == WEISHU


@pytest.mark.parametrize("written", [
    "新湖街道", "新湖街道办事处", "新湖办事处", "新湖街办", "371402001", "371402001000", "德城区新湖街道",
    "371402001.0",
    "新湖镇", "新湖",
])  # fmt: skip
def test_every_usual_spelling_means_the_one_street(written: str) -> None:
    assert NAMES.code_of(written) == STREET


@pytest.mark.parametrize("written", [
    "尉暑社区", "魏署社区", "尉署小区", "尉署社区1号楼", "尉署、南龙", "二屯镇尉署社区", "陵城区尉署社区",
    "社区", "居委会", "",
    "371402999", "3714020010", "署" * 200,
    "聊城市尉署社区", "新湖社区",
])  # fmt: skip
def test_what_no_unit_is_called_stays_as_it_is(written: str) -> None:
    assert NAMES.code_of(written) == written


def test_a_community_and_a_village_of_one_name_stay_two() -> None:
    both = below((WEISHU, "新华社区居委会", STREET), (NANLONG, "新华村委会", STREET))
    for written in ("新华社区", "新华居委会", "新湖街道新华社区", "新华社区居民委员会"):
        assert both.code_of(written) == WEISHU
    for written in ("新华村", "新华村民委员会", "新华村村委会", "德城区新湖街道新华村"):
        assert both.code_of(written) == NANLONG
    assert both.meant("新华") == both.meant("新湖街道新华") == {WEISHU, NANLONG}
    assert both.code_of("新华") == "=several:新华"


def test_a_name_in_two_streets_needs_its_street() -> None:
    one, other = "371402002000", "371402002001"
    two = names_of(Nameable(
        names={DISTRICT: "德城区", STREET: "新湖街道", one: "二屯镇",
               WEISHU: "东街社区居委会", other: "东街社区居委会"},
        parents={STREET: DISTRICT, one: DISTRICT, WEISHU: STREET, other: one},
    ))  # fmt: skip
    assert two.meant("东街社区居委会") == {WEISHU, other}
    assert (two.code_of("新湖街道东街"), two.code_of("二屯镇东街社区")) == (WEISHU, other)
    assert two.code_of("德城区二屯东街居委会") == other
    assert two.spoken(other) == "二屯镇东街社区"


def test_a_full_name_is_taken_before_what_it_could_be_short_for() -> None:
    odd = below((WEISHU, "新村社区居委会", STREET), (NANLONG, "新村村社区居委会", STREET))
    assert (odd.code_of("新村社区居委会"), odd.code_of("新村村社区居委会")) == (WEISHU, NANLONG)
    assert (odd.code_of("新村社区"), odd.code_of("新村村社区")) == (WEISHU, NANLONG)


def test_a_name_that_begins_with_its_street_is_found_without_it() -> None:
    led = below((WEISHU, "新湖街道尉署社区居委会", STREET))
    assert led.code_of("尉署") == led.code_of("新湖街道尉署社区") == led.code_of("德城区尉署社区") == WEISHU


def test_a_unit_that_stands_above_the_plugins_is_not_its_own() -> None:
    street = names_of(TREE.nameable(STREET))
    assert street.code_of("德州市德城区新湖街道尉署社区") == WEISHU
    assert street.code_of("德城区新湖街道办事处") == STREET
    assert street.code_of("德城区") == "德城区"
    assert street.code_of("于庄村") == "于庄村"  # which lies below another street


def test_the_offices_own_spellings_win_and_may_stand_before_others() -> None:
    own = names_of(TREE.nameable(DISTRICT), OWN)
    assert [own.code_of(text) for text in ("老尉署", "尉署", "尉署社区")] == [WEISHU, NANLONG, WEISHU]
    assert (own.code_of("本区新湖街道尉署社区"), own.code_of("新湖一片南龙")) == (WEISHU, NANLONG)


def test_the_nearest_names_are_said_and_none_where_nothing_is_like_it() -> None:
    assert NAMES.nearest("尉暑社区")[0] == NAMES.nearest("新湖街道尉暑社区")[0] == "尉署社区"
    assert (
        NAMES.nearest("魏署社区")[0] == NAMES.nearest("尉署小区")[0] == NAMES.nearest("尉署社区1号楼")[0] == "尉署社区"
    )
    assert len(NAMES.nearest("魏署社区")) == 3
    assert NAMES.nearest("ABC") == NAMES.nearest("") == []


def test_every_unit_of_a_city_is_found_below_its_street_by_what_people_say() -> None:
    names = names_of(TREE.nameable(CITY))
    for code in TREE.below(CITY):
        upper = TREE[TREE[code].parent or ""].name
        assert {names.code_of(TREE[code].name), code} <= {code, f"=several:{TREE[code].name}"}
        assert names.code_of(upper + TREE[code].name) == names.code_of(upper + short_name(TREE[code].name)) == code


@given(st.text("新华东街村社区居委会镇道", min_size=1, max_size=12))
def test_whatever_is_written_means_a_unit_or_stays_as_it_is(text: str) -> None:
    both = below((WEISHU, "新华社区居委会", STREET), (NANLONG, "新华村委会", STREET))
    assert both.code_of(text) in {STREET, WEISHU, NANLONG, text, f"=several:{text}"}


@given(
    st.text("东西南北王李张庄街桥", min_size=2, max_size=5),
    st.sampled_from([ending for kind in ("居", "村") for ending in ENDINGS[kind]]),
    st.sampled_from([ending for kind in ("居", "村") for ending in ENDINGS[kind]]),
)
def test_a_lone_name_is_found_with_any_ending_and_with_none(core: str, official: str, written: str) -> None:
    one = below((WEISHU, core + official, STREET))
    assert one.code_of(core + written) == one.code_of(core) == one.code_of(f"新湖街道{core}{written}") == WEISHU


def test_a_hundred_thousand_rows_of_five_thousand_names_are_looked_up_in_a_moment() -> None:
    names = names_of(TREE.nameable(CITY))
    cells = [TREE[TREE[code].parent or ""].name + TREE[code].name for code in TREE.below(CITY)][:5000]
    needed = {name: MappedField(headers=(name,)) for name in ("id_number", "sex", "birth_date")}
    fields = needed | {"residence_unit": MappedField(headers=("社区",), lookup="units")}
    stream = Stream(record="senior", key=("id_number",), source=Source(kind="csv", path="x"), map=fields)
    frame = pl.DataFrame({"社区": cells * 20})
    begun = perf_counter()
    mapped = map_rows(frame, Header(("社区",), {"residence_unit": "社区"}, ()), stream, names)
    assert perf_counter() - begun < 5  # A machine that does other things, too; row by row it is a minute.
    assert mapped["residence_unit"].n_unique() == len(set(cells))


@pytest.mark.parametrize(("title", "code"), [
    ("尉署社区老年人花名册", "371402001001"), ("德城区新湖街道尉署社区2025年老年人名册", "371402001001"),
    ("山东省德州市德城区尉署社区名册", "371402001001"), ("inbox/尉署社区.xlsx", "371402001001"),
    ("尉署社区农村老年人名册", "371402001001"), ("2025年11月康乐社区居委会高龄津贴发放表", "371402001004"),
])  # fmt: skip
def test_a_title_speaks_of_the_one_unit_that_it_names(title: str, code: str) -> None:
    assert NAMES.code_in(title) == code


@pytest.mark.parametrize("title", [
    "尉署社区和康乐社区老年人名册", "尉署社区、南龙社区名册", "尉署社区（含康乐社区）", "陵城区尉署社区老年人花名册",
    "德州市陵城区尉署社区", "宋官屯镇于庄村", "尉署社区北康乐社区名册", 
    "前尉署社区老年人", "老年人花名册", "社区老年人",
])  # fmt: skip
def test_a_title_that_names_several_units_or_a_strange_one_speaks_of_none(title: str) -> None:
    assert not NAMES.code_in(title).isdigit()
