"""A draft of the next catalogue: the newest one as the TOML and CSV files that people edit, and those read again."""

import csv
import json
import re
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from io import StringIO
from pathlib import Path
from typing import Any, NamedTuple

from tiersync.config.calendar import files_of_calendar
from tiersync.config.catalogue import load_catalogue
from tiersync.config.lists import text_of
from tiersync.config.units import read_units, spell_units
from tiersync.errors import BadCatalogue, FolderNotEmpty, TreeChange, UnreadableFile
from tiersync.model.calendar import CalendarDays
from tiersync.model.canonical import Value
from tiersync.model.catalogue import Catalogue, ListedCode

BASE, FILES, CODES, CALENDAR, UNITS = "draft.toml", "catalogue", "codes", "calendar", "units.csv"
BARE = re.compile(r"[A-Za-z0-9_-]+")
NOT_HERE = ("units", f"{FILES}/units.csv", f"{FILES}/units", f"{CODES}/units.csv")
HEADS = {
    "tiers": ("层级不能在此修改", "Tiers are not changed here"),
    "dimensions": (
        "分组：field 为记录的字段，codes 为 codes 目录中代码表的名称",
        "What figures are split by: a field of the record, and the name of its list in the folder codes",
    ),
    "indicators": (
        "指标，一项一段；修改 where 中的条件即改变口径",
        "Indicators, one entry each; the conditions in where decide what counts",
    ),
    "forms": (
        "报表：entries 写明各指标由哪些层级填报；due_days 为统计期末日之后的天数，"
        '其中截止日可写 working = true（按工作日）、at = "12:00"（几点前），'
        'moves = "days_off" 或 "holidays"（逢休息日或仅逢法定节假日顺延）',
        "Forms: entries say which tiers enter each indicator; due_days are days after the period's last day; the due "
        'date may say working = true (working days), at = "12:00", and moves = "days_off" or "holidays" (put off)',
    ),
    "rules": ("审核规则", "Rules of review"),
}  # fmt: skip
BASED_ON = """\
# 本草稿依据的目录编号，请勿修改：期间如有人发布了新目录，须重新起草。
# The catalogue that this draft was made from. Leave it: if another was published since, a new draft has to be made.
# 单位的新增、撤销、更名、划转、合并、拆分在 units.csv 中写明（列的说明见 schemas/units/README.md）。
# Units that begin, close, move, merge or split stand in units.csv (its columns: schemas/units/README.md).
# 修改 catalogue 和 codes 中的文件及 units.csv，然后 / Edit the files in catalogue and codes, and units.csv, then:
#   tiersync catalogue diff DIR
#   tiersync catalogue publish DIR --from 2014-Q1 --dry-run
"""


class Drafted(NamedTuple):
    """A draft as it was read: the catalogue that it would make, the number of the one it was made from, and where."""

    catalogue: Catalogue
    based_on: int
    folder: Path


def write_draft(folder: Path, catalogue: Catalogue, calendar: CalendarDays | None = None) -> None:
    """Write `catalogue` as files to edit into a new or empty folder, with this calendar if it has none; raises
    FolderNotEmpty."""
    if folder.exists() and any(folder.iterdir()):
        raise FolderNotEmpty(dir=folder)
    for name in (FILES, CODES):
        (folder / name).mkdir(parents=True)
    for name, lines in files_of(catalogue):
        (folder / FILES / f"{name}.toml").write_text(
            "\n".join([*(f"# {head}" for head in HEADS[name]), *lines, ""]), encoding="utf-8"
        )
    for name, codes in catalogue.codes.items():
        (folder / CODES / f"{name.lower()}.csv").write_text(spell_list(codes), encoding="utf-8-sig", newline="")
    if days := catalogue.calendar or calendar:
        (folder / CALENDAR).mkdir()
        for name, text in files_of_calendar(days):
            (folder / CALENDAR / name).write_text(text, encoding="utf-8-sig", newline="")
    (folder / UNITS).write_text(spell_units(catalogue.units), encoding="utf-8-sig", newline="")
    (folder / BASE).write_text(f"{BASED_ON}\nbased_on = {catalogue.number}\n", encoding="utf-8")


def read_draft(folder: Path, newest: Catalogue) -> Drafted:
    """What a draft makes of the next catalogue, over the units that it lists; raises BadCatalogue and TreeChange."""
    for name in NOT_HERE:
        if (folder / name).exists():
            raise TreeChange(place=folder / name)
    units = read_units(folder / UNITS, newest.top) if (folder / UNITS).exists() else newest.units
    catalogue = load_catalogue(folder / FILES, newest.top, units, newest.number + 1)
    if catalogue.tiers != newest.tiers:
        raise TreeChange(place=folder / FILES)
    return Drafted(catalogue, _read_base(folder), folder)


def _read_base(folder: Path) -> int:
    if not (folder / BASE).is_file():
        raise UnreadableFile(file=folder / BASE, why="tiersync catalogue draft")
    try:
        return int(tomllib.loads(text_of(folder / BASE))["based_on"])
    except (tomllib.TOMLDecodeError, KeyError, TypeError, ValueError) as error:
        why = {"why_en": "based_on has to be a number", "why_zh": "based_on 须为数字"}
        raise BadCatalogue(place=folder / BASE, **why) from error


def files_of(catalogue: Catalogue) -> Iterator[tuple[str, list[str]]]:
    """Each TOML file of a draft: its name, and the lines below its heading."""
    yield "tiers", [f"tiers = {spell(list(catalogue.tiers))}"]
    yield "dimensions", [line for one in catalogue.dimensions for line in spell_entry("dimension", one)]
    yield "indicators", [line for one in catalogue.indicators for line in spell_entry("indicator", one)]
    yield "forms", [line for one in catalogue.forms for line in spell_entry("form", one, table="entries")]
    yield "rules", [line for one in catalogue.rules for line in spell_entry("rule", one)]


def spell_entry(name: str, entry: Value, table: str = "") -> Iterator[str]:
    """One entry of a catalogue in TOML; defaults are left out, and `table` gets its own heading."""
    told = entry.model_dump(mode="json", exclude_defaults=True)
    yield from ("", f"[[{name}]]")
    yield from (f"{_key(key)} = {spell(value)}" for key, value in told.items() if key != table)
    if table in told:
        yield from ("", f"[{name}.{table}]")
        yield from (f"{_key(key)} = {spell(value)}" for key, value in told[table].items())


def spell(value: Any) -> str:
    """A value in TOML: texts, numbers and truths as in JSON, what has names in braces, such lists a line each."""
    if isinstance(value, Mapping):
        return "{ " + ", ".join(f"{_key(key)} = {spell(one)}" for key, one in value.items()) + " }"
    if isinstance(value, list) and any(isinstance(one, Mapping) for one in value):
        return "[\n" + "".join(f"  {spell(one)},\n" for one in value) + "]"
    if isinstance(value, list):
        return "[" + ", ".join(map(spell, value)) + "]"
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")


def _key(name: str) -> str:
    return name if BARE.fullmatch(name) else json.dumps(name, ensure_ascii=False)


def spell_list(codes: Iterable[ListedCode]) -> str:
    """A code list as CSV."""
    text = StringIO()
    csv.writer(text).writerows([("code", "zh", "en"), *((one.code, one.zh, one.en) for one in codes)])
    return text.getvalue()
