"""The numbers that are counted plainly: of which rows, under which conditions, and how each is split.

It is written from domain/indicators.csv and imports nothing of tiersync.
"""

from calendar import monthrange
from collections.abc import Callable
from datetime import date
from typing import NamedTuple

from tests.stories.plain_hearing import Days, Row

BANDS = ("60-64", "65-69", "70-74", "75-79", "80-84", "85-89", "90-94", "95-99", "100+")
CODES = {
    "sex": ("0", "1", "2", "9"),
    "age_band": BANDS,
    "hukou_kind": ("1", "2", "3"),
    "community_kind": ("residents_committee", "village_committee", "quasi_residents"),
    "ability_level": ("0", "1", "2", "3", "4", "9"),
    "change_kind": ("2", "3", "4", "5", "6"),
    "scheme": (
        "allow_80", "allow_90", "allow_100", "rural_hardship_80", "care_subsidy", "service_subsidy", "yinling_ankang",
        "senior_card",
    ),
    "funding_level": ("central", "province", "city", "county", "street", "community"),
    "decision": ("pending", "approved", "refused", "withdrawn"),
    "category": ("arts", "sports", "health", "education", "law", "visit", "matchmaking", "charity", "other"),
    "campaign": ("jinglaoyue", "laonianfa_month", "weiquan_month", "spring_festival", "none"),
    "organiser_kind": ("office", "department", "association", "facility", "volunteer_team", "firm"),
}  # fmt: skip
FIELD = {"age_band": "person", "sex": "person", "change_kind": "life_status"}


class Ask(NamedTuple):
    """One condition: True, False, or None where the row does not say; `codes` are those that can fulfil it."""

    field: str
    holds: Callable[[Row, Days], bool | None]
    codes: frozenset[str] = frozenset()
    needed: bool = True
    doubted: bool = True
    on: str = ""  # whose day it is judged on


class Number(NamedTuple):
    """One number: of which record, what is added up, under which conditions, and how it is split."""

    indicator: str
    record: str
    asks: tuple[Ask, ...]
    splits: tuple[tuple[str, ...], ...]
    adds: str = ""  # a field to sum, "person" for persons, "" for rows
    measure: str = "value"
    tiers: tuple[str, ...] = ("community",)
    is_flow: bool = False


def code(field: str, *codes: str) -> Ask:
    return Ask(field, lambda row, _: None if row.get(field) is None else row[field] in codes, frozenset(codes))


def during(field: str) -> Ask:
    return Ask(field, lambda row, time: None if row.get(field) is None else time[0] <= row[field] <= time[1])


def aged(least: int, on: str = "") -> Ask:
    def holds(row: Row, time: Days) -> bool | None:
        day = row.get(on) if on else time[1]
        return None if day is None else age(row, day) >= least

    return Ask("person", holds, doubted=False, on=on)


def age(row: Row, day: date) -> int:
    """Full years on a day, by the identity number."""
    number = row["person"]
    born = date(int(number[6:10]), int(number[10:12]), int(number[12:14]))
    return day.year - born.year - ((day.month, day.day) < (born.month, born.day))


def _living(row: Row, time: Days) -> bool | None:
    status, ended = row.get("life_status"), row.get("status_date")
    return None if status is None else status == "1" or (ended is not None and ended > time[1])


def _on_roll(row: Row, time: Days) -> bool | None:
    status, ended = row.get("status"), row.get("stop_month")
    if status is None:
        return None
    return status == "active" or (status == "stopped" and ended is not None and ended > time[1])


def _verified(row: Row, time: Days) -> bool:
    day = row.get("file_verified_on")
    return day is not None and months_before(time[1], 12) < day <= time[1]


def _alive_as_registered(row: Row, time: Days) -> bool:
    """A death that the register knows of takes somebody off the roll, and nothing else does."""
    ended = row.get("senior:status_date")
    return row.get("senior:life_status") != "2" or (ended is not None and ended > time[1])


LIVING = Ask("life_status", _living, frozenset("12345"))
SENIOR = (LIVING, aged(60))
PAID = (code("kind", "payment"), code("pay_result", "paid"), during("paid_on"))
HELD = (code("kind", "event", "publicity", "fair", "contest"), during("start_at"))
ROLL = (
    code("kind", "entitlement"),
    Ask("status", _on_roll, frozenset({"active", "stopped"})),
    Ask("start_month", lambda row, time: (row.get("start_month") or date.min) <= time[1], needed=False, doubted=False),
    Ask("senior:life_status", _alive_as_registered, needed=False, doubted=False),
)
PLACES = (("sex",), ("age_band",), ("hukou_kind",), ("age_band", "sex"))
EVERYBODY = ("district", "street", "community")
NUMBERS = (
    Number("P02", "senior", SENIOR, (*PLACES, ("community_kind",)), "person"),
    Number("P04", "senior", (LIVING, aged(65)), PLACES, "person"),
    Number("P05", "senior", (LIVING, aged(80)), PLACES, "person"),
    Number(
        "P08", "senior", (*SENIOR, code("living_arrangement", "1", "2")), (("age_band",), ("hukou_kind",)), "person"
    ),
    Number(
        "P10", "senior", (*SENIOR, code("ability_level", *"1234")), (("ability_level",), ("age_band",)), "person"
    ),
    Number(
        "P12", "senior", (code("life_status", *"23456"), during("status_date"), aged(60, "status_date")),
        (("change_kind",), ("age_band",)), is_flow=True,
    ),
    Number(
        "P14", "senior", (*SENIOR, Ask("file_verified_on", _verified, doubted=False)), (), "person", "numerator"
    ),
    Number("P14", "senior", SENIOR, (), "person", "denominator"),
    Number("B01", "benefit", PAID, (("scheme",), ("age_band",), ("hukou_kind",)), "person", is_flow=True),
    Number("B02", "benefit", ROLL, (("scheme",), ("age_band",)), "person"),
    Number("B03", "benefit", PAID, (("scheme",), ("funding_level",)), "amount", is_flow=True),
    Number(
        "B06", "benefit", (code("kind", "application"), during("applied_on")),
        (("scheme",), ("decision",), ("decision", "scheme")), is_flow=True,
    ),
    Number(
        "A01", "activity", HELD, (("category",), ("campaign",), ("organiser_kind",)), "sessions", tiers=EVERYBODY,
        is_flow=True,
    ),
    Number(
        "A02", "activity", HELD, (("category",), ("campaign",)), "participants_senior", tiers=EVERYBODY, is_flow=True
    ),
)  # fmt: skip


def months_before(day: date, months: int) -> date:
    year, month = divmod(day.year * 12 + day.month - 1 - months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))
