"""What one host costs with one node and with the demo's fifteen: memory of the process, idle and after a push."""

import argparse
import json
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

import psutil
from measure import MEGABYTE

TIERSYNC = [sys.executable, "-m", "tiersync.cli.main"]
SETTLES = 3.0  # seconds after the last node answers


def played(root: Path) -> list[Path]:
    """The nodes of a demo that was played to its end, the city first; each listens where nobody else does."""
    subprocess.run([*TIERSYNC, "demo", root], check=True, stdout=subprocess.DEVNULL)
    return sorted(path.parent for path in root.glob("*/tiersync.toml"))


def held_by(process: psutil.Process) -> float:
    """Megabytes that a process and its workers hold of their own, with their share of what several hold."""
    return sum(one.memory_full_info().pss for one in [process, *process.children(recursive=True)]) / MEGABYTE


def running(nodes: Sequence[Path], interval: int) -> float:
    """Megabytes that a host of these nodes holds once it has settled."""
    for node in nodes:
        settings = node / "tiersync.toml"
        lines = settings.read_text(encoding="utf-8").splitlines()
        changed = [f"interval_seconds = {interval}" if one.startswith("interval_seconds") else one for one in lines]
        settings.write_text("\n".join(changed) + "\n", encoding="utf-8")
    host = subprocess.Popen([*TIERSYNC, "run", *nodes], stdout=subprocess.PIPE, text=True)
    try:
        assert host.stdout
        for _ in nodes:
            assert host.stdout.readline(), "a node did not begin"
        time.sleep(SETTLES if interval > 60 else interval * 2 + len(nodes) * 2)
        return held_by(psutil.Process(host.pid))
    finally:
        host.send_signal(signal.SIGINT)
        host.wait(60)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="tiersync-host-") as name:
        nodes = played(Path(name) / "demo")
        measured = {}
        for state, interval in (("idle", 3600), ("after a push", 5)):
            one, all_ = running(nodes[:1], interval), running(nodes, interval)
            measured[state] = {"one": one, "all": all_, "each further": (all_ - one) / (len(nodes) - 1)}
    if options.json:
        print(json.dumps({"bench": "host", "nodes": len(nodes), "megabytes": measured}))
        return
    print(f"\nhost ({len(nodes)} nodes)")
    for state, found in measured.items():
        print(
            f"  {state:<14} one node {found['one']:5.0f} MB, all {found['all']:5.0f} MB,"
            f" each further {found['each further']:4.1f} MB (aim 15)"
        )


if __name__ == "__main__":
    main()
