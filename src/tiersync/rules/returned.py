"""Refused rows that go back to whoever filed them, and how a corrected row says which one it corrects.

The workbook has three columns more than the source: which field is wrong, why, and the place. The place also holds a
mark of the row as it was, so that it closes that row and no other that stands there later.
"""

import hmac
from hashlib import sha256

FIELD, REASON, PLACE = "错误字段", "错误原因", "位置"
COLUMNS = (FIELD, REASON, PLACE)
BEYOND = ("表头右侧1", "表头右侧2", "表头右侧3")  # What cells to the right of the last header are called.
BETWEEN = "｜"
MARK = 12  # characters


def place_text(file: str, sheet: str, row: int, mark: str) -> str:
    """What stands in the column of places."""
    return BETWEEN.join(part for part in (file, sheet, str(row), mark) if part)


def mark_of(raw: bytes, secret: bytes) -> str:
    """A mark of a row's raw values that tells nobody what they are."""
    return hmac.new(secret, b"returned row" + raw, sha256).hexdigest()[:MARK]
