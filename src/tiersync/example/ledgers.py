"""Everything that the offices of the made-up network keep, drawn up before a file is written."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from random import Random

from tiersync.example.activities import activities, services
from tiersync.example.benefits import benefits
from tiersync.example.filing import Filing
from tiersync.example.line import Line, Sheet
from tiersync.example.network import lowest
from tiersync.example.office import VERY_OLD, Office
from tiersync.example.people import LAST_DAY, Person
from tiersync.example.premises import associations, facilities, figures
from tiersync.example.registers import keep_registers
from tiersync.example.registrar import Registrar
from tiersync.model.unit import Unit

Keep = Callable[[Office, Registrar], list[Line]]

KEPT: Mapping[str, Keep] = {
    "association": associations,
    "activity": lambda office, registrar: activities(office),
    "benefit": benefits,
    "service": lambda office, registrar: services(office),
    "facility": lambda office, registrar: facilities(office),
    "figure": lambda office, registrar: figures(office),
}
KEPT_BY_ALL = ("activity", "service")
NIL: Mapping[str, tuple[str, ...]] = {
    "city": ("facility", "figure"),
    "district": ("benefit", "facility", "figure"),
    "street": ("benefit", "facility", "figure"),
}


@dataclass(frozen=True)
class Ledgers:
    """The units, the registers of seniors, all sheets of all units, and who is going to die."""

    seed: int
    network: tuple[Unit, ...]
    registers: Mapping[str, Sequence[Filing]]
    sheets: tuple[Sheet, ...]
    registrar: Registrar
    one_who_dies: Person


def nil_of(unit: Unit) -> tuple[str, ...]:
    """The record types that offices of this tier are asked about and that `unit` has nothing of."""
    return NIL.get(unit.tier, ())


def draw_up(network: Sequence[Unit], seed: int) -> Ledgers:
    """Make up people and rows for all units of `network`; equal seeds give equal ledgers."""
    registrar = Registrar(seed)
    registers = keep_registers(registrar, [unit.code for unit in lowest(network)], seed)
    settled = _settled(registers)
    dying = next(person for person in settled[min(settled)] if 60 <= person.age_on(LAST_DAY) < VERY_OLD)
    offices = [_office(unit, settled.get(unit.code, []), dying, seed) for unit in network]
    sheets = tuple(sheet for office in offices for sheet in _sheets(office, registers, registrar))
    return Ledgers(seed, tuple(network), registers, sheets, registrar, dying)


def _settled(registers: Mapping[str, Sequence[Filing]]) -> dict[str, list[Person]]:
    """Of each community, those who are filed once in the whole network, soundly, and of whom nothing became."""
    rows = Counter(filing.person.identity for register in registers.values() for filing in register)
    return {
        code: [
            filing.person
            for filing in register
            if rows[filing.person.identity] == 1 and not filing.line().refused and not filing.line().flags
            if filing.person.since is None
        ]
        for code, register in registers.items()
    }  # fmt: skip


def _office(unit: Unit, settled: Iterable[Person], dying: Person, seed: int) -> Office:
    """The office of `unit`; it pays and visits nobody whose death is going to be entered."""
    seniors = tuple(person for person in settled if person is not dying)
    return Office(unit, Random(f"{seed}/{unit.code}/office"), seniors)


def _sheets(office: Office, registers: Mapping[str, Sequence[Filing]], registrar: Registrar) -> Iterator[Sheet]:
    register = registers.get(office.code)
    if register is not None:
        lines = tuple(filing.line() for filing in register)
        yield Sheet(office.code, "senior", lines, registrar.name())
    for record in KEPT_BY_ALL if register is None else KEPT:
        yield Sheet(office.code, record, tuple(KEPT[record](office, registrar)), registrar.name())
