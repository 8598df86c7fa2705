"""Sixty-five whole tables as offices keep them, written and labelled by somebody who had not opened the lexicon.

`layouts/README.md` says what their labels mean. What is not understood stays listed in `layouts_missed.csv`, so that a
miss more, or one that was mended, is seen.
"""

import csv
import re
import unicodedata
from collections.abc import Collection, Iterator
from functools import cache
from pathlib import Path
from typing import NamedTuple

from tiersync.config.lexicon import packaged_lexicon
from tiersync.config.packaged import packaged_catalogue
from tiersync.errors import BadSource
from tiersync.model.records.record import RECORDS
from tiersync.plugins.drafting.draft import infer_columns
from tiersync.plugins.drafting.found_table import FoundTable, find_table
from tiersync.plugins.drafting.inference.infer import Inferred
from tiersync.plugins.drafting.samples.sample import Row, Sample, TableSeen
from tiersync.plugins.values.unit_names import UnitNames, names_of

HERE = Path(__file__).parent
LAYOUTS = HERE / "layouts"
LEXICON = packaged_lexicon()
DECHENG = "371402000000"


class Table(NamedTuple):
    """A layout: its record, and the rows (from 1) in which its records begin and end."""

    file: str
    record: str
    first: int
    last: int


class Label(NamedTuple):
    """The headers, any of which is right for a field; better asked about where the field has a ?."""

    file: str
    field: str
    headers: frozenset[str]
    mark: str

    def is_met(self, inferred: Inferred) -> bool:
        taken = [one.headers for one in inferred.taken if one.field == self.field]
        asked = [question.choices for question in inferred.questions if question.field == self.field]
        if any(is_one_of(header, self.headers) for headers in taken for header in headers):
            return True
        return self.mark == "?" and any(is_one_of(one.header, self.headers) for choices in asked for one in choices)


def squeezed(header: str) -> str:
    """A header without blanks, line breaks and the number that tells it from an equal one."""
    return re.sub(r"\s|_[0-9]+$", "", unicodedata.normalize("NFKC", header))


def is_one_of(header: str, right: Collection[str]) -> bool:
    """Whether a column is labelled so; where its lowest word is the only one of its kind, that is enough."""
    return not {squeezed(header), squeezed(header).rpartition(">")[2]}.isdisjoint(right)


def tables() -> list[Table]:
    with (LAYOUTS / "tables.csv").open(encoding="utf-8") as file:
        return [
            Table(row["file"], row["record"], int(row["first_row"]), int(row["last_row"]))
            for row in csv.DictReader(file)
        ]


def labels() -> list[Label]:
    with (LAYOUTS / "labels.csv").open(encoding="utf-8") as file:
        return [
            Label(row["file"], row["field"].lstrip("?~"), frozenset(map(squeezed, row["header"].split("|"))),
                  row["field"][0] if row["field"][0] in "?~" else "")
            for row in csv.DictReader(file)
        ]  # fmt: skip


def rows_of(file: str) -> list[Row]:
    """The cells of a layout; of a merged cell the first holds the value."""
    with (LAYOUTS / f"{file}.tsv").open(encoding="utf-8") as lines:
        rows = [[cell.replace("\\n", "\n") or None for cell in line.rstrip("\n").split("\t")] for line in lines]
    width = max(map(len, rows))
    return [row + [None] * (width - len(row)) for row in rows]


@cache
def names() -> UnitNames:
    return names_of(packaged_catalogue().tree.nameable(DECHENG))


@cache
def seen(table: Table) -> tuple[FoundTable | None, Inferred]:
    """The table that is found in a layout, if any is, and what its columns are."""
    sample = Sample(Path(f"{table.file}.xlsx"), "excel", [TableSeen("Sheet1", rows_of(table.file))])
    try:
        found = find_table(sample, table.record, LEXICON)
    except BadSource:
        return None, Inferred((), (), ())
    return found, infer_columns(found, table.record, LEXICON, names())


@cache
def counted() -> tuple[Label, ...]:
    """The labels of fields that the program's records have; of others a label only says what a column is not."""
    records = {table.file: RECORDS[table.record].kinds() for table in tables()}
    return tuple(label for label in labels() if label.mark != "~" and label.field in records[label.file])


def missed() -> set[tuple[str, str]]:
    read = {table.file: seen(table)[1] for table in tables()}
    return {(label.file, label.field) for label in counted() if not label.is_met(read[label.file])}


def taken_wrongly() -> Iterator[tuple[str, str, str]]:
    """The file, the field and the header of what is taken unasked from another column than the label's."""
    right = {(label.file, label.field): label.headers for label in labels()}
    for table in tables():
        for one in seen(table)[1].taken:
            for header in one.headers:
                if not is_one_of(header, right.get((table.file, one.field), ())):
                    yield table.file, one.field, header


def test_nineteen_of_twenty_columns_of_whole_tables_are_understood() -> None:
    assert len(tables()) >= 60
    assert len(missed()) <= 0.05 * len(counted()), sorted(missed())


def test_what_is_not_understood_is_what_is_listed() -> None:
    with (HERE / "layouts_missed.csv").open(encoding="utf-8") as file:
        listed = {(row["file"], row["field"]) for row in csv.DictReader(file)}
    assert missed() == listed


def test_no_column_of_a_whole_table_is_taken_for_what_it_is_not() -> None:
    assert list(taken_wrongly()) == []


def test_records_begin_below_the_headers() -> None:
    begin = {table: found.rows.last + 2 for table in tables() if (found := seen(table)[0])}
    assert {table.file: row for table, row in begin.items() if row != table.first} == {}
    assert [table.file for table in tables() if table not in begin] == ["054_评选表彰"]


def test_no_label_names_a_column_that_is_not_there() -> None:
    """A label of a header that stands nowhere would be missed for ever."""
    cells = {table.file: [cell for row in rows_of(table.file) for cell in row if cell] for table in tables()}
    said = {file: squeezed("".join(there)) for file, there in cells.items()}
    lost = [label for label in labels() for header in label.headers
            for word in header.split(">") if word not in said[label.file]]  # fmt: skip
    assert lost == []
