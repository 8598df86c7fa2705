"""One key is one record: what is filed twice counts once and is said, and rows that contradict each other are found."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from tests.cli.offices import CITY, COMMUNITY, found_city, here
from tests.plugins.folders import identity
from tiersync.plugins.folder.trust import enable_all

HEAD = f"""
[plugin]
id = "office"
name = "老龄办"
version = "1.0.0"
api = 1
unit = "{CITY}"
"""
FACILITY = """
[[stream]]
record = "facility"
{key}
[stream.source]
kind = "csv"
path = "inbox/*.csv"
files = "parts"
{cursor}
[stream.map]
facility_id = "编号"
facility_type = {{ constant = "nursing_home" }}
unit = {{ constant = "371402001004" }}
beds = "床位"
status = {{ constant = "active" }}
"""
VISIT = """
[[stream]]
record = "service"
{key}
[stream.source]
kind = "csv"
path = "inbox/*.csv"
[stream.map]
kind = {{ constant = "visit" }}
unit = {{ constant = "371402001004" }}
done_on = {{ from = "日期", parse = "date" }}
amount = "金额"
"""
SENIOR = f"""
[[stream]]
record = "senior"
key = ["id_number"]
[stream.source]
kind = "csv"
path = "inbox/*.csv"
[stream.map]
name = "姓名"
id_number = "证号"
sex = {{ constant = "1" }}
birth_date = {{ constant = "1931-02-03" }}
residence_unit = "常住"
hukou_unit = {{ constant = "{COMMUNITY}" }}
living_arrangement = {{ from = "居住", values = {{ 独居 = "1", 与子女同住 = "3" }} }}
"""
BENEFIT = f"""
[[stream]]
record = "benefit"
key = ["benefit_id"]
[stream.source]
kind = "csv"
path = "paid/*.csv"
[stream.map]
benefit_id = "编号"
id_number = "证号"
kind = "业务"
scheme = {{ constant = "allow_80" }}
unit = {{ constant = "{COMMUNITY}" }}
period = {{ constant = "2013" }}
amount = "金额"
paid_on = {{ from = "日期", parse = "date" }}
pay_result = {{ constant = "paid" }}
"""
KEYED = 'key = ["facility_id"]'
Files = dict[str, Sequence[str]]


@pytest.fixture
def node(tmp_path: Path) -> Path:
    folder = tmp_path / "city"
    found_city(folder)
    return folder


def use(node: Path, *streams: str) -> None:
    """Write the office's plugin, and say that it was looked at."""
    place = node / "plugins" / "office"
    (place / "inbox").mkdir(parents=True, exist_ok=True)
    (place / "plugin.toml").write_text(HEAD + "".join(streams), encoding="utf-8")
    enable_all(node / "plugins")


def put(node: Path, files: Files, folder: str = "inbox") -> None:
    """The files that lie there now, and no others."""
    place = node / "plugins" / "office" / folder
    place.mkdir(exist_ok=True)
    for old in place.iterdir():
        old.unlink()
    for name, lines in files.items():
        (place / name).write_text("\n".join([*lines, ""]), encoding="utf-8")


def run_of(node: Path, stream: str) -> dict[str, Any]:
    """What a push says of one stream."""
    done = here("push", "--period", "2013", "--json", "--dir", node)
    assert done.code == 0, done.err
    return next(run for run in done.json["runs"] if run["stream"] == f"office/{stream}")


def counted(node: Path, indicator: str) -> int | None:
    """What the community's report of the year says; money in fen."""
    asked = ("--form", "aging-year", "--period", "2013", "--part", "own", "--json", "--dir", node)
    shown = here("report", "show", COMMUNITY, *asked).json["cells"]
    return next(c["value"] for c in shown if (c["indicator"], c["breakdown"]) == (indicator, ""))


