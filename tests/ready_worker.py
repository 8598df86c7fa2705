"""A worker that has imported all that it needs, and becomes as many as it is asked for: see tests/workers.py.

It is run as a script, so that the tests are nowhere among what a plugin in it can import.
"""

import gc
import json
import os
import signal
import socket
import sys
import threading
from collections.abc import Callable
from importlib import import_module
from typing import Any

from tiersync.plugins.worker.worker import main

LONGEST = 2**18
READERS = ("sql.source", "http.source", "python_source")  # imported where a source is theirs, and dear


def wait(tests: socket.socket) -> None:
    """Become a worker whenever the tests ask for one, until they are gone."""
    gc.disable()  # As where a worker is started, until its `main` enables it.
    for reader in READERS:
        import_module(f"tiersync.plugins.kinds.{reader}")
    stand_by(tests, become)


def stand_by(tests: socket.socket, become: Callable[[dict[str, Any], list[int]], None]) -> None:
    """Fork whenever the tests ask for it, until they are gone; what is forked becomes what they asked for."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    while True:
        asked, pipes, _, _ = socket.recv_fds(tests, LONGEST, 3)
        if not asked:
            return
        first = os.fork()
        if not first:
            worker = os.fork()
            if not worker:
                tests.close()
                become(json.loads(asked), pipes)
            tests.sendall(f"{worker}\n".encode())
            os._exit(0)  # Now the worker is a child of the tests, who have asked for orphans.
        os.waitpid(first, 0)
        for pipe in pipes:
            os.close(pipe)
        tests.sendall(b"\n")


def become(asked: dict[str, Any], pipes: list[int]) -> None:
    """Be the worker that `subprocess.Popen` would have started."""
    os.setsid()
    for number, pipe in enumerate(pipes):
        os.dup2(pipe, number)
        os.close(pipe)
    signal.signal(signal.SIGINT, signal.default_int_handler)
    os.chdir(asked["folder"])
    sys.argv[1:] = asked["records"]
    be(main)


def be(main: Callable[[], None]) -> None:
    """End as an interpreter does that has nothing to run but this."""
    code = 1
    try:
        main()
        code = 0
    except SystemExit as ended:
        code = 0 if ended.code is None else ended.code if isinstance(ended.code, int) else 1
    except BaseException:
        sys.excepthook(*sys.exc_info())
    finally:
        for thread in threading.enumerate():  # As an interpreter that ends does.
            if thread is not threading.current_thread() and not thread.daemon:
                thread.join()
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)


if __name__ == "__main__":
    wait(socket.socket(fileno=int(sys.argv[1])))
