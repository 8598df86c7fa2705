"""How many seniors a list says there are, counted slowly from its rows as they lie in the inbox.

It imports nothing of tiersync: where both agree, they agree by what was written and not by one another's mistakes.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import date

SEX = {"男": "1", "女": "2"}
BANDS = [(age, f"{age}-{age + 4}") for age in range(60, 100, 5)]


def age_on(born: str, day: date) -> int:
    year, month, of_month = map(int, born.split("-"))
    return day.year - year - ((day.month, day.day) < (month, of_month))


def band_of(age: int) -> str:
    return next((name for least, name in BANDS if least <= age < least + 5), "100+")


def count(rows: Iterable[Mapping[str, str]], day: date) -> Counter[str]:
    """The persons of 60 years and more on a day, by every breakdown that the rows tell."""
    counted: Counter[str] = Counter()
    persons = {row["身份证号"]: row for row in rows}
    for row in persons.values():
        age, sex = age_on(row["出生日期"], day), SEX[row["性别"]]
        if age >= 60:
            counted.update(["", f"sex={sex}", f"age_band={band_of(age)}", f"age_band={band_of(age)};sex={sex}"])
    return counted


def last_day(period: str) -> date:
    """The last day of a year, such as 2025, or of a quarter, such as 2026-Q3."""
    year, _, quarter = period.partition("-Q")
    return (
        date(int(year), 12, 31)
        if not quarter
        else date(int(year), 3 * int(quarter), [31, 30, 30, 31][int(quarter) - 1])
    )