def found(node: Path) -> list[tuple[str, str, str, str]]:
    """The open findings: reason, stream, how many, and where."""
    listed = here("finding", "list", "--json", "--dir", node).json
    return [(one["reason"], one["breakdown"], one["sent"], one["held"]) for one in listed]


def facilities(*rows: str) -> list[str]:
    return ["编号,床位", *rows]


@pytest.mark.parametrize(
    "files",
    [
        {"a.csv": facilities("H1,100", "H1,100", "H2,20")},
        {"a.csv": facilities("H1,100"), "b.csv": facilities("H2,20", "H1,100")},
    ],
)
def test_the_same_facility_twice_in_one_file_or_two_is_one_and_it_is_said(node: Path, files: Files) -> None:
    use(node, FACILITY.format(key=KEYED, cursor=""))
    put(node, files)
    run = run_of(node, "facility")
    assert (run["read"], run["detail"]["repeated"], run["flagged"]) == (3, 1, {})
    assert (counted(node, "F01"), counted(node, "F02")) == (2, 120)
    assert "1 rows say what another row of the same key says" in here("ingest", "--dir", node).out
    assert found(node) == []


def test_of_rows_that_contradict_each_other_the_last_counts_until_somebody_settles_it(node: Path) -> None:
    use(node, FACILITY.format(key=KEYED, cursor=""))
    put(node, {"2月.csv": facilities("H1,100", "H2,20"), "10月.csv": facilities("H1,120", "H3,1")})
    run = run_of(node, "facility")
    assert (run["valid"], run["flagged"], "repeated" in run["detail"]) == (4, {"unlike": 1}, False)
    assert (counted(node, "F01"), counted(node, "F02")) == (3, 141)  # October comes after February.
    assert found(node) == [("unlike_records", "office/facility", "1", "inbox/2月.csv 2; inbox/10月.csv 2")]
    assert "1 keys stand in rows that differ" in here("ingest", "--dir", node).out
    assert "H1" not in here("finding", "list", "--json", "--dir", node).out
    put(node, {"2月.csv": facilities("H1,100", "H2,20"), "10月.csv": facilities("H3,1")})
    assert run_of(node, "facility")["flagged"] == {}
    assert (counted(node, "F02"), found(node)) == (121, [])


def test_what_is_remembered_of_a_file_does_not_hide_a_contradiction(node: Path) -> None:
    use(node, FACILITY.format(key=KEYED, cursor=""))
    put(node, {"a.csv": facilities("H1,100", "H1,120", "H1,120", "H2,20")})
    first = run_of(node, "facility")
    put(node, {"a.csv": facilities("H1,100", "H1,120", "H1,120", "H2,20", "H3,1")})
    second = run_of(node, "facility")
    for run in (first, second):
        assert (run["flagged"], run["detail"]["repeated"]) == ({"unlike": 1}, 1)
    assert counted(node, "F02") == 141
    put(node, {"a.csv": facilities("H1,120", "H2,20", "H3,1")})
    assert run_of(node, "facility")["flagged"] == {}
    assert found(node) == []


def test_a_finding_goes_with_its_plugin(node: Path) -> None:
    use(node, FACILITY.format(key=KEYED, cursor=""))
    put(node, {"a.csv": facilities("H1,100", "H1,120")})
    run_of(node, "facility")
    assert len(found(node)) == 1
    use(node, VISIT.format(key=""))
    put(node, {"a.csv": ["日期,金额", "2013-10-01,1.00"]})
    run_of(node, "service")
    assert found(node) == []


def test_rows_whose_key_is_blank_are_all_records(node: Path) -> None:
    use(node, VISIT.format(key='key = ["service_id"]') + 'service_id = "编号"\n')
    put(node, {"a.csv": ["日期,金额,编号", *["2013-10-01,200.00,"] * 2, *["2013-10-01,200.00,V1"] * 2]})
    assert run_of(node, "service")["detail"]["repeated"] == 1
    assert counted(node, "S01") == 3


