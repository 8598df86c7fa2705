"""The margins of the example city: how many seniors of each kind there are, at any share of the whole."""

import csv
from collections import defaultdict
from collections.abc import Iterable, Mapping
from fractions import Fraction
from pathlib import Path
from typing import NamedTuple

from tiersync.config.packaged import schemas_dir
from tiersync.example.people.identity import FEMALE, MALE
from tiersync.example.plan.shares import rounded, share_out

Counts = Mapping[str, int]
Table = Mapping[str, Counts]

HUKOU = {"rural": "1", "urban": "2"}


class Margins(NamedTuple):
    """Seniors by county; by age band and sex; by age band and ability; by registration and living; by other fields."""

    counties: Counts
    sexes: Table
    abilities: Table
    livings: Table
    others: Table

    @property
    def seniors(self) -> int:
        return sum(self.counties.values())

    @property
    def bands(self) -> Counts:
        """Seniors by age band."""
        return totals(self.sexes)


def read_margins() -> Margins:
    """The margins as they are packed with the program."""
    living = {row["living"].split()[0]: row for row in rows_of("living")}
    others: dict[str, dict[str, int]] = defaultdict(dict)
    for row in rows_of("other"):
        others[row["field"]][row["value"].split()[0].partition("/")[0]] = int(row["count"])
    return Margins(
        counties={row["code"] + "000000": int(row["seniors"]) for row in rows_of("county")},
        sexes={row["age"]: {MALE: int(row["male"]), FEMALE: int(row["female"])} for row in rows_of("age_sex")},
        abilities={row["age"]: {level: int(row[f"l{level}"]) for level in "01234"} for row in rows_of("ability")},
        livings={code: _by_code(living, name) for name, code in HUKOU.items()},
        others=dict(others),
    )


def scaled(margins: Margins, share: Fraction) -> Margins:
    """The margins at a share of the whole, each by largest remainder, so that they still fit each other."""
    seniors = rounded(margins.seniors * share)
    sexes = _scaled_table(margins.sexes, seniors)
    bands = totals(sexes)
    return Margins(
        counties=_scaled(margins.counties, seniors),
        sexes=sexes,
        abilities={band: _scaled(counts, bands[band]) for band, counts in margins.abilities.items()},
        livings=_scaled_table(margins.livings, seniors),
        others={field: _scaled(counts, seniors) for field, counts in margins.others.items()},
    )


def totals(table: Table) -> Counts:
    """The sum of each row."""
    return {name: sum(counts.values()) for name, counts in table.items()}


def rows_of(name: str) -> Iterable[dict[str, str]]:
    """The rows of one packed file."""
    with _file(name).open(encoding="utf-8", newline="") as file:
        yield from csv.DictReader(file)


def _file(name: str) -> Path:
    return schemas_dir() / "example" / f"{name}.csv"


def _by_code(living: Mapping[str, Mapping[str, str]], hukou: str) -> Counts:
    """Ways of living by code; the row 6/7 holds two codes, and each gets half of it."""
    counts: dict[str, int] = {}
    for label, row in living.items():
        codes = label.split("/")
        counts |= zip(codes, share_out(int(row[hukou]), [1] * len(codes)), strict=True)
    return counts


def _scaled(counts: Counts, total: int) -> Counts:
    return dict(zip(counts, share_out(total, list(counts.values())), strict=True))


def _scaled_table(table: Table, total: int) -> Table:
    """All cells of a table scaled together."""
    cells = [(row, column, count) for row, counts in table.items() for column, count in counts.items()]
    scaled_table: dict[str, dict[str, int]] = defaultdict(dict)
    for (row, column, _), part in zip(cells, share_out(total, [count for *_, count in cells]), strict=True):
        scaled_table[row][column] = part
    return dict(scaled_table)
