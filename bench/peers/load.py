"""One run of a peer that loads a CSV file into a database by key; prints one JSON object with its seconds.

python -m peers.load WAY CSV FOLDER, where FOLDER keeps the peer's state from run to run and PEER_POSTGRES names the
database. Each is given its quickest documented way: dlt Arrow tables and Parquet between (and dicts, its usual way),
sling its own bulk loader, the Singer target COPY with large batches. Columns get plain names, c0 is the key: dlt's
naming turns every Chinese heading into the same letter. Timed is the load from a warm process, for sling and Singer
the whole command, for they are commands.
"""

import argparse
import csv
import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

KEY = "c0"
AT_ONCE = 50_000


def plain(csv_file: Path, folder: Path) -> Path:
    """The same file under plain headings; made before anything is timed."""
    copy = folder / "plain.csv"
    with csv_file.open("rb") as source, copy.open("wb") as target:
        width = source.readline().count(b",") + 1
        target.write(",".join(f"c{number}" for number in range(width)).encode() + b"\n")
        while block := source.read(2**20):
            target.write(block)
    return copy


def dicts_of(file: Path) -> Iterator[dict[str, str]]:
    with file.open(encoding="utf-8", newline="") as rows:
        yield from csv.DictReader(rows)


def dlt_into(destination: Callable[[Path], object], *, arrow: bool) -> Callable[[Path, Path], float]:
    def load(file: Path, folder: Path) -> float:
        os.environ["RUNTIME__DLTHUB_TELEMETRY"] = "false"
        os.environ["DLT_DATA_DIR"] = str(folder)
        import dlt
        import pyarrow.csv

        @dlt.resource(name="seniors", write_disposition="merge", primary_key=KEY)
        def seniors():
            if not arrow:
                yield from dicts_of(file)
                return
            as_text = {name: pyarrow.string() for name in file.open(encoding="utf-8").readline().strip().split(",")}
            yield pyarrow.csv.read_csv(file, convert_options=pyarrow.csv.ConvertOptions(column_types=as_text))

        started = time.perf_counter()
        pipeline = dlt.pipeline(
            "bench",
            pipelines_dir=str(folder),
            destination=destination(folder),
            dataset_name="arrow" if arrow else "dicts",
        )
        pipeline.run(seniors())
        return time.perf_counter() - started

    return load


def dlt_postgres(folder: Path) -> object:
    import dlt

    socket = parse_qs(urlsplit(os.environ["PEER_POSTGRES"]).query)["host"][0]
    return dlt.destinations.postgres(f"postgresql://postgres:none@localhost:5432/postgres?host={socket}")


def dlt_sqlite(folder: Path) -> object:
    import dlt

    return dlt.destinations.sqlalchemy(f"sqlite:///{folder / 'loaded.sqlite'}")


def sqlite_utils(file: Path, folder: Path) -> float:
    import sqlite_utils

    database = sqlite_utils.Database(folder / "loaded.sqlite")
    started = time.perf_counter()
    database["seniors"].upsert_all(dicts_of(file), pk=KEY, batch_size=AT_ONCE)
    return time.perf_counter() - started


def sling_into(target: str, table: str) -> Callable[[Path, Path], float]:
    def load(file: Path, folder: Path) -> float:
        import sling_linux_amd64

        program = Path(sling_linux_amd64.__file__).parent / "bin" / "sling-linux-amd64"
        lite = f"sqlite://{folder / 'loaded.sqlite'}"
        known = {"POSTGRES": os.environ["PEER_POSTGRES"], "SQLITE": lite, "SLING_DISABLE_TELEMETRY": "true"}
        command = [program, "run", "--src-stream", f"file://{file}", "--tgt-conn", target, "--tgt-object", table]
        started = time.perf_counter()
        run([*command, "--mode", "incremental", "--primary-key", KEY], os.environ | known | {"HOME": str(folder)})
        return time.perf_counter() - started

    return load


def singer(file: Path, folder: Path) -> float:
    """A tap of our own, this module's `tap`, into pipelinewise-target-postgres, as a pipe of two commands."""
    uri = urlsplit(os.environ["PEER_POSTGRES"])
    config = folder / "target.json"
    config.write_text(json.dumps({
        "host": parse_qs(uri.query)["host"][0], "port": 5432, "user": "postgres", "password": "none",
        "dbname": "postgres", "default_target_schema": "singer", "batch_size_rows": AT_ONCE,
    }))  # fmt: skip
    target = Path(os.environ["PEER_SINGER"]) / "target-postgres"
    started = time.perf_counter()
    tap = subprocess.Popen([sys.executable, "-m", "peers.load", "tap", file, folder], stdout=subprocess.PIPE)
    done = subprocess.run(
        [target, "--config", config], stdin=tap.stdout, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True
    )
    tap.wait()
    if done.returncode or tap.returncode:
        raise SystemExit(done.stderr.strip()[-300:] or "the tap ended badly")
    return time.perf_counter() - started


def tap(file: Path) -> None:
    """The file as Singer messages: one schema, its records, and a state that says how far it came."""
    names = file.open(encoding="utf-8").readline().strip().split(",")
    texts = {name: {"type": ["null", "string"]} for name in names}
    schema = {"type": "object", "properties": texts}
    say = sys.stdout.write
    said = {"type": "SCHEMA", "stream": "seniors", "schema": schema, "key_properties": [KEY]}
    say(json.dumps(said) + "\n")
    count = 0
    for row in dicts_of(file):
        count += 1
        say(json.dumps({"type": "RECORD", "stream": "seniors", "record": row}, ensure_ascii=False) + "\n")
    say(json.dumps({"type": "STATE", "value": {"rows": count}}) + "\n")


def run(command: list[str | Path], environment: dict[str, str]) -> None:
    done = subprocess.run(command, env=environment, capture_output=True, text=True)
    if done.returncode:
        raise SystemExit((done.stdout + done.stderr).strip()[-300:])


WAYS: dict[str, Callable[[Path, Path], float]] = {
    "dlt-arrow-postgres": dlt_into(dlt_postgres, arrow=True),
    "dlt-arrow-sqlite": dlt_into(dlt_sqlite, arrow=True),
    "dlt-dicts-postgres": dlt_into(dlt_postgres, arrow=False),
    "sling-postgres": sling_into("POSTGRES", "public.sling_seniors"),
    "sling-sqlite": sling_into("SQLITE", "main.seniors"),
    "sqlite-utils": sqlite_utils,
    "singer-postgres": singer,
}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("way", choices=[*WAYS, "tap"])
    parser.add_argument("csv_file", type=Path)
    parser.add_argument("folder", type=Path)
    options = parser.parse_args()
    if options.way == "tap":
        tap(options.csv_file)
        return
    file = plain(options.csv_file, options.folder)
    print(json.dumps({"seconds": WAYS[options.way](file, options.folder)}))


if __name__ == "__main__":
    main()