def test_a_file_that_is_added_repeats_what_is_held_and_its_last_word_counts(node: Path) -> None:
    use(node, FACILITY.format(key=KEYED, cursor='[stream.cursor]\nkind = "file"'))
    put(node, {"a.csv": facilities("H1,100", "H1,100", "H2,20")})
    assert run_of(node, "facility")["detail"]["repeated"] == 1
    put(node, {"a.csv": facilities("H1,100", "H1,100", "H2,20"), "b.csv": facilities("H1,120")})
    assert run_of(node, "facility")["flagged"] == {}
    assert (counted(node, "F01"), counted(node, "F02"), found(node)) == (2, 140, [])


def test_a_cursor_needs_a_key(node: Path) -> None:
    use(node, FACILITY.format(key="", cursor='[stream.cursor]\nkind = "file"'))
    said = here("plugin", "lint", "office", "--dir", node)
    assert said.code == 2
    assert "needs a key that tells whose place each takes" in said.err


def test_without_a_key_the_whole_row_is_the_key(node: Path) -> None:
    """Two visits of one day and amount are two where another cell differs, though nobody maps it; a running number is
    no such cell, nor is the order of the columns."""
    use(node, VISIT.format(key=""))
    put(node, {
        "a.csv": ["序号,日期,金额,对象", *(f"{at},2013-10-01,200.00,测{who}" for at, who in enumerate("甲乙甲"))],
        "b.csv": ["对象,金额,日期,序号", "测乙,200.00,2013-10-01,1", "测丙,200.00,2013-10-01,2"],
    })  # fmt: skip
    run = run_of(node, "service")
    assert (run["read"], run["detail"]["repeated"], run["flagged"]) == (5, 2, {})
    assert (counted(node, "S01"), counted(node, "S02")) == (3, 60000)
    again = {
        "a.csv": ["序号,日期,金额,对象", "1,2013-10-01,200.00,测甲"],
        "b.csv": ["日期,金额,对象", "2013-10-01,200.00,测甲"],
    }
    put(node, again)
    run_of(node, "service")
    assert counted(node, "S01") == 1


def test_a_key_that_no_snapshot_keeps_still_tells_rows_apart(node: Path) -> None:
    """Names and telephones are not kept; a mark of them is, which tells nobody who it is."""
    use(node, SENIOR.replace('key = ["id_number"]', 'key = ["name", "phone"]') + 'phone = "电话"\n')
    row = f",{COMMUNITY},独居,10012345678"
    numbers = [identity(at) for at in (1, 2)]
    put(
        node,
        {
            "a.csv": [
                "姓名,证号,常住,居住,电话",
                *(f"测试,{number}{row}" for number in numbers),
                f"测试二,{numbers[0]}{row}",
            ]
        },
    )
    run = run_of(node, "senior")
    assert (run["flagged"]["unlike"], run["valid"]) == (1, 3)
    assert counted(node, "P02") == 2
    held = b"".join(path.read_bytes() for path in (node / "snapshots").iterdir())
    assert "测试".encode() not in held


def test_a_person_in_two_units_is_kept_twice_and_equal_rows_of_one_unit_once(node: Path) -> None:
    """Which of somebody's rows counts is another rule; rows that say the same are one row."""
    use(node, SENIOR)
    street = COMMUNITY[:9] + "000"
    lines = [f"测试,{identity(1)},{COMMUNITY},独居"] * 2 + [f"测试,{identity(1)},{street},独居"]
    put(node, {"a.csv": ["姓名,证号,常住,居住", *lines]})
    run = run_of(node, "senior")
    assert (run["detail"]["repeated"], run["flagged"]["doubled"], "unlike" in run["flagged"]) == (1, 1, False)
    put(node, {"a.csv": ["姓名,证号,常住,居住", *lines, lines[0].replace("独居", "与子女同住")]})
    assert run_of(node, "senior")["flagged"]["unlike"] == 1
    assert found(node) == [("unlike_records", "office/senior", "1", "inbox/a.csv 3, 5")]


