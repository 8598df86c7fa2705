"""`report show` says what a total takes off beside its parts, and why; `report export` lets nothing of it out."""

from pathlib import Path

import pytest

from tests.cli.offices import CITY, DISTRICT, STREET, here, spoken
from tests.stories.office import identity
from tiersync.plugins.folder.trust import enable_all

ONE, TWO = "371402001004", "371402001005"
UNITS = f"""level,code,name,parent,kind
2,{CITY},德州市,,city
3,{DISTRICT},德城区,{CITY},county
4,{STREET},新湖街道,{DISTRICT},subdistrict
5,{ONE},康乐社区居委会,{STREET},residents_committee
5,{TWO},北园社区居委会,{STREET},residents_committee
"""
PLUGIN = f"""
[plugin]
id = "payroll"
name = "高龄津贴发放"
version = "1.0.0"
api = 1
unit = "{CITY}"

[[stream]]
record = "benefit"
key = ["benefit_id"]
[stream.source]
kind = "csv"
path = "inbox/*.csv"
[stream.map]
benefit_id = "编号"
id_number = "身份证号"
kind = {{ constant = "payment" }}
scheme = {{ constant = "allow_90" }}
pay_result = {{ constant = "paid" }}
unit = {{ from = "发放单位", lookup = "units" }}
amount = {{ from = "金额", parse = "number" }}
paid_on = {{ from = "发放日期", parse = "date" }}
"""
ROWS = (f"1,{identity(1)},康乐社区居委会,300.00,2013-03-05", f"2,{identity(1)},北园社区居委会,300.00,2013-09-05")
SHOW = ("report", "show", STREET, "--form", "aging-year", "--period", "2013")


@pytest.fixture(scope="module")
def city(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A city that pays one person through two of its communities."""
    root = tmp_path_factory.mktemp("adjusted")
    (root / "units.csv").write_text(UNITS, encoding="utf-8")
    made = here("init", CITY, "--dir", root / "city", "--url", "http://127.0.0.1:1", "--units", root / "units.csv")
    assert made.code == 0, made.err
    place = root / "city" / "plugins" / "payroll"
    (place / "inbox").mkdir(parents=True)
    (place / "plugin.toml").write_text(PLUGIN, encoding="utf-8")
    text = "\n".join(["编号,身份证号,发放单位,金额,发放日期", *ROWS, ""])
    (place / "inbox" / "2013年.csv").write_text(text, encoding="utf-8")
    enable_all(root / "city" / "plugins")
    pushed = here("push", "--period", "2013", "--dir", root / "city")
    assert pushed.code == 0, pushed.err
    return root / "city"


def test_a_total_shows_what_it_takes_off_and_why(city: Path) -> None:
    said = here(*SHOW, "--dir", city)
    _, section = said.out.split("Adjustments, included in the figures")
    heads, line, note, *_ = section.strip().splitlines()
    assert heads.split() == ["code", "indicator", "group", "value", "in", "reason"]
    assert " ".join(line.split()) == "B01 Persons paid in the period -1 persons duplicate person"
    assert note == "B04: added from the parts, and so without these adjustments"


def test_an_office_reads_it_in_chinese(city: Path) -> None:
    _, section = spoken(*SHOW, "--dir", city, lang="zh").out.split("调整项（已计入以上数据）")
    _, line, note, *_ = section.strip().splitlines()
    assert line.split() == ["B01", "补贴(救助)发放人数", "-1", "人", "重复人员"]
    assert note == "B04 按下级各自的分子、分母相加计算，未计入上述调整"


def test_one_indicator_shows_its_groups_too(city: Path) -> None:
    _, section = here(*SHOW, "--indicator", "B01", "--dir", city).out.split("Adjustments")
    lines = [line for line in section.splitlines() if line.startswith("B01")]
    assert len(lines) > 1
    assert "B04" not in section


def test_json_has_every_adjustment_as_it_was_sealed(city: Path) -> None:
    told = here(*SHOW, "--dir", city, "--json").json
    first = {"indicator": "B01", "breakdown": "", "measure": "value", "reason": "duplicate_person"}
    assert told["adjustments"][0] == first | {"value": -1, "scale": 0}
    assert {row["indicator"] for row in told["adjustments"]} == {"B01"}
    assert here(*SHOW, "--indicator", "B02", "--dir", city, "--json").json["adjustments"] == []


def test_a_total_without_any_says_nothing_of_them(city: Path) -> None:
    said = here("report", "show", DISTRICT, "--form", "aging-year", "--period", "2013", "--dir", city)
    assert said.code == 0
    assert "Adjustments" not in said.out


@pytest.mark.parametrize("kind", ["csv", "json"])
def test_nothing_of_it_is_exported(kind: str, city: Path, tmp_path: Path) -> None:
    asked = ("report", "export", STREET, "--form", "aging-year", "--period", "2013", "--as", kind)
    assert here(*asked, "--out", tmp_path / "out", "--dir", city).code == 0
    written = (tmp_path / "out").read_text(encoding="utf-8-sig")
    assert "B01" in written
    assert not any(word in written for word in ("duplicate", "重复", "adjust", "调整", "-1,", '"-1"'))


def test_nothing_is_unexplained_by_it(city: Path) -> None:
    done = here("reconcile", "--dir", city, "--json")
    assert (done.code, done.json["unexplained"]) == (0, 0)
