"""Versions: of several files of a register that list mostly the same, the newest counts; in doubt nothing does."""

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import NamedTuple

import polars as pl

from tiersync.errors import WhichCounts
from tiersync.flow.remembered import Lined
from tiersync.flow.speaking import Statements, files_read, unit_field
from tiersync.flow.unread import Task
from tiersync.model.spoken import REGISTERS, Spoken
from tiersync.rules.merged import kept_key
from tiersync.rules.stated import stated_day
from tiersync.rules.versions import FILE, Chosen, File, Shrunk, Sorting, choose_rows, shrunk, sort_files


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
    """Whether several files of a register are read whole. Events are always parts."""
    stream = task.stream
    return stream.record in REGISTERS and stream.cursor.kind == "snapshot" and len(task.files) > 1


def settle_versions(task: Task, lined: Lined, stated: Statements, before: Spoken | None, key: Sequence[str]) -> Settled:
    """What counts of the `lined` records of several files."""
    columns, unit = kept_key(key), unit_field(task.stream.record)
    rows, setting = lined.records, task.stream.source.files
    if rows.is_empty() or not {*columns, unit} <= {*rows.columns}:
        return ALL
    names = rows[FILE].cast(pl.String).unique().to_list()
    if len(names) < 2:
        return ALL
    sorting = sort_files(rows, columns, _files(task, names, stated, before), setting)
    if sorting.doubt:
        return Settled(doubt=_unclear(task, sorting))
    chosen = choose_rows(rows, columns, unit, sorting.lists)
    if (short := shrunk(rows, chosen, sorting.lists)) and not setting:
        return Settled(doubt=_too_short(task, short))
    return _settled(lined, chosen, sorting, unit, len(names))


def _settled(lined: Lined, chosen: Chosen, sorting: Sorting, unit: str, files: int) -> Settled:
    replaced = {older: newest for newest, *others in sorting.lists for older in others}
    kept = Lined(lined.records.filter(chosen.stays), lined.digests.filter(chosen.stays))
    carried = Counter(lined.records.filter(chosen.carried)[unit].cast(pl.String).to_list())
    parts = files - len(replaced)
    return Settled(kept, replaced, parts if parts > 1 else 0, dict(sorted(carried.items())))


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
