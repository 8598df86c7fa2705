"""The other end of a tier process: starts it, asks it, and ends it."""

import itertools
import json
import subprocess
import sys
import threading
from concurrent.futures import Future
from types import TracebackType
from typing import Any, Self

from tiersync.errors import ThisNode


class TierFailed(ThisNode):
    """One of the demo's processes could not do its part: {why}"""

    zh = "演示中的一个进程未能完成：{why}"


class Tier:
    """One process that runs all nodes of a tier."""

    def __init__(self) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-m", "tiersync.cli.tier"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        self.ids = itertools.count(1)
        self.waiting: dict[int, Future[Any]] = {}
        self.saying = threading.Lock()
        threading.Thread(target=self._listen, daemon=True).start()

    def ask(self, call: str, **given: Any) -> "Future[Any]":
        """Begin a call; its future holds the result, or the error that the process met."""
        future: Future[Any] = Future()
        with self.saying:
            number = next(self.ids)
            self.waiting[number] = future
            assert self.process.stdin
            self.process.stdin.write(json.dumps({"id": number, "call": call, "with": given}) + "\n")
            self.process.stdin.flush()
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
                future.set_exception(TierFailed(why=answer["error"][0]))
            else:
                future.set_result(answer["result"])
        for future in self.waiting.values():
            future.set_exception(TierFailed(why="it ended"))

    def end(self) -> None:
        """Let the process finish, and make sure that it does."""
        if self.process.stdin and not self.process.stdin.closed:
            self.process.stdin.close()
        try:
            self.process.wait(timeout=5)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.end()
