"""What the three benches share: medians, memory, peers in their own environment, one table or one JSON object."""

import json
import os
import subprocess
import threading
from collections.abc import Callable, Sequence
from pathlib import Path
from statistics import median
from types import TracebackType
from typing import NamedTuple, Self

import psutil

BENCH = Path(__file__).parent
PEERS_PYTHON = BENCH.parent / ".venv-bench" / "bin" / "python"
PATIENCE = 600  # seconds that one run of a peer may take
LOOK = 0.02  # seconds between looks at the memory
MEGABYTE = 1024 * 1024


class Line(NamedTuple):
    """One line of a table: what was measured, the figure, its unit, and a remark."""

    what: str
    figure: float | None
    unit: str
    remark: str = ""


def median_of(runs: int, measure: Callable[[], float]) -> float:
    """The median of several runs of a measurement."""
    return median(measure() for _ in range(runs))


def memory_of(pid: int) -> float:
    """Megabytes that a process and those it started hold now."""
    process = psutil.Process(pid)
    return sum(_resident(one) for one in [process, *process.children(recursive=True)]) / MEGABYTE


def _resident(process: psutil.Process) -> int:
    try:
        return process.memory_info().rss
    except psutil.NoSuchProcess:
        return 0  # It ended between the list and the look.


class Peak:
    """The most megabytes that this process and its workers held together while it was watched."""

    def __init__(self) -> None:
        self.megabytes = 0.0
        self._ends = threading.Event()
        self._watching = threading.Thread(target=self._watch)

    def __enter__(self) -> Self:
        self._watching.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._ends.set()
        self._watching.join()

    def _watch(self) -> None:
        while not self._ends.wait(LOOK):
            self.megabytes = max(self.megabytes, memory_of(os.getpid()))


def peer(what: str, script: str, csv_file: Path, runs: int) -> Line:
    """The median seconds of a peer's script, or a line that says why there are none."""
    try:
        said = [_run_peer(script, csv_file) for _ in range(runs)]
    except (OSError, subprocess.SubprocessError) as error:
        return Line(what, None, "s", f"not measured: {_last_line(error)} (make bench installs the peers)")
    memory = f"{said[0]['peak_mb']} MB" if "peak_mb" in said[0] else ""
    return Line(what, median(one["seconds"] for one in said), "s", memory)


def _run_peer(script: str, csv_file: Path) -> dict[str, float]:
    command = [PEERS_PYTHON, "-m", f"peers.{script}", csv_file]
    done = subprocess.run(command, cwd=BENCH, capture_output=True, text=True, check=True, timeout=PATIENCE)
    return json.loads(done.stdout.splitlines()[-1])


def _last_line(error: Exception) -> str:
    text = getattr(error, "stderr", None) or str(error)
    return text.strip().splitlines()[-1] if text.strip() else type(error).__name__


def compared(ours: Line, theirs: Line) -> Line:
    """The peer's line with how many times our time it took."""
    if not ours.figure or not theirs.figure:
        return theirs
    ratio = f"{theirs.figure / ours.figure:.2g} times ours"
    return theirs._replace(remark=", ".join(filter(None, [theirs.remark, ratio])))


def show(title: str, lines: Sequence[Line], *, as_json: bool) -> None:
    """Prints the lines as a table, or as one JSON object."""
    if as_json:
        print(json.dumps({"bench": title, "lines": [line._asdict() for line in lines]}, ensure_ascii=False))
        return
    width = max(len(line.what) for line in lines)
    print(f"\n{title}")
    for line in lines:
        print(f"  {line.what:<{width}}  {_spoken(line.figure):>12} {line.unit:<8} {line.remark}".rstrip())


def _spoken(figure: float | None) -> str:
    if figure is None:
        return "–"
    return f"{figure:,.0f}" if figure >= 1000 else f"{figure:.3g}"
