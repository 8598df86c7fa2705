"""dlt loads a CSV file into SQLite; prints one JSON object with the seconds from a warm process and the peak memory.

Uses the quickest way that dlt offers for this (Arrow in, Parquet between); dicts take three times as long.
The columns get plain names, because dlt's naming turns every Chinese heading into the same letter.
"""

import argparse
import json
import os
import re
import sqlite3
import tempfile
import time
from pathlib import Path


def load(csv_file: Path, folder: Path) -> float:
    """Seconds to load the file into a fresh database."""
    import dlt
    import pyarrow.csv

    @dlt.resource(name="seniors", write_disposition="replace")
    def seniors():
        rows = pyarrow.csv.read_csv(csv_file)
        yield rows.rename_columns([f"c{number}" for number in range(rows.num_columns)])

    started = time.perf_counter()
    destination = dlt.destinations.sqlalchemy(f"sqlite:///{folder / 'loaded.sqlite'}")
    dlt.pipeline("bench", pipelines_dir=str(folder), destination=destination, dataset_name="main").run(seniors())
    return time.perf_counter() - started


def loaded_rows(folder: Path) -> int:
    return sqlite3.connect(folder / "loaded.sqlite").execute("SELECT count(*) FROM seniors").fetchone()[0]


def peak() -> dict[str, int]:
    """The most megabytes that this process held, where the system tells; getrusage would tell the parent's too."""
    status = Path("/proc/self/status")
    told = re.search(r"VmHWM:\s+(\d+) kB", status.read_text()) if status.exists() else None
    return {"peak_mb": int(told.group(1)) // 1024} if told else {}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("csv_file", type=Path)
    csv_file = parser.parse_args().csv_file
    os.environ["RUNTIME__DLTHUB_TELEMETRY"] = "false"
    with tempfile.TemporaryDirectory() as name:
        os.environ["DLT_DATA_DIR"] = name
        seconds, rows = load(csv_file, Path(name)), loaded_rows(Path(name))
    print(json.dumps({"seconds": seconds, "rows": rows, **peak()}))


if __name__ == "__main__":
    main()
