"""Who a person is, in one office's registers and payrolls as offices keep them: everybody counts once, in one place."""

from pathlib import Path
from typing import Any

import pytest

from tests.cli.offices import Done, found_alone, here
from tests.stories.office import tiersync
from tiersync.model.identity import check_character
from tiersync.plugins.folder.trust import enable_all

DISTRICT, STREET = "371402000000", "371402001000"
HONGQI, XINHUA = "371402001001", "371402001002"
HEAD = """
[plugin]
id = "{id}"
name = "台账"
version = "1.0.0"
api = 1
unit = "{unit}"
"""
STREAM = """
[[stream]]
record = "{record}"
key = [{key}]
[stream.source]
kind = "csv"
path = "inbox/{record}.csv"
[stream.map]
"""
MAPPED = {
    "姓名": 'name = "姓名"',
    "证件类型": 'id_kind = { from = "证件类型", values = { 身份证 = "111", 护照 = "414", 台胞证 = "516", 无 = "990" }}',
    "证件号码": 'id_number = "证件号码"',
    "性别": 'sex = { from = "性别", values = { 男 = "1", 女 = "2" } }',
    "出生日期": 'birth_date = { from = "出生日期", parse = "date" }',
    "社区": 'residence_unit = "社区"',
    "生存状态": 'life_status = { from = "生存状态", values = { 正常 = "1", 死亡 = "2", 迁出 = "3" } }',
    "状态日期": 'status_date = { from = "状态日期", parse = "date" }',
    "迁入日期": 'moved_in_on = { from = "迁入日期", parse = "date" }',
    "核实日期": 'file_verified_on = { from = "核实日期", parse = "date" }',
    "编号": 'benefit_id = "编号"',
    "业务": 'kind = "业务"',
    "项目": 'scheme = "项目"',
    "单位": 'unit = "单位"',
    "金额": 'amount = "金额"',
    "发放日期": 'paid_on = { from = "发放日期", parse = "date" }',
    "发放结果": 'pay_result = "发放结果"',
}
Table = list[list[str]]


def number(born: str, sequence: int = 1) -> str:
    """A made-up identity number; no real one begins like this."""
    digits = f"379902{born}{sequence:03}"
    return digits + check_character(digits)


class District:
    """A district that is its own top, with plugins of CSV files."""

    def __init__(self, folder: Path) -> None:
        self.folder = found_alone(folder, DISTRICT)

    def files(self, plugin: str, unit: str = DISTRICT, **tables: Table) -> None:
        """A plugin whose streams are these tables, the headers first."""
        place = self.folder / "plugins" / plugin
        (place / "inbox").mkdir(parents=True, exist_ok=True)
        manifest = HEAD.format(id=plugin, unit=unit)
        for record, (headers, *rows) in tables.items():
            key = '"benefit_id"' if record == "benefit" else '"id_number", "residence_unit"'
            manifest += STREAM.format(record=record, key=key) + "\n".join(MAPPED[header] for header in headers) + "\n"
            text = "\n".join(",".join(row) for row in [headers, *rows]) + "\n"
            (place / "inbox" / f"{record}.csv").write_text(text, encoding="utf-8")
        (place / "plugin.toml").write_text(manifest, encoding="utf-8")
        enable_all(self.folder / "plugins")

    def push(self) -> Done:
        done = here("push", "--period", "2013", "--dir", self.folder)
        assert done.code == 0, done.err
        return done

    def figures(self, unit: str, *codes: str) -> dict[str, Any]:
        """The cells above zero of these indicators in the unit's own report of the year."""
        asked = ("report", "show", unit, "--form", "aging-year", "--period", "2013", "--part", "own")
        cells = here(*asked, "--dir", self.folder, "--json").json["cells"]
        return {f"{c['indicator']} {c['breakdown']}".strip(): c["value"] for c in cells
                if c["indicator"] in codes and c["value"]}  # fmt: skip

    def cell(self, unit: str, code: str, breakdown: str, part: str = "own") -> tuple[int | None, str]:
        """Value and status of one cell of the unit's report of the year."""
        asked = ("report", "show", unit, "--form", "aging-year", "--period", "2013", "--part", part)
        cells = here(*asked, "--dir", self.folder, "--json").json["cells"]
        (found,) = (c for c in cells if (c["indicator"], c["breakdown"]) == (code, breakdown))
        return found["value"], found["status"]

    def doubtful(self, *options: str) -> Any:
        return here("quarantine", "list", "--doubtful", "--json", *options, "--dir", self.folder).json


