"""What a stream speaks for, worked out of the run that read it: its units, their day, and the time of its events."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from typing import Any

import polars as pl

from tiersync.flow.reading.unread import Task
from tiersync.model.lexicon import plain
from tiersync.model.period import Period, Span
from tiersync.model.records.kinds import Code, Codes, Day
from tiersync.model.records.record import RECORDS
from tiersync.model.spoken import DEPARTED, REGISTERS, FileRead, Spoken, clipped, joined
from tiersync.plugins.folder.stream import MappedField, Stream
from tiersync.plugins.kinds.files import reads_files
from tiersync.plugins.values.blank_states import is_blank_active
from tiersync.plugins.values.ticks import YES
from tiersync.rules.calendar.stated import Stated, contradicts, day_of, span_of
from tiersync.rules.sources.noted import noted_since

Place = tuple[str, str]  # file and sheet
Statements = Mapping[Place, tuple[Stated, ...]]
HAPPENED = {
    "benefit": ("paid_on", "applied_on", "decided_on"),
    "service": ("requested_on", "done_on"),
    "activity": ("start_at",),
}  # The dates that say when something happened, the first that is given.
LASTING = ("entitlement", "card", "policy")  # Benefits that happen on no day.
DAY, FILE, SHEET = "day", "place_file", "place_sheet"


def unit_field(record: str) -> str:
    """The field that says for which unit a record counts first of all."""
    return "residence_unit" if record == "senior" else "unit"


def spoken_of(
    task: Task, stated: Statements, records: pl.DataFrame, refused: Iterable[tuple[Place, str]], before: Spoken | None
) -> Spoken:
    """What the `records` of a stream speak for.

    `stated` is what each file and sheet that was read states, `refused` are the units that refused rows name, each with
    its place, `before` is what its records spoke for until now: of files that are not read again, that stands.
    """
    stream, today = task.stream, task.context.today
    files = files_read(task, before)
    days = {place: _day(place, told, files, today) for place, told in stated.items()}
    kept = before if before and _adds_files(stream) else None
    as_of = max(days.values(), default=kept.as_of if kept else today) if reads_files(stream) else today
    named = _units(stream.record, records, days, kept.units if kept else {}, as_of)
    units = _with_refused(named, refused, days, as_of)
    spoken = Spoken(
        stream=task.name, record=stream.record, unit=task.plugin.unit, covers=covers_of(stream), as_of=as_of,
        fields=frozenset(stream.fields), constants=dict(_constants(stream)), says=_says(stream, records),
        ticks=frozenset(_ticks(stream)), units=units, files=files, **_since(stream, records, units, as_of),
    )  # fmt: skip
    return spoken if spoken.is_register else _with_spans(spoken, task, stated, records, before)


def _adds_files(stream: Stream) -> bool:
    """Whether a stream holds what it read of files that may have been taken away since."""
    return stream.cursor.kind != "snapshot" and reads_files(stream)


def _since(stream: Stream, records: pl.DataFrame, units: Mapping[str, date], as_of: date) -> dict[str, Any]:
    """Since when a list notes who leaves: each unit that it names, and whatever it does not name, of which it tells of
    its own year. Without a column for it, or with one status set in every row, nobody can be seen leaving."""
    status, dated, _ = DEPARTED.get(stream.record, ("", "", ""))
    if records.is_empty() or not {status, dated} <= {*stream.map} & {*records.columns}:
        return {}
    if stream.map[status].constant is not None:
        return {}
    return {"since": as_of.replace(month=1, day=1), "noted": noted_since(stream.record, records, units)}


def covers_of(stream: Stream) -> str:
    """Whether a stream tells of the units that its rows name, or of all: a list of what happened is of all."""
    return stream.source.covers or ("named" if stream.record in REGISTERS else "all")


def files_read(task: Task, before: Spoken | None) -> dict[str, FileRead]:
    """The files of a stream, each with the day on which its bytes were first read, under whatever name."""
    old = before.files if before else {}
    known = {one.digest: one for one in old.values()}
    today, turn = task.context.today, 1 + max((one.turn for one in old.values()), default=0)
    there = {
        name: known.get(digest) or FileRead(digest=digest, first_on=today, turn=turn)
        for name, digest in task.files.items()
    }
    return dict(sorted({**(old if _adds_files(task.stream) else {}), **there}.items()))


def _day(place: Place, told: tuple[Stated, ...], files: Mapping[str, FileRead], today: date) -> date:
    return day_of(told, files[place[0]].first_on if place[0] in files else today)


def _constants(stream: Stream) -> Iterator[tuple[str, str]]:
    return ((name, field.constant) for name, field in stream.map.items() if field.constant is not None)


def _says(stream: Stream, records: pl.DataFrame) -> dict[str, frozenset[str]]:
    """The codes of each field whose words are translated, and those that stand there untranslated."""
    kinds = stream.kinds
    words = {name: frozenset((*field.values.values(), *field.ticks.values())) for name, field in stream.map.items()}
    coded = {name: codes for name, codes in words.items() if codes and isinstance(kinds[name], Code)}
    return {name: codes | _there(records, name) for name, codes in coded.items()}


def _there(records: pl.DataFrame, name: str) -> frozenset[str]:
    if name not in records.columns:
        return frozenset()
    return frozenset(records[name].unique().drop_nulls().cast(pl.String))


def _ticks(stream: Stream) -> Iterator[str]:
    """The fields that people tick: what is not ticked is no."""
    kinds = stream.kinds
    for name, field in stream.map.items():
        in_words = isinstance(kinds[name], Code | Codes) and field.values and _is_ticked(field)
        if field.ticks or in_words or (is_blank_active(stream) and name == DEPARTED[stream.record][0]):
            yield name


def _is_ticked(field: MappedField) -> bool:
    return all(plain(word) in YES for word in field.values)


def _units(
    record: str, records: pl.DataFrame, days: Mapping[Place, date], kept: Mapping[str, date], as_of: date
) -> dict[str, date]:
    """The units that rows name, each with the latest day of a list that names it. A list that was not read now has the
    day that was `kept` of the unit."""
    named: dict[str, date] = {}
    if records.is_empty():
        return named
    told = records.lazy().select(unit_field(record), FILE, SHEET).unique().collect()
    for unit, file, sheet in told.iter_rows():
        if unit is not None:
            day = days.get((file, sheet), kept.get(unit, as_of))
            named[unit] = max(named.get(unit, day), day)
    return named


def _with_refused(
    named: Mapping[str, date], refused: Iterable[tuple[Place, str]], days: Mapping[Place, date], as_of: date
) -> dict[str, date]:
    """The same, with the units that refused rows name, of the day of their own list."""
    also = dict(named)
    for place, unit in refused:
        day = days.get(place, as_of)
        if unit:
            also[unit] = max(also.get(unit, day), day)
    return dict(sorted(also.items()))


def _with_spans(spoken: Spoken, task: Task, stated: Statements, records: pl.DataFrame, before: Spoken | None) -> Spoken:
    """The same, with the days of which its events are told: since the day that somebody named, else of the time that
    each file states, else of the months in which something happened."""
    begins, last = task.stream.source.begins, max((one.first_on for one in spoken.files.values()), default=spoken.as_of)
    if begins:
        return spoken.model_copy(update={"spans": (Span(begins, last),) if begins <= last else ()})
    happened = happened_on(spoken.record, records)
    if not reads_files(task.stream):
        first = min((day for days in happened.values() for day in days), default=None)
        return spoken.model_copy(update={"spans": (Span(first, last),) if first and first <= last else ()})
    kept = before if before and _adds_files(task.stream) else None
    spans: list[Span] = list(kept.spans) if kept else []
    unsure = {*kept.unsure} - {file for file, _ in stated} if kept else set[str]()
    for place, told in stated.items():
        read_on = spoken.files[place[0]].first_on if place[0] in spoken.files else spoken.as_of
        span = None if task.stream.source.span == "month" else span_of(told, read_on)
        months = [Period.of("M", day).span for day in happened.get(place, [])]
        if task.stream.source.span != "month" and (contradicts(told, read_on) or _leave(months, span)):
            unsure.add(place[0])
        else:
            spans += clipped(tuple([span] if span else months), Span(date.min, read_on))
    return spoken.model_copy(update={"spans": tuple(joined(spans)), "unsure": tuple(sorted(unsure))})


def _leave(months: Iterable[Span], span: Span | None) -> bool:
    """Whether something happened in a month that lies outside of what is stated."""
    return span is not None and any(month.last < span.first or month.first > span.last for month in months)


def happened_on(record: str, records: pl.DataFrame) -> dict[Place, list[date]]:
    """For each file and sheet the first days of the months in which something happened."""
    names = [name for name in _dates_of(record) if name in records.columns]
    if records.is_empty() or not names:
        return {}
    when = pl.coalesce(names).dt.month_start().alias(DAY)
    rows = records.lazy()
    if record == "benefit":
        rows = rows.filter(~pl.col("kind").is_in(LASTING))
    found = rows.select(FILE, SHEET, when).drop_nulls(DAY).unique().sort(DAY).collect()
    months: dict[Place, list[date]] = {}
    for file, sheet, day in found.iter_rows():
        months.setdefault((file, sheet), []).append(day)
    return months


def _dates_of(record: str) -> list[str]:
    kinds = RECORDS[record].kinds()
    return list(HAPPENED.get(record, [name for name, kind in kinds.items() if isinstance(kind, Day)]))
