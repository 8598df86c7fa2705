"""Four nats-servers, chained city to community, each with a JetStream on file; 10,000 rows are published at the last.

Every stream sources the one below it. Prints one JSON object with the seconds until the city's stream holds every row.
NATS checks, counts and seals nothing, and by default does not sync each message to the disk.
"""

import argparse
import asyncio
import csv
import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import nats

from peers.ports import free_ports, until_open

TIERS = ("city", "district", "street", "community")
PATIENCE = 60  # seconds
AT_ONCE = 1000  # publications that wait for their acknowledgement together


def config_of(tier: str, folder: Path, port: int, leaf: int, parent_leaf: int | None) -> str:
    """A server that takes leaves from below and is a leaf of the one above."""
    lines = [
        f'server_name: {tier}, listen: "127.0.0.1:{port}"',
        f'jetstream: {{ store_dir: "{folder / tier}", domain: {tier} }}',
        "leafnodes: {",
        f'  listen: "127.0.0.1:{leaf}"',
        f'  remotes: [ {{ url: "nats://127.0.0.1:{parent_leaf}" }} ]' if parent_leaf else "",
        "}",
    ]
    return "\n".join(lines)


@contextmanager
def serving(tier: str, folder: Path, ports: tuple[int, int], parent_leaf: int | None) -> Iterator[None]:
    """A running nats-server of this tier, ended by its own process id."""
    config = folder / f"{tier}.conf"
    config.write_text(config_of(tier, folder, *ports, parent_leaf))
    program = Path(sys.executable).parent / "nats-server"
    with subprocess.Popen([program, "-c", config], stderr=(folder / f"{tier}.log").open("w")) as server:
        try:
            until_open(ports[0], PATIENCE)
            yield
        finally:
            server.terminate()


async def chain(ports: list[int]) -> None:
    """One stream a tier; each takes over what the one below holds."""
    for tier, port, below in zip(TIERS, ports, [*TIERS[1:], None], strict=True):
        client = await nats.connect(f"nats://127.0.0.1:{port}")
        source = {"name": f"rows-{below}", "external": {"api": f"$JS.{below}.API", "deliver": f"deliver.{tier}"}}
        kind = {"sources": [source]} if below else {"subjects": ["rows"]}
        config = {"name": f"rows-{tier}", "storage": "file", "retention": "limits", "num_replicas": 1, **kind}
        reply = await client.request(f"$JS.API.STREAM.CREATE.rows-{tier}", json.dumps(config).encode())
        assert "error" not in json.loads(reply.data), reply.data
        await client.close()


async def carry(rows: list[bytes], bottom: int, top: int) -> float:
    """Seconds from the first publication at the bottom until the top holds every row."""
    below, above = await nats.connect(f"nats://127.0.0.1:{bottom}"), await nats.connect(f"nats://127.0.0.1:{top}")
    stream = below.jetstream()
    started = time.perf_counter()
    for first in range(0, len(rows), AT_ONCE):
        await asyncio.gather(*(stream.publish("rows", row) for row in rows[first : first + AT_ONCE]))
    while (await above.jetstream().stream_info("rows-city")).state.messages < len(rows):
        assert time.perf_counter() - started < PATIENCE, "the city never got every row"
        await asyncio.sleep(0.01)
    seconds = time.perf_counter() - started
    await below.close()
    await above.close()
    return seconds


async def run(rows: list[bytes], ports: list[int]) -> float:
    await chain(ports)
    return await carry(rows, ports[-1], ports[0])


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("csv_file", type=Path)
    with parser.parse_args().csv_file.open(encoding="utf-8", newline="") as file:
        rows = [json.dumps(row, ensure_ascii=False).encode() for row in csv.DictReader(file)]
    with tempfile.TemporaryDirectory() as name, ExitStack() as stack:
        ports, leaves = free_ports(4), free_ports(4)
        for tier, port, leaf, above in zip(TIERS, ports, leaves, [None, *leaves[:-1]], strict=True):
            stack.enter_context(serving(tier, Path(name), (port, leaf), above))
        seconds = asyncio.run(run(rows, ports))
    print(json.dumps({"seconds": seconds, "rows": len(rows)}))


if __name__ == "__main__":
    main()
