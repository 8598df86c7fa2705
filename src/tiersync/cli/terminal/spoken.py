"""Codes, states and reasons in words, in the language of this run."""

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from tiersync.cli.terminal.words import say, text
from tiersync.views import words

if TYPE_CHECKING:
    from tiersync.flow.node import Node
    from tiersync.rules.calendar.clock import Judged


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
    """A field of a record as the office calls it; of a record type that is not known, as any other calls it."""
    from tiersync.cli.commands.plugin.column_label import column_label
    from tiersync.model.records.figure_column import is_column
    from tiersync.model.records.record import RECORDS

    if is_column(record, field):
        return column_label(field)
    kinds = [of_record.kinds() for name, of_record in RECORDS.items() if name == record or record not in RECORDS]
    return say(next((of_record[field].zh for of_record in kinds if field in of_record), field), field)


def about_clock(node: "Node", judged: "Judged") -> Iterator[str]:
    """What speaks against this machine's clock, and what follows; nothing where nobody does."""
    from tiersync.rules.calendar.clock import against_clock

    if not judged.witnesses:
        return
    zh, en = against_clock(judged, node.day_of)
    if judged.is_wrong:
        yield say(
            f"本机时钟可能有误：{zh}。校准之前不归档新报告；若时钟无误，请在 push 或 run 后加 --clock-is-right。",
            f"The clock of this machine seems to be wrong: {en}. Nothing new is filed until it is set; if it is "
            "right, add --clock-is-right to push or run.",
        )
    else:
        yield say(
            f"请核对本机时钟：{zh}。",
            f"Look at the clock of this machine: {en}.",
        )
