"""Versions: of several files of a stream that list mostly the same, the newest counts; in doubt nothing does."""

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import NamedTuple

import polars as pl

from tiersync.errors import WhichCounts
from tiersync.flow.reading.remembered import Lined
from tiersync.flow.reading.speaking import Statements, files_read, unit_field
from tiersync.flow.reading.unread import Task
from tiersync.model.spoken import REGISTERS, Spoken
from tiersync.rules.calendar.stated import stated_day
from tiersync.rules.lists.versions import (
    FILE,
    Chosen,
    File,
    Shrunk,
    Sorting,
    choose_lists,
    choose_rows,
    shrunk,
    sort_files,
    sort_lists,
)
from tiersync.rules.rows.figures import FIGURE
from tiersync.rules.rows.merged import kept_key


class Settled(NamedTuple):
    """The records that count of those that were read, None where all of them do; the older files with the newest of
    each, how many files are parts, how many rows of an older list alone name each unit, and why nothing counts."""

    lined: Lined | None = None
    replaced: Mapping[str, str] = {}
    parts: int = 0
    carried: Mapping[str, int] = {}
    doubt: WhichCounts | None = None


ALL = Settled()


def may_have_versions(task: Task) -> bool:
    """Whether several files are read whole. Figures that say different things of one cell are refused already."""
    stream = task.stream
    return stream.record != FIGURE and stream.cursor.kind == "snapshot" and len(task.files) > 1


def settle_versions(task: Task, lined: Lined, stated: Statements, before: Spoken | None, key: Sequence[str]) -> Settled:
    """What counts of the `lined` records of several files."""
    columns, unit = kept_key(key), unit_field(task.stream.record)
    rows, setting = lined.records, task.stream.source.files
    if rows.is_empty() or not {*columns, unit} <= {*rows.columns}:
        return ALL
    names = rows[FILE].cast(pl.String).unique().to_list()
    if len(names) < 2:
        return ALL
    files = _files(task, names, stated, before)
    if task.stream.record not in REGISTERS:
        sorting = sort_lists(rows, columns, files, setting)
        return _settled(task, lined, sorting, choose_lists(rows, sorting.lists))
    sorting = sort_files(rows, columns, files, setting)
    chosen = choose_rows(rows, columns, unit, sorting.lists)
    if (short := shrunk(rows, chosen, sorting.lists)) and not setting:
        return Settled(doubt=_too_short(task, short))
    settled = _settled(task, lined, sorting, chosen)
    parts = len(names) - len(settled.replaced)
    return settled._replace(parts=parts if parts > 1 else 0)


def _settled(task: Task, lined: Lined, sorting: Sorting, chosen: Chosen) -> Settled:
    if sorting.doubt:
        return Settled(doubt=_unclear(task, sorting))
    replaced = {older: newest for newest, *others in sorting.lists for older in others}
    kept = Lined(lined.records.filter(chosen.stays), lined.digests.filter(chosen.stays))
    carried = Counter(lined.records.filter(chosen.carried)[unit_field(task.stream.record)].cast(pl.String).to_list())
    return Settled(kept, replaced, carried=dict(sorted(carried.items())))


def _files(task: Task, names: Sequence[str], stated: Statements, before: Spoken | None) -> dict[str, File]:
    read = files_read(task, before)
    made = {}
    for name in sorted(names):
        told = [one for (file, _), times in stated.items() if file == name for one in times]
        first, turn = (read[name].first_on, read[name].turn) if name in read else (task.context.today, 0)
        day, is_guessed = stated_day(dict.fromkeys(told), first), not any(one.year for one in told)
        made[name] = File(name, day, turn, task.files.get(name, name), is_guessed and day is not None)
    return made


def _unclear(task: Task, sorting: Sorting) -> WhichCounts:
    one, other = sorting.about
    share = f"{sorting.share:.0%}"
    if sorting.doubt == "order":
        return WhichCounts(
            plugin=task.name,
            why_en=f"{one} and {other} list mostly the same ({share}), and nothing says which is newer",
            why_zh=f"{one} 与 {other} 大多相同（{share}），无法判断哪个较新",
        )
    if sorting.doubt == "repeats":
        return WhichCounts(
            plugin=task.name,
            why_en=f"{one} and {other} list mostly the same ({share}), and each has other rows besides: one may be the "
            "other corrected, or both may count",
            why_zh=f"{one} 与 {other} 大多相同（{share}），又各有不同的行：可能是更正后的清单，也可能两份都要计入",
        )
    return WhichCounts(
        plugin=task.name,
        why_en=f"{one} and {other} share {share} of the smaller: too many for parts of a list, too few for versions",
        why_zh=f"{one} 与 {other} 有 {share} 相同（以较小的为准）：作为两部分则重复过多，作为新旧两版则相同过少",
    )


def _too_short(task: Task, short: Shrunk) -> WhichCounts:
    return WhichCounts(
        plugin=task.name,
        why_en=f"{short.newest} is newer and has {short.rows} rows where {short.older} has {short.before} of the same "
        "units: it may be a supplement",
        why_zh=f"{short.newest} 较新，却只有 {short.rows} 行，而 {short.older} 在相同单位有 {short.before} 行，"
        "可能只是补充名单",
    )
