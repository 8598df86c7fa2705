"""How long `tiersync plugin new` takes on each file as offices send it, beside the start of a worker process."""

import argparse
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

CASES = Path(__file__).parents[1] / "tests" / "cases"
TIERSYNC = (sys.executable, "-m", "tiersync.cli.main")
WORKER = (sys.executable, "-c", "import tiersync.plugins.worker.worker")
ANSWERS: dict[str, tuple[str, ...]] = {
    "h08_sheet_of_the_dead.xlsx": ("--sheet", "在册=read", "--sheet", "已故人员=死亡"),
    "h16_far_cell.xlsx": ("--map", "name=姓名"),
    "k26_remarks.xlsx": ("--map", "life_status=备注"),
    "h01_payroll.csv": ("--set", "kind=发放", "--set", "scheme=allow_90", "--set", "unit=371402001001"),
    "a3_associations.xlsx": ("--map", "legal_form=是否登记"),
    "a3_activities.xlsx": ("--set", "kind=活动"),
}  # What `new` asks of these files.
RECORDS = {"h01": "benefit", "a2": "figure", "a3_associations": "association", "a3_activities": "activity"}


def seconds_of(command: Sequence[str | Path]) -> float:
    started = time.perf_counter()
    subprocess.run(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    return time.perf_counter() - started


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=3, help="the median of so many runs")
    runs = parser.parse_args().runs
    worker = statistics.median(seconds_of(WORKER) for _ in range(runs))
    print(f"a worker's start: {worker:.2f} s")
    files = [file for file in sorted(CASES.iterdir()) if file.suffix not in (".md", "") and file.name != "cases.csv"]
    with tempfile.TemporaryDirectory() as name:
        subprocess.run([*TIERSYNC, "init", "371402000000", "--url", "http://127.0.0.1:1", "--dir", name],
                       check=True, stdout=subprocess.DEVNULL)  # fmt: skip
        for file in files:
            record = next((record for start, record in RECORDS.items() if file.name.startswith(start)), "senior")
            made = [new(Path(name), file, record, at) for at in range(runs)]
            taken = statistics.median(made)
            print(f"{file.name}: {taken:.2f} s, {taken - worker:+.2f} s beside it")


def new(folder: Path, file: Path, record: str, at: int) -> float:
    """Seconds until a plugin is made of a file, or until it is said what is wrong with it."""
    made = f"p{at}-{file.stem.lower()}".replace("_", "-")[:60]
    answers = ANSWERS.get(file.name, ())
    return seconds_of([*TIERSYNC, "plugin", "new", made, "--from", file, "--record", record, *answers, "--dir", folder])


if __name__ == "__main__":
    main()
