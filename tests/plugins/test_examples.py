"""The plugin folders of the repository turn their fixtures into exactly the rows that stand beside them."""

import shutil
from pathlib import Path

import polars as pl
import pytest

from tests.plugins.folders import UNITS, one_frame
from tiersync.plugins.manifest import load_plugin, load_plugins
from tiersync.plugins.reading import open_worker

EXAMPLES = Path(__file__).parents[2] / "plugins"
STREAMS = [(plugin.folder.name, stream.name) for plugin in load_plugins(EXAMPLES) for stream in plugin.streams]


@pytest.mark.parametrize(("name", "stream"), STREAMS)
def test_an_example_reads_its_fixtures(tmp_path: Path, name: str, stream: str) -> None:
    folder = Path(shutil.copytree(EXAMPLES / name, tmp_path / name))
    for file in (folder / "fixtures").glob(f"{stream}.[cx]*"):
        shutil.copy(file, folder / "inbox")
    plugin = load_plugin(folder)
    with open_worker(plugin, UNITS) as worker:
        rows = one_frame(batch.rows for batch in worker.read(plugin.stream(stream)))
    expected = pl.read_csv(folder / "fixtures" / f"{stream}.expected.csv", infer_schema=False)
    assert rows.select(pl.col(expected.columns).cast(pl.String)).rows() == expected.rows()


def test_fixtures_hold_nobody_of_a_real_region() -> None:
    for file in EXAMPLES.glob("*/fixtures/*.expected.csv"):
        numbers = pl.read_csv(file, infer_schema=False)["id_number"].str.strip_prefix("=NUMBER:")
        assert numbers.str.starts_with("3799").all()
