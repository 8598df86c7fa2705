"""Files as offices send them, by the real commands in Chinese: each comes to what a careful person gets out of it."""

import shutil
from pathlib import Path

import fastexcel
import pytest

from tests.cli.offices import Done, apart, found_alone, here, spoken
from tests.cli.tried import failed
from tiersync.model.identity import check_character

CASES = Path(__file__).parents[1] / "cases"
FIELDS = ("name", "id_number", "residence_unit")


@pytest.fixture
def office(tmp_path: Path) -> Path:
    """A district's node that is its own top, with the packaged tree of units."""
    return found_alone(tmp_path / "node", "371402000000")


@pytest.fixture
def street(tmp_path: Path) -> Path:
    """A street's node that is its own top: it counts for a score of units, where a district does for many."""
    return found_alone(tmp_path / "node", "371402001000")


def say(*arguments: object) -> Done:
    """A command in Chinese; nothing of another program's reaches the terminal, whatever it comes to."""
    done = spoken(*arguments, lang="zh")
    for foreign in ("Traceback", "panicked", "Error", "stack backtrace", ".partial"):
        assert foreign not in done.out + done.err
    return done


def read(office: Path, file: str, *more: str) -> tuple[int, int]:
    """How many rows of a file a new plugin reads, and how many of them are sound."""
    made = say("plugin", "new", "p", "--from", CASES / file, "--record", "senior", *more, "--dir", office)
    assert made.code == 0, made.err
    assert "列名相符，100% 的内容相符" in made.out
    assert say("plugin", "enable", "p", "--dir", office).code == 0
    run = say("ingest", "--json", "--dir", office)
    assert run.code == 0, run.err
    (told,) = run.json
    assert "没有待更正的行" in say("quarantine", "list", "--dir", office).out
    return told["read"], told["valid"]


def test_a_workbook_of_wps_is_read_by_new_and_by_a_run(office: Path) -> None:
    assert read(office, "k17_wps.et") == (24, 24)


def test_a_page_that_is_called_a_workbook_is_read(office: Path) -> None:
    assert read(office, "k18_html.xls") == (24, 24)


def test_a_lone_space_in_the_last_column_is_nothing(office: Path) -> None:
    assert read(office, "h16_far_cell.xlsx", "--map", "name=姓名") == (30, 30)


def test_two_header_rows_with_merged_cells_are_one_header(office: Path) -> None:
    assert read(office, "k01b_two_header_rows.xlsx") == (24, 24)
    mapped = (office / "plugins" / "p" / "plugin.toml").read_text(encoding="utf-8")
    assert 'residence_unit = { from = "社区", lookup = "units" }' in mapped
    assert failed(office, "p") == set()


def test_the_upper_row_may_hold_half_of_the_headers(office: Path) -> None:
    assert read(office, "h12_two_row_header.xlsx") == (40, 40)


def test_a_merged_cell_speaks_for_every_row_that_it_covers(office: Path) -> None:
    assert read(office, "k11_merged_community.xlsx") == (24, 24)
    (folder,) = (office / "plugins" / "p").glob("inbox")
    assert failed(office, "p") == set()
    (folder / "k11_merged_community.xlsx").rename(folder / "again.xlsx")
    told = say("ingest", "--dir", office).out
    assert "有 21 个单位栏为合并单元格或写“〃”，按上方单元格读取" in told
    assert "again.xlsx Sheet 第 30 行：合计 24，读到 24 行，一致" in told


def test_a_field_that_is_needed_and_mapped_to_nothing_is_a_plain_question(office: Path) -> None:
    sample = CASES / "h12_two_row_header.xlsx"
    made = say(
        "plugin", "new", "q", "--from", sample, "--record", "senior", "--map", "residence_unit=", "--dir", office
    )
    assert (made.code, "常住地（residence_unit）：没有对应的列" in made.err) == (2, True), made.err


