"""Plugin folders for the tests: written as an administrator would write them, with made-up people of no real region."""

from collections.abc import Iterable, Mapping
from io import BytesIO
from pathlib import Path

import polars as pl

from tests.plugins.numbers import identity
from tiersync.plugins.folder.manifest import Plugin, load_plugin
from tiersync.plugins.values.unit_names import names_of
from tiersync.plugins.worker.batches import Batch, batches
from tiersync.plugins.worker.pipe import StreamEnd

UNITS = {"371402001004": "康乐社区居委会", "371402001005": "北园社区居委会", "371402001000": "新湖街道"}

HEAD = """
[plugin]
id = "decheng"
name = "德城区老年人信息"
version = "1.0.0"
api = 1
unit = "371402000000"
"""

STREAM = """
[[stream]]
record = "senior"
key = ["id_number"]
[stream.source]
{source}
[stream.map]
{map}
"""

MAP = """
name = "姓名"
id_number = "身份证号"
sex = { from = "性别", values = { 男 = "1", 女 = "2" } }
birth_date = { from = "出生日期", parse = "date" }
residence_unit = { from = "社区", lookup = "units" }
"""

CSV = 'kind = "csv"\npath = "*.csv"'
EXCEL = 'kind = "excel"\npath = "*.xlsx"'
HEADERS = ("姓名", "身份证号", "性别", "出生日期", "社区")


def senior(serial: int) -> tuple[str, ...]:
    """A made-up person as a row under HEADERS."""
    return (f"测{serial}", identity(serial), "男" if serial % 2 else "女", "1931-02-03", "康乐社区")


def write_plugin(folder: Path, source: str = CSV, mapping: str = MAP) -> Plugin:
    """A plugin with one stream of seniors."""
    folder.mkdir(exist_ok=True)
    toml = HEAD + STREAM.replace("{source}", source).replace("{map}", mapping)
    (folder / "plugin.toml").write_text(toml, encoding="utf-8")
    return load_plugin(folder)


def as_csv(*rows: tuple[str, ...], headers: tuple[str, ...] = HEADERS) -> str:
    return "".join(",".join(row) + "\n" for row in (headers, *rows))


def read_here(plugin: Plugin, units: Mapping[str, str] = UNITS) -> tuple[pl.DataFrame, StreamEnd]:
    """All rows of a plugin's first stream, read in this process, and the stream's end."""
    *read, end = batches(plugin, plugin.streams[0], names_of(units))
    assert isinstance(end, StreamEnd)
    frames = [pl.read_ipc_stream(BytesIO(batch.rows)) for batch in read if isinstance(batch, Batch)]
    return one_frame(frames) if frames else pl.DataFrame(), end


def one_frame(batches: Iterable[pl.DataFrame]) -> pl.DataFrame:
    """Batches one after another, all as text: each has the Enums of the words that occur in it."""
    return pl.concat(batch.cast({pl.Enum: pl.String}) for batch in batches)
