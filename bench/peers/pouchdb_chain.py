"""Four pouchdb-servers, chained by replication; 10,000 rows are written at the last.

Each server replicates to the next one after the one below has, as a push at each tier does. Prints one JSON object
with the seconds until the city holds every row. PouchDB checks, counts and seals nothing.
"""

import argparse
import csv
import json
import subprocess
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from peers.ports import free_ports, until_open

PATIENCE = 120  # seconds
BATCH = 2000  # rows of one bulk write, and of one batch of a replication
PROGRAM = Path(__file__).parent / "node_modules" / ".bin" / "pouchdb-server"


def call(method: str, url: str, body: object = None) -> dict:
    data = None if body is None else json.dumps(body).encode()
    request = urllib.request.Request(url, data, {"Content-Type": "application/json"}, method=method)
    with urllib.request.urlopen(request, timeout=PATIENCE) as reply:
        return json.load(reply)


@contextmanager
def serving(folder: Path, port: int) -> Iterator[None]:
    """A running pouchdb-server with its data on disk, ended by its own process id."""
    folder.mkdir()
    command = [PROGRAM, "--port", str(port), "--dir", folder, "--config", folder / "config.json", "--no-stdout-logs"]
    with subprocess.Popen(command, cwd=folder, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as server:
        try:
            until_open(port, PATIENCE)
            yield
        finally:
            server.terminate()


def carry(rows: list[dict], urls: list[str]) -> float:
    """Seconds from the first write at the bottom until the top holds every row."""
    started = time.perf_counter()
    for first in range(0, len(rows), BATCH):
        call("POST", f"{urls[-1]}/_bulk_docs", {"docs": rows[first : first + BATCH]})
    for above, below in zip(reversed(urls[:-1]), reversed(urls[1:]), strict=True):
        host = below.rpartition("/")[0]
        call("POST", f"{host}/_replicate", {"source": below, "target": above, "batch_size": BATCH})
    held = call("GET", urls[0])["doc_count"]
    assert held == len(rows), f"the city holds {held} of {len(rows)} rows"
    return time.perf_counter() - started


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("csv_file", type=Path)
    with parser.parse_args().csv_file.open(encoding="utf-8", newline="") as file:
        rows = [{"_id": f"{number:08d}", **row} for number, row in enumerate(csv.DictReader(file))]
    with tempfile.TemporaryDirectory() as name, ExitStack() as stack:
        ports = free_ports(4)
        for port in ports:
            stack.enter_context(serving(Path(name) / str(port), port))
        urls = [f"http://127.0.0.1:{port}/rows" for port in ports]
        for url in urls:
            call("PUT", url)
        seconds = carry(rows, urls)
    print(json.dumps({"seconds": seconds, "rows": len(rows)}))


if __name__ == "__main__":
    main()
