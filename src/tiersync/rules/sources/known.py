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
from tiersync.rules.sources.voices import Knowledge, Voice, Voices, spans_of, stock_status

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

    def knows(self, breakdown: str, columns: Mapping[str, str]) -> bool:
        """Whether a cell of a breakdown is known; `columns` are the fields behind the codes of its dimension. What
        nobody knows stands with whatever else is unknown."""
        pairs = (text.partition("=") for text in breakdown.split(";") if text)
        return all(code == UNKNOWN or self._knows(dim, code, columns) for dim, _, code in pairs)

    def _knows(self, dim: str, code: str, columns: Mapping[str, str]) -> bool:
        if columns:
            return columns[code] in self.columns
        return dim in self.dims and (dim not in self.only or code in self.only[dim])


NOTHING = KnownNumber(Status.MISSING)


def judge(
    counted: CountedNumber, dims: Iterable[Dimension], voices: Voices, persons: frozenset[str], period: Period
) -> KnownNumber:
    """What the streams that speak for a unit know of one number of `period`."""
    able = [voice for voice in voices if can_bring(counted, voice.knowledge)]
    parts = _parts(able)
    knowing = [[voice for voice in part if has_fields(counted, voice.knowledge, persons)] for part in parts]
    said = [time_status(counted, part, period) if part else NOTHING for part in knowing]
    if not any(knowing):
        return NOTHING
    heard = [voice.knowledge for part in knowing for voice in part]
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
        parts[tuple(sorted(_kept_apart(voice.knowledge)))].append(voice)
    return list(parts.values())


def _kept_apart(knowledge: Knowledge) -> Iterable[tuple[str, str]]:
    return ((name, code) for name, code in dict(knowledge.constants).items() if name not in ("unit", "residence_unit"))


def can_bring(counted: CountedNumber, knowledge: Knowledge) -> bool:
    """Whether rows of this stream could count at all: its set and its translated codes do not exclude it."""
    return all(_can_hold(condition, codes_of(knowledge, condition.field)) for condition in counted.count.where)


def _is_told(condition: Condition, heard: Sequence[Knowledge]) -> bool:
    """Whether some stream could say each code, of a number that is none without all of them."""
    said = [codes_of(knowledge, condition.field) for knowledge in heard] if condition.each else []
    return not said or all(any(codes is None or code in codes for codes in said) for code in condition.equals)


def codes_of(knowledge: Knowledge, name: str) -> Codes:
    """The codes that a field can have in this stream."""
    if name in dict(knowledge.constants):
        return frozenset((dict(knowledge.constants)[name],))
    return dict(knowledge.says).get(name)


def _can_hold(condition: Condition, codes: Codes) -> bool:
    if codes is None:
        return True
    named = {*condition.equals, *condition.ended, *(code for code, _ in condition.bands)}
    if named:
        return bool(codes & named)
    return bool(codes - set(condition.differs)) if condition.differs else True


def has_fields(counted: CountedNumber, knowledge: Knowledge, persons: frozenset[str]) -> bool:
    """Whether this stream has every field that the number needs."""
    conditions = all(_has_condition(counted.record, one, knowledge, persons) for one in counted.count.where)
    return (
        conditions
        and _is_mapped(counted.record, counted.attributed_by, knowledge, persons)
        and (not counted.field or _has_measure(counted, knowledge, persons))
    )


def _has_measure(counted: CountedNumber, knowledge: Knowledge, persons: frozenset[str]) -> bool:
    if counted.field == "person_key":
        return "id_number" in knowledge.fields or counted.record == PERSON
    return has_field(counted.record, counted.field, knowledge, persons)


def _has_condition(record: str, condition: Condition, knowledge: Knowledge, persons: frozenset[str]) -> bool:
    passes = condition.by_end or condition.after_start or condition.past_end or condition.same_year
    if passes or condition.unless or condition.or_unknown:
        return True  # What is not given passes.
    if condition.bands:
        return has_field(record, condition.field, knowledge, persons) and has_field(record, "age", knowledge, persons)
    if condition.equals and not _is_mapped(record, condition.field, knowledge, persons):
        return default_of(record, condition.field, knowledge, persons) in condition.equals
    return has_field(record, condition.field, knowledge, persons)