@pytest.fixture
def district(tmp_path: Path) -> District:
    return District(tmp_path / "district")


PEOPLE = ["姓名", "证件号码", "性别", "出生日期", "社区"]
PAID = ["编号", "证件号码", "业务", "项目", "单位", "金额", "发放日期", "发放结果"]


def test_a_person_is_as_old_in_the_register_as_in_the_payroll(district: District) -> None:
    one = number("19330601")
    district.files(
        "ledger",
        senior=[PEOPLE, ["甲某", one, "女", "1938-06-01", HONGQI]],
        benefit=[PAID, ["1", one, "payment", "allow_80", HONGQI, "300", "2013-09-30", "paid"]],
    )
    district.push()
    figures = district.figures(HONGQI, "P05", "B01")
    assert figures["P05 age_band=80-84"] == figures["B01 age_band=80-84"] == 1
    assert {name for name in figures if "age_band" in name and "80-84" not in name} == set()
    assert district.figures(HONGQI, "P02")["P02 sex=1"] == 1
    assert district.doubtful()["counts"] == {"birth_conflict": 1, "sex_conflict": 1}


def test_a_number_of_1955_is_nobody_of_60_whatever_the_column_says(district: District) -> None:
    district.files("ledger", senior=[PEOPLE, ["甲某", number("19550601"), "男", "1953-06-01", HONGQI]])
    district.push()
    assert district.figures(HONGQI, "P02") == {}


def test_a_register_without_birth_and_sex_counts(district: District) -> None:
    district.files(
        "ledger", senior=[["证件号码", "社区"], [number("19400101", 2), HONGQI], [number("19600101"), HONGQI]]
    )
    district.push()
    assert district.figures(HONGQI, "P02")["P02 age_band=70-74;sex=2"] == district.figures(HONGQI, "P02")["P02"] == 1


def test_every_paper_counts_and_so_does_whoever_has_none(district: District) -> None:
    headers = ["姓名", "证件类型", "证件号码", "性别", "出生日期", "社区"]
    rows = [
        ["甲某", "身份证", number("19400101"), "男", "1940-01-01", HONGQI],
        ["乙某", "护照", "g 1234 5678", "女", "1940-01-01", HONGQI],
        ["丙某", "台胞证", "00123456(B)", "男", "1940-01-01", HONGQI],
        ["丁某", "无", "无", "男", "1940-01-01", HONGQI],
        ["戊某", "无", "", "男", "", HONGQI],
        ["己某", "身份证", "G12345678", "男", "1940-01-01", HONGQI],
    ]
    district.files("ledger", senior=[headers, *rows])
    district.files("again", senior=[headers, ["乙某", "护照", "G12345678", "女", "1940-01-01", HONGQI]])
    done = here("push", "--period", "2013", "--dir", district.folder)
    listed = here("quarantine", "list", "--dir", district.folder, "--json").json
    assert [(row["row"], row["reason"]) for row in listed] == [(6, "missing"), (7, "not_an_identity")], done.err
    assert district.figures(HONGQI, "P02")["P02"] == 4
    assert district.doubtful()["counts"] == {"doubled": 1, "no_paper": 1}


LIVES = ["证件号码", "社区", "生存状态", "状态日期", "核实日期"]


@pytest.mark.parametrize("apart", [True, False], ids=["two registers", "one register"])
def test_who_moved_inside_a_node_counts_once_where_they_live(district: District, apart: bool) -> None:
    one = number("19330601")
    left, lives = [one, HONGQI, "迁出", "2013-05-31", "2013-12-01"], [one, XINHUA, "正常", "", ""]
    if apart:
        district.files("red", HONGQI, senior=[LIVES, left])
        district.files("new", XINHUA, senior=[LIVES, lives])
    else:
        district.files("ledger", senior=[LIVES, left, lives])
    for said in (district.push(), district.push()):
        assert "filed more than once; counted once: 1. See tiersync quarantine list --doubtful" in said.err
    assert district.figures(XINHUA, "P02", "P12")["P02"] == 1
    assert district.figures(HONGQI, "P02", "P12") == {
        "P12": 1, "P12 age_band=75-79": 1, "P12 change_kind=3": 1,
    }  # fmt: skip
    [row] = district.doubtful()["rows"]
    assert (row["stream"], row["row"], row["flag"]) == ("red/senior" if apart else "ledger/senior", 2, "doubled")