PAID = "编号,证号,业务,金额,日期"


def test_what_was_paid_twice_is_counted_and_found_until_it_comes_back(node: Path) -> None:
    use(node, BENEFIT)
    first = [f"F1,{identity(1)},payment,300,2013-10-01", f"F2,{identity(2)},payment,300,2013-10-01"]
    again = [f"F3,{identity(1)},payment,300,2013-10-01", f"F4,{identity(2)},payment,300,2013-11-01"]
    put(node, {"a.csv": [PAID, *first], "b.csv": [PAID, *again]}, "paid")
    run_of(node, "benefit")
    assert [counted(node, code) for code in ("B01", "B03", "B08", "B09")] == [2, 120000, 0, 120000]
    assert found(node) == [("paid_twice", "office/benefit", "1", "paid/b.csv 2")]
    put(node, {"a.csv": [PAID, *first], "b.csv": [PAID, *again, f"F5,{identity(1)},recovery,-300,2013-12-02"]}, "paid")
    run_of(node, "benefit")
    assert [counted(node, code) for code in ("B01", "B03", "B08", "B09")] == [2, 120000, 30000, 90000]
    assert found(node) == []


def test_who_was_paid_after_death_is_found_and_off_the_roll(node: Path) -> None:
    status = 'life_status = "状态"\nstatus_date = { from = "何时", parse = "date" }\n'
    use(node, SENIOR + status, BENEFIT)
    people = [(1, "2", "2013-09-01"), (2, "2", "2013-10-01"), (3, "1", ""), (4, "3", "2013-09-01")]
    rows = [f"测试,{identity(at)},{COMMUNITY},独居,{life},{day}" for at, life, day in people]
    put(node, {"a.csv": ["姓名,证号,常住,居住,状态,何时", *rows]})
    steps = [
        f"{kind[0]}{at},{identity(at)},{kind},300,2013-10-01"
        for at in range(1, 6)
        for kind in ("payment", "entitlement")
    ]
    put(node, {"a.csv": [PAID, *steps]}, "paid")
    run_of(node, "benefit")
    assert found(node) == [("paid_after_death", "office/benefit", "1", "paid/a.csv 2")]
    assert [counted(node, code) for code in ("B01", "B02", "B03")] == [5, 3, 150000]
    said = here("finding", "list", "--lang", "zh", "--dir", node).out
    assert identity(1) not in said
    rows[0] = f"测试,{identity(1)},{COMMUNITY},独居,2,2013-10-02"
    put(node, {"a.csv": ["姓名,证号,常住,居住,状态,何时", *rows]})
    run_of(node, "senior")
    assert found(node) == []


def test_an_allowance_of_another_age_is_found_and_so_are_two_of_one_person(node: Path) -> None:
    """Everybody is 73 in October 2013: the allowance from 90 on is not theirs, and nobody has that of 80 as well."""
    use(node, SENIOR, BENEFIT.replace('{ constant = "allow_80" }', '"档次"'))
    put(node, {"a.csv": ["姓名,证号,常住,居住", *(f"测试,{identity(at)},{COMMUNITY},独居" for at in (1, 2))]})
    head = f"{PAID},档次"
    paid = [f"P{at},{identity(at)},payment,300,2013-10-01,{scheme}" for at, scheme in ((1, "allow_90"), (2, "aid"))]
    held = [f"E{scheme},{identity(1)},entitlement,300,2013-10-01,{scheme}" for scheme in ("allow_80", "allow_90")]
    put(node, {"a.csv": [head, paid[0]]}, "paid")
    run_of(node, "benefit")
    assert found(node) == [("outside_band", "office/benefit", "1", "paid/a.csv 2")]
    put(node, {"a.csv": [head, *held]}, "paid")
    run_of(node, "benefit")
    assert ("two_bands", "office/benefit", "2", "paid/a.csv 2, 3") in found(node)
    assert "outside_band" not in [reason for reason, *_ in found(node)]
