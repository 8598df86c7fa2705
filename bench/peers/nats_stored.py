"""One JetStream on file that syncs every message: bodies of 2 kB, published by many senders at once.

Each sender has a connection of its own and waits for each acknowledgement before it says the next. Prints one JSON
object with the seconds that all of them took.
"""

import argparse
import asyncio
import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import nats

from peers.ports import free_ports, until_open

PATIENCE = 60  # seconds


async def run(url: str, senders: int, each: int, size: int) -> float:
    """Seconds from the first message to the last acknowledgement."""
    clients = [await nats.connect(url) for _ in range(senders)]
    config = {"name": "bodies", "subjects": ["bodies.*"], "storage": "file", "retention": "limits", "num_replicas": 1}
    reply = await clients[0].request("$JS.API.STREAM.CREATE.bodies", json.dumps(config).encode())
    assert "error" not in json.loads(reply.data), reply.data

    async def send(sender: int) -> None:
        stream = clients[sender].jetstream(timeout=PATIENCE)
        for _ in range(each):
            await stream.publish(f"bodies.{sender}", os.urandom(size))

    began = time.perf_counter()
    await asyncio.gather(*(send(sender) for sender in range(senders)))
    seconds = time.perf_counter() - began
    held = (await clients[0].jetstream().stream_info("bodies")).state.messages
    assert held == senders * each, f"{held} are held"
    for client in clients:
        await client.close()
    return seconds


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    for number in ("senders", "each", "size"):
        parser.add_argument(number, type=int)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        (port,), config = free_ports(1), Path(name) / "nats.conf"
        config.write_text(
            f'listen: "127.0.0.1:{port}"\njetstream {{ store_dir: "{name}/store", sync_interval: always }}\n'
        )
        program = Path(sys.executable).parent / "nats-server"
        with subprocess.Popen([program, "-c", config], stderr=subprocess.DEVNULL) as server:
            try:
                until_open(port, PATIENCE)
                seconds = asyncio.run(run(f"nats://127.0.0.1:{port}", options.senders, options.each, options.size))
            finally:
                server.terminate()
    print(json.dumps({"seconds": seconds, "messages": options.senders * options.each}))


if __name__ == "__main__":
    main()
