"""Columns of a source become fields: cleaned, dated, coded and looked up, a whole column at once."""

from datetime import date
from functools import cache

import polars as pl
import pytest

from tests.plugins.folders import UNITS
from tiersync.plugins.folder.stream import MappedField, Resume, Source, Stream
from tiersync.plugins.rows.headers import Header
from tiersync.plugins.rows.mapping import KnownOfTable, map_rows, said_of
from tiersync.plugins.values.approximate import times_stated
from tiersync.plugins.values.unit_names import names_of
from tiersync.rules.calendar.stated import stated_in, until_of, year_of

NEEDED = {name: MappedField(headers=(name,)) for name in ("id_number", "sex", "birth_date", "residence_unit")}


def mapped(name: str, field: MappedField, *cells: str | None, zone: str = "Asia/Shanghai") -> list[str | None]:
    """The cells of one column as the senior's field `name`."""
    fields = NEEDED | {name: field}
    stream = Stream(record="senior", key=("id_number",), source=Source(kind="csv", path="x"), map=fields)
    stream = stream.model_copy(update={"time_zone": zone})
    frame = pl.DataFrame({"column": pl.Series(cells, dtype=pl.String)})
    return map_rows(frame, Header(("column",), {name: "column"}, ()), stream, names_of(UNITS))[name].to_list()


def figures(field: str, parse: str, *cells: str | None) -> list[str | None]:
    """The cells of one column as a declared figure's field."""
    needed = {name: MappedField(headers=(name,)) for name in ("indicator", "unit", "period")}
    fields = needed | {field: column(parse=parse)}
    stream = Stream(record="figure", key=("indicator",), source=Source(kind="csv", path="x"), map=fields)
    frame = pl.DataFrame({"column": pl.Series(cells, dtype=pl.String)})
    return map_rows(frame, Header(("column",), {field: "column"}, ()), stream, names_of({}))[field].to_list()


def happened(
    name: str, *cells: str, year: int = 0, title: str = "", read_on: date | None = None, parse: str = "date"
) -> list[str | None]:
    """The cells of one column as the activity's field `name`, under a title or one of that year."""
    stated = stated_in(title)
    said = KnownOfTable(year or year_of(stated), until=until_of(stated))
    needed = {name: MappedField(headers=(name,)) for name in ("activity_id", "kind", "unit", "start_at")}
    fields = needed | {name: column(parse=parse)}
    stream = Stream(record="activity", key=("activity_id",), source=Source(kind="csv", path="x"), map=fields)
    stream = stream.model_copy(update={"resume": Resume(read_on=read_on)})
    frame = pl.DataFrame({"column": pl.Series(cells, dtype=pl.String)})
    return map_rows(frame, Header(("column",), {name: "column"}, ()), stream, names_of({}), said)[name].to_list()


def column(**what: object) -> MappedField:
    return MappedField.model_validate({"from": "column", **what})


@pytest.mark.parametrize(("written", "read"), [
    ("1931-02-03", "1931-02-03"), ("1931-2-3", "1931-02-03"), ("1931/02/03", "1931-02-03"), ("1931.2.3", "1931-02-03"),
    ("1931年2月3日", "1931-02-03"), ("1931 年 2 月 3 日", "1931-02-03"),
    ("19310203", "1931-02-03"), ("11357", "1931-02-03"),
    ("1931-02-03 00:00:00", "1931-02-03"), ("1931/2/3 0:00", "1931-02-03"), ("1931-02-03T08:30:00Z", "1931-02-03"),
    ("11357.5", "1931-02-03"), ("１９３１．２．３", "1931-02-03"),
    (" 1931-2-3 ", "1931-02-03"), ("2000/2/29", "2000-02-29"),
])  # fmt: skip
def test_a_date_is_read_from(written: str, read: str) -> None:
    assert mapped("birth_date", column(parse="date"), written) == [read]


