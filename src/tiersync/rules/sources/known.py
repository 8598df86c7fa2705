"""What is known: for which unit and time, and by which fields, some stream could have said a number.

Nobody maps a field: what is counted by it is missing, and what is split by it is unknown as a whole. Nobody speaks for
a unit: it is missing there. A time that is told in part makes a lower bound.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from tiersync.model.cell import Status
from tiersync.model.indicator import Also, Condition, Dimension
from tiersync.model.period import Period
from tiersync.model.records.record import RECORDS
from tiersync.model.spoken import clipped, joined
from tiersync.rules.counting.counted import CountedNumber
from tiersync.rules.sources.sources import PERSON
from tiersync.rules.sources.voices import Tells, Voice, Voices, spans_of, stock_status

MADE_OF = {
    "standardised": ("standard_items",),
    "in_time": ("due_on", "done_on"),
    "recovered": ("kind", "amount"),
    "net_amount": ("kind", "amount", "pay_result"),
}  # On arrival, by rules.project.
BY_NUMBER = frozenset({"age", "birth_date", "sex"})  # An identity number says these.
UNKNOWN = "unknown"  # What a record does not say, or says in a code that the list does not have.
WORSE = tuple(Status)  # From best to worst.


Codes = frozenset[str] | None  # The codes that can be said; None is any.


class KnownNumber(NamedTuple):
    """What is known of one number for a unit: how far it can be trusted, and of its breakdowns.

    `unsaid`: no stream tells of that time, though rows may. `dims` are the dimensions that somebody maps, `columns` the
    fields that stand for a code each; of the dimensions in `only`, no other codes can be said.
    """

    status: Status
    unsaid: bool = False
    dims: frozenset[str] = frozenset()
    columns: frozenset[str] = frozenset()
    only: Mapping[str, frozenset[str]] = {}

    def tells(self, breakdown: str, columns: Mapping[str, str]) -> bool:
        """Whether a cell of a breakdown can be told; `columns` are the fields behind the codes of its dimension. What
        nobody tells stands with whatever else is unknown."""
        pairs = (text.partition("=") for text in breakdown.split(";") if text)
        return all(code == UNKNOWN or self._tells(dim, code, columns) for dim, _, code in pairs)

    def _tells(self, dim: str, code: str, columns: Mapping[str, str]) -> bool:
        if columns:
            return columns[code] in self.columns
        return dim in self.dims and (dim not in self.only or code in self.only[dim])


NOTHING = KnownNumber(Status.MISSING)


def judge(
    counted: CountedNumber, dims: Iterable[Dimension], voices: Voices, persons: frozenset[str], period: Period
) -> KnownNumber:
    """What the streams that speak for a unit know of one number of `period`."""
    able = [voice for voice in voices if can_bring(counted, voice.tells)]
    parts = _parts(able)
    knowing = [[voice for voice in part if has_fields(counted, voice.tells, persons)] for part in parts]
    said = [time_status(counted, part, period) if part else NOTHING for part in knowing]
    if not any(knowing):
        return NOTHING
    heard = [voice.tells for part in knowing for voice in part]
    if not all(_is_told(condition, heard) for condition in counted.count.where):
        return NOTHING
    known = frozenset(dim.code for dim in dims if any(knows_dim(counted.record, dim, one, persons) for one in heard))
    columns = {name for breakdown in counted.breakdowns for name in breakdown.fields.values()}
    kept = frozenset(name for name in columns if any(has_field(counted.record, name, one, persons) for one in heard))
    noted = _also_noted(counted.also, voices)
    only = {dim.code: codes for dim in dims if (codes := _codes_said(counted, dim, heard, noted)) is not None}
    missing = [one.status == Status.MISSING for one in said]
    if all(missing):
        return KnownNumber(Status.MISSING, any(one.unsaid for one in said), known, kept, only)
    status = Status.PARTIAL if any(missing) else max((one.status for one in said), key=WORSE.index)
    return KnownNumber(status, False, known, kept, only)


def _parts(voices: Sequence[Voice]) -> list[list[Voice]]:
    """Streams that tell of the same, together: those in which every row has another code set tell of other things."""
    parts: dict[tuple[tuple[str, str], ...], list[Voice]] = defaultdict(list)
    for voice in voices:
        parts[tuple(sorted(_told_apart(voice.tells)))].append(voice)
    return list(parts.values())


def _told_apart(tells: Tells) -> Iterable[tuple[str, str]]:
    return ((name, code) for name, code in dict(tells.constants).items() if name not in ("unit", "residence_unit"))


def can_bring(counted: CountedNumber, tells: Tells) -> bool:
    """Whether rows of this stream could count at all: its set and its translated codes do not exclude it."""
    return all(_can_hold(condition, codes_of(tells, condition.field)) for condition in counted.count.where)


def _is_told(condition: Condition, heard: Sequence[Tells]) -> bool:
    """Whether some stream could say each code, of a number that is none without all of them."""
    said = [codes_of(tells, condition.field) for tells in heard] if condition.each else []
    return not said or all(any(codes is None or code in codes for codes in said) for code in condition.equals)


def codes_of(tells: Tells, name: str) -> Codes:
    """The codes that a field can have in this stream."""
    if name in dict(tells.constants):
        return frozenset((dict(tells.constants)[name],))
    return dict(tells.says).get(name)


def _can_hold(condition: Condition, codes: Codes) -> bool:
    if codes is None:
        return True
    named = {*condition.equals, *condition.ended, *(code for code, _ in condition.bands)}
    if named:
        return bool(codes & named)
    return bool(codes - set(condition.differs)) if condition.differs else True


def has_fields(counted: CountedNumber, tells: Tells, persons: frozenset[str]) -> bool:
    """Whether this stream has every field that the number needs."""
    conditions = all(_has_condition(counted.record, one, tells, persons) for one in counted.count.where)
    return (
        conditions
        and _is_mapped(counted.record, counted.attributed_by, tells, persons)
        and (not counted.field or _has_measure(counted, tells, persons))
    )


def _has_measure(counted: CountedNumber, tells: Tells, persons: frozenset[str]) -> bool:
    if counted.field == "person_key":
        return "id_number" in tells.fields or counted.record == PERSON
    return has_field(counted.record, counted.field, tells, persons)


def _has_condition(record: str, condition: Condition, tells: Tells, persons: frozenset[str]) -> bool:
    passes = condition.by_end or condition.after_start or condition.past_end or condition.same_year
    if passes or condition.unless or condition.or_unknown:
        return True  # What is not given passes.
    if condition.bands:
        return has_field(record, condition.field, tells, persons) and has_field(record, "age", tells, persons)
    if condition.equals and not _is_mapped(record, condition.field, tells, persons):
        return default_of(record, condition.field, tells, persons) in condition.equals
    return has_field(record, condition.field, tells, persons)


def has_field(record: str, name: str, tells: Tells, persons: frozenset[str]) -> bool:
    """Whether a field is mapped or set, made of one that is, known of the person, or has a default for all records."""
    return _is_mapped(record, name, tells, persons) or default_of(record, name, tells, persons) is not None


def _is_mapped(record: str, name: str, tells: Tells, persons: frozenset[str]) -> bool:
    if name in MADE_OF:
        return tells.fields >= set(MADE_OF[name])
    if name in BY_NUMBER and tells.fields & {"id_number", "birth_date" if name == "age" else name}:
        return True
    return name in tells.fields or (_asks_persons(record, name, tells) and name in persons)


def _asks_persons(record: str, name: str, tells: Tells) -> bool:
    """Whether the node's seniors are asked for what a record lacks about its person."""
    is_personal = name in RECORDS[PERSON].model_fields
    return record != PERSON and is_personal and "id_number" in tells.fields


