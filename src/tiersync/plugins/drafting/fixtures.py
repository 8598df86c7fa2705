"""Fixtures: a few made-up rows in the shape of a sample, and what they must become. They hold nobody who exists."""

import csv
import json
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date, timedelta
from io import StringIO
from pathlib import Path
from typing import Any

from xlsxwriter import Workbook  # type: ignore[import-untyped]

from tiersync.model.identity import check_character
from tiersync.model.records import kinds
from tiersync.model.records.field import FieldKind
from tiersync.model.records.figure_column import FIGURE, fields_of, is_column
from tiersync.model.records.record import RECORDS
from tiersync.model.spoken import DEPARTED
from tiersync.plugins.drafting.draft import PluginDraft, key_of
from tiersync.plugins.drafting.figure_fixtures import FixtureCell, number_cell, records_of, titles_of
from tiersync.plugins.drafting.inference.infer import Proposal
from tiersync.plugins.folder.stream import LABELS

FOLDER = "fixtures"
TICK = "√"
PEOPLE = 6
NOBODY = "379999"  # No region has this code.
BORN = date(1931, 2, 3)
APART = timedelta(days=1234)
FIRST_SERIAL = 100
NAMES = ("测试甲", "测试乙", "测试丙", "测试丁", "测试戊", "测试己")
DAYS: tuple[tuple[str, Callable[[date], str]], ...] = (
    (r"\d{4}-\d{2}-\d{2}", date.isoformat),
    (r"\d{8}", lambda day: f"{day:%Y%m%d}"),
    (r"\d{4}年.*", lambda day: f"{day.year}年{day.month}月{day.day}日"),
    (r"\d{4}/.*", lambda day: f"{day.year}/{day.month}/{day.day}"),
    (r"\d{4}\..*", lambda day: f"{day.year}.{day.month}.{day.day}"),
)


def write_fixtures(folder: Path, draft: PluginDraft, units: Mapping[str, str]) -> None:
    """Write the made-up source file and the rows that it must become. `units` are code and name, lowest first."""
    rows = [dict(_row(draft, number, units)) for number in range(PEOPLE)]
    headers = draft.found.headers
    fields = {header: proposal.field for proposal in reversed(draft.taken) for header in proposal.headers}
    lines = [[_written(row, fields.get(h.strip(), ""), h.strip(), draft) for h in headers] for row in rows]
    place = folder / FOLDER
    place.mkdir(exist_ok=True)
    if draft.kind in NO_FILES:
        NO_FILES[draft.kind](place, draft, rows)
        return
    if draft.kind == "excel":
        _write_book(place / f"{_file_name(draft, rows[0])}.xlsx", draft, lines, rows[0])
    else:
        _write_text(place / f"{_file_name(draft, rows[0])}.csv", draft, lines, rows[0])
    above = len(titles_of(draft)) - draft.found.header_row
    _write_expected(place / f"{draft.record}.expected.csv", draft, rows, draft.found.rows.last + 2 + above)


def _written(row: Mapping[str, FixtureCell], field: str, header: str, draft: PluginDraft) -> str:
    """What stands under a header: of those that tick a field, a tick where it is the one."""
    if not field:
        return ""
    is_ticked = any("ticks" in proposal.reading for proposal in draft.taken if proposal.field == field)
    return TICK * (row[field].written == header) if is_ticked else row[field].written


def _labels(draft: PluginDraft, row: Mapping[str, FixtureCell]) -> dict[str, str]:
    """What the labels say that fields take."""
    return {proposal.header: row[proposal.field].written for proposal in draft.taken if proposal.header in LABELS}


def _file_name(draft: PluginDraft, row: Mapping[str, FixtureCell]) -> str:
    said = _labels(draft, row).get("@file")
    return f"{draft.record}.{said}" if said else draft.record


def _row(draft: PluginDraft, number: int, units: Mapping[str, str]) -> Iterator[tuple[str, FixtureCell]]:
    kinds_of = RECORDS[draft.record].kinds()
    for at, proposal in enumerate(draft.taken):
        if is_column(draft.record, proposal.field):
            yield proposal.field, number_cell(proposal, str(100 * (number + 1) + at))
        elif (draft.record, proposal.field) == (FIGURE, "dims"):
            yield proposal.field, FixtureCell("", None)  # Every indicator has a total, and few have the same parts.
        elif proposal.reading.get("parse") == "remark":
            yield proposal.field, _remark(proposal, number, draft)
        else:  # What a label says is the same in all rows.
            each = 0 if proposal.header in LABELS else number
            yield proposal.field, _cell(proposal, kinds_of[proposal.field], each, units)
    for name, constant in draft.constants.items():
        yield name, FixtureCell("", constant)


