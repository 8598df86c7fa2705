"""The command `tiersync`, sent a signal by itself at the n-th moment of a kind: reproducible where a clock is not.

Run as: python -m tests.stories.stopped SIGNAL KIND N ARGUMENTS...

KIND is `commit` (just before a transaction of the store ends), `statement` (just before one of its statements), or one
of Python's audit events: subprocess.Popen (a worker starts), os.rename (a finished file gets its name), socket.connect
(the parent is called). N 0 is never; then the moments of each kind are counted on standard error.
"""

import os
import signal
import sys
from collections import Counter

from sqlalchemy import Engine, event

from tiersync.cli.main import run

AUDITED = ("subprocess.Popen", "os.rename", "socket.connect")


class Moments:
    """Counts moments, and stops the process at one of them."""

    def __init__(self, sent: signal.Signals, kind: str, number: int) -> None:
        self.sent, self.kind, self.number = sent, kind, number
        self.seen: Counter[str] = Counter()

    def meet(self, kind: str) -> None:
        self.seen[kind] += 1
        if kind == self.kind and self.seen[kind] == self.number:
            os.kill(os.getpid(), self.sent)


def main() -> None:
    sent, kind, number, *arguments = sys.argv[1:]
    moments = Moments(signal.Signals[sent], kind, int(number))
    sys.addaudithook(lambda name, _: moments.meet(name) if name in AUDITED else None)
    event.listen(Engine, "commit", lambda _: moments.meet("commit"))
    event.listen(Engine, "before_cursor_execute", lambda *_: moments.meet("statement"))
    code = run(arguments)
    if moments.number == 0:
        sys.stderr.write(" ".join(f"{kind}={count}" for kind, count in sorted(moments.seen.items())) + "\n")
    sys.exit(code)


if __name__ == "__main__":
    main()
