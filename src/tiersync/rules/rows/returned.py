"""Refused rows that go back to whoever filed them, and how a corrected row says which one it corrects.

The workbook has three columns more than the source: which field is wrong, why, and the place. The place also holds a
mark of the row as it was, so that it closes that row and no other that stands there later.
"""

import hmac
import re
from collections.abc import Callable, Iterable
from hashlib import sha256

CORRECTED = "corrected"  # The folder of a plugin into which such workbooks go.
FIELD, REASON, PLACE = "错误字段", "错误原因", "位置"
COLUMNS = (FIELD, REASON, PLACE)
BEYOND = ("表头右侧1", "表头右侧2", "表头右侧3")  # What cells to the right of the last header are called.
CALLED = {"@sheet": "工作表", "@title": "表格标题", "@file": "文件名"}  # What stood for a column, as people see it.
CHOICES = "单位名单"  # The hidden sheet with the names of units that a cell may be given.
BETWEEN = "｜"
MARK = 12  # characters
LONGEST_NAME = 31  # characters of a sheet's name
FORBIDDEN = str.maketrans(dict.fromkeys("[]:*?/\\", "-"))


def sheet_of(number: int, plugin: str, stream: str) -> str:
    """The name of a stream's sheet in a workbook of refused rows; where it would be too long, the plugin's is cut."""
    ends = f"-{stream}".translate(FORBIDDEN)[:LONGEST_NAME]
    return f"{number} {plugin}".translate(FORBIDDEN)[: LONGEST_NAME - len(ends)] + ends


def is_sheet_of(name: str, plugin: str, stream: str) -> bool:
    """Whether a sheet is named so, whatever its number."""
    return any(name == sheet_of(int(number), plugin, stream) for number in re.findall(r"^[0-9]{1,9}", name))


def called(headers: Iterable[str]) -> dict[str, str]:
    """What each of some headers is called in a workbook for people: a label by a word that no other header is."""
    given = [*headers]
    return {header: word if (word := CALLED.get(header, header)) == header or word not in given else header
            for header in given}  # fmt: skip


def place_text(file: str, sheet: str, row: int, mark: str) -> str:
    """What stands in the column of places."""
    return BETWEEN.join(part for part in (file, sheet, str(row), mark) if part)


def mark_in(place: str) -> str:
    """The mark of the row that a place tells of, '' where it tells of none."""
    *_, last = place.strip().split(BETWEEN)
    return last if re.fullmatch(f"[0-9a-f]{{{MARK}}}", last) else ""


def closed_by(corrected: Iterable[str], waiting: Iterable[str]) -> Callable[[str], bool]:
    """Whether an entry at a place is closed by rows that came back: by one that names the place, or by one with its
    mark that names a place which is not there any more, as rows of a database move."""
    named, there = {place.strip() for place in corrected}, set(waiting)
    moved = {mark_in(place) for place in named - there} - {""}
    return lambda place: place in named or mark_in(place) in moved


def mark_of(raw: bytes, secret: bytes) -> str:
    """A mark of a row's raw values that tells nobody what they are."""
    return hmac.new(secret, b"returned row" + raw, sha256).hexdigest()[:MARK]