def test_two_tables_side_by_side_are_said_to_be_and_one_of_them_can_be_named(office: Path, tmp_path: Path) -> None:
    heads, first, second = "姓名,身份证号,社区", "测甲,379901193102030018,康乐社区", "测乙,379901193102030034,康乐社区"
    sample = tmp_path / "a.csv"
    sample.write_text(f"{heads},{heads}\n{first},{second}\n", encoding="utf-8")
    made = ("plugin", "new", "q", "--from", sample, "--record", "senior", "--dir", office)
    asked = say(*made).err
    assert "姓名（name）：有几列都可能是：姓名_1（100%）、姓名_2（100%）" in asked
    assert "表中左右并排了几组相同的栏目，一次只能读取其中一组" in asked
    maps = [f"--map={field}={header}_2" for field, header in zip(FIELDS, heads.split(","), strict=True)]
    assert say(*made, *maps).code == 0
    assert say("plugin", "enable", "q", "--dir", office).code == 0
    (told,) = say("ingest", "--json", "--dir", office).json
    assert (told["read"], told["valid"], told["detail"]["unknown"]) == (1, 1, ["姓名", "身份证号", "社区"])


def test_a_damaged_workbook_is_one_sentence_that_names_it_wherever_it_is_met(office: Path) -> None:
    damaged = CASES / "h21_damaged.xls"
    sentence = "h21_damaged.xls：工作簿已损坏或不完整。请向报送人索取正确的文件后重试。"
    made = apart("plugin", "new", "q", "--from", damaged, "--record", "senior", "--dir", office, lang="zh")
    assert (made.code, made.out, made.err.strip()) == (2, "", sentence)
    read(office, "k17_wps.et")
    shutil.copy(damaged, office / "plugins" / "p" / "inbox")
    shown = say("plugin", "preview", "p", "--dir", office)
    assert (shown.code, shown.err.strip()) == (2, f"inbox/{sentence}")
    pushed = say("push", "--dir", office)
    assert (pushed.code, f"p/inbox/{sentence}" in pushed.err) == (2, True)


def test_a_page_takes_the_place_of_a_workbook(office: Path) -> None:
    """An office's system changes what it writes; the plugin stays as it is."""
    assert read(office, "k17_wps.et") == (24, 24)
    inbox = office / "plugins" / "p" / "inbox"
    (inbox / "k17_wps.et").unlink()
    shutil.copy(CASES / "k18_html.xls", inbox / "k17_wps.et")
    told = say("ingest", "--json", "--dir", office)
    assert told.json[0]["read"] == 24, told.err


def counted(office: Path, *indicators: str, period: str = "2025") -> list[int]:
    """The sum of each indicator over the own reports of a period, of every unit that has one."""
    shown = say("report", "list", "--period", period, "--json", "--dir", office).json
    asked = ("report", "show", "--form", "aging-year", "--period", period, "--part", "own", "--json", "--dir", office)
    own = [one["unit"] for one in shown if (one["part"], one["form"]) == ("own", "aging-year")]
    cells = [cell for unit in own for cell in say(*asked, unit).json["cells"] if cell["measure"] == "value"]
    values = {code: [cell["value"] for cell in cells if (cell["indicator"], cell["breakdown"]) == (code, "")]
              for code in indicators}  # fmt: skip
    return [sum(values[code]) for code in indicators]


def test_a_list_of_december_beside_that_of_november_takes_its_place(office: Path) -> None:
    assert read(office, "k29_november.xlsx") == (24, 24)
    assert say("push", "--period", "2025", "--dir", office).code == 0
    assert counted(office, "P02") == [24]
    put = say("plugin", "put", "p", CASES / "k29_december.xlsx", "--dir", office)
    assert (put.code, put.out.strip()) == (0, "k29_december.xlsx 已放入 p。下一步：tiersync push")
    pushed = say("push", "--period", "2025", "--dir", office)
    assert "k29_november.xlsx 与 inbox/k29_december.xlsx 大多相同，是较早的一版" in pushed.err
    assert counted(office, "P02") == [23]
    again = say("plugin", "put", "p", CASES / "k29_december.xlsx", "--as", "名册.xlsx", "--dir", office)
    assert "已有内容相同的文件 k29_december.xlsx" in again.out
    other = say("plugin", "put", "p", CASES / "k29_november.xlsx", "--as", "k29_december.xlsx", "--dir", office)
    assert "已有内容相同的文件 k29_november.xlsx" in other.out