@pytest.mark.parametrize(
    "written",
    [
        "1931-02-30",
        "1931/2/30",
        "19310230",
        "1900-02-29",
        "1931",
        "31-2-3",
        "不详",
        "1931.1",
        "民国二十年",
        "3/2/1931",
        "2月3日",
        "1931.2.3-2.4",
        "193113",
    ],
)
def test_what_is_no_date_stays_for_the_check_to_refuse(written: str) -> None:
    assert mapped("birth_date", column(parse="date"), "1931-2-3", written) == ["1931-02-03", written]


@pytest.mark.parametrize(("written", "read"), [
    ("2012年3月", "2012-03"), ("2012年3月份", "2012-03"), ("2015.06", "2015-06"), ("2015-6", "2015-06"),
    ("2015/11", "2015-11"), ("193102", "1931-02"), ("民国20年3月", "1931-03"), ("二〇一二年十月", "2012-10"),
])  # fmt: skip
def test_a_month_without_a_day_is_read_from(written: str, read: str) -> None:
    assert mapped("birth_date", column(parse="date"), written, "1931-02-03") == [read, "1931-02-03"]


@pytest.mark.parametrize(("written", "read"), [
    ("民国20年3月5日", "1931-03-05"), ("民国二十年三月五日", "1931-03-05"), ("民国廿一年十二月三十一日", "1932-12-31"),
    ("中华民国元年10月10日", "1912-10-10"), ("一九三一年二月三日", "1931-02-03"), ("二○○○年二月二十九日", "2000-02-29"),
])  # fmt: skip
def test_chinese_numerals_and_years_of_the_republic_are_read(written: str, read: str) -> None:
    assert mapped("birth_date", column(parse="date"), written) == [read]


HAPPENED = [
    ("5.1-5.3", "2025-05-01", "2025-05-03"), ("5.12-5.13", "2025-05-12", "2025-05-13"),
    ("2024.5.12-5.13", "2024-05-12", "2024-05-13"),
    ("5月12日至13日", "2025-05-12", "2025-05-13"), ("2024年5月30日—6月2日", "2024-05-30", "2024-06-02"),
    ("2024-12-31~2025-01-02", "2024-12-31", "2025-01-02"), ("十月九日", "2025-10-09", "2025-10-09"),
    ("10月9日", "2025-10-09", "2025-10-09"), ("10/9", "2025-10-09", "2025-10-09"), 
    ("10.19", "2025-10-19", "2025-10-19"),
    ("10月", "2025-10", "2025-10"), ("2024年10月29日", "2024-10-29", "2024-10-29"), ("2024年9月", "2024-09", "2024-09"),
]  # fmt: skip
NO_DAY = ["2月30日", "13月1日", "5.1", "5.1-5", "10.1", "5.12-5.32", "春节", "9日"]
SPANS = ["5-6", "3-5", "10-19", "2025.5-12", "2025/5-12", "2025年5-12", "民国2035", "民国2035年"]


@cache
def in_2025(name: str) -> dict[str, str | None]:
    """What each of these becomes in one column under a title of 2025: a column is read in the time of a cell."""
    cells = [*(written for written, *_ in HAPPENED), *NO_DAY, *SPANS, "2025-5-12"]
    return dict(zip(cells, happened(name, *cells, year=2025), strict=True))


@pytest.mark.parametrize(("written", "start", "end"), HAPPENED)
def test_what_happened_is_read_with_the_year_of_the_title_and_of_several_days_the_first(
    written: str, start: str, end: str
) -> None:
    assert in_2025("start_at")[written] == start
    assert in_2025("end_at")[written] == end


@pytest.mark.parametrize("written", NO_DAY)
def test_no_day_is_made_up_of_what_may_be_another(written: str) -> None:
    assert in_2025("start_at")[written] == written


def test_a_day_without_a_year_is_none_where_no_title_names_one() -> None:
    assert happened("start_at", "10月9日", "5.12-5.13") == ["10月9日", "5.12-5.13"]


