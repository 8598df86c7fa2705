"""Which catalogues are held: each number, the envelope that brought it, and from when on it is in force."""

from collections.abc import Sequence
from typing import NamedTuple

from sqlalchemy import Connection

from tiersync.model.catalogue import Catalogue
from tiersync.model.envelope import Head
from tiersync.model.period import Period
from tiersync.store.facts import recall, remember

NUMBER, ENVELOPE, ALL = "catalogue_number", "catalogue_envelope", "catalogues"
ALWAYS = "-"  # of a catalogue that is in force from the beginning


class HeldCatalogue(NamedTuple):
    """One catalogue: its number, the epoch and number under which the top sealed it, its envelope, and from which
    period on it is in force, None for one that always was."""

    number: int
    epoch: int
    sealed_as: int
    envelope: str
    in_force_from: Period | None

    @property
    def rank(self) -> tuple[int, int]:
        return self.epoch, self.sealed_as


def newest_number(db: Connection) -> int:
    """The number of the newest catalogue, 0 where there is none yet."""
    return int(recall(db, NUMBER) or 0)


def held_catalogues(db: Connection) -> list[HeldCatalogue]:
    """Every catalogue that is held, in order of number."""
    written = recall(db, ALL)
    if written is None:  # A program of before there was a second one kept no list.
        number = newest_number(db)
        return [HeldCatalogue(number, 0, 0, recall(db, ENVELOPE) or "", None)] if number else []
    return [_read(line) for line in written.splitlines()]


def keep_catalogue(db: Connection, head: Head, catalogue: Catalogue) -> bool:
    """Remember a sealed catalogue; returns whether it counts. Of two of one number, which only a top that was put back
    to an older copy can seal, the later counts."""
    new = HeldCatalogue(catalogue.number, head.epoch, head.number, head.id, catalogue.in_force_from)
    held = {one.number: one for one in held_catalogues(db)}
    if new.number in held and held[new.number].rank >= new.rank:
        return False
    _write(db, sorted({**held, new.number: new}.values()))
    return True


def _write(db: Connection, held: Sequence[HeldCatalogue]) -> None:
    remember(db, ALL, "\n".join(" ".join(map(str, (*one[:4], one.in_force_from or ALWAYS))) for one in held))
    remember(db, NUMBER, str(held[-1].number))
    remember(db, ENVELOPE, held[-1].envelope)


def _read(line: str) -> HeldCatalogue:
    number, epoch, sealed_as, envelope, begins = line.split(" ")
    return HeldCatalogue(
        int(number), int(epoch), int(sealed_as), envelope, None if begins == ALWAYS else Period(begins)
    )