def test_birth_dates_and_sex_come_from_the_number_and_an_age_is_no_field(office: Path) -> None:
    assert read(office, "k06_age_and_id.xlsx") == (24, 24)
    mapped = (office / "plugins" / "p" / "plugin.toml").read_text(encoding="utf-8")
    assert "年龄" not in mapped
    assert say("push", "--period", "2025", "--dir", office).code == 0
    numbers = [row[3] for row in rows_of("k06_age_and_id.xlsx", "花名册")[2:]]
    assert counted(office, "P05") == [sum(1 for number in numbers if number and int(number[6:10]) <= 1945)]


def test_days_counted_from_1904_are_recognised_by_the_numbers(office: Path) -> None:
    sample = CASES / "k09c_1904_serials.xlsx"
    assert say("plugin", "new", "p", "--from", sample, "--record", "senior", "--dir", office).code == 0
    assert say("plugin", "enable", "p", "--dir", office).code == 0
    told = say("push", "--period", "2025", "--dir", office)
    assert "其中的日期是从1904年起算的天数（与身份证号比对得出），已按此换算" in told.err
    numbers = [row[3] for row in rows_of("k09c_1904_serials.xlsx", "花名册")[1:]]
    assert counted(office, "P05") == [sum(1 for number in numbers if number and int(number[6:10]) <= 1945)]


def rows_of(file: str, sheet: str) -> list[tuple[str | None, ...]]:
    return fastexcel.read_excel(CASES / file).load_sheet(sheet, header_row=None, dtypes="string").to_polars().rows()


def test_a_copy_of_a_payroll_pays_nobody_twice_and_one_that_differs_is_said(street: Path) -> None:
    sets = ("--set", "kind=发放", "--set", "scheme=allow_90", "--set", "unit=371402001001")
    made = say("plugin", "new", "p", "--from", CASES / "h01_payroll.csv", "--record", "benefit", *sets, "--dir", street)
    assert made.code == 0, made.err
    inbox = street / "plugins" / "p" / "inbox"
    shutil.copy(CASES / "h01_payroll.csv", inbox / "h01_payroll（副本）.csv")
    assert say("plugin", "enable", "p", "--dir", street).code == 0
    assert say("push", "--period", "2013", "--dir", street).code == 0
    assert counted(street, "B01", "B03", period="2013") == [30, 300000]
    text = (CASES / "h01_payroll.csv").read_text(encoding="utf-8").replace("100.00", "200.00", 1)
    (inbox / "h01_payroll（副本）.csv").write_text(text, encoding="utf-8")
    told = say("push", "--period", "2013", "--dir", street)
    assert "同一主键" in told.err
    findings = say("finding", "list", "--dir", street).out
    assert "同键异文" in findings


def test_people_of_a_unit_that_is_closed_or_not_yet_open_are_said_to_be_lost(tmp_path: Path) -> None:
    folder, street = tmp_path / "node", "371402001000"
    units = ("--units", CASES / "h06_units_closed.csv")
    assert say("init", street, *units, "--url", "http://127.0.0.1:1", "--dir", folder).code == 0
    names = [(at, unit) for at, unit in enumerate(("尉署社区", "南龙社区", "康乐社区") * 10)]
    lines = [f"测{chr(0x4E00 + at)},{identity(100 + at)},{unit}" for at, unit in names]
    sample = tmp_path / "名册2013.csv"
    sample.write_text("\n".join(["姓名,身份证号,社区", *lines]), encoding="utf-8")
    assert say("plugin", "new", "p", "--from", sample, "--record", "senior", "--dir", folder).code == 0
    assert say("plugin", "enable", "p", "--dir", folder).code == 0
    assert say("push", "--period", "2013", "--dir", folder).code == 0
    assert total(folder, street, "2013") == (20, "partial")
    assert "单位不存在" in say("finding", "list", "--dir", folder).out
    assert here("push", "--period", "2013-Q2", "--dir", folder).code == 0
    assert total(folder, street, "2013-Q2") == (20, "partial")


def total(folder: Path, unit: str, period: str) -> tuple[int, str]:
    """Seniors in the total of a unit's period, and the status of that figure."""
    form = "aging-quarter" if "Q" in period else "aging-year"
    shown = here("report", "show", unit, "--form", form, "--period", period, "--json", "--dir", folder).json
    (cell,) = [one for one in shown["cells"] if (one["indicator"], one["breakdown"]) == ("P02", "")]
    return cell["value"], cell["status"]


def identity(number: int) -> str:
    digits = f"37990119400102{number:03}"
    return digits + check_character(digits)
