"""Sources: everything that a node's streams speak for together, and the rows of them that wait."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property

from tiersync.model.period import Period
from tiersync.model.spoken import Spoken
from tiersync.rules.sources.voices import Knowledge, Voice, Voices, knowledge_of, stock_status

PERSON = "senior"
Waiting = Mapping[str, Mapping[str, int]]


@dataclass(frozen=True)
class Sources:
    """Everything that a node's streams speak for, what it has nothing of, and its own unit.

    `waiting` is how many rows wait in quarantine, by record type and the unit that they name; `unplaced` those whose
    unit cannot be read, by the unit of their plugin: they may be of any unit below it.
    `short` are record types and units whose lists are oddly short, and nobody said that they are right.
    `within` are the units at and below each plugin's own: a leaf's plugin speaks for it, whoever is named.
    """

    home: str
    spoken: tuple[Spoken, ...] = ()
    nil: frozenset[str] = frozenset()
    waiting: Waiting = field(default_factory=dict)
    unplaced: Waiting = field(default_factory=dict)
    short: frozenset[tuple[str, str]] = frozenset()
    within: Mapping[str, frozenset[str]] = field(default_factory=dict)

    @cached_property
    def units(self) -> frozenset[str]:
        """Every unit that some stream speaks for, and the node's own."""
        every = (self.within.get(one.unit, frozenset()) for one in self.spoken if one.covers == "all")
        plugins = (one.unit for one in self.spoken)
        return frozenset({self.home}).union(plugins, *every, *(one.units for one in self.spoken))

    def of_all(self, record: str) -> frozenset[str]:
        """The units that some list of a record type is of, whether or not it names them."""
        every = (one.unit for one in self.spoken if one.record == record and one.covers == "all")
        return frozenset().union(*(self.within.get(unit, frozenset()) for unit in every))

    def has_waiting(self, record: str) -> bool:
        """Whether any row of a record type waits."""
        return bool(self.waiting.get(record) or self.unplaced.get(record))

    def may_wait(self, record: str, unit: str) -> int:
        """How many rows wait that are, or may be, of `unit`."""
        unplaced = self.unplaced.get(record, {}).items()
        anybodys = sum(count for plugin, count in unplaced if unit in self.within.get(plugin, (plugin,)))
        return self.waiting.get(record, {}).get(unit, 0) + anybodys

    def waits_at(self, unit: str) -> dict[str, int]:
        """How many rows wait in all that stand with the own part of `unit`, by record type: those whose unit cannot be
        read stand with their plugin's, which says so in its total where it has units below."""
        is_leaf = len(self.within.get(unit, ())) == 1
        named = {record: units[unit] for record, units in self.waiting.items() if unit in units}
        beside = {record: units[unit] for record, units in self.unplaced.items() if is_leaf and unit in units}
        return {record: named.get(record, 0) + beside.get(record, 0) for record in sorted({*named, *beside})}

    def seen_from(self, period: Period) -> list[object]:
        """All of what the streams speak for that matters to a period, as JSON."""
        return [[*_spelled(one), *_seen(one, period)] for one in self.spoken]

    def later_lists(self) -> list[object]:
        """Which of several lists of persons is the later one, at each unit that any of them names, as JSON."""
        lists = [one for one in self.spoken if one.record == PERSON]
        named = sorted(frozenset().union(*(one.units for one in lists)))
        days = [[one.units.get(unit, one.as_of) for one in lists] for unit in named]
        order = sorted({day for each in days for day in each})
        if len(order) < 2:
            return []
        return [[unit, *map(order.index, each)] for unit, each in zip(named, days, strict=True)]

    def ticks(self, record: str) -> frozenset[str]:
        """The fields of a record type in which a blank means no: those that every stream of it ticks."""
        ticks = [spoken.ticks for spoken in self.spoken if spoken.record == record]
        return frozenset.intersection(*ticks) if ticks else frozenset()

    def voices_of(self, unit: str) -> tuple[tuple[str, Voices], ...]:
        """The streams that speak for `unit`, by the record type that they bring."""
        heard: dict[str, dict[Voice, None]] = {}
        for spoken, knowledge in self._knowing:
            if voice := self._voice(spoken, knowledge, unit):
                heard.setdefault(spoken.record, {})[voice] = None
        return tuple((record, tuple(voices)) for record, voices in sorted(heard.items()))

    @cached_property
    def _knowing(self) -> list[tuple[Spoken, Knowledge]]:
        return [(spoken, knowledge_of(spoken)) for spoken in self.spoken]

    def _voice(self, spoken: Spoken, knowledge: Knowledge, unit: str) -> Voice | None:
        within = self.within.get(spoken.unit, frozenset((spoken.unit,)))
        if unit not in within:  # Whoever names units beyond their own has slipped, or says what is not theirs to say.
            return None
        if (named := spoken.units.get(unit)) is not None:
            return Voice(knowledge, named, unit in spoken.carried, spoken.notes_since(unit))
        is_own_leaf = unit == spoken.unit and len(within) == 1
        speaks = spoken.covers == "all" or is_own_leaf
        return Voice(knowledge, spoken.as_of, False, spoken.notes_since(unit)) if speaks else None


def _spelled(spoken: Spoken) -> Iterator[object]:
    """What a stream can tell of any time, in one order."""
    yield from (spoken.record, spoken.unit, spoken.covers, sorted(spoken.fields), sorted(spoken.ticks))
    yield from (spoken.constants, {name: sorted(codes) for name, codes in spoken.says.items()}, spoken.carried)


def _seen(spoken: Spoken, period: Period) -> Iterator[object]:
    """How the days that a stream speaks for lie to a period."""
    knowledge, days = knowledge_of(spoken), [("", spoken.as_of), *sorted(spoken.units.items())]
    yield [[unit, *_lies(Voice(knowledge, day, False, spoken.notes_since(unit)), period)] for unit, day in days]
    yield [[str(span.first), str(span.last)] for span in spoken.within(period)]


def _lies(voice: Voice, period: Period) -> tuple[str, str, str]:
    is_noted = voice.since is not None and voice.since <= period.last_day
    begins = str(max(voice.since, period.first_day)) if is_noted and voice.since else ""
    return stock_status(voice, period.last_day), str(min(voice.as_of, period.last_day)), begins