@pytest.mark.parametrize(("title", "cell", "read"), [
    ("活动20250108.csv", "12月25日", "2024-12-25"), ("活动20250108.csv", "1月5日", "2025-01-05"),
    ("2025年1月活动", "12月25日", "2024-12-25"), ("2025年1月活动", "1月31日", "2025-01-31"),
    ("2025年活动", "12月25日", "2025-12-25"), ("2025年一季度活动", "3月8日", "2025-03-08"),
    ("2025年11月活动", "12月3日", "12月3日"), ("活动20250108.csv", "12月30日-12月31日", "2024-12-30"),
])  # fmt: skip
def test_what_lies_behind_the_day_of_a_list_was_in_the_year_before(title: str, cell: str, read: str) -> None:
    assert happened("start_at", cell, title=title) == [read]


def test_no_day_without_a_year_lies_in_the_future_of_its_reading() -> None:
    cells = ("11月30日", "12月1日", "12月", "2025-12-24")
    assert happened("start_at", *cells, year=2025, read_on=date(2025, 11, 30)) == [
        "2025-11-30", "12月1日", "12月", "2025-12-24",
    ]  # fmt: skip


def test_the_day_comes_first_without_a_year_as_well() -> None:
    cells = ("5/6", "25/12", "5.06", "5/6-7/6", "5.1", "5月6日", "12/25")
    assert happened("start_at", *cells, year=2025, parse="day_first") == [
        "2025-06-05", "2025-12-25", "2025-06-05", "5/6-7/6", "5.1", "2025-05-06", "12/25",
    ]  # fmt: skip


@pytest.mark.parametrize("written", SPANS)
def test_what_may_be_a_span_is_no_day(written: str) -> None:
    assert (in_2025("start_at")[written], in_2025("start_at")["2025-5-12"]) == (written, "2025-05-12")


def test_a_birthday_or_a_founding_has_no_year_from_a_title() -> None:
    frame = pl.DataFrame({"column": ["10月9日"]})
    fields = NEEDED | {"birth_date": column(parse="date")}
    stream = Stream(record="senior", key=("id_number",), source=Source(kind="csv", path="x"), map=fields)
    header = Header(("column",), {"birth_date": "column"}, ())
    assert map_rows(frame, header, stream, names_of({}), KnownOfTable(2025))["birth_date"].to_list() == ["10月9日"]


def test_day_and_month_are_told_apart_by_what_the_mapping_says() -> None:
    cells = ("25/12/1931", "3/2/1931", "1931-02-03", "30.2.1931")
    assert mapped("birth_date", column(parse="day_first"), *cells) == [
        "1931-12-25", "1931-02-03", "1931-02-03", "30.2.1931",
    ]  # fmt: skip
    assert mapped("birth_date", column(parse="month_first"), *cells)[:2] == ["25/12/1931", "1931-03-02"]


def since_1904(*rows: tuple[str | None, str | None]) -> list[str | None]:
    """Birth dates of rows of birth date and identity number."""
    fields = NEEDED | {"birth_date": MappedField.model_validate({"from": "born", "parse": "date"})}
    stream = Stream(record="senior", key=("id_number",), source=Source(kind="csv", path="x"), map=fields)
    frame = pl.DataFrame(rows, {"born": pl.String, "number": pl.String}, orient="row")
    header = Header(("born", "number"), {"birth_date": "born", "id_number": "number"}, ())
    return map_rows(frame, header, stream, names_of({}), said_of(frame, header, stream, 0))["birth_date"].to_list()


def test_days_since_1904_are_recognised_by_the_numbers_beside_them() -> None:
    proofs = [("9895", "379901193102030018"), ("13611", "379901194104076188")]
    assert since_1904(*proofs, ("9000", None), ("1931", None), ("1931-02-03", None)) == [
        "1931-02-03", "1941-04-07", "1928-08-22", "1931", "1931-02-03",
    ]  # fmt: skip


