"""Tables with one indicator a column become figures: one for each filled cell."""

from decimal import Decimal
from io import BytesIO
from pathlib import Path

import polars as pl
import pytest

from tests.plugins.folders import HEAD, UNITS
from tiersync.errors import BadPlugin
from tiersync.plugins.folder.manifest import load_plugin
from tiersync.plugins.values.unit_names import names_of
from tiersync.plugins.worker.batches import Batch, batches
from tiersync.plugins.worker.pipe import StreamEnd

STREAM = """
[[stream]]
record = "figure"
key = ["indicator", "unit", "period", "dims"]
[stream.source]
kind = "csv"
path = "*.csv"
[stream.map]
unit = { from = "社区", lookup = "units" }
period = { constant = "2025" }
"""
COLUMNS = """
P02 = "60岁以上"
"B01:scheme=allow_90" = "90—99岁高龄津贴人数"
B03 = "发放金额（万元）"
"""
HEADERS = ("60岁以上", "90—99岁高龄津贴人数", "发放金额（万元）")
FIELDS = ["unit", "period", "indicator", "dims", "value", "place_row"]
KANGLE, NORTH = "371402001004", "371402001005"


class Read:
    """What a worker makes of one text file."""

    def __init__(self, folder: Path, text: str, name: str = "a.csv", stream: str = STREAM + COLUMNS) -> None:
        (folder / "plugin.toml").write_text(HEAD + stream, encoding="utf-8")
        (folder / name).write_text(text, encoding="utf-8")
        plugin = load_plugin(folder)
        *read, self.end = batches(plugin, plugin.streams[0], names_of(UNITS))
        (batch,) = (one for one in read if isinstance(one, Batch))
        assert isinstance(self.end, StreamEnd)
        self.rows, self.raw = pl.read_ipc_stream(BytesIO(batch.rows)), batch.raw

    @property
    def figures(self) -> list[tuple[object, ...]]:
        return self.rows.select(FIELDS).rows()


TABLE = """社区,60岁以上,90—99岁高龄津贴人数,发放金额（万元）,备注
康乐社区,812,140,16.8,好
北园社区,,0,11.64,
"""


def test_each_filled_cell_is_a_figure_and_a_blank_one_says_nothing(tmp_path: Path) -> None:
    assert Read(tmp_path, TABLE).figures == [
        (KANGLE, "2025", "P02", None, "812", 2),
        (KANGLE, "2025", "B01", "scheme=allow_90", "140", 2),
        (KANGLE, "2025", "B03", None, "168000", 2),
        (NORTH, "2025", "B01", "scheme=allow_90", "0", 3),
        (NORTH, "2025", "B03", None, "116400", 3),
    ]


def test_a_raw_row_holds_its_own_figure_alone(tmp_path: Path) -> None:
    first, second, *_ = Read(tmp_path, TABLE).raw.select("社区", *HEADERS, "备注").rows()
    assert first == ("康乐社区", "812", None, None, "好")
    assert second == ("康乐社区", None, "140", None, "好")


def test_a_sum_full_of_numbers_is_no_unit_and_is_checked(tmp_path: Path) -> None:
    read = Read(tmp_path, TABLE + "新湖街道小计,812,140,28.44,\n合计,812,141,28.44,\n")
    assert len(read.figures) == 5
    said = [(one.column, Decimal(one.said), Decimal(one.read)) for one in read.end.sums if one.row == 5]
    assert said == [
        ("60岁以上", 81200, 81200),
        ("90—99岁高龄津贴人数", 14100, 14000),
        ("发放金额（万元）", 28440000, 28440000),
    ]


def test_of_a_unit_that_cannot_be_read_every_figure_is_kept_to_be_refused(tmp_path: Path) -> None:
    rows = Read(tmp_path, "社区,60岁以上,90—99岁高龄津贴人数,发放金额（万元）\n无此社区,1,2,3\n").figures
    assert [row[0] for row in rows] == ["无此社区"] * 3


def test_a_row_longer_than_its_headers_is_not_lost(tmp_path: Path) -> None:
    read = Read(tmp_path, TABLE + "康乐社区,1,2,3,,5\n")
    assert read.figures[-1] == (None, "2025", "P02", None, None, 4)
    assert read.end.overlong == 1


def test_percents_are_no_counts(tmp_path: Path) -> None:
    rows = Read(tmp_path, "社区,60岁以上,90—99岁高龄津贴人数,发放金额（万元）\n康乐社区,18%,2,3\n").figures
    assert rows[0][4] == "18%"


@pytest.mark.parametrize(
    ("name", "period"), [("2025年四季度.csv", "2025-Q4"), ("2025上半年.csv", "2025-H1"), ("a.csv", None)]
)
def test_a_file_may_state_the_period_of_its_figures(tmp_path: Path, name: str, period: str | None) -> None:
    # A refused row keeps what was stated: whoever corrects it has another file.
    stated = STREAM.replace('{ constant = "2025" }', "{ stated = true }") + COLUMNS
    read = Read(tmp_path, TABLE, name, stated)
    assert {row[1] for row in read.figures} == {*read.raw["统计期"]} == {period}


def test_a_column_may_spell_the_period_as_people_do(tmp_path: Path) -> None:
    stream = STREAM.replace('{ constant = "2025" }', '"期别"') + 'P02 = "60岁以上"\n'
    rows = "".join(f"康乐社区,{said},{at}\n" for at, said in enumerate(["2025年", "2025年第三季度", "2025-13"]))
    read = Read(tmp_path, "社区,期别,60岁以上\n" + rows, stream=stream)
    assert [row[1] for row in read.figures] == ["2025", "2025-Q3", "2025-13"]


@pytest.mark.parametrize(
    ("mapping", "said"),
    [
        ('P02 = "60岁以上"\nvalue = "数值"\n', "do not go together"),
        ('P02 = { stated = true }\n', "is for a period"),
        ('"P02:sex" = "60岁以上"\n', "has no field P02:sex"),
    ],
)  # fmt: skip
def test_a_mapping_is_refused_that_says(tmp_path: Path, mapping: str, said: str) -> None:
    with pytest.raises(BadPlugin) as error:
        Read(tmp_path, TABLE, stream=STREAM + mapping)
    assert said in error.value.say("en")


def test_a_record_of_something_else_has_no_columns_of_figures(tmp_path: Path) -> None:
    with pytest.raises(BadPlugin) as error:
        Read(tmp_path, TABLE, stream=STREAM.replace('"figure"', '"facility"') + COLUMNS)
    assert "has no field" in error.value.say("en")
