"""Whether this machine's clock may be believed, by what the unit above said and what this node noted itself."""

from collections.abc import Callable, Iterator
from datetime import date, datetime, timedelta
from typing import Literal, NamedTuple

from tiersync.model.text import EMPTY, Text, join

A_DAY = timedelta(days=1)  # Clocks of offices are minutes apart, and a message may have waited for hours.
LONGEST_IDLE = timedelta(days=400)  # Nobody is surprised by an office that reports once a year.
ENOUGH = 2  # witnesses: one may be wrong itself


class HeardClock(NamedTuple):
    """What the unit above said in an exchange: its clock, and this machine's at that moment."""

    ours: datetime
    theirs: datetime


class Noted(NamedTuple):
    """What speaks of a node's clock: its last two exchanges, the last one last; when it sealed its newest report; and
    its last push under a clock that was believed."""

    heard: tuple[HeardClock, ...] = ()
    sealed: datetime | None = None
    pushed: datetime | None = None


class Witness(NamedTuple):
    """Who speaks against the clock, and the moment named."""

    who: Literal["above", "sealed", "pushed"]
    says: datetime


class Judged(NamedTuple):
    """On which side of the right time the clock seems to be, and who says so."""

    side: Literal["behind", "ahead", "right"] = "right"
    witnesses: tuple[Witness, ...] = ()

    @property
    def is_wrong(self) -> bool:
        """Whether enough witnesses agree; a single one is only worth a look at the clock."""
        return len(self.witnesses) >= ENOUGH


def judge_clock(now: datetime, noted: Noted) -> Judged:
    """Hear the witnesses for both sides; the side with more of them is where the clock stands."""
    behind = tuple(one for one in _of_the_past(noted) if one.says - now > A_DAY)
    ahead = tuple(_ahead(now, noted))
    if len(ahead) > len(behind):
        return Judged("ahead", ahead)
    return Judged("behind", behind) if behind else Judged()


def is_in_doubt(now: datetime, noted: Noted) -> bool:
    """Whether the unit above has to be asked for the time first: it has not been for a day, or somebody speaks against
    the clock."""
    compared = noted.heard and abs(now - noted.heard[-1].ours) <= A_DAY
    return not compared or judge_clock(now, noted).side != "right"


def _of_the_past(noted: Noted) -> Iterator[Witness]:
    """Moments that have been. What was sealed after the last push that was believed was sealed under another clock.
    Where nobody above was ever heard, a node's own last push is the second witness."""
    yield from (Witness("above", one.theirs) for one in noted.heard)
    if noted.sealed:
        yield Witness("sealed", min(noted.sealed, noted.pushed or noted.sealed))
    if noted.pushed and not noted.heard:
        yield Witness("pushed", noted.pushed)


def _ahead(now: datetime, noted: Noted) -> Iterator[Witness]:
    """Who was earlier than this clock, which was not put back since; and a long silence of this node's own, which an
    office that was idle has too, so that it counts only if nobody above agrees with the clock."""
    for one in noted.heard:
        if one.ours - one.theirs > A_DAY and one.ours - now < A_DAY:
            yield Witness("above", one.theirs)
    last = noted.pushed or noted.sealed
    if last and now - last > LONGEST_IDLE and not any(_agrees(one, now) for one in noted.heard):
        yield Witness("pushed" if noted.pushed else "sealed", last)


def _agrees(heard: HeardClock, now: datetime) -> bool:
    return abs(heard.ours - heard.theirs) <= A_DAY and abs(now - heard.ours) <= A_DAY


def against_clock(judged: Judged, day_of: Callable[[datetime], date]) -> Text:
    """What the witnesses say, by days of the office."""
    said = {witness.who: day_of(witness.says) for witness in judged.witnesses}
    times = sum(witness.who == "above" for witness in judged.witnesses)
    return join((_spelled(who, day, times) for who, day in said.items()), zh="，")


def _spelled(who: str, day: date, times: int) -> Text:
    match who:
        case "above":
            asked = Text("两次", "twice ") if times > 1 else EMPTY
            return Text(f"上级单位的时钟{asked.zh}为 {day}", f"the clock of the unit above {asked.en}said {day}")
        case "sealed":
            return Text(f"本节点最近一份报告签发于 {day}", f"the newest report from here was sealed on {day}")
        case _:
            return Text(f"本节点上次上报在 {day}", f"the last push from here was on {day}")
