"""Taking account of the ledgers before they are written: what each file will hold and what must come of it."""

from collections import Counter
from collections.abc import Iterator

from tiersync.example.folder import place_of
from tiersync.example.habits import Habits, habits_by_unit
from tiersync.example.ledgers import Ledgers
from tiersync.example.line import Sheet
from tiersync.example.manifest import Manifest, OneWhoDies, StreamCount
from tiersync.example.people import LAST_DAY
from tiersync.example.truth import Fact, facts_of_register, facts_of_sheet, residents_60_plus


def take_account(ledgers: Ledgers) -> Manifest:
    """The manifest of what is about to be written."""
    registrar, habits = ledgers.registrar, habits_by_unit(ledgers.network)
    return Manifest(
        seed=ledgers.seed,
        units=ledgers.network,
        streams=tuple(_count(sheet, habits[sheet.unit]) for sheet in ledgers.sheets),
        residents_60_plus={code: residents_60_plus(rows, LAST_DAY) for code, rows in ledgers.registers.items()},
        facts=tuple(_facts(ledgers)),
        names=tuple(registrar.names),
        phones=tuple(registrar.phones),
        addresses=tuple(registrar.addresses),
        identities=tuple(registrar.identities),
        one_who_dies=_one_who_dies(ledgers, habits),
    )


def _one_who_dies(ledgers: Ledgers, habits: dict[str, Habits]) -> OneWhoDies:
    dying = ledgers.one_who_dies
    file = place_of(dying.home, habits[dying.home].file_of("senior"))
    return OneWhoDies(unit=dying.home, file=file, identity=dying.identity)


def _facts(ledgers: Ledgers) -> Iterator[Fact]:
    for code, register in ledgers.registers.items():
        yield from facts_of_register(code, register)
    for sheet in ledgers.sheets:
        yield from facts_of_sheet(sheet)


def _count(sheet: Sheet, habits: Habits) -> StreamCount:
    return StreamCount(
        unit=sheet.unit,
        record=sheet.record,
        file=place_of(sheet.unit, habits.file_of(sheet.record)),
        rows=len(sheet.lines),
        refused=dict(sorted(Counter(line.refused for line in sheet.lines if line.refused).items())),
        flagged=dict(sorted(Counter(flag for line in sheet.lines for flag in line.flags).items())),
    )