def test_one_person_proves_no_system_for_others_and_days_since_1900_stay_what_they_are() -> None:
    assert since_1904(("13611", "379901194104076188"), ("20000", None)) == ["1941-04-07", "20000"]
    proofs = [("11357", "379901193102030018"), ("15073", "379901194104076188"), ("20000", None)]
    assert since_1904(*proofs) == ["1931-02-03", "1941-04-07", "1954-10-03"]


SINCE_1904 = [("9895", "379901193102030018"), ("13611", "379901194104076188")]


@pytest.mark.parametrize("cell", ["5.12", "12", "800", "9000.5", "0012", "99999", "1931", "2012"])
def test_no_day_since_1904_is_made_of_a_number_that_is_hardly_one(cell: str) -> None:
    assert since_1904(*SINCE_1904, (cell, None))[2] == cell


def test_a_row_whose_own_number_contradicts_1904_is_not_shifted() -> None:
    many = SINCE_1904 * 10
    assert since_1904(*many, ("15073", "379901194104076188"))[-1] == "1941-04-07"
    assert since_1904(*many, ("15000", "379901194104076188"))[-1] == "15000"


def test_where_identity_numbers_contradict_each_other_a_bare_number_is_no_day() -> None:
    since_1900 = [("11357", "379901193102030018"), ("15073", "379901194104076188")]
    assert since_1904(*SINCE_1904, *since_1900, ("20000", None)) == [
        "1931-02-03", "1941-04-07", "1931-02-03", "1941-04-07", "20000",
    ]  # fmt: skip


def test_other_dates_are_shifted_only_where_the_births_agree() -> None:
    fields = NEEDED | {
        name: MappedField.model_validate({"from": name, "parse": "date"}) for name in ("birth_date", "file_opened_on")
    }
    stream = Stream(record="senior", key=("id_number",), source=Source(kind="csv", path="x"), map=fields)
    header = Header(("b", "n", "o"), {"birth_date": "b", "id_number": "n", "file_opened_on": "o"}, ())

    def opened(*births: tuple[str, str]) -> list[str | None]:
        frame = pl.DataFrame([(*row, "39000") for row in births], ("b", "n", "o"), orient="row")
        return map_rows(frame, header, stream, {}, said_of(frame, header, stream, 0))["file_opened_on"].to_list()

    assert opened(*SINCE_1904) == ["2010-10-11"] * 2
    assert opened(*SINCE_1904 * 10, ("15073", "379901194104076188"))[-1] == "39000"
    assert opened(*SINCE_1904, ("15073", "379901194104076188"), ("11357", "379901193102030018")) == ["39000"] * 4
    assert opened(("1931-02-03", "379901193102030018")) == ["2006-10-10"]


@pytest.mark.parametrize(("written", "in_shanghai", "in_new_york"), [
    ("2013-12-31T16:30:00Z", "2014-01-01", "2013-12-31"), ("2013-12-31T15:59:59.999Z", "2013-12-31", "2013-12-31"),
    ("2013-12-31 16:30:00+00", "2014-01-01", "2013-12-31"), ("2013/12/31 16:30 UTC", "2014-01-01", "2013-12-31"),
    ("2014-01-01T00:30:00+08:00", "2014-01-01", "2013-12-31"), ("2014-01-01 04:59:59+0000", "2014-01-01", "2013-12-31"),
    ("2013-12-31T23:30:00.123456-05:00", "2014-01-01", "2013-12-31"),
    ("2013-12-31T08:30-0500", "2013-12-31", "2013-12-31"), ("2014-01-01T13:00:00+05:30", "2014-01-01", "2014-01-01"),
    ("2014-01-01T10:29:00+05:30", "2014-01-01", "2013-12-31"),
    ("２０１３-１２-３１T１６：３０：００Z", "2014-01-01", "2013-12-31"),
    ("1388507400", "2014-01-01", "2013-12-31"), ("1388505599", "2013-12-31", "2013-12-31"),
    ("1388507400.25", "2014-01-01", "2013-12-31"), ("1388507400123", "2014-01-01", "2013-12-31"),
    ("2013-12-31 16:30:00", "2013-12-31", "2013-12-31"), ("20131231", "2013-12-31", "2013-12-31"),
    ("41639", "2013-12-31", "2013-12-31"),
])  # fmt: skip
def test_a_moment_is_of_the_day_at_the_office(written: str, in_shanghai: str, in_new_york: str) -> None:
    assert mapped("birth_date", column(parse="date"), written) == [in_shanghai]
    assert mapped("birth_date", column(parse="date"), written, zone="America/New_York") == [in_new_york]


