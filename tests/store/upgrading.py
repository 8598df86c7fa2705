"""A process that opens a store which an older program left, slowly, and dies at a statement if it is told to.

Run as: python -m tests.store.upgrading FOLDER URL DIE_AT
"""

import os
import signal
import sys
import time
from itertools import count
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, event

from tiersync.store.database import open_store

SLOWLY = 0.005  # seconds that each change takes longer, so that two processes are in it at once
CHANGES = ("CREATE", "ALTER", "DROP", "INSERT", "UPDATE")


def main() -> None:
    folder, url, die_at = Path(sys.argv[1]), sys.argv[2], int(sys.argv[3])
    changes = count(1)

    @event.listens_for(Engine, "after_cursor_execute")
    def after(connection: Any, cursor: Any, statement: str, *_: Any) -> None:
        if statement.lstrip().upper().startswith(CHANGES):
            time.sleep(SLOWLY)
            if next(changes) == die_at:
                os.kill(os.getpid(), signal.SIGKILL)

    sys.stdin.readline()
    open_store(folder, url).close()
    sys.stdout.write(f"{next(changes) - 1}\n")


if __name__ == "__main__":
    main()
