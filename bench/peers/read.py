"""A peer reads a file and does nothing else with it; prints one JSON object with its seconds and rows.

python -m peers.read WAY FILE. openpyxl reads a workbook in its read-only mode; dlt extracts the rows of a CSV file as
dicts, its usual way, or as one Arrow table; the Singer tap writes a CSV file's rows as messages into a pipe that is
read to its end, as a target would.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from peers.load import dicts_of, plain


def openpyxl(file: Path) -> int:
    import openpyxl

    book = openpyxl.load_workbook(file, read_only=True)
    return sum(1 for _ in book.worksheets[0].iter_rows(values_only=True)) - 1


def dlt_extracts(file: Path, *, arrow: bool) -> int:
    os.environ["RUNTIME__DLTHUB_TELEMETRY"] = "false"
    with tempfile.TemporaryDirectory() as folder:
        os.environ["DLT_DATA_DIR"] = folder
        import dlt
        import pyarrow.csv

        rows = 0

        @dlt.resource(name="seniors")
        def seniors():
            nonlocal rows
            if arrow:
                table = pyarrow.csv.read_csv(file)
                rows = table.num_rows
                yield table
                return
            for row in dicts_of(file):
                rows += 1
                yield row

        pipeline = dlt.pipeline("bench", pipelines_dir=folder, destination="filesystem")
        pipeline.extract(seniors())
        return rows


def singer(file: Path) -> int:
    tap = subprocess.Popen([sys.executable, "-m", "peers.load", "tap", file, "."], stdout=subprocess.PIPE)
    assert tap.stdout
    return sum(1 for line in tap.stdout if json.loads(line)["type"] == "RECORD")


WAYS: dict[str, Callable[[Path], int]] = {
    "openpyxl": openpyxl,
    "dlt-dicts": lambda file: dlt_extracts(file, arrow=False),
    "dlt-arrow": lambda file: dlt_extracts(file, arrow=True),
    "singer": singer,
}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("way", choices=WAYS)
    parser.add_argument("file", type=Path)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        file = plain(options.file, Path(folder)) if options.file.suffix == ".csv" else options.file
        started = time.perf_counter()
        rows = WAYS[options.way](file)
        print(json.dumps({"seconds": time.perf_counter() - started, "rows": rows}))


if __name__ == "__main__":
    main()
