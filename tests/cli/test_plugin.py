"""An administrator adds a district's plugin in three commands, out of the file that the district sent."""

import json
import re
from collections.abc import Iterable
from pathlib import Path

import pytest
from xlsxwriter import Workbook  # type: ignore[import-untyped]
from xlwt import Workbook as OldWorkbook  # type: ignore[import-untyped]

from tests.cli.offices import COMMUNITY, DISTRICT, Done, apart, found_city, here, spoken
from tests.cli.tried import failed
from tests.databases import PostgreSQL, SQLite
from tests.plugins.folders import identity
from tests.plugins.insurer_api import TOKEN
from tests.plugins.test_http_source import service

HEADERS = (
    "序号", "姓　名", "*身份证号码", "性 别", "出生\n日期", "所属村居", "居住情况（独居/与配偶…）", "困难类别", "状态",
    "联系人电话", "备注",
)  # fmt: skip
PEOPLE = 40


def person(number: int) -> list[str]:
    """A made-up person as a row under HEADERS."""
    return [
        str(number), "测甲乙丙丁"[number % 5] + "某", identity(number), "男" if number % 2 else "女", "1931年2月3日",
        "康乐社区", ("独居", "与配偶同住", "与子女同住")[number % 3], ("无", "低保", "五保/三无")[number % 3],
        "健在" if number % 10 else "去世", "13900000000", "",
    ]  # fmt: skip


def write_book(path: Path, rows: list[list[str]], headers: tuple[str, ...] = HEADERS) -> Path:
    """A workbook as a district sends it: a merged title, headers of its own, a signature."""
    with Workbook(path) as book:
        sheet = book.add_worksheet("花名册")
        sheet.merge_range(0, 0, 0, len(headers) - 1, "德城区2013年老年人信息登记表")
        for at, row in enumerate([list(headers), *rows, [], ["填表人：测己"]], start=1):
            for column, cell in enumerate(row):
                sheet.write_string(at, column, cell)
    return path


@pytest.fixture
def office(tmp_path: Path) -> Path:
    """A district's node that is its own top."""
    folder = tmp_path / "node"
    found_city(folder)
    return folder


@pytest.fixture
def sample(tmp_path: Path) -> Path:
    return write_book(tmp_path / "老年人信息2013.xlsx", [person(number) for number in range(1, PEOPLE + 1)])


def new(office: Path, sample: Path, *more: str) -> Done:
    return here(
        "plugin", "new", "decheng", "--from", sample, "--record", "senior", "--unit", DISTRICT, *more, "--dir", office
    )


def test_three_commands_lead_from_a_file_to_figures(office: Path, sample: Path) -> None:
    assert new(office, sample).code == 0
    assert "Next: tiersync plugin test decheng" in here("plugin", "lint", "decheng", "--dir", office).out
    tested = here("plugin", "test", "decheng", "--dir", office)
    assert (tested.code, "All 24 checks passed" in tested.out) == (0, True), tested.out
    assert here("plugin", "enable", "decheng", "--dir", office).code == 0
    assert here("push", "--period", "2013", "--dir", office).code == 0
    shown = here(
        "report", "show", COMMUNITY, "--form", "aging-year", "--period", "2013", "--part", "own", "--dir", office,
        "--json",
    )  # fmt: skip
    cells = shown.json["cells"]
    living = sum(1 for number in range(1, PEOPLE + 1) if number % 10)
    assert next(c["value"] for c in cells if (c["indicator"], c["breakdown"]) == ("P02", "")) == living


def test_the_columns_that_are_taken_are_told_with_evidence_and_masked_samples(office: Path, sample: Path) -> None:
    said = here("plugin", "infer", "--from", sample, "--dir", office, "--json")
    told = said.json
    assert (said.code, told["record"], told["header_row"]) == (0, "senior", 2)
    assert {field: column["header"] for field, column in told["fields"].items()} == {
        "id_number": "*身份证号码", "name": "姓　名", "sex": "性 别", "birth_date": "出生\n日期",
        "residence_unit": "所属村居", "living_arrangement": "居住情况（独居/与配偶…）", "hardship_kind": "困难类别",
        "life_status": "状态",
    }  # fmt: skip
    assert told["left"] == ["序号", "联系人电话", "备注"]
    assert not re.search("379901|测.某|1931", json.dumps(told, ensure_ascii=False))


