"""Writing the made-up network: for each unit a plugin folder with its source files, and one account of it all."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from itertools import groupby
from pathlib import Path

from tiersync.example.account import take_account
from tiersync.example.files import Table, write_csv, write_workbook
from tiersync.example.folder import INBOX, Source, folder_of, write_plugin
from tiersync.example.habits import Habits, habits_by_unit
from tiersync.example.ledgers import draw_up
from tiersync.example.line import Line, Sheet
from tiersync.example.manifest import Manifest
from tiersync.example.people import DIED
from tiersync.example.words import TITLES
from tiersync.model.unit import Unit

SEED = 2013
DEATH = date(2013, 11, 20)  # In the last quarter of 2013, so that its figures and those of the year fall.


def write_network(root: Path, units: Sequence[Unit], seed: int = SEED) -> Manifest:
    """Write `root`/<unit code>/plugins for every unit of `units`, and say what was written.

    The account is taken from the made-up people and rows before the first file is written.
    """
    ledgers = draw_up(units, seed)
    manifest = take_account(ledgers)
    offices = _Offices(units)
    for unit, sheets in groupby(ledgers.sheets, key=lambda sheet: sheet.unit):
        offices.write(root, unit, list(sheets))
    return manifest


def enter_death(root: Path, manifest: Manifest, day: date = DEATH) -> Path:
    """Write into the register below `root` that the manifest's `one_who_dies` died on `day`, and nothing else.

    Returns the file. P02 of that community, and of every unit above it, falls by one.
    """
    dying, offices = manifest.one_who_dies, _Offices(manifest.units)
    sheets = draw_up(manifest.units, manifest.seed).sheets
    register = next(sheet for sheet in sheets if (sheet.unit, sheet.record) == (dying.unit, "senior"))
    lines = tuple(_died(line, day) if line["id_number"] == dying.identity else line for line in register.lines)
    offices.write_sheet(root, register._replace(lines=lines))
    return root / dying.file


def _died(line: Line, day: date) -> Line:
    return replace(line, values={**line.values, "life_status": DIED, "status_date": day.isoformat()})


class _Offices:
    """The offices' names and habits: what it takes to write down what they keep."""

    def __init__(self, units: Sequence[Unit]) -> None:
        self.names = {unit.code: unit.name for unit in units}
        self.habits = habits_by_unit(units)

    def write(self, root: Path, unit: str, sheets: Sequence[Sheet]) -> None:
        """One office's plugin folder and all its files."""
        habits = self.habits[unit]
        sources = [Source(sheet.record, habits.file_of(sheet.record), habits) for sheet in sheets]
        write_plugin(root / folder_of(unit), unit, f"{self.names[unit]}台账", sources)
        for sheet in sheets:
            self.write_sheet(root, sheet)

    def write_sheet(self, root: Path, sheet: Sheet) -> None:
        """One file of one office."""
        habits, name = self.habits[sheet.unit], self.names[sheet.unit]
        path = root / folder_of(sheet.unit) / INBOX / habits.file_of(sheet.record)
        _write_table(path, _table(sheet, name, habits), habits)


def _table(sheet: Sheet, name: str, habits: Habits) -> Table:
    return Table(
        title=f"{name}{TITLES[sheet.record]}表",
        headers=list(habits.headers_of(sheet.record).values()),
        rows=[habits.write(sheet.record, line) for line in sheet.lines],
        filled_in_by=sheet.filled_in_by,
    )


def _write_table(path: Path, table: Table, habits: Habits) -> None:
    if habits.kind == "excel":
        write_workbook(path, table)
    else:
        write_csv(path, table, habits.encoding)