def has_field(record: str, name: str, knowledge: Knowledge, persons: frozenset[str]) -> bool:
    """Whether a field is mapped or set, made of one that is, known of the person, or has a default for all records."""
    return _is_mapped(record, name, knowledge, persons) or default_of(record, name, knowledge, persons) is not None


def _is_mapped(record: str, name: str, knowledge: Knowledge, persons: frozenset[str]) -> bool:
    if name in MADE_OF:
        return knowledge.fields >= set(MADE_OF[name])
    if name in BY_NUMBER and knowledge.fields & {"id_number", "birth_date" if name == "age" else name}:
        return True
    return name in knowledge.fields or (_asks_persons(record, name, knowledge) and name in persons)


def _asks_persons(record: str, name: str, knowledge: Knowledge) -> bool:
    """Whether the node's seniors are asked for what a record lacks about its person."""
    is_personal = name in RECORDS[PERSON].model_fields
    return record != PERSON and is_personal and "id_number" in knowledge.fields


def default_of(record: str, name: str, knowledge: Knowledge, persons: frozenset[str]) -> str | None:
    """What stands in every row of a stream without such a column; of a person, what stands in a register without."""
    own = RECORDS[record].model_fields if record in RECORDS else {}
    if name in own:
        return None if own[name].is_required() or own[name].default is None else str(own[name].default)
    if persons and _asks_persons(record, name, knowledge):
        given = RECORDS[PERSON].model_fields[name]
        return None if given.is_required() or given.default is None else str(given.default)
    return None


def knows_dim(record: str, dim: Dimension, knowledge: Knowledge, persons: frozenset[str]) -> bool:
    """Whether a stream says where its records stand in a dimension; by `ages`, a senior's age says it."""
    if dim.field == "unit_kind":
        return True
    name = "age" if record == PERSON and dim.ages else dim.field
    return has_field(record, name, knowledge, persons)


def _also_noted(also: Also | None, voices: Voices) -> frozenset[str]:
    """The code of a second event, where some stream has a column for it: also one that tells nothing of the first."""
    return (
        frozenset((also.code,)) if also and any(also.on in voice.knowledge.fields for voice in voices) else frozenset()
    )


def _codes_said(counted: CountedNumber, dim: Dimension, heard: Sequence[Knowledge], noted: frozenset[str]) -> Codes:
    """The codes of a dimension that can stand in some row, None where that is any."""
    also, codes = counted.also, _codes_set(dim, heard)
    if also is None or also.field != dim.field or (codes is None and noted):
        return codes
    asked = (condition.equals for condition in counted.count.where if condition.field == also.field)
    return (frozenset().union(*asked) - {also.code} if codes is None else codes) | noted


def _codes_set(dim: Dimension, heard: Sequence[Knowledge]) -> Codes:
    """The codes of a dimension that are set in every row of all streams; any where one has a column of them."""
    if not all(dim.field in dict(knowledge.constants) for knowledge in heard):
        return None
    return frozenset(dict(knowledge.constants)[dim.field] for knowledge in heard)


def time_status(counted: CountedNumber, voices: Sequence[Voice], period: Period) -> KnownNumber:
    """What streams that tell of the same know of `period`: of what happened in it, or of how it was at its end."""
    for condition in counted.count.where:
        if condition.during:
            return _known_of(condition.field, voices, period)
    return KnownNumber(max((stock_status(voice, period.last_day) for voice in voices), key=WORSE.index))


def _known_of(field: str, voices: Sequence[Voice], period: Period) -> KnownNumber:
    """How much of a period the streams tell of, together, by the field that dates what happened."""
    spans = joined([span for voice in voices for span in clipped(spans_of(voice, field), period.span)])
    if not spans:
        return KnownNumber(Status.MISSING, unsaid=True)
    worst = Status.IMPUTED if any(voice.carried for voice in voices) else Status.OK
    return KnownNumber(worst if spans == [period.span] else Status.PARTIAL)
