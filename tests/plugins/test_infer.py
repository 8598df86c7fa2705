"""Which column is which field: a labelled corpus of headers as offices write them, and what must never be taken.

`corpus.csv` says of each header the field, and by `cells` what stands below it where that is not the field's own. Its
author also wrote the lexicon. `second_corpus.csv`, with samples of its own, was written by somebody else, who had not
seen what the inference makes of it; four of five were understood at first, and then the words that may stand before a
field's name were gathered. Neither holds a row of a real office.
"""

import csv
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.plugins.folders import UNITS, identity
from tiersync.config.lexicon import packaged_lexicon
from tiersync.model.records import kinds
from tiersync.model.records.field import FieldKind
from tiersync.model.records.record import RECORDS
from tiersync.plugins.drafting.inference.infer import Column, infer
from tiersync.plugins.drafting.inference.infer_ticks import ticked
from tiersync.plugins.values.unit_names import names_of

LEXICON = packaged_lexicon()
NAMES = names_of(UNITS)
CELLS: dict[str, Callable[[int], str]] = {
    "id": identity, "name": lambda n: "测甲乙丙丁戊己庚"[n % 8] + "某", "phone": lambda n: f"1000000{n:04}",
    "date": lambda n: f"2013-03-{n + 1:02}", "age": lambda n: str(60 + n), "serial": lambda n: str(6_217_000 + n),
    "text": lambda n: "甲乙丙"[n % 3] + "等", "number": lambda n: f"{n}.5",
}  # fmt: skip


def cells_of(kind: FieldKind, name: str) -> Callable[[int], str]:
    """What stands below a header that means its field."""
    match kind:
        case kinds.Identity():
            return CELLS["id"]
        case kinds.Day():
            return lambda n: f"19{30 + n}年{n + 1}月3日"
        case kinds.Month():
            return lambda n: f"2013-{n + 1:02}"
        case kinds.PeriodRef():
            return lambda n: "2013"
        case kinds.UnitRef():
            return lambda n: list(UNITS.values())[n % len(UNITS)]
        case kinds.Count() | kinds.Number():
            return lambda n: str(100 * (n + 1))
        case kinds.Code(codes=codes) | kinds.Codes(codes=codes):
            words = sorted(LEXICON.words[codes])
            return lambda n: words[n % len(words)]
    return CELLS.get(name, lambda n: f"T{n:03}")


Row = tuple[str, str, str, str]


def corpus() -> list[Row]:
    with (Path(__file__).parent / "corpus.csv").open(encoding="utf-8") as file:
        return [(r["record"], r["header"].replace("\\n", "\n"), r["field"], r["cells"]) for r in csv.DictReader(file)]


def taken(row: Row) -> str:
    """The field that a column is taken for without a question, '' for none."""
    record, header, field, cells = row
    spell = CELLS[cells] if cells else cells_of(RECORDS[record].kinds()[field], field)
    found = infer(record, [Column(header, [spell(n) for n in range(8)])], LEXICON, NAMES)
    return found.taken[0].field if found.taken else ""


def test_nineteen_of_twenty_headers_are_understood() -> None:
    rows = [row for row in corpus() if row[2]]
    missed = [(row[:3], taken(row)) for row in rows if taken(row) != row[2]]
    assert len(rows) >= 200
    assert len(missed) <= len(rows) * 0.05, missed


Sampled = tuple[str, str, list[str], str]


