"""Columns that people tick, found in a sample: which state each asks about, and whether its cells answer yes or no."""

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence

from tiersync.model.lexicon import Lexicon, plain
from tiersync.model.records.kinds import Code, Codes
from tiersync.model.records.record import RECORDS
from tiersync.model.spoken import DEPARTED
from tiersync.plugins.drafting.inference.infer import SURE, Column, Proposal, samples_of
from tiersync.plugins.drafting.inference.naming import Strength
from tiersync.plugins.values.ticks import NO, YES, asks, says_yes, word_of

ASKED = ("legal_form",)  # Who is not registered may be filed, or neither: a tick does not say it.
COUNTED = re.compile(r"(数|数量)(\([^()]*\))?$")  # 篇数 with a 1 below it is a number, no tick.
WORST_FIRST = ("ability_level",)  # Of two states that are ticked the graver one counts.


def ticked(record: str, columns: Sequence[Column], lexicon: Lexicon) -> list[Proposal]:
    """The fields of a record that columns tick, each with all of its columns."""
    found: dict[str, dict[str, str]] = {}
    samples: dict[str, list[str]] = {}
    for column in columns:
        if not _is_answered(column) and not (column.header.strip() and not column.filled):
            continue
        claims = list(_asked_about(record, word_of(column.said or column.header), lexicon))
        if len(claims) == 1:
            field, code = claims[0]
            found.setdefault(field, {})[column.header] = code
            samples.setdefault(field, []).extend(column.filled)
    found = {field: ticks for field, ticks in found.items() if samples[field]}  # A blank one goes with others.
    return [
        Proposal(field, next(iter(ticks)), Strength.EXACT, 1.0, {"ticks": ticks}, (), samples_of(samples[field]))
        for field, ticks in ((field, _in_order(field, codes)) for field, codes in found.items())
    ]


def has_no(proposal: Proposal) -> bool:
    """Whether the words of a column have a code for no, so that it says more than ticks do."""
    values = proposal.reading.get("values")
    return isinstance(values, dict) and any(word.lower() in NO for word in values)


def _is_answered(column: Column) -> bool:
    """Whether a column's cells answer yes or no. Where its header does not ask, they are ticks and nothing else."""
    header = column.said or column.header
    cells = column.filled
    if COUNTED.search(plain(header)) and not asks(header):
        return False
    often = Counter(cells)
    answered = sum(times for cell, times in often.items() if says_yes(cell, header) is not None)
    if not cells or answered < SURE * len(cells):
        return False
    return asks(header) or all(cell.strip().lower() in YES | NO for cell in often)


def _asked_about(record: str, word: str, lexicon: Lexicon) -> Iterator[tuple[str, str]]:
    """The fields of which a word is a code. What became of people is more than a tick tells."""
    gone = DEPARTED.get(record, ("",))[0]
    for name, kind in RECORDS[record].kinds().items():
        if isinstance(kind, Code | Codes) and name != gone and (code := lexicon.words.get(kind.codes, {}).get(word)):
            yield name, code


def _in_order(field: str, ticks: Mapping[str, str]) -> dict[str, str]:
    return dict(sorted(ticks.items(), key=lambda tick: tick[1], reverse=field in WORST_FIRST))
