"""Schedules as people write them: [[schedule]] in a node's tiersync.toml."""

import re
from datetime import timedelta
from typing import Annotated, Literal

from pydantic import AfterValidator, Field, model_validator
from pydantic_core import PydanticCustomError

from tiersync.model.canonical import Value

JobKind = Literal["read", "push", "pull", "reconcile", "scrub", "backup", "tidy", "remind"]
READING = ("read", "push")
INTERVAL = re.compile(r"(?P<number>[1-9][0-9]{0,6})(?P<unit>[smhd])")
SECONDS = {"s": 1, "m": 60, "h": 3600, "d": 86_400}
LONGEST = timedelta(days=366)
NEVER = "never"


def interval_of(text: str) -> timedelta:
    """The span that a text such as 15m or 6h names."""
    found = INTERVAL.fullmatch(text)
    seconds = int(found["number"]) * SECONDS[found["unit"]] if found else 0
    return timedelta(seconds=seconds)


def interval(text: str) -> str:
    """Refuse what is no span of time."""
    if text and not timedelta(0) < interval_of(text) <= LONGEST:
        raise PydanticCustomError("interval", "write a span of time such as 30s, 15m, 6h or 1d, of 366 days at most")
    return text


class AfterPeriod(Value):
    """So many days after the end of each period of a kind."""

    period: Literal["Y", "H", "Q", "M", "W"]
    days: int = Field(ge=1, le=366)
    working: bool = True
    at: str = Field("09:00", pattern=r"^([01][0-9]|2[0-3]):[0-5][0-9]$")


class ScheduleSettings(Value):
    """One [[schedule]]: what is done, and when: at the times of a cron expression (`when`), again and again (`every`),
    or so many days `after` the end of each period."""

    what: JobKind
    name: str = Field("", pattern=r"^([a-z][a-z0-9-]{0,23})?$")
    when: str = Field("", max_length=200)
    every: Annotated[str, AfterValidator(interval)] = ""
    after: AfterPeriod | None = None
    streams: tuple[str, ...] = ()

    @model_validator(mode="after")
    def says_one_time(self) -> "ScheduleSettings":
        """Refuse one that says no time, or several; and streams of what reads none."""
        if sum(map(bool, (self.when, self.every, self.after))) != 1:
            raise PydanticCustomError("schedule_time", "a schedule has one of when, every and after")
        if self.streams and self.what not in READING:
            raise PydanticCustomError("schedule_streams", "streams are for read and push")
        return self