@pytest.mark.parametrize("written", [
    "379901193102030018", "379901310203001", "13800000000", "138850740", "138850740012", "4102444800", "9876543210",
    "2013123116", "2013-12-31T25:30:00Z", "2013-02-30T16:30:00Z", "2013-12-31T16:30:00+15:00", "2013-12-31 08:30-11:30",
])  # fmt: skip
def test_what_may_be_no_moment_is_left_for_the_check_to_refuse(written: str) -> None:
    assert mapped("birth_date", column(parse="date"), written) == [written]


def test_dates_leave_empty_cells_empty() -> None:
    assert mapped("birth_date", column(parse="date"), None, "1931-2-3", None) == [None, "1931-02-03", None]
    assert mapped("birth_date", column(parse="date"), None, None) == [None, None]


def test_text_is_stripped_and_narrowed_and_empty_is_nothing() -> None:
    cells = ("测一", "  测二 ", "测　三", "　", "", None, "ＡＢ１", "测·四", "㐀")
    assert mapped("name", column(), *cells) == ["测一", "测二", "测 三", None, None, None, "AB1", "测·四", "㐀"]


def test_identities_lose_the_marks_of_spreadsheets() -> None:
    cells = (
        "'379901193102030018",
        "37990119390607004x\t",
        "３７９９０１１９３１０２０３００１８",
        " 379901193102030018",
    )
    plain = "379901193102030018"
    assert mapped("id_number", column(), *cells) == [plain, "37990119390607004X", plain, plain]


@pytest.mark.parametrize("written", [
    "379901 19310203 0018", "379901-19310203-0018", "379901　19310203　0018", '="379901193102030018"',
    "379901193102030018\u200b",
    "\u202d379901193102030018\u202c", "\ufeff379901193102030018", "３７９９０１-19310203-0018",
    "379901–1931–02030018\xa0",
])  # fmt: skip
def test_an_identity_number_is_cleaned_of_signs_among_its_digits(written: str) -> None:
    assert mapped("id_number", column(), written, "3799 0119390607 004x") == [
        "379901193102030018",
        "37990119390607004X",
    ]


@pytest.mark.parametrize("written", [
    "379901193102030018(已故)", "379901 1931 02", "H(123) 456-78", "=NUMBER:379901193102030018", "3.79901E+17",
    "379901/193102030018",
])  # fmt: skip
def test_what_is_no_identity_number_with_signs_stays_for_the_check_to_refuse(written: str) -> None:
    assert mapped("id_number", column(), written) == [written]


def test_steps_of_cleaning_are_taken_in_order() -> None:
    assert mapped("phone", column(clean=["digits"]), "139-0000-0001", "无") == ["13900000001", None]
    assert mapped("phone", column(clean=["nfkc", "strip", "number"]), "¥1,200.00元", "￥3") == ["1200.00", "3"]
    assert mapped("phone", column(clean=["nospace", "lower"]), " A b ") == ["ab"]
    assert mapped("phone", column(clean=[]), " A ") == [" A "]


