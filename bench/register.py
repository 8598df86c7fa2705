"""A made-up register of seniors as a CSV file with its plugin folder: clean rows, numbers that nobody can have."""

import csv
from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from pathlib import Path

from tiersync.example.people.identity import FEMALE, MALE, SERIALS, identity_number
from tiersync.plugins.folder.trust import enable_all

HEADERS = ["身份证号", "姓名", "性别", "出生日期", "常住地", "户口性质", "居住情况", "能力等级", "生存状态", "建档日期"]
FIRST_BIRTH = date(1920, 1, 1)
BIRTHS = 365 * 33  # days from which birth dates are taken: everybody is 60 or over at the end of 2013.

PLUGIN = """\
[plugin]
id = "register"
name = "登记册"
version = "1.0.0"
api = 1
unit = "{unit}"

[[stream]]
record = "senior"
key = ["id_number"]
[stream.source]
kind = "csv"
path = "inbox/seniors.csv"
[stream.map]
id_number = "身份证号"
name = "姓名"
sex = {{ from = "性别", values = {{ "男" = "1", "女" = "2" }} }}
birth_date = {{ from = "出生日期", parse = "date" }}
residence_unit = "常住地"
hukou_kind = {{ from = "户口性质", values = {{ "农业" = "1", "非农业" = "2" }} }}
living_arrangement = {{ from = "居住情况", values = {{ "独居" = "1", "与子女同住" = "3" }} }}
ability_level = "能力等级"
life_status = {{ from = "生存状态", values = {{ "健在" = "1" }} }}
file_opened_on = {{ from = "建档日期", parse = "date" }}
"""


def write_register(node: Path, home: str, units: Sequence[str], rows: int, alone: bool = False) -> Path:
    """Write a plugin into the node's folder whose one file holds `rows` seniors, shared out among `units`.

    `alone` turns every row's way of living round, so that the same persons make other figures.
    """
    inbox = node / "plugins" / "register" / "inbox"
    inbox.mkdir(parents=True, exist_ok=True)
    (inbox.parent / "plugin.toml").write_text(PLUGIN.format(unit=home), encoding="utf-8")
    file = inbox / "seniors.csv"
    with file.open("w", encoding="utf-8", newline="") as out:
        writer = csv.writer(out)
        writer.writerow(HEADERS)
        writer.writerows(_persons(units, rows, alone))
    enable_all(node / "plugins")
    return file


def _persons(units: Sequence[str], rows: int, alone: bool) -> Iterator[tuple[str, ...]]:
    for number in range(rows):
        birth = FIRST_BIRTH + timedelta(days=(number * 7919 + number // SERIALS) % BIRTHS)
        sex = MALE if number % 2 else FEMALE
        lives_alone = (number % 5 == 0) != alone
        yield (
            identity_number(number % SERIALS, birth, sex), f"张{number}", "男" if sex == MALE else "女",
            birth.isoformat(), units[number % len(units)], "农业" if number % 3 else "非农业",
            "独居" if lives_alone else "与子女同住", str(number % 3), "健在", "2012-05-01",
        )  # fmt: skip
