"""units.csv of a plugin's folder: the office's own spellings of units, each with the code that it means."""

import csv
from collections.abc import Collection, Iterable, Iterator
from io import StringIO
from typing import NamedTuple

from tiersync.model.hidden import HIDDEN
from tiersync.plugins.values.unit_names import CODE, LONGEST, compared

FILE = "units.csv"
HEADERS = ("写法", "单位代码")
LARGEST, MOST = 2**20, 20_000  # bytes and lines


class OwnSpelling(NamedTuple):
    """A spelling, the code that it means, and the line in which it stands."""

    line: int
    written: str
    code: str


class WrongLine(Exception):
    """A line that cannot be used: its number, and why in English and Chinese."""

    def __init__(self, line: int, en: str, zh: str) -> None:
        super().__init__(line, en, zh)
        self.line, self.en, self.zh = line, en, zh


def read_spellings(written: bytes) -> tuple[OwnSpelling, ...]:
    """Each spelling, in UTF-8 or GB 18030. Raises WrongLine."""
    if len(written) > LARGEST:
        raise WrongLine(1, f"the file is larger than {LARGEST >> 20} MB", f"文件超过 {LARGEST >> 20} MB")
    found = [OwnSpelling(line, spelled, _code_in(line, told)) for line, spelled, told in _lines(_decoded(written))]
    means: dict[str, str] = {}
    for line, spelled, code in found:
        name = compared(spelled)
        if not name or len(spelled) > LONGEST or HIDDEN.search(spelled):
            raise WrongLine(line, f"a spelling has 1 to {LONGEST} characters", f"“写法”应为 1 至 {LONGEST} 个字")
        if means.setdefault(name, code) != code:
            raise WrongLine(line, f"{spelled} stands above with another code", f"“{spelled}”在前面已对应另一个代码")
    return tuple(found)


def foreign(spellings: Iterable[OwnSpelling], allowed: Collection[str]) -> Iterator[WrongLine]:
    """What is wrong with each spelling that means a unit which is not one of the `allowed` ones."""
    for line, written, code in spellings:
        if code not in allowed:
            yield WrongLine(
                line, f"{written}: the plugin's unit has no {code} below it", f"“{written}”：所属单位以内没有 {code}"
            )


def _decoded(written: bytes) -> str:
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return written.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise WrongLine(1, "it is neither UTF-8 nor GB 18030", "编码既不是 UTF-8，也不是 GB 18030")


def _lines(text: str) -> Iterator[tuple[int, str, str]]:
    """Spelling and code of each line that is not blank, with its number."""
    reader = csv.reader(StringIO(text))
    try:
        headers = [cell.strip() for cell in next(reader, [])]
        if lacking := [name for name in HEADERS if name not in headers]:
            raise WrongLine(1, f"it has no column {lacking[0]}", f"缺少“{lacking[0]}”列")
        at = [headers.index(name) for name in HEADERS]
        for row in reader:
            if reader.line_num > MOST:
                raise WrongLine(reader.line_num, f"it has more than {MOST} lines", f"超过 {MOST} 行")
            if any(cell.strip() for cell in row):
                spelled, code = (row[one].strip() if one < len(row) else "" for one in at)
                yield reader.line_num, spelled, code
    except csv.Error:
        raise WrongLine(reader.line_num, "the line cannot be read as CSV", "该行不符合 CSV 格式") from None


def _code_in(number: int, told: str) -> str:
    found = CODE.fullmatch(told)
    if not found:
        raise WrongLine(number, "a code of 12 digits is needed", "“单位代码”应为12位数字")
    return found[1].ljust(12, "0")
