"""Which rows of a table are records."""

import polars as pl

from tiersync.plugins.folder.stream import Stream
from tiersync.plugins.rows.headers import Header
from tiersync.plugins.rows.rows import SourceTable, sort_rows


def records(*rows: tuple[str | None, ...]) -> list[bool]:
    """Which of `rows` are records, when each of their columns is mapped."""
    frame = pl.DataFrame(rows, {f"c{at}": pl.String for at in range(len(rows[0]))}, orient="row")
    stream = Stream.model_construct(record="senior", map={})
    return sort_rows(SourceTable(frame, Header((), {}, ()), "a", "", 1), frame, stream).records.to_list()


def test_a_full_row_is_a_record_whatever_it_begins_with() -> None:
    assert records(("合计", "300"), ("小计", None), ("注", "1")) == [True, False, True]


def test_a_sparse_row_is_a_footer_only_by_its_word() -> None:
    sparse = [("合计", None, None, "3"), ("测一", None, None, None), ("审核人：测甲", "制表：测乙", None, None)]
    assert records(*sparse) == [False, True, False]
    assert records(("总  计", "1", None, None), ("总计划", "1", None, None)) == [False, True]


def test_a_row_of_nothing_is_blank() -> None:
    assert records((None, None), ("a", None)) == [False, True]