def test_a_doubtful_column_is_a_question_that_lists_the_choices(office: Path, tmp_path: Path) -> None:
    headers = ("姓名", "身份证号", "身份证号码", "性别", "出生日期", "村居")
    rows = [[p[1], p[2], p[2], p[3], p[4], p[5]] for p in map(person, range(1, 9))]
    book = write_book(tmp_path / "two.xlsx", rows, headers)
    asked = new(office, book)
    assert asked.code == 2
    assert "several columns could be it: 身份证号" in asked.err
    assert "--map id_number=HEADER" in asked.err
    assert not (office / "plugins" / "decheng").exists()
    assert new(office, book, "--map", "id_number=身份证号码").code == 0
    assert 'id_number = "身份证号码"' in (office / "plugins" / "decheng" / "plugin.toml").read_text(encoding="utf-8")


def test_a_needed_field_without_a_column_is_asked_for_and_may_be_a_constant(office: Path, tmp_path: Path) -> None:
    headers = ("姓名", "身份证号", "性别", "出生日期")
    book = write_book(tmp_path / "no-unit.xlsx", [p[1:5] for p in map(person, range(1, 9))], headers)
    asked = new(office, book)
    assert asked.code == 2
    assert "residence_unit: no column is it" in asked.err
    assert new(office, book, "--set", f"residence_unit={COMMUNITY}").code == 0


def test_a_plugin_of_one_community_needs_no_column_for_it(office: Path, tmp_path: Path) -> None:
    headers = ("姓名", "身份证号", "性别", "出生日期")
    book = write_book(tmp_path / "one.xlsx", [p[1:5] for p in map(person, range(1, 9))], headers)
    made = here("plugin", "new", "kangle", "--from", book, "--record", "senior", "--unit", COMMUNITY, "--dir", office)
    assert made.code == 0, made.err
    assert failed(office, "kangle") == set()


def write_old_book(path: Path, rows: list[list[str]]) -> Path:
    """The same table as `write_book` makes, in the workbook format of before 2007."""
    book = OldWorkbook(encoding="utf-8")
    sheet = book.add_sheet("花名册")
    sheet.write_merge(0, 0, 0, len(HEADERS) - 1, "德城区2013年老年人信息登记表")
    for at, row in enumerate([list(HEADERS), *rows, [], ["填表人：测己"]], start=1):
        for column, cell in enumerate(row):
            sheet.write(at, column, cell)
    book.save(str(path))
    return path


def test_an_old_workbook_becomes_a_plugin_too(office: Path, tmp_path: Path) -> None:
    rows = [person(number) for number in range(1, PEOPLE + 1)]
    rows[7][2] = rows[7][2][:17] + ("0" if rows[7][2][17] != "0" else "1")
    old = write_old_book(tmp_path / "老年人信息2013.xls", rows)
    made = new(office, old)
    assert made.code == 0, made.err
    assert failed(office, "decheng") == set()
    here("plugin", "enable", "decheng", "--dir", office)
    assert here("push", "--period", "2013", "--dir", office).code == 0
    (run,) = here("ingest", "--json", "--dir", office).json
    assert (run["read"], run["valid"], run["refused"]) == (PEOPLE, PEOPLE - 1, {"bad_checksum": 1})
    (row,) = here("quarantine", "list", "--json", "--dir", office).json
    assert (row["file"], row["sheet"], row["row"]) == ("inbox/老年人信息2013.xls", "花名册", 10)


def test_a_gb18030_csv_becomes_a_plugin_too(office: Path, tmp_path: Path) -> None:
    lines = [",".join(HEADERS).replace("\n", ""), *(",".join(person(number)) for number in range(1, 9)), ""]
    file = tmp_path / "花名册.csv"
    file.write_bytes("\n".join(lines).encode("gb18030"))
    made = new(office, file)
    assert made.code == 0, made.err
    assert failed(office, "decheng") == set()


COLUMNS = ("lsh", "sfzh", "xm", "xb", "csrq", "village", "status")


def people_of_a_database(count: int) -> list[list[str]]:
    return [
        [f"L{n:04}", identity(n), "测某", "男" if n % 2 else "女", "19310203", "康乐社区", "健在"]
        for n in range(1, count)
    ]