def test_words_become_codes_and_a_strange_word_never_does() -> None:
    sex = column(values={"男": "1", "女": "2", "1": "2"})
    assert mapped("sex", sex, "男", "　女", "1", None) == ["1", "2", "2", None]
    assert mapped("sex", sex, "2", "其他") == [
        "=unmapped:2",
        "=unmapped:其他",
    ]  # An unmapped 2 must not pass for our 2.


def test_an_error_of_the_cell_is_no_word() -> None:
    sex = column(values={"男": "1"})
    assert mapped("sex", sex, "男", "#N/A", "＃REF！") == ["1", "#N/A", "#REF!"]


def test_several_words_in_a_cell_become_several_codes() -> None:
    hardship = column(values={"低保": "1", "孤寡": "4", "五保/三无": "2"})
    cells = ("低保", "低保、孤寡", "低保，孤寡", "孤寡 低保", "五保/三无", "低保;富裕")
    assert mapped("hardship_kind", hardship, *cells) == ["1", "1,4", "1,4", "4,1", "2", "1,=unmapped:富裕"]
    assert mapped("hardship_kind", column(), "1、4", "1") == ["1,4", "1"]


def counted(header: str, *cells: str, name: str = "participants_senior", record: str = "activity") -> list[str | None]:
    """The cells under a header as a number of a record."""
    must = {"activity": ("activity_id", "kind", "unit", "start_at"), "benefit": ("id_number", "unit", "kind", "scheme"),
            "facility": ("facility_id", "facility_type", "unit")}  # fmt: skip
    fields = {field: MappedField(headers=(field,)) for field in must[record]} | {name: MappedField(headers=(header,))}
    stream = Stream(record=record, key=(), source=Source(kind="csv", path="x"), map=fields)
    frame = pl.DataFrame({header: pl.Series(cells, dtype=pl.String)})
    return map_rows(frame, Header((header,), {name: header}, ()), stream, names_of({}))[name].to_list()


def test_a_number_of_people_is_read_as_it_is_written_and_stays_approximate() -> None:
    cells = ("45", "1,200", "２００", "60人", "200余人", "约60人", "近1.2万人", "12.0", "许多", "一百")
    assert counted("参加人数", *cells) == [
        "45", "1200", "200", "60", "over 200", "about 60", "nearly 12000", "12.0", "许多", "一百",
    ]  # fmt: skip


def test_a_header_in_ten_thousands_is_converted_exactly_and_a_cell_that_says_so_only_once() -> None:
    assert counted("发放金额（万元）", "16.8", "0.0001", "1,200", "3万元", name="amount", record="benefit") == [
        "168000", "1", "12000000", "30000",
    ]  # fmt: skip
    assert counted("金额（元）", "16.8", "¥3.50元", name="amount", record="benefit") == ["16.8", "3.50"]
    assert counted("资金(千元)", "16.8", name="amount", record="benefit") == ["16800"]


def test_a_cell_that_says_yuan_itself_is_not_multiplied_by_its_header() -> None:
    cells = ("168000元", "16.8万元", "约168000元", "¥168000", "16.8")
    assert counted("发放金额（万元）", *cells, name="amount", record="benefit") == [
        "168000", "168000", "about 168000", "¥168000", "168000",
    ]  # fmt: skip


@pytest.mark.parametrize("header", [
    "金额（万元）", "金额（单位：人民币万元）", "金额(万元/年)", "金额万元（全年）", "金额(每人每月万元)",
    "金额（万元，含税）",
])  # fmt: skip
def test_a_header_says_ten_thousands_in_many_ways(header: str) -> None:
    assert counted(header, "16.8", name="amount", record="benefit") == ["168000"]


@pytest.mark.parametrize("header", ["金额", "金额（元）", "10万元以上金额（元）", "金额（不含5万元以上）"])
def test_a_header_that_does_not_say_so_multiplies_nothing(header: str) -> None:
    assert counted(header, "16.8", name="amount", record="benefit") == ["16.8"]


