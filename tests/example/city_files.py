"""The city's files read with nothing of the project but its headers: plain csv, words as they stand."""

import csv
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

Row = dict[str, str]
LAST_DAY = "2013-12-31"


def rows_of(root: Path, title: str, unit: str = "*") -> Iterator[Row]:
    """Every row of every file of this title, or of one unit's."""
    for path in sorted(root.glob(f"{unit}/plugins/register/inbox/{title}*.csv")):
        with path.open(encoding="utf-8", newline="") as file:
            yield from csv.DictReader(file)


def is_refused(row: Row) -> bool:
    number = row["身份证号"]
    return len(number) != 18 or not has_right_check(number) or row["出生日期"].endswith("-02-30")


def has_right_check(number: str) -> bool:
    weights = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
    if not number[:17].isdigit():
        return False
    return "10X98765432"[sum(int(d) * w for d, w in zip(number, weights, strict=False)) % 11] == number[17]


def as_the_number_says(row: Row) -> Row:
    """A row with the birth date and the sex of its identity number, which count before what its columns say."""
    number = row["身份证号"]
    born = f"{number[6:10]}-{number[10:12]}-{number[12:14]}"
    return row | {"出生日期": born, "性别": "男性" if int(number[16]) % 2 else "女性"}


def seniors_of(root: Path) -> list[Row]:
    """Who counts on the last day: one row each, sound, 60 or over, active or ended later."""
    rows = {row["身份证号"]: as_the_number_says(row) for row in rows_of(root, "老年人信息") if not is_refused(row)}
    return [
        row for row in rows.values()
        if row["出生日期"] <= "1953-12-31" and (row["生存状态"] == "正常" or row["状态日期"] > LAST_DAY)
    ]  # fmt: skip


def band_of(row: Row) -> str:
    age = 2013 - int(row["出生日期"][:4])
    low = age // 5 * 5
    return "100+" if age >= 100 else f"{low}-{low + 4}"


def table_of(rows: list[Row], *headers: str) -> Counter[tuple[str, ...]]:
    """How many rows there are for each combination of words; the header `band` stands for the age band."""
    return Counter(tuple(band_of(row) if name == "band" else row[name] for name in headers) for row in rows)
