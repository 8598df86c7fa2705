"""The speeds of plugins: the worker's pipe, mapping and checks, workbooks, the first batch, a list of two hundred.

Beside them, in the same run on the same files, peers that read and do nothing else: dlt, a small Singer tap, openpyxl.
tiersync's worker reads, cleans, translates and hands on; where it says so, the node checks as well.
"""

import argparse
import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import date
from io import BytesIO
from pathlib import Path
from statistics import median

import polars as pl
from measure import BENCH, PATIENCE, PEERS_PYTHON, Line, show
from network import TIERSYNC, found_top, four_tiers
from register import write_register
from xlsxwriter import Workbook

from tiersync.config.packaged import packaged_catalogue
from tiersync.model.records.field import CheckContext
from tiersync.plugins.folder.manifest import Plugin, load_plugin
from tiersync.plugins.values.unit_names import names_of
from tiersync.plugins.worker.batches import Batch, batches
from tiersync.plugins.worker.pipe import read_frame
from tiersync.plugins.worker.reading import open_worker
from tiersync.rules.rows.check import check
from tiersync.rules.rows.project import project

SENDER = """
import sys
import polars as pl
from tiersync.plugins.worker.batches import spell_frame
from tiersync.plugins.worker.pipe import Frame, write_frame
frame = pl.read_csv(sys.argv[1], infer_schema=False, n_rows={rows})
for _ in range({times}):
    write_frame(sys.stdout.buffer, Frame(b"B", b"", spell_frame(frame)))
"""
AT_ONCE, TIMES = 50_000, 40
PLUGINS = 200


def pipe(file: Path) -> float:
    """Rows a second of ten columns of text that a process spells and this one reads back."""
    code = SENDER.format(rows=AT_ONCE, times=TIMES)
    with subprocess.Popen([sys.executable, "-c", code, file], stdout=subprocess.PIPE) as sender:
        assert sender.stdout
        frames = 0
        began = 0.0
        while frame := read_frame(sender.stdout, 2**30):  # type: ignore[arg-type]
            pl.read_ipc_stream(BytesIO(frame.body))
            began = began or time.perf_counter()  # from the first frame on: its start is another bench's
            frames += 1
        seconds = time.perf_counter() - began
    assert frames == TIMES
    return (frames - 1) * AT_ONCE / seconds


def mapping_and_checks(plugin: Plugin, context: CheckContext) -> float:
    """Rows a second that this process parses, maps, checks and projects."""
    rows = 0
    began = time.perf_counter()
    for batch in batches(plugin, plugin.streams[0], names_of({})):
        if isinstance(batch, Batch):
            checked = check("senior", pl.read_ipc_stream(BytesIO(batch.rows)), context)
            project("senior", checked.accepted, "00" * 32)
            rows += checked.accepted.height
            assert checked.refused.is_empty()
    return rows / (time.perf_counter() - began)


def reading(plugin: Plugin) -> tuple[float, float, int]:
    """Seconds until a worker's first batch and until its last, and the rows."""
    began = time.perf_counter()
    first, rows = 0.0, 0
    with open_worker(plugin, {}) as worker:
        for batch in worker.read(plugin.streams[0]):
            first = first or time.perf_counter() - began
            rows += batch.rows.height
        return first, time.perf_counter() - began, rows


def workbook_of(csv_file: Path, rows: int) -> Plugin:
    """A plugin whose one file is a workbook with the same rows."""
    folder = csv_file.parents[1].with_name("workbook")
    (folder / "inbox").mkdir(parents=True, exist_ok=True)
    with Workbook(folder / "inbox" / "seniors.xlsx", {"constant_memory": True}) as book:
        sheet = book.add_worksheet()
        for at, row in enumerate(pl.read_csv(csv_file, infer_schema=False, has_header=False, n_rows=rows + 1).rows()):
            for column, cell in enumerate(row):
                sheet.write_string(at, column, cell)
    text = (csv_file.parents[1] / "plugin.toml").read_text(encoding="utf-8")
    text = text.replace('"csv"', '"excel"').replace("seniors.csv", "seniors.xlsx").replace('"register"', '"workbook"')
    (folder / "plugin.toml").write_text(text, encoding="utf-8")
    return load_plugin(folder)