def default_of(record: str, name: str, tells: Tells, persons: frozenset[str]) -> str | None:
    """What stands in every row of a stream without such a column; of a person, what stands in a register without."""
    own = RECORDS[record].model_fields if record in RECORDS else {}
    if name in own:
        return None if own[name].is_required() or own[name].default is None else str(own[name].default)
    if persons and _asks_persons(record, name, tells):
        given = RECORDS[PERSON].model_fields[name]
        return None if given.is_required() or given.default is None else str(given.default)
    return None


def knows_dim(record: str, dim: Dimension, tells: Tells, persons: frozenset[str]) -> bool:
    """Whether a stream says where its records stand in a dimension; by `ages`, a senior's age says it."""
    if dim.field == "unit_kind":
        return True
    name = "age" if record == PERSON and dim.ages else dim.field
    return has_field(record, name, tells, persons)


def _also_noted(also: Also | None, voices: Voices) -> frozenset[str]:
    """The code of a second event, where some stream has a column for it: also one that tells nothing of the first."""
    return frozenset((also.code,)) if also and any(also.on in voice.tells.fields for voice in voices) else frozenset()


def _codes_said(counted: CountedNumber, dim: Dimension, heard: Sequence[Tells], noted: frozenset[str]) -> Codes:
    """The codes of a dimension that can stand in some row, None where that is any."""
    also, codes = counted.also, _codes_set(dim, heard)
    if also is None or also.field != dim.field or (codes is None and noted):
        return codes
    asked = (condition.equals for condition in counted.count.where if condition.field == also.field)
    return (frozenset().union(*asked) - {also.code} if codes is None else codes) | noted


def _codes_set(dim: Dimension, heard: Sequence[Tells]) -> Codes:
    """The codes of a dimension that are set in every row of all streams; any where one has a column of them."""
    if not all(dim.field in dict(tells.constants) for tells in heard):
        return None
    return frozenset(dict(tells.constants)[dim.field] for tells in heard)


def time_status(counted: CountedNumber, voices: Sequence[Voice], period: Period) -> KnownNumber:
    """What streams that tell of the same know of `period`: of what happened in it, or of how it was at its end."""
    for condition in counted.count.where:
        if condition.during:
            return _told_of(condition.field, voices, period)
    return KnownNumber(max((stock_status(voice, period.last_day) for voice in voices), key=WORSE.index))


def _told_of(field: str, voices: Sequence[Voice], period: Period) -> KnownNumber:
    """How much of a period the streams tell of, together, by the field that dates what happened."""
    spans = joined([span for voice in voices for span in clipped(spans_of(voice, field), period.span)])
    if not spans:
        return KnownNumber(Status.MISSING, unsaid=True)
    worst = Status.IMPUTED if any(voice.carried for voice in voices) else Status.OK
    return KnownNumber(worst if spans == [period.span] else Status.PARTIAL)
