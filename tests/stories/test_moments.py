"""Moments as programs write them, in Greenwich or in seconds, are of the day that the office had then: a visit of half
past midnight on New Year's Day was written down in another year."""

import json
import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.databases import PostgreSQL, SQLite
from tests.stories.office import UNIT, Office, found, tiersync
from tiersync.plugins.folder.trust import enable_all

NEW_YEARS_DAY = ("2013-12-31T16:30:00Z", "2014-01-01T00:30:00.000+08:00", "1388507400", "1388507400000")
THE_DAY_BEFORE = ("2013-12-31T15:30:00Z", "2013-12-31 23:59:59")
MOMENTS = (*NEW_YEARS_DAY, *THE_DAY_BEFORE)
MANIFEST = """
[plugin]
id = "visits"
name = "走访记录"
version = "1.0.0"
api = 1
unit = "{unit}"

[[stream]]
record = "service"
key = ["service_id"]
[stream.source]
{source}
from = "2012-01-01"
[stream.map]
service_id = "id"
kind = {{ constant = "visit" }}
unit = {{ constant = "{unit}" }}
done_on = {{ from = "time", parse = "date" }}
"""


def source(office: Office, settings: str, **files: str) -> None:
    """The office's visits, from where `settings` say."""
    place = office.folder / "plugins" / "visits"
    place.mkdir(parents=True, exist_ok=True)
    for name, text in files.items():
        (place / f"{name}.{'py' if name == 'source' else name}").write_text(text, encoding="utf-8")
    (place / "plugin.toml").write_text(MANIFEST.format(unit=UNIT, source=settings), encoding="utf-8")
    enable_all(office.folder / "plugins")


def visits(office: Office, year: int) -> int:
    """S01 of a year as the office's own report has it."""
    pushed = tiersync("push", "--dir", office.folder, "--period", year)
    assert pushed.code == 0, pushed.err
    said = tiersync("report", "show", UNIT, "--form", "aging-year", "--period", year, "--dir", office.folder, "--json")
    cells = json.loads(said.out)["cells"]
    return next(int(c["value"]) for c in cells if c["indicator"] == "S01" and not c["breakdown"])


@contextmanager
def service(folder: Path, items: list[dict[str, object]]) -> Iterator[str]:
    """A real service with one page of JSON; its process ends with the test."""
    folder.mkdir()
    (folder / "visits.json").write_text(json.dumps(items), encoding="utf-8")
    command = [sys.executable, "-u", "-m", "http.server", "0", "--bind", "127.0.0.1", "--directory", str(folder)]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
    try:
        assert process.stdout
        port = re.search(r"port (\d+)", process.stdout.readline())
        assert port
        yield f"http://127.0.0.1:{port[1]}/visits.json"
    finally:
        process.kill()
        process.wait()


@pytest.fixture
def office(tmp_path: Path) -> Office:
    return found(tmp_path / "node")


def test_moments_of_a_text_file_count_in_the_year_they_were_in_at_the_office(office: Office) -> None:
    rows = "".join(f"{number},{moment}\n" for number, moment in enumerate(MOMENTS))
    source(office, 'kind = "csv"\npath = "visits.csv"', csv="")
    (office.folder / "plugins" / "visits" / "visits.csv").write_text(f"id,time\n{rows}", encoding="utf-8")
    assert (visits(office, 2013), visits(office, 2014)) == (2, 4)


def test_moments_of_a_service_do(office: Office, tmp_path: Path) -> None:
    numbers = [int(moment) if moment.isdigit() else moment for moment in MOMENTS]
    items: list[dict[str, object]] = [{"id": f"v{at}", "time": moment} for at, moment in enumerate(numbers)]
    with service(tmp_path / "service", items) as url:
        source(office, f'kind = "http"\nurl = "{url}"\npaging = "none"')
        assert (visits(office, 2013), visits(office, 2014)) == (2, 4)


def test_moments_of_a_database_do(office: Office, tmp_path: Path) -> None:
    database = SQLite(tmp_path / "visits.db")
    database.run("CREATE TABLE visits (id TEXT, time)")
    kept = [float(moment) if moment.isdigit() else moment for moment in MOMENTS]
    database.fill("visits", ["id", "time"], [(f"v{at}", moment) for at, moment in enumerate(kept)])
    source(office, f'kind = "sql"\ntable = "visits"\ndsn = "{database.dsn}"')
    assert (visits(office, 2013), visits(office, 2014)) == (2, 4)


def test_moments_of_a_server_do_by_the_clock_of_the_office(office: Office, postgresql: PostgreSQL) -> None:
    postgresql.run("CREATE TABLE visits (id text, time timestamptz)")
    moments = ("2013-12-31T15:30:00Z", "2013-12-31T16:30:00Z", "2013-12-31T23:59:59Z", "2014-01-01T00:30:00Z")
    postgresql.fill("visits", ["id", "time"], [(f"v{at}", moment) for at, moment in enumerate(moments)])
    secret = office.folder / "keys" / "secrets" / "visits.dsn"
    secret.parent.mkdir(parents=True, exist_ok=True)
    secret.touch(0o600)
    secret.write_text(postgresql.dsn, encoding="utf-8")
    source(office, 'kind = "sql"\ntable = "visits"\ndsn = { secret = "visits.dsn" }')
    assert (visits(office, 2013), visits(office, 2014)) == (1, 3)
    in_zone(office, "UTC")
    assert (visits(office, 2013), visits(office, 2014)) == (3, 1)


PYTHON = """
from datetime import UTC, datetime
import polars as pl
from tiersync.plugins.kinds.python_source import source

@source("service")
def visits(since, context):
    late = datetime(2013, 12, 31, 16, 30, tzinfo=UTC)
    yield {"id": "a", "time": late}
    yield pl.DataFrame({"id": ["b", "c"], "time": [late, late.replace(hour=15)]})
    yield pl.DataFrame({"id": ["d"], "time": [late]}).with_columns(pl.col("time").dt.convert_time_zone("Asia/Tokyo"))
    yield pl.DataFrame({"id": ["e"], "time": [late.replace(tzinfo=None)]})
"""


def test_moments_of_a_function_do(office: Office) -> None:
    source(office, 'kind = "python"', source=PYTHON)
    assert (visits(office, 2013), visits(office, 2014)) == (2, 3)


def test_an_office_elsewhere_has_other_days(office: Office) -> None:
    rows = "".join(f"{number},{moment}\n" for number, moment in enumerate(MOMENTS))
    source(office, 'kind = "csv"\npath = "visits.csv"')
    (office.folder / "plugins" / "visits" / "visits.csv").write_text(f"id,time\n{rows}", encoding="utf-8")
    assert (visits(office, 2013), visits(office, 2014)) == (2, 4)
    in_zone(office, "America/New_York")
    assert (visits(office, 2013), visits(office, 2014)) == (6, 0)


def in_zone(office: Office, zone: str) -> None:
    """The office's clock, as its tiersync.toml says it."""
    file = office.folder / "tiersync.toml"
    written = re.sub(r"(?m)^#? ?time_zone = .*\n", "", file.read_text("utf-8"))
    file.write_text(written.replace("[node]\n", f'[node]\ntime_zone = "{zone}"\n', 1), encoding="utf-8")
