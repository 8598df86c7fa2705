"""The plugin folders of the repository turn their fixtures into exactly the rows that stand beside them."""

import shutil
from pathlib import Path

import polars as pl
import pytest

from tests.databases import PostgreSQL, SQLite
from tests.plugins.folders import UNITS, one_frame
from tiersync.plugins.folder.manifest import load_plugin, load_plugins
from tiersync.plugins.worker.reading import open_worker

EXAMPLES = Path(__file__).parents[2] / "plugins"
STREAMS = [(plugin.folder, stream) for plugin in load_plugins(EXAMPLES) for stream in plugin.streams]
IN_FILES = [(folder.name, stream.name) for folder, stream in STREAMS if stream.source.kind in ("csv", "excel")]
IN_DATABASES = [(folder.name, stream.name) for folder, stream in STREAMS if stream.source.kind == "sql"]


def assert_expected(folder: Path, stream: str, dsn: str = "") -> None:
    """The worker makes of a folder's source what stands beside its fixtures; `dsn` is whatever secret it names."""
    plugin = load_plugin(folder)
    with open_worker(plugin, UNITS, secrets=lambda name: dsn) as worker:
        rows = one_frame(batch.rows for batch in worker.read(plugin.stream(stream)))
    expected = pl.read_csv(folder / "fixtures" / f"{stream}.expected.csv", infer_schema=False)
    assert rows.select(pl.col(expected.columns).cast(pl.String)).rows() == expected.rows()


@pytest.mark.parametrize(("name", "stream"), IN_FILES)
def test_an_example_reads_its_fixtures(tmp_path: Path, name: str, stream: str) -> None:
    folder = Path(shutil.copytree(EXAMPLES / name, tmp_path / name))
    for file in (folder / "fixtures").glob(f"{stream}.[cx]*"):
        shutil.copy(file, folder / "inbox")
    assert_expected(folder, stream)


@pytest.mark.parametrize(("name", "stream"), IN_DATABASES)
def test_an_example_of_a_database_reads_its_fixtures(
    tmp_path: Path, postgresql: PostgreSQL, name: str, stream: str
) -> None:
    file = SQLite(tmp_path / "rows.db")
    for database in (file, postgresql):
        database.run_script((EXAMPLES / name / "fixtures" / "rows.sql").read_text(encoding="utf-8"))
        assert_expected(EXAMPLES / name, stream, database.dsn)


def test_fixtures_hold_nobody_of_a_real_region() -> None:
    for file in EXAMPLES.glob("*/fixtures/*.expected.csv"):
        numbers = pl.read_csv(file, infer_schema=False)["id_number"].str.strip_prefix("=NUMBER:")
        assert numbers.str.starts_with("3799").all()