def second_corpus() -> list[Sampled]:
    with (Path(__file__).parent / "second_corpus.csv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    return [(r["record"], r["header"].replace("\\n", "\n"), r["samples"].split("|"), r["field"]) for r in rows]


def taken_by_samples(row: Sampled) -> str:
    found = infer(row[0], [Column(row[1], row[2])], LEXICON, NAMES)
    return found.taken[0].field if found.taken else ""


def test_headers_that_somebody_else_wrote_down_are_understood_and_none_wrongly() -> None:
    rows = second_corpus()
    wrong = [(row, got) for row in rows if (got := taken_by_samples(row)) not in ("", row[3])]
    meant = [row for row in rows if row[3]]
    missed = [row for row in meant if taken_by_samples(row) != row[3]]
    assert wrong == []
    assert len(meant) >= 340
    assert len(missed) <= len(meant) * 0.07, missed


def test_of_both_corpora_nineteen_of_twenty_are_understood() -> None:
    ours = [taken(row) == row[2] for row in corpus() if row[2]]
    theirs = [taken_by_samples(row) == row[3] for row in second_corpus() if row[3]]
    assert sum(ours + theirs) >= 0.95 * len(ours + theirs)


def test_no_wrong_mapping_is_taken_without_a_question() -> None:
    wrong = [(row, taken(row)) for row in corpus() if taken(row) not in ("", row[2])]
    assert wrong == []


def test_headers_that_mean_nothing_are_many() -> None:
    assert len([row for row in corpus() if not row[2]]) >= 60


@pytest.mark.parametrize("header", ["身份证号", "出生日期"])
def test_a_column_without_any_cell_is_taken_by_its_name(header: str) -> None:
    found = infer("senior", [Column(header, [None, "", " "])], LEXICON, NAMES)
    assert [proposal.header for proposal in found.taken] == [header]


def test_two_columns_for_one_field_are_a_question() -> None:
    columns = [Column(header, [CELLS["name"](n) for n in range(8)]) for header in ("姓名", "老人姓名")]
    found = infer("senior", columns, LEXICON, NAMES)
    (asked,) = [question for question in found.questions if question.field == "name"]
    assert (asked.why, [choice.header for choice in asked.choices]) == ("several", ["姓名", "老人姓名"])
    assert not [proposal for proposal in found.taken if proposal.field == "name"]


def test_no_column_is_two_fields() -> None:
    columns = [Column(row[1], [cells_of(RECORDS["senior"].kinds()[row[2]], row[2])(n) for n in range(8)])
               for row in corpus() if row[0] == "senior" and row[2]]  # fmt: skip
    found = infer("senior", columns, LEXICON, NAMES)
    headers = [proposal.header for proposal in found.taken]
    assert len(headers) == len(set(headers))


@pytest.mark.parametrize(("record", "header", "cells", "field", "reading"), [
    ("association", "成立时间", ("2012年3月", "2015.06", "2018/9/1"), "established_on", {"parse": "date"}),
    ("activity", "活动时间", ("2025年10月29日", "10月9日", "5.12-5.13", "2025年9月"), "start_at", {"parse": "date"}),
    ("senior", "出生日期", ("25/12/1931", "3/2/1940"), "birth_date", {"parse": "day_first"}),
    ("senior", "出生日期", ("12/25/1931", "3/2/1940"), "birth_date", {"parse": "month_first"}),
    ("association", "会员人数", ("86", "约60人", "1,200"), "members_total", {}),
])  # fmt: skip
def test_values_as_offices_write_them_are_known_for_what_they_are(
    record: str, header: str, cells: tuple[str, ...], field: str, reading: dict[str, object]
) -> None:
    found = infer(record, [Column(header, cells)], LEXICON, NAMES)
    assert [(one.field, dict(one.reading)) for one in found.taken] == [(field, reading)]


@pytest.mark.parametrize("cells", [("2016.01", "2016.04"), ("2021年3月", "2021年11月"), ("2019/5", "2019/06")])
def test_months_are_read_as_offices_write_them(cells: tuple[str, ...]) -> None:
    found = infer("benefit", [Column("停发月份", cells)], LEXICON, NAMES)
    assert [(one.field, dict(one.reading)) for one in found.taken] == [("stop_month", {"parse": "date"})]


@pytest.mark.parametrize(("header", "field"), [("姓名\nName", "name"), ("联系电话 Tel.", "phone")])
def test_a_translation_behind_a_header_changes_nothing(header: str, field: str) -> None:
    (column,) = infer("senior", [Column(header, ["10000000001" if field == "phone" else "测某"])], LEXICON, NAMES).taken
    assert column.field == field


def test_a_number_that_is_needed_is_asked_about_among_the_columns_that_may_be_it() -> None:
    columns = [Column(f"{whose}身份证号", [identity(n) for n in range(4)]) for whose in ("男方", "女方")]
    asked = {one.field: one for one in infer("senior", columns, LEXICON, NAMES).questions}
    assert [choice.header for choice in asked["id_number"].choices] == ["男方身份证号", "女方身份证号"]


def test_a_number_of_things_is_no_tick() -> None:
    assert ticked("activity", [Column("篇数", ["1", "1"])], LEXICON) == []


@pytest.mark.parametrize("cells", [("3/2/1931", "4/5/1940"), ("25/12/1931", "12/25/1940"), ("10月9日", "3月5日")])
def test_dates_that_prove_nothing_are_a_question(cells: tuple[str, ...]) -> None:
    found = infer("senior", [Column("出生日期", cells)], LEXICON, NAMES)
    assert not found.taken
    assert ("birth_date", "unsure") in [(one.field, one.why) for one in found.questions]
