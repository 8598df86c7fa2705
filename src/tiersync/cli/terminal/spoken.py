"""Codes, states and reasons in words, in the language of this run."""

from collections.abc import Sequence
from functools import cache
from typing import TYPE_CHECKING

from tiersync.cli.terminal.words import text
from tiersync.views import words

if TYPE_CHECKING:
    from tiersync.model.catalogue import Catalogue


def measured_in(unit: str) -> str:
    return text(words.measured_in(unit))


def spoken(code: str) -> str:
    """A code in words; one that has none stays as it is."""
    return text(words.word(code))


def genre_named(code: str) -> str:
    """What kind of paper a notice is, in words."""
    return text(words.genre(code))


def n_of_m(present: int, expected: int) -> str:
    """How many of the reports that are expected are there."""
    return text(words.n_of_m(present, expected))


def arrived(reports: int, expected: int) -> str:
    """How many of the base reports that are expected are in a total."""
    return text(words.arrived(reports, expected))


def set_aside() -> str:
    """What it means that a report was made by the definitions of another catalogue than its period's."""
    return text(words.set_aside())


def codes(named: Sequence[str], most: int = words.MOST_CODES) -> str:
    """Some codes, and how many they are when not all are named."""
    return text(words.codes(named, most))


def row_reason(code: str) -> str:
    """Why a row was refused, or what is odd about one that was kept."""
    from tiersync.views import reasons

    return text(reasons.row_reason(code))


def refusal(code: str) -> str:
    """Why an envelope or a message was refused."""
    from tiersync.views import reasons

    return text(reasons.refusal(code))


def field_label(record: str, field: str) -> str:
    """A field of a record as the office calls it; columns of figures by the packaged catalogue."""
    from tiersync.views.sources.field_names import field_name

    return text(field_name(packaged(), record, field))


@cache
def packaged() -> "Catalogue":
    """The packaged catalogue, read once."""
    from tiersync.config.packaged import packaged_catalogue

    return packaged_catalogue()