CAME = [*LIVES, "迁入日期"]


def test_a_move_inside_a_node_counts_as_out_where_they_left_and_as_in_where_that_is_noted(district: District) -> None:
    one = number("19330601")
    district.files("red", HONGQI, senior=[LIVES, [one, HONGQI, "迁出", "2013-05-31", "2013-12-01"]])
    district.files(
        "new",
        XINHUA,
        senior=[CAME, [one, XINHUA, "正常", "", "", "2013-06-01"], [number("19400101"), XINHUA, "正常", "", "", ""]],
    )
    district.push()
    assert district.figures(XINHUA, "P02", "P12")["P02"] == 2
    assert district.figures(HONGQI, "P12") == {"P12": 1, "P12 age_band=75-79": 1, "P12 change_kind=3": 1}
    assert district.figures(XINHUA, "P12") == {"P12": 1, "P12 age_band=80-84": 1, "P12 change_kind=6": 1}
    said = {unit: district.cell(unit, "P12", "change_kind=6") for unit in (HONGQI, XINHUA)}
    assert said == {HONGQI: (None, "missing"), XINHUA: (1, "partial")}  # No list tells who left in 2013.
    assert district.cell(STREET, "P12", "change_kind=6", "total") == (1, "partial")


def test_a_day_of_moving_in_that_cannot_be_read_refuses_nobody(district: District) -> None:
    rows = [[number("19330601"), HONGQI, "正常", "", "", "自幼"]]
    district.files("ledger", senior=[CAME, *rows])
    district.push()
    assert district.figures(HONGQI, "P02", "P12")["P02"] == 1
    assert district.doubtful()["counts"] == {"left_unknown": 1}


def test_who_was_seen_after_their_death_is_dead_and_a_question(district: District) -> None:
    one = number("19330601")
    dead, alive = [one, HONGQI, "死亡", "2013-05-31", ""], [one, XINHUA, "正常", "", "2013-08-01"]
    district.files("red", HONGQI, senior=[LIVES, dead])
    district.files("new", XINHUA, senior=[LIVES, alive])
    district.push()
    assert (district.figures(HONGQI, "P02"), district.figures(XINHUA, "P02")) == ({}, {})
    assert district.figures(HONGQI, "P12")["P12 change_kind=2"] == 1
    flags = {row["stream"]: row["flag"] for row in district.doubtful()["rows"]}
    assert flags == {"new/senior": "doubled", "red/senior": "alive_after_death"}
    assert [row["flag"] for row in district.doubtful("--stream", "red/senior")["rows"]] == ["alive_after_death"]


def test_rows_in_doubt_are_said_in_both_languages_and_name_nobody(district: District) -> None:
    one = number("19330601")
    district.files("ledger", senior=[PEOPLE, ["赵钱孙", one, "女", "1933-06-01", HONGQI]])
    for read in ("ingest", "push", "push", "status"):
        said = here(read, "--dir", district.folder)
        assert "sex and identity number differ; the number counts" in said.out + said.err
    assert here("status", "--dir", district.folder, "--json").json["doubtful"] == {"ledger/senior": {"sex_conflict": 1}}
    zh = [tiersync(*asked, "--dir", district.folder, lang="zh")
          for asked in (("quarantine", "list", "--doubtful"), ("push",), ("status",))]  # fmt: skip
    assert all("性别与身份证号不一致，以身份证号为准" in said.out + said.err for said in zh)
    en = here("quarantine", "list", "--doubtful", "--dir", district.folder).out
    assert "inbox/senior.csv" in en
    assert not [text for text in ("赵钱孙", one, "1933-06-01") if text in en + str(district.doubtful()) + str(zh)]
    district.files("ledger", senior=[PEOPLE, ["赵钱孙", one, "男", "1933-06-01", HONGQI]])
    assert "in doubt" not in district.push().err
    assert district.doubtful() == {"counts": {}, "rows": [], "left_out": 0}
