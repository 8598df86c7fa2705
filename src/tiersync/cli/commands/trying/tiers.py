"""The other end of a tier process: starts it, asks it, and ends it."""

import itertools
import json
import subprocess
import sys
import threading
from concurrent.futures import Future
from contextlib import suppress
from types import TracebackType
from typing import Any, Self

from tiersync.errors import TierFailed

PATIENCE = 5  # seconds that a process gets to finish what it is doing

ENDED = TierFailed(why_en="it ended before it had answered", why_zh="未应答即已结束")


class Tier:
    """One process that runs all nodes of a tier."""

    def __init__(self) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-P", "-m", "tiersync.cli.commands.trying.tier"], stdin=subprocess.PIPE,
            stdout=subprocess.PIPE, text=True,
            start_new_session=True,  # Ctrl-C is for whoever tells the story; it ends the tiers.
        )  # fmt: skip
        self.ids = itertools.count(1)
        self.waiting: dict[int, Future[Any]] = {}
        self.saying = threading.Lock()
        self.is_over = False
        threading.Thread(target=self._listen, daemon=True).start()

    def ask(self, call: str, **given: Any) -> "Future[Any]":
        """Begin a call; its future holds the result, or the error that the process met."""
        future: Future[Any] = Future()
        with self.saying:
            if self.is_over:
                raise ENDED
            number = next(self.ids)
            self.waiting[number] = future
            assert self.process.stdin
            try:
                self.process.stdin.write(json.dumps({"id": number, "call": call, "with": given}) + "\n")
                self.process.stdin.flush()
            except OSError as error:
                raise ENDED from error
        return future

    def do(self, call: str, **given: Any) -> Any:
        """A call whose result is waited for."""
        return self.ask(call, **given).result()

    def _listen(self) -> None:
        assert self.process.stdout
        for line in self.process.stdout:
            answer = json.loads(line)
            future = self.waiting.pop(answer["id"])
            if "error" in answer:
                en, zh = answer["error"]
                future.set_exception(TierFailed(why_en=en, why_zh=zh))
            else:
                future.set_result(answer["result"])
        with self.saying:
            self.is_over = True
            for future in self.waiting.values():
                future.set_exception(ENDED)

    def end(self, patience: float = PATIENCE) -> None:
        """Let the process finish, and make sure that it does."""
        with suppress(OSError):
            assert self.process.stdin
            self.process.stdin.close()
        try:
            self.process.wait(patience)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.end(0 if error else PATIENCE)  # What a node was doing when it was killed, it does again.
