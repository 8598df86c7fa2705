"""Versions or parts: whether several files of one register are one list at different times, or pieces of one.

Files that name mostly the same people are versions, and only the newest counts for the units that it names. Files that
share hardly anybody are parts, and all count. What lies in between is a question. Lists of events are parts, and rows
that they repeat count once; two that mostly repeat each other and each have rows of their own are a question.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from itertools import combinations
from typing import Literal, NamedTuple

import polars as pl

from tiersync.rules.rows.repeated import perhaps_shared

SAME, APART = 0.5, 0.05  # shares of the smaller file: from the first on files are versions, up to the second parts
FEWEST_REPEATED = 4  # rows of two lists of events: fewer are alike by chance
FILE, KEY = "place_file", "key"
NUMBER = re.compile("[0-9]+")
CORRECTED = re.compile("更正|修正|修订|订正|补正|更新|最新")

Setting = Literal["", "newest", "parts"]
Doubt = Literal["", "share", "order", "repeats"]  # Neither one nor the other; which is newer; or one of events, again.


class File(NamedTuple):
    """What tells when a file was made: its name, the day that it states (None for none), and in which turn of reading
    its bytes were seen first; what these are; and whether the year of its day is guessed, as of 九月."""

    name: str
    day: date | None
    turn: int
    digest: str
    is_guessed: bool = False


class Sorting(NamedTuple):
    """What is to be done with several files: versions of one list, each the newest first; or a doubt about two files
    that share so many of the people of the smaller."""

    lists: tuple[tuple[str, ...], ...] = ()
    doubt: Doubt = ""
    about: tuple[str, str] = ("", "")
    share: float = 0.0


def sort_files(rows: pl.DataFrame, key: Sequence[str], files: Mapping[str, File], setting: Setting) -> Sorting:
    """What the files of a register are to each other. `rows` are its records with FILE and the columns of `key`."""
    if setting == "parts" or len(files) < 2:
        return Sorting()
    if setting == "newest":
        return _in_order([frozenset(files)], files, {}, is_settled=True)
    shares = shares_of(rows, key)
    groups = _groups([pair for pair, share in shares.items() if share >= SAME])
    for pair, share in shares.items():
        if APART < share < SAME and not any({*pair} <= group for group in groups):
            return Sorting((), "share", pair, share)
    return _in_order(groups, files, shares, is_settled=False)


def sort_lists(rows: pl.DataFrame, key: Sequence[str], files: Mapping[str, File], setting: Setting) -> Sorting:
    """What several lists of events are to each other. Where one repeats all of another, both answers come to the same,
    and nobody is asked."""
    pairs = {} if setting == "parts" else {pair: both for pair, both in shared_keys(rows, key).items() if both.is_again}
    if pairs and not setting:
        pair, both = next(iter(pairs.items()))
        return Sorting((), "repeats", pair, both.share)
    return _in_order(_groups(pairs), files, {}, is_settled=True)


class Shared(NamedTuple):
    """How many keys two files share, and how many the smaller of them has."""

    both: int
    least: int

    @property
    def share(self) -> float:
        return self.both / self.least

    @property
    def is_again(self) -> bool:
        """Whether one may be the other corrected: they mostly say the same, and each says something else besides."""
        return max(FEWEST_REPEATED, self.least * SAME) <= self.both < self.least


def shares_of(rows: pl.DataFrame, key: Sequence[str]) -> dict[tuple[str, str], float]:
    """How many of the keys of the smaller file two files share, for every two that share any; in order of name."""
    return {pair: both.share for pair, both in shared_keys(rows, key).items()}


def shared_keys(rows: pl.DataFrame, key: Sequence[str]) -> dict[tuple[str, str], Shared]:
    """The same, counted."""
    known = rows.filter(pl.all_horizontal(pl.col(key).is_not_null()))
    hashes = known.select(key).hash_rows() if known.height else pl.Series(KEY, [], dtype=pl.UInt64)
    keyed = known.select(pl.col(FILE).cast(pl.String)).with_columns(hashes.alias(KEY)).unique()
    sizes = dict(keyed[FILE].value_counts().rows())
    shared = keyed.filter(perhaps_shared(keyed[KEY]))
    both = shared.join(shared, on=KEY).filter(pl.col(FILE) < pl.col(f"{FILE}_right"))
    counts = both.group_by(FILE, f"{FILE}_right").len().sort(FILE, f"{FILE}_right")
    return {(one, other): Shared(count, min(sizes[one], sizes[other])) for one, other, count in counts.rows()}


def _groups(pairs: Iterable[tuple[str, str]]) -> list[frozenset[str]]:
    """Files that belong together, by those that belong together two by two: the first and the last of many versions may
    have fewer people in common."""
    groups: list[set[str]] = []
    for pair in pairs:
        touched = [group for group in groups if group & {*pair}]
        groups = [group for group in groups if group not in touched] + [set().union(pair, *touched)]
    return [frozenset(group) for group in sorted(groups, key=min)]


def _in_order(
    groups: Iterable[frozenset[str]],
    files: Mapping[str, File],
    shares: Mapping[tuple[str, str], float],
    is_settled: bool,
) -> Sorting:
    """The files of each group, the newest first; a doubt where that cannot be told."""
    lists = []
    for group in groups:
        members = [files[name] for name in sorted(group)]
        for one, other in combinations(members, 2):
            if not is_settled and newer(one, other) is None:
                pair = (one.name, other.name)
                return Sorting((), "order", pair, shares.get(pair, SAME))
        lists.append(tuple(_newest_first(members)))
    return Sorting(tuple(lists))


def _newest_first(members: Sequence[File]) -> Iterator[str]:
    """By how many others each is newer than; of those that nobody can tell apart the last by name."""
    beats = {one.name: sum(newer(one, other) is one for other in members if other is not one) for one in members}
    order = {one.name: at for at, one in enumerate(sorted(members, key=lambda file: _counted(file.name)))}
    return iter(sorted(beats, key=lambda name: (-beats[name], -order[name])))


def newer(one: File, other: File) -> File | None:
    """Which of two files is the newer: by the days that both state, else by which alone is called corrected, else by
    the one number in which their names differ, else by which was seen first; None where nothing tells, or a guessed
    year and the order in which they came contradict each other. Of one file under two names either will do."""
    if one.digest == other.digest:
        return max(one, other)
    if one.day and other.day and one.day != other.day:
        earlier, later = sorted((one, other), key=lambda file: file.day or date.min)
        return later if one.is_guessed == other.is_guessed or later.turn > earlier.turn else None
    corrected = [file for file in (one, other) if CORRECTED.search(file.name)]
    if len(corrected) == 1:
        return corrected[0]
    if number := _differing(one.name, other.name):
        return one if number[0] > number[1] else other
    return None if one.turn == other.turn else max(one, other, key=lambda file: file.turn)


def _differing(one: str, other: str) -> tuple[int, int] | None:
    """The numbers of two names that differ in a single one; a name without the number is the first: 名册, 名册(2)."""
    ours, theirs = NUMBER.findall(one), NUMBER.findall(other)
    if NUMBER.sub("0", one) != NUMBER.sub("0", other):
        return None
    unlike = [(int(a), int(b)) for a, b in zip(ours, theirs, strict=True) if int(a) != int(b)]
    return unlike[0] if len(unlike) == 1 else None


def _counted(name: str) -> list[tuple[int, str]]:
    return [(int(piece), "") if number % 2 else (0, piece) for number, piece in enumerate(re.split(r"([0-9]+)", name))]


class Chosen(NamedTuple):
    """Of each row whether it stays, and which of those that stay are of an older list that alone names their unit."""

    stays: pl.Series
    carried: pl.Series


def choose_rows(rows: pl.DataFrame, key: Sequence[str], unit: str, lists: Iterable[Sequence[str]]) -> Chosen:
    """The rows that count of several versions: those of the newest, and of older ones the units that no newer names,
    less whoever stands in a newer one."""
    stays = pl.repeat(True, rows.height, dtype=pl.Boolean, eager=True)
    carried = pl.repeat(False, rows.height, dtype=pl.Boolean, eager=True)
    if not any(len(files) > 1 for files in lists):
        return Chosen(stays, carried)
    files, units = rows[FILE].cast(pl.String), rows[unit].cast(pl.String)
    keys = rows.select(key).hash_rows()
    for newest, *older in lists:
        of_newer = files == newest
        for name in older:
            mine = files == name
            named, known = units.filter(of_newer).unique(), keys.filter(of_newer).unique()
            kept = mine & units.is_not_null() & ~units.is_in(named.implode()) & ~keys.is_in(known.implode())
            stays &= ~mine | kept
            carried |= kept
            of_newer |= kept
    return Chosen(stays, carried)


def choose_lists(rows: pl.DataFrame, lists: Iterable[Sequence[str]]) -> Chosen:
    """The same of lists of events: an older one counts no more, whatever it says."""
    older = [name for _, *others in lists for name in others]
    stays = ~rows[FILE].cast(pl.String).is_in(older)
    return Chosen(stays, pl.repeat(False, rows.height, dtype=pl.Boolean, eager=True))


class Shrunk(NamedTuple):
    """A newer file that has less than half of the rows that an older one has of the same units."""

    newest: str
    older: str
    rows: int
    before: int


def shrunk(rows: pl.DataFrame, chosen: Chosen, lists: Iterable[Sequence[str]]) -> Shrunk | None:
    """The first newer file that would put too many rows of an older one aside: it may be a supplement."""
    gone = dict(rows.filter(~chosen.stays)[FILE].cast(pl.String).value_counts().rows())
    held = dict(rows[FILE].cast(pl.String).value_counts().rows())
    for newest, *older in lists:
        for name in older:
            if held.get(newest, 0) * 2 < gone.get(name, 0):
                return Shrunk(newest, name, held.get(newest, 0), gone[name])
    return None
