"""Writers as processes of their own. Run as: python -m tests.store.kit.sealing FOLDER URL PROCESSES TIMES

Each seals three findings at a time, in so many transactions, and then prints their numbers. With 0 TIMES it begins one
transaction, says so, and waits to be killed.
"""

import os
import sys
from pathlib import Path

from tests.store.kit.place import seal_some
from tiersync.store.database import open_store


def main() -> None:
    folder, url, processes, times = sys.argv[1:]
    others = become(int(processes))
    write(Path(folder), url, int(times))
    sys.stdout.flush()
    sys.exit(any(os.waitpid(child, 0)[1] for child in others))


def become(processes: int) -> list[int]:
    """From here on there are so many of this process; the first one knows the others."""
    others: list[int] = []
    for _ in range(processes - 1):
        others.append(os.fork())
        if others[-1] == 0:
            return []
    return others


def write(folder: Path, url: str, times: int) -> None:
    store = open_store(folder, url)
    numbers = []
    for _ in range(times):
        with store.write() as db:
            numbers += seal_some(db, store, 3)
    if times:
        sys.stdout.write(" ".join(map(str, numbers)) + "\n")
        return
    with store.write() as db:
        seal_some(db, store, 3)
        print("in the middle", flush=True)
        sys.stdin.read()


if __name__ == "__main__":
    main()