def _cell(proposal: Proposal, kind: FieldKind, number: int, units: Mapping[str, str]) -> FixtureCell:
    """One made-up cell, spelled as the sample spells its own."""
    match kind:
        case kinds.Identity():
            return _same(identity_of(number))
        case kinds.Day():
            return _day(
                proposal, BORN + number * APART if proposal.field == "birth_date" else date(2013, 3, number + 1)
            )
        case kinds.Month():
            return FixtureCell(f"2013-{number + 1:02}", f"2013-{number + 1:02}")
        case kinds.PeriodRef():
            return _same("2013")
        case kinds.Code() | kinds.Codes():
            return _code(proposal, number)
        case kinds.UnitRef():
            code, name = list(units.items())[number % len(units)]
            return FixtureCell(name, code) if proposal.reading.get("lookup") else _same(code)
        case kinds.Count():
            return _same(str(number + 1))
        case kinds.Number():
            return number_cell(proposal, f"{100 * (number + 1)}.00")
    return _same(_words(proposal.field, number))


def identity_of(number: int) -> str:
    """A sound identity number of nobody."""
    digits = f"{NOBODY}{BORN + number * APART:%Y%m%d}{FIRST_SERIAL + number:03}"
    return digits + check_character(digits)


def sex_of(number: int) -> str:
    """The code that the identity number speaks of: its last digit but one is odd for men."""
    return "1" if (FIRST_SERIAL + number) % 2 else "2"


def _same(text: str) -> FixtureCell:
    return FixtureCell(text, text)


def _day(proposal: Proposal, day: date) -> FixtureCell:
    sample = next(iter(proposal.samples), "")
    spell = next((spell for pattern, spell in DAYS if re.fullmatch(pattern, sample)), date.isoformat)
    return FixtureCell(spell(day), day.isoformat())


def _code(proposal: Proposal, number: int) -> FixtureCell:
    """One of the words that the mapping knows; sex follows the identity number, as it does in life."""
    if isinstance(ticks := proposal.reading.get("ticks"), dict):
        header, code = list(ticks.items())[number % len(ticks)]
        return FixtureCell(header, code) if number % (len(ticks) + 1) else FixtureCell("", None)
    table = proposal.reading.get("values")
    if not isinstance(table, dict) or not table:
        word = proposal.samples[number % len(proposal.samples)] if proposal.samples else ""
        return FixtureCell(word, word or None)
    words = list(table.items())
    if proposal.field == "sex":
        words = [told for told in words if told[1] == sex_of(number)] or words
    word, code = words[number % len(words)]
    return FixtureCell(word, code)


def _remark(proposal: Proposal, number: int, draft: PluginDraft) -> FixtureCell:
    """A remark in every other row, as a clerk writes it; the date is read out of the same cell."""
    words = proposal.reading.get("values")
    if not isinstance(words, dict):
        return FixtureCell("", f"2013-{number + 1:02}" if number % 2 else None)
    word, code = [*words.items()][number % len(words)]
    return (
        FixtureCell(f"2013年{number + 1}月{word}", code) if number % 2 else FixtureCell("", DEPARTED[draft.record][2])
    )


def _words(field: str, number: int) -> str:
    match field:
        case "name":
            return NAMES[number]
        case "phone":
            return f"1000000000{number}"
        case "address":
            return f"测试路{number + 1}号"
    return f"T{number + 1:03}"


def _write_book(path: Path, draft: PluginDraft, lines: Sequence[Sequence[str]], row: Mapping[str, FixtureCell]) -> None:
    """Titles merged above the headers, as most offices have them; every cell is text."""
    found, said = draft.found, _labels(draft, row)
    with Workbook(path) as book:
        sheet = book.add_worksheet(said.get("@sheet", found.table.sheet or "Sheet1"))
        titles = [said.get("@title", title) for title in titles_of(draft)]
        for place, title in enumerate(titles):
            sheet.merge_range(place, 0, place, max(1, len(found.headers) - 1), title)
        table = [*found.header_lines, *lines]
        for place, cells in enumerate(table, start=len(titles)):
            for column, cell in enumerate(cells):
                sheet.write_string(place, column, cell or "")
        sheet.write_string(len(titles) + len(table), 0, "填表人：测试")