def from_a_source_to_figures(office: Path, *more: object) -> int:
    """The way of the three commands, and the number of seniors that the community's report then says."""
    made = here("plugin", "new", "civil", *more, "--record", "senior", "--unit", DISTRICT, "--dir", office)
    assert made.code == 0, made.err
    assert failed(office, "civil") == set()
    here("plugin", "enable", "civil", "--dir", office)
    pushed = here("push", "--period", "2013", "--dir", office)
    assert pushed.code == 0, pushed.err
    asked = ("--form", "aging-year", "--period", "2013", "--part", "own", "--dir", office, "--json")
    cells = here("report", "show", COMMUNITY, *asked).json["cells"]
    return next(c["value"] for c in cells if (c["indicator"], c["breakdown"]) == ("P02", ""))


def keep_secret(office: Path, name: str, text: str) -> None:
    file = office / "keys" / "secrets" / name
    file.parent.mkdir(mode=0o700, exist_ok=True)
    file.touch(0o600)
    file.write_text(text, encoding="utf-8")


def test_a_sqlite_file_becomes_a_plugin_too(office: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    database = SQLite(tmp_path / "civil.db")
    database.run(f"CREATE TABLE lnr_da ({', '.join(COLUMNS)})")
    database.fill("lnr_da", COLUMNS, people_of_a_database(31))
    monkeypatch.chdir(tmp_path)
    assert from_a_source_to_figures(office, "--from", "sqlite:///civil.db", "--source", "table=lnr_da") == 30


def test_a_query_becomes_a_plugin_too(office: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    database = SQLite(tmp_path / "civil.db")
    database.run(f"CREATE TABLE lnr_da ({', '.join(COLUMNS)})")
    database.fill("lnr_da", COLUMNS, people_of_a_database(31))
    monkeypatch.chdir(tmp_path)
    query = "query=SELECT one.* FROM lnr_da AS one JOIN lnr_da AS other USING (sfzh) WHERE one.xb <> '不详'"
    assert from_a_source_to_figures(office, "--from", "sqlite:///civil.db", "--source", query) == 30


def test_a_postgresql_behind_a_read_only_account_becomes_a_plugin_too(office: Path, postgresql: PostgreSQL) -> None:
    postgresql.run(f"CREATE TABLE lnr_da ({', '.join(f'{name} text' for name in COLUMNS)})")
    postgresql.fill("lnr_da", COLUMNS, people_of_a_database(31))
    keep_secret(office, "civil.dsn", postgresql.dsn)
    assert from_a_source_to_figures(office, "--from", "secret:civil.dsn", "--source", "table=lnr_da") == 30
    manifest = (office / "plugins" / "civil" / "plugin.toml").read_text(encoding="utf-8")
    assert 'dsn = { secret = "civil.dsn" }' in manifest
    assert postgresql.dsn not in manifest


def test_a_web_service_behind_a_token_becomes_a_plugin_too(office: Path) -> None:
    keep_secret(office, "insurer.token", TOKEN)
    more = ("items=data", "total=total", "paging=page", "page_size=10", "token=secret:insurer.token")
    settings = [word for text in more for word in ("--source", text)]
    fixed = ("--set", "kind=policy", "--set", "scheme=yinling_ankang", "--set", f"unit={COMMUNITY}")
    mapped = ("--map", "benefit_id=id", "--map", "amount=paid", "--map", "status=", "--map", "name=")
    with service("page", 40) as url:
        made = here(
            "plugin", "new", "insurer", "--from", url, *settings, *fixed, *mapped, "--record", "benefit", "--unit",
            COMMUNITY, "--dir", office,
        )  # fmt: skip
        assert made.code == 0, made.err
        assert failed(office, "insurer") == set()
        here("plugin", "enable", "insurer", "--dir", office)
        assert here("push", "--period", "2013", "--dir", office).code == 0
    (stream,) = here("status", "--dir", office, "--json").json["streams"]
    assert (stream["valid"], stream["read"]) == (40, 40)


@pytest.mark.parametrize(
    ("more", "why"),
    [
        (("--from", "secret:nowhere"), "nowhere"), (("--from", "sqlite:///nowhere.db", "--source", "table=x"), "x"),
        (("--from", "http://insurer.example/"), "insecure = true"), (("--from", "nowhere.xlsx"), "cannot be opened"),
        (("--from", "sqlite:///civil.db"), "table or query"),
    ],
)  # fmt: skip
def test_a_source_that_cannot_be_asked_is_said_and_makes_nothing(office: Path, more: tuple[str, ...], why: str) -> None:
    done = here("plugin", "new", "civil", *more, "--record", "senior", "--dir", office)
    assert (done.code in (2, 6), why in done.err) == (True, True), done.err
    assert not (office / "plugins" / "civil").exists()


def visits(office: Path, path: Path, rows: Iterable[str]) -> Path:
    """A plugin drafted of a table of visits."""
    path.write_text("\n".join(["服务编号,走访日期,慰问金额", *rows, ""]), encoding="utf-8")
    told = ("--record", "service", "--unit", COMMUNITY, "--set", "kind=visit", "--dir", office)
    made = here("plugin", "new", path.stem, "--from", path, *told)
    assert made.code == 0, made.err
    return office / "plugins" / path.stem


def test_a_key_is_taken_only_where_no_two_rows_that_differ_share_it(office: Path, tmp_path: Path) -> None:
    """A number of the person's file stands in every row of theirs: it is no key, and none is invented."""
    own = [f"V{at},2013-10-0{at},200.00" for at in range(1, 8)]
    of_files = [f"V{at % 3},2013-10-0{at},200.00" for at in range(1, 8)]
    keyed = visits(office, tmp_path / "keyed.csv", [*own, own[0]])
    assert 'key = ["service_id"]' in (keyed / "plugin.toml").read_text(encoding="utf-8")
    without = visits(office, tmp_path / "keyless.csv", of_files)
    written = (without / "plugin.toml").read_text(encoding="utf-8")
    assert "key =" not in written
    assert "the whole row is the key" in written
    assert failed(office, "keyless") == set()


@pytest.mark.parametrize(
    ("row", "passes", "said"),
    [
        ("T001,2013-03-01,100.00", True, "1 rows say what another row says, and are counted once"),
        ("T001,2013-03-01,101.00", False, "rows that differ have the same key"),
    ],
)
def test_the_kit_tells_rows_that_repeat_from_rows_that_contradict_each_other(
    office: Path, tmp_path: Path, row: str, passes: bool, said: str
) -> None:
    folder = visits(office, tmp_path / "visits.csv", [f"V{at},2013-10-0{at},200.00" for at in range(1, 8)])
    for name, line in (("service.csv", row), ("service.expected.csv", f"{row},{COMMUNITY},visit,8")):
        with (folder / "fixtures" / name).open("a", encoding="utf-8") as file:
            file.write(f"{line}\n")
    checks = here("plugin", "lint", "visits", "--json", "--dir", office).json
    (check,) = [one for one in checks if one["check"] == "key_unique"]
    assert (check["passed"], said in str(check)) == (passes, True)
    assert said in here("plugin", "lint", "visits", "--dir", office).out
    assert failed(office, "visits") == (set() if passes else {"key_unique"})


def test_a_word_without_a_code_is_told(office: Path, tmp_path: Path) -> None:
    rows = [person(number) for number in range(1, PEOPLE + 1)]
    rows[3][8] = "出家"
    made = new(office, write_book(tmp_path / "odd.xlsx", rows))
    assert made.code == 0
    assert "life_status: no code is known for 出家" in made.out


def test_a_plugin_that_nobody_enabled_is_not_read_and_that_is_said(office: Path, sample: Path) -> None:
    new(office, sample)
    done = here("ingest", "--dir", office)
    assert (done.code, "decheng is not enabled" in done.err) == (0, True)
    assert here("plugin", "list", "--dir", office, "--json").json["plugins"][0]["standing"] == "disabled"


def test_a_plugin_that_failed_its_test_is_enabled_only_by_saying_so(office: Path, sample: Path) -> None:
    new(office, sample)
    manifest = office / "plugins" / "decheng" / "plugin.toml"
    sound = manifest.read_text(encoding="utf-8")
    manifest.write_text(sound.replace('男 = "1"', '男 = "2"'), encoding="utf-8")
    assert here("plugin", "test", "decheng", "--dir", office).code == 1
    asked = here("plugin", "enable", "decheng", "--dir", office)
    assert (asked.code, "decheng failed its last test (fixtures_as_expected" in asked.err) == (2, True), asked.err
    assert here("plugin", "list", "--dir", office, "--json").json["plugins"][0]["standing"] == "disabled"
    assert here("plugin", "enable", "decheng", "--yes", "--dir", office).code == 0
    manifest.write_text(sound, encoding="utf-8")  # The test was of another folder.
    assert here("plugin", "enable", "decheng", "--dir", office).code == 0


def test_a_folder_that_changed_is_not_run_until_it_was_looked_at_and_enabled_again(office: Path, sample: Path) -> None:
    new(office, sample)
    here("plugin", "enable", "decheng", "--dir", office)
    assert here("ingest", "--dir", office).code == 0
    manifest = office / "plugins" / "decheng" / "plugin.toml"
    manifest.write_text(manifest.read_text(encoding="utf-8").replace('男 = "1"', '男 = "2"'), encoding="utf-8")
    changed = here("push", "--period", "2013", "--dir", office)
    assert changed.code == 6
    assert "not as it was when it was enabled" in changed.err
    assert here("status", "--dir", office, "--json").json["streams"][0]["valid"] == PEOPLE
    looked = here("plugin", "diff", "decheng", "--dir", office)
    assert looked.code == 1
    assert '-sex = { from = "性 别", values = { 男 = "1"' in looked.out
    assert here("plugin", "enable", "decheng", "--dir", office).code == 0
    assert here("plugin", "diff", "decheng", "--dir", office).code == 0
    assert here("ingest", "--dir", office).code == 0


def test_new_rows_in_the_inbox_are_no_change_of_the_plugin(office: Path, sample: Path) -> None:
    new(office, sample)
    here("plugin", "enable", "decheng", "--dir", office)
    rows = [person(number) for number in range(1, PEOPLE + 11)]
    write_book(office / "plugins" / "decheng" / "inbox" / sample.name, rows)
    assert here("ingest", "--dir", office, "--json").json[0]["valid"] == PEOPLE + 10


def test_a_disabled_plugin_does_not_count_any_more(office: Path, sample: Path) -> None:
    new(office, sample)
    here("plugin", "enable", "decheng", "--dir", office)
    here("ingest", "--dir", office)
    assert "do not count" in here("plugin", "disable", "decheng", "--dir", office).out
    assert here("ingest", "--dir", office).code == 0
    assert "was not enabled" in here("plugin", "disable", "decheng", "--dir", office).out


def test_preview_shows_before_and_after_and_nobody(office: Path, sample: Path) -> None:
    new(office, sample)
    shown = here("plugin", "preview", "decheng", "--rows", "2", "--dir", office, "--json").json
    sexes = [line for line in shown if line["field"] == "sex"]
    assert [line["row"] for line in sexes] == [3, 4]
    assert not re.search("379901[0-9]|1931", json.dumps(shown))


@pytest.mark.parametrize(
    ("content", "why"),
    [(b"", "it is empty"), (b"%PDF-1.4", "it is a PDF"), ("甲,乙\n1,2\n".encode(), "no row in it looks like"),
     (b"PK\x03\x04rubbish", "damaged")],
)  # fmt: skip
def test_a_sample_that_is_none_is_said_and_makes_nothing(
    office: Path, tmp_path: Path, content: bytes, why: str
) -> None:
    file = tmp_path / "sample.xlsx"
    file.write_bytes(content)
    done = new(office, file)
    assert done.code == 2
    assert why in done.err
    assert not (office / "plugins" / "decheng").exists()


@pytest.mark.parametrize("id_", ["../x", "Decheng", "", "a b", ".hidden"])
def test_an_id_is_a_plain_name(office: Path, sample: Path, id_: str) -> None:
    done = here("plugin", "new", id_, "--from", sample, "--dir", office)
    assert done.code == 2
    assert [path.name for path in (office / "plugins").iterdir()] == []


def test_an_id_that_is_taken_is_said(office: Path, sample: Path) -> None:
    new(office, sample)
    again = new(office, sample)
    assert (again.code, "is there already" in again.err) == (2, True)


def test_a_wrong_answer_is_said_with_what_there_is(office: Path, sample: Path) -> None:
    assert "There are: 序号" in new(office, sample, "--map", "name=名儿").err
    assert "There are: id_kind" in new(office, sample, "--map", "nam=姓名").err
    assert "write FIELD=" in new(office, sample, "--map", "姓名").err


def test_the_commands_speak_chinese_too(office: Path, sample: Path) -> None:
    made = apart(
        "plugin", "new", "decheng", "--from", sample, "--record", "senior", "--unit", DISTRICT, "--dir", office,
        lang="zh",
    )  # fmt: skip
    assert "公民身份号码 (id_number)" in made.out
    assert "6 项检查全部通过" in spoken("plugin", "lint", "decheng", "--dir", office, lang="zh").out


def test_a_plugin_that_is_nowhere_is_said(office: Path) -> None:
    for command in ("test", "lint", "enable", "disable", "diff", "inspect", "preview"):
        done = here("plugin", command, "nobody", "--dir", office)
        assert (done.code, "tiersync plugin list" in done.err) == (2, True), command
