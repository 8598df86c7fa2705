"""Whole columns and single rows are judged alike."""

from typing import Any

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from tests.rules.made_rows import CONTEXT, ID_KINDS, ODD, frame, odd_rows, plain_text, sound_rows
from tiersync.model.records.field import Record
from tiersync.model.records.record import RECORDS
from tiersync.rules.rows.check import check, doubts, read_columns
from tiersync.rules.rows.reasons import REASONS


def read_alone(model: type[Record], row: dict[str, str | None]) -> dict[str, Any] | tuple[str, str]:
    """The record as values by field, or the field and the reason why there is none."""
    try:
        return model.model_validate(row, context=CONTEXT).model_dump()
    except ValidationError as error:
        return str(error.errors()[0]["loc"][0]), error.errors()[0]["type"]


@pytest.mark.parametrize("record", RECORDS)
@given(data=st.data())
@settings(max_examples=15, deadline=None)
def test_columns_and_single_rows_accept_refuse_and_read_the_same(record: str, data: st.DataObject) -> None:
    model = RECORDS[record]
    rows = data.draw(st.lists(odd_rows(model) | sound_rows(model), min_size=1, max_size=20))
    columns = sorted(data.draw(st.sets(st.sampled_from(sorted(model.kinds())))) | needed(model))
    agree(record, [{name: row[name] for name in columns} for row in rows], columns)


@pytest.mark.parametrize("record", RECORDS)
def test_they_agree_on_every_odd_text_in_every_field(record: str) -> None:
    kinds = RECORDS[record].kinds()
    plain = {name: plain_text(kind) if kind.need == "R" else None for name, kind in kinds.items()}
    plain |= {name: plain_text(kind) for name, kind in kinds.items() if name == "id_number"}
    agree(record, [plain | {name: text} for name in kinds for text in [*ODD, None]], list(kinds))


@pytest.mark.parametrize("record", ["senior", "benefit", "service"])
def test_they_agree_on_every_odd_number_of_every_kind_of_paper(record: str) -> None:
    kinds = RECORDS[record].kinds()
    plain = {name: plain_text(kind) if kind.need == "R" else None for name, kind in kinds.items()}
    known = plain | {"name": "某甲", "sex": "1", "birth_date": "1931-02-03"}
    pairs = [{"id_kind": kind, "id_number": text} for kind in [*ID_KINDS, "1", None] for text in [*ODD, None]]
    agree(record, [row | pair for row in (plain, known, known | {"sex": None}) for pair in pairs], list(kinds))
    without = [name for name in kinds if name not in ("id_number", "id_kind")]
    agree(record, [{name: row[name] for name in without} for row in (plain, known)], without)


@pytest.mark.parametrize("record", RECORDS)
@given(data=st.data())
@settings(max_examples=15, deadline=None)
def test_a_sound_row_is_never_read_by_itself(record: str, data: st.DataObject) -> None:
    model = RECORDS[record]
    rows = frame(data.draw(st.lists(sound_rows(model), min_size=1, max_size=20)), list(model.kinds()))
    assert not doubts(model, rows, read_columns(model, rows, CONTEXT), CONTEXT).any()


@pytest.mark.parametrize("record", RECORDS)
def test_no_rows_are_no_records_with_every_column(record: str) -> None:
    one = check(record, frame([], list(RECORDS[record].kinds())), CONTEXT)
    assert (one.accepted.height, one.refused.height) == (0, 0)
    assert one.refused.schema == {"row": pl.UInt32, "field": pl.String, "reason": pl.String}
    assert set(RECORDS[record].kinds()) | {"flags", "place_row"} <= set(one.accepted.columns)


def agree(record: str, rows: list[dict[str, str | None]], columns: list[str]) -> None:
    """Fails unless the columns of `rows` come to what each row by itself comes to."""
    model = RECORDS[record]
    checked = check(record, frame(rows, columns), CONTEXT)
    alone = [read_alone(model, row) for row in rows]
    assert checked.refused.rows() == [(at, *said) for at, said in enumerate(alone) if isinstance(said, tuple)]
    assert checked.accepted.select(list(model.kinds())).to_dicts() == [said for said in alone if isinstance(said, dict)]
    assert set(checked.refused["reason"]) <= set(REASONS)


def needed(model: type[Record]) -> set[str]:
    return {name for name, kind in model.kinds().items() if kind.need == "R"}