def _write_text(path: Path, draft: PluginDraft, lines: Sequence[Sequence[str]], row: Mapping[str, FixtureCell]) -> None:
    out = StringIO()
    writer = csv.writer(out, delimiter=draft.found.table.separator or ",", lineterminator="\n")
    writer.writerows([_labels(draft, row).get("@title", title)] for title in titles_of(draft))
    writer.writerows([*draft.found.header_lines, *lines])
    path.write_bytes(out.getvalue().encode(draft.found.table.encoding or "utf-8"))


ANSWER = "answer"  # The table that stands for what a query answers, where a fixture has not the tables behind it.


def _write_database(place: Path, draft: PluginDraft, rows: Sequence[Mapping[str, FixtureCell]]) -> None:
    """The table with the columns of the real one, or of what the query answers, and its made-up rows; they are read in
    the order of their key, or of all their fields."""
    table, columns = str(draft.source.get("table", ANSWER)).rpartition(".")[2], draft.found.headers
    lines = (
        []
        if "table" in draft.source
        else [f"-- 代替查询结果的表。The table {ANSWER} stands for what the query answers."]
    )
    lines += [f"CREATE TABLE {_name(table)} ({', '.join(f'{_name(column)} text' for column in columns)});"]
    for row in rows:
        taken = [(header, one.field) for one in draft.taken for header in one.headers]
        texts = {header: _written(row, field, header, draft) for header, field in taken}
        values = ", ".join(_literal(texts.get(column.strip(), "")) for column in columns)
        lines.append(f"INSERT INTO {_name(table)} VALUES ({values});")
    (place / "rows.sql").write_text("\n".join([*lines, ""]), encoding="utf-8")
    fields = {proposal.field for proposal in draft.taken}
    order = [name for name in key_of(draft) if name in fields] or [proposal.field for proposal in draft.taken]
    ordered = sorted(rows, key=lambda row: [row[name].written for name in order])
    _write_expected(place / f"{draft.record}.expected.csv", draft, ordered, 1)


def _name(name: str) -> str:
    doubled = name.replace('"', '""')
    return f'"{doubled}"'


def _literal(text: str) -> str:
    doubled = text.replace("'", "''")
    return f"'{doubled}'" if text else "NULL"


def _write_answer(place: Path, draft: PluginDraft, rows: Sequence[Mapping[str, FixtureCell]]) -> None:
    """An answer of the service with made-up items, nested as its own are."""
    items = []
    for row in rows:
        item: dict[str, Any] = {}
        for header, field in ((header, one.field) for one in draft.taken for header in one.headers):
            _put(item, header.split("."), _written(row, field, header, draft))
        items.append(item)
    answer: Any = items
    for name in reversed([part for part in str(draft.source.get("items", "")).split(".") if part]):
        answer = {name: answer}
    (place / f"{draft.record}.json").write_text(json.dumps(answer, ensure_ascii=False, indent=1), encoding="utf-8")
    _write_expected(place / f"{draft.record}.expected.csv", draft, rows, None)


def _put(item: dict[str, Any], names: Sequence[str], text: str) -> None:
    for name in names[:-1]:
        item = item.setdefault(name, {})
    item[names[-1]] = text or None


NO_FILES = {"sql": _write_database, "http": _write_answer}


def _write_expected(
    path: Path, draft: PluginDraft, rows: Sequence[Mapping[str, FixtureCell]], first: int | None
) -> None:
    """The rows as they must become; `first` is the number of the first, None where rows have no place of their own."""
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        names = fields_of(draft.record, (*(proposal.field for proposal in draft.taken), *draft.constants))
        writer.writerow([*names, *([] if first is None else ["place_row"])])
        for place, row in enumerate(rows, start=first or 0):
            for one in records_of(draft.record, row):
                writer.writerow([*(one[name].becomes or "" for name in names), *([] if first is None else [place])])
