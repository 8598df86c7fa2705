"""Voices: one stream as it speaks for one unit, and how far what it says of its own day holds on another."""

from datetime import date
from typing import NamedTuple

from tiersync.model.cell import Status
from tiersync.model.period import Span
from tiersync.model.spoken import DEPARTED, Spoken
from tiersync.rules.counting.conditions import months_before

A_QUARTER = 3  # months: how far from its own day a register is believed without more.
BEGINNING = date(1850, 1, 1)


class Knowledge(NamedTuple):
    """What one stream knows, whichever units it speaks for; two streams alike are one."""

    record: str
    is_register: bool
    fields: frozenset[str]
    constants: tuple[tuple[str, str], ...]
    says: tuple[tuple[str, frozenset[str]], ...]
    spans: tuple[Span, ...]


class Voice(NamedTuple):
    """One stream as it speaks for one unit: of which day, whether by rows of an earlier run, and since when it notes
    who leaves that unit."""

    knowledge: Knowledge
    as_of: date
    carried: bool
    since: date | None = None


Voices = tuple[Voice, ...]


def knowledge_of(spoken: Spoken) -> Knowledge:
    """What a stream knows."""
    constants, says = tuple(sorted(spoken.constants.items())), tuple(sorted(spoken.says.items()))
    return Knowledge(spoken.record, spoken.is_register, spoken.fields, constants, says, spoken.spans)


def stock_status(voice: Voice, day: date) -> Status:
    """How far what a register says of its own day holds on another: later ones are guessed, and so are earlier ones
    where it does not tell when somebody left."""
    if voice.carried or months_before(day, A_QUARTER) > voice.as_of:
        return Status.IMPUTED
    is_earlier = months_before(voice.as_of, A_QUARTER) > day
    return Status.ESTIMATED if is_earlier and not knows_of_day(voice, day) else Status.OK


def knows_of_day(voice: Voice, day: date) -> bool:
    """Whether a list says who left the unit, and when, and did so on that day already."""
    return voice.since is not None and voice.since <= day


def spans_of(voice: Voice, field: str) -> tuple[Span, ...]:
    """The days on which a stream tells of what `field` dates; a register tells of everything up to its own day, but of
    who left only since that is noted in it."""
    if not voice.knowledge.is_register:
        return voice.knowledge.spans
    _, dated, _ = DEPARTED[voice.knowledge.record]
    begins = (voice.since or voice.as_of) if field == dated else BEGINNING
    return (Span(begins, voice.as_of),) if begins <= voice.as_of else ()
