"""A push of a whole city's register that is killed again and again comes to what an undisturbed one comes to.

Killed with SIGKILL after shares of the time that the undisturbed push took, from the start to the last commit; what is
compared is the snapshot's digest, and the digest of every report's cells.
"""

import argparse
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from network import TIERSYNC, found_top, four_tiers
from register import write_register

from tiersync.store.database import open_store
from tiersync.store.files.snapshots import current_snapshots
from tiersync.store.reports.reports import current_reports

PERIOD = "2013-Q4"


def push(folder: Path) -> subprocess.Popen[bytes]:
    command = [TIERSYNC, "push", "--dir", folder, "--period", PERIOD]
    return subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)


def digests(folder: Path) -> tuple[list[str], list[tuple[str, str]]]:
    store = open_store(folder)
    with store.read() as db:
        snapshots = [row.digest for row in current_snapshots(db)]
        cells = [(f"{row.form} {row.unit} {row.part}", row.cells_digest) for row in current_reports(db)]
    store.close()
    return snapshots, cells


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=890_000)
    parser.add_argument("--kills", type=int, default=12)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        unit = four_tiers()[-1].code
        folder = found_top(Path(name), four_tiers()[-1:]).folder
        write_register(folder, unit, [unit], options.rows)
        killed = Path(shutil.copytree(folder, Path(name) / "killed"))
        began = time.perf_counter()
        assert push(folder).wait() == 0
        seconds = time.perf_counter() - began
        ended = 0
        for number in range(1, options.kills + 1):
            going = push(killed)
            try:
                going.wait(seconds * number / options.kills)
                ended += 1
            except subprocess.TimeoutExpired:
                going.kill()
                going.wait()
        assert push(killed).wait() == 0
        left = sorted(path.name for path in (killed / "snapshots").iterdir())
        same = digests(killed) == digests(folder) and left == sorted(p.name for p in (folder / "snapshots").iterdir())
        print(f"undisturbed {seconds:.1f} s; killed {options.kills - ended} times, {ended} pushes got through: "
              f"{'equal' if same else 'NOT EQUAL'}")  # fmt: skip
        sys.exit(0 if same else 1)


if __name__ == "__main__":
    main()