def listing(node: Path, plugin: Plugin) -> float:
    """Seconds of `tiersync plugin list` with two hundred plugins, the process included."""
    text = (plugin.folder / "plugin.toml").read_text(encoding="utf-8")
    for number in range(PLUGINS - 1):
        folder = node / "plugins" / f"p{number}"
        folder.mkdir()
        (folder / "plugin.toml").write_text(text.replace('"register"', f'"p{number}"', 1), encoding="utf-8")
    began = time.perf_counter()
    said = subprocess.run([TIERSYNC, "plugin", "list", "--dir", node, "--json"], capture_output=True, check=True)
    seconds = time.perf_counter() - began
    assert len(json.loads(said.stdout)["plugins"]) >= PLUGINS
    return seconds


def peer(what: str, way: str, file: Path, rows: int, runs: int) -> Line:
    """Rows a second of a peer that only reads, or why there are none."""
    try:
        said = [
            json.loads(subprocess.run(
                [PEERS_PYTHON, "-m", "peers.read", way, file], cwd=BENCH, capture_output=True, text=True, check=True,
                timeout=PATIENCE,
            ).stdout.splitlines()[-1])
            for _ in range(runs)
        ]  # fmt: skip
    except (OSError, subprocess.SubprocessError) as error:
        return Line(what, None, "rows/s", f"not measured: {type(error).__name__} (make bench installs the peers)")
    assert {one["rows"] for one in said} == {rows}
    return Line(what, rows / median(one["seconds"] for one in said), "rows/s")


def several(runs: int, measure: Callable[[], float]) -> float:
    return median(measure() for _ in range(runs))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=500_000)
    parser.add_argument("--sheet-rows", type=int, default=100_000)
    parser.add_argument("--runs", type=int, default=3, help="medians are taken over this many runs")
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    options = parser.parse_args()
    runs = options.runs
    with tempfile.TemporaryDirectory() as name:
        root = Path(name)
        place = found_top(root, four_tiers()[-1:])
        file = write_register(place.folder, place.unit, [place.unit], options.rows)
        plugin = load_plugin(file.parents[1])
        units = frozenset({place.unit})
        context = CheckContext(packaged_catalogue().code_sets, date(2014, 1, 31), units, units)
        book = workbook_of(file, options.sheet_rows)
        sheet = next((book.folder / "inbox").iterdir())
        reads = [reading(plugin) for _ in range(runs)]
        books = [reading(book) for _ in range(runs)]
        assert {rows for *_, rows in reads} == {options.rows}
        assert {rows for *_, rows in books} == {options.sheet_rows}
        csv_speed = Line("CSV, a worker from its start", options.rows / median(one[1] for one in reads), "rows/s")
        excel = Line(
            "Excel, a worker from its start", options.sheet_rows / median(one[1] for one in books), "rows/s",
            "aim 80,000",
        )  # fmt: skip
        lines = [
            Line("the worker's pipe, ten columns", several(runs, lambda: pipe(file)), "rows/s", "aim 1,500,000"),
            Line(
                "parsing, mapping and checks, one process", several(runs, lambda: mapping_and_checks(plugin, context)),
                "rows/s", "aim 600,000",
            ),
            Line("first batch after a worker's start", median(one[0] for one in reads), "s", "aim 0.5"),
            csv_speed,
            *(
                faster(csv_speed, peer(what, way, file, options.rows, runs))
                for what, way in (
                    ("  dlt extracts dicts", "dlt-dicts"), ("  dlt extracts Arrow", "dlt-arrow"),
                    ("  a Singer tap, read as JSON", "singer"),
                )
            ),
            excel,
            faster(excel, peer("  openpyxl, read-only", "openpyxl", sheet, options.sheet_rows, runs)),
            Line(f"plugin list of {PLUGINS}", listing(place.folder, plugin), "s", "aim 0.5, importing none"),
        ]  # fmt: skip
    show("plugins", lines, as_json=options.json)


def faster(ours: Line, theirs: Line) -> Line:
    """The peer's line with how many times as fast we are."""
    if not ours.figure or not theirs.figure:
        return theirs
    return theirs._replace(remark=f"we are {ours.figure / theirs.figure:.2g} times as fast")


if __name__ == "__main__":
    main()