def test_a_number_has_the_measure_words_of_its_field_and_no_others() -> None:
    assert counted("参加人数", "95%", "300元", "¥300", "3张", "2³", "⑤", "30位") == [
        "95%", "300元", "¥300", "3张", "2³", "⑤", "30",
    ]  # fmt: skip
    assert counted("金额", "300人", "300元", "1 200", name="amount", record="benefit") == ["300人", "300", "1 200"]
    assert counted("床位", "30张", "30元", name="beds", record="facility") == ["30", "30元"]


def paid(header: str, *cells: str, times: int | None = None) -> list[str | None]:
    """Amounts under a header, in a table whose title says 万元."""
    must = ("id_number", "unit", "kind", "scheme")
    fields = {field: MappedField(headers=(field,)) for field in must}
    fields["amount"] = MappedField(headers=(header,), times=times)
    stream = Stream(record="benefit", key=(), source=Source(kind="csv", path="x"), map=fields)
    frame = pl.DataFrame({header: pl.Series(cells, dtype=pl.String)})
    said = KnownOfTable(times=times_stated("某街道补贴发放表 单位：万元"))
    return map_rows(frame, Header((header,), {"amount": header}, ()), stream, names_of({}), said)["amount"].to_list()


def test_below_a_title_in_ten_thousands_no_amount_is_guessed() -> None:
    assert paid("金额", "16.8", "168000元") == ["=measure:16.8", "168000"]
    assert paid("金额（元）", "16.8") == ["16.8"]
    assert paid("金额（万元）", "16.8") == ["168000"]
    assert paid("金额", "16.8", times=10_000) == ["168000"]
    assert paid("金额", "16.8", times=1) == ["16.8"]
    assert [times_stated(title) for title in ("单位：元", "万元店发放表", "（单位:人、千元）")] == [1, 1, 1_000]


def test_units_are_looked_up_by_name() -> None:
    unit = column(lookup="units")
    cells = ("康乐社区居委会", "康乐社区", " 康乐社区居民委员会", "新湖街道办事处", "371402001005")
    expected = ["371402001004", "371402001004", "371402001004", "371402001000", "371402001005"]
    assert mapped("residence_unit", unit, *cells) == expected
    assert mapped("residence_unit", unit, "远方社区", None) == ["远方社区", None]


@pytest.mark.parametrize(("written", "number", "how"), [
    ("1200", "1200", "exact"), ("1,200人", "1200", "exact"), ("1200余人", "1200", "over"), ("3千多", "3000", "over"),
    ("约800人左右", "800", "about"),
    ("近1.2万人", "12000", "nearly"), ("1.2万余元", "12000", "over"), ("500以上", "500", "at_least"),
    ("约800", "800", "about"), ("800人左右", "800", "about"), ("不足300", "300", "at_most"),
    ("2亿", "200000000", "exact"), ("１２００余", "1200", "over"), (" 1200 人", "1200", "exact"),
    ("1,234,567.00", "1234567.00", "exact"),
    ("0.5万", "5000", "exact"), ("≥90", "90", "at_least"),
    ("200,000+", "200000", "at_least"), ("20万+人", "200000", "at_least"), ("超20万", "200000", "over"),
    (">90", "90", "over"), ("５０＋", "50", "at_least"), ("<300", "300", "at_most"), ("不低于95%", "95", "at_least"),
])  # fmt: skip
def test_a_figure_as_offices_write_it_is_a_number_and_a_word(written: str, number: str, how: str) -> None:
    assert figures("value", "number", written, None) == [number, None]
    assert figures("qualifier", "qualifier", written, None) == [how, None]


@pytest.mark.parametrize("written", [
    "不详", "一千余", "12-15", "近1200余", "1200余左右", "1200斤", "=1+1", "1.2.3",
    "1 200", "1,2345", "1,2", "12,34,567", "2³", "③",
])  # fmt: skip
def test_what_is_no_figure_stays_as_it_stands(written: str) -> None:
    assert figures("value", "number", written) == [written]
