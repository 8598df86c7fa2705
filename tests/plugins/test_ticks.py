"""Columns that people tick, one for each state."""

import polars as pl
import pytest

from tiersync.plugins.folder.stream import MappedField, Source, Stream
from tiersync.plugins.rows.headers import read_header
from tiersync.plugins.rows.mapping import map_rows
from tiersync.plugins.values.ticks import says_yes, word_of
from tiersync.plugins.values.unit_names import names_of


@pytest.mark.parametrize(("cell", "header", "answer"), [
    ("√", "是否失能", True), ("是", "是否低保", True), ("有", "有无子女", True), ("Y", "独居", True),
    ("低保", "是否低保", True),
    ("✓ ", "空巢", True), ("1", "空巢", True), ("否", "是否低保", False), ("×", "空巢", False), ("0", "空巢", False),
    ("非低保", "是否低保", False), ("/", "空巢", False), ("待核", "是否低保", None), ("2", "空巢", None),
])  # fmt: skip
def test_a_cell_says_yes_or_no_to_its_header(cell: str, header: str, answer: bool | None) -> None:
    assert says_yes(cell, header) is answer


@pytest.mark.parametrize(("header", "word"), [
    ("是否低保", "低保"), ("是否为低保户", "低保"), ("低保（是/否）", "低保"), ("其中 > 是否独居", "独居"),
    ("空巢老人", "空巢"),
    ("独居", "独居"),
])  # fmt: skip
def test_a_header_asks_about_a_state(header: str, word: str) -> None:
    assert word_of(header) == word


def ticked(field: str, ticks: dict[str, str], rows: list[tuple[str | None, ...]]) -> list[str | None]:
    needed = {name: MappedField(headers=(name,)) for name in ("id_number", "residence_unit")}
    fields = needed | {field: MappedField.model_validate({"ticks": ticks})}
    stream = Stream(record="senior", key=("id_number",), source=Source(kind="csv", path="x"), map=fields)
    header = read_header([*needed, *reversed(ticks)], fields, "x")
    frame = pl.DataFrame([(None, None, *reversed(row)) for row in rows], [*header.names], orient="row").cast(pl.String)
    return map_rows(frame, header, stream, names_of({}))[field].to_list()


def test_the_first_column_that_says_yes_counts() -> None:
    ticks = {"是否独居": "1", "是否空巢": "2"}
    rows = [("是", "√"), ("否", "√"), (None, None), ("否", None), ("待核", "√"), (None, "待核")]
    assert ticked("living_arrangement", ticks, rows) == ["1", "2", None, None, "=unmapped:待核", "=unmapped:待核"]


def test_a_field_of_several_codes_has_all_that_are_ticked() -> None:
    ticks = {"低保": "1", "特困": "2", "失独": "5"}
    rows = [("√", None, "√"), (None, "√", None), ("否", "否", "否"), (None, None, None)]
    assert ticked("hardship_kind", ticks, rows) == ["1,5", "2", None, None]
