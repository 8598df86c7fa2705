"""A process that speaks another language than the tests do: it runs the commands that it is asked for, one by one.

The language is decided when a process starts, and starting one takes longer than most commands do.
"""

import json
import os
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, nullcontext
from functools import cache
from pathlib import Path
from tempfile import TemporaryFile
from typing import IO, NamedTuple, TextIO

from tests.workers import ANEW, forked_workers
from tiersync.cli.main import run

COMMAND = (sys.executable, "-m", "tests.cli.speaker")
ROOT = Path(__file__).parents[2]


class Asked(NamedTuple):
    """A command, with the folder and the environment in which it is to run."""

    arguments: Sequence[str]
    folder: str
    environment: Mapping[str, str]


class Speaker:
    """The process as the tests see it. It ends when there is nobody left to ask it."""

    def __init__(self, environment: Mapping[str, str]) -> None:
        self._process = subprocess.Popen(
            COMMAND, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, encoding="utf-8", cwd=ROOT,
            env=dict(environment),
        )  # fmt: skip

    def answer(self, arguments: Sequence[str], environment: Mapping[str, str]) -> tuple[int, str, str]:
        """The exit code of a command, and what came to standard output and standard error."""
        asking, answering = self._process.stdin, self._process.stdout
        assert asking
        assert answering
        print(json.dumps(Asked(arguments, os.getcwd(), environment)), file=asking, flush=True)
        code, out, err = json.loads(answering.readline())
        return code, out, err


@cache
def speaker(lang: str, packages: str) -> Speaker:
    """The one process of a language, and of the places where some tests have packages of their own."""
    return Speaker(os.environ | {"TIERSYNC_LANG": lang, "PYTHONUTF8": "1", "PYTHONPATH": packages})


def main() -> None:
    """Answer until nobody asks any more."""
    asking, answering = keep_pipes()
    with nullcontext() if ANEW else forked_workers():
        for line in asking:
            print(json.dumps(done(Asked(*json.loads(line)))), file=answering, flush=True)


def keep_pipes() -> tuple[TextIO, TextIO]:
    """The pipes from and to the tests, out of reach of the commands."""
    asking, answering = os.fdopen(os.dup(0), "r", encoding="utf-8"), os.fdopen(os.dup(1), "w", encoding="utf-8")
    nothing = os.open(os.devnull, os.O_RDWR)
    os.dup2(nothing, 0)
    os.dup2(nothing, 1)
    return asking, answering


def done(asked: Asked) -> tuple[int, str, str]:
    """How a command ended. It leaves no folder and no environment behind."""
    os.chdir(asked.folder)
    os.environ.clear()
    os.environ.update(asked.environment)
    with TemporaryFile() as out, TemporaryFile() as err:
        with written_to(out, sys.stdout), written_to(err, sys.stderr):
            code = run(asked.arguments)
        return code, text_of(out), text_of(err)


@contextmanager
def written_to(file: IO[bytes], stream: TextIO) -> Iterator[None]:
    """Into a file comes what is written to a stream, by libraries that know its number alone, too."""
    stream.flush()
    kept = os.dup(stream.fileno())
    os.dup2(file.fileno(), stream.fileno())
    try:
        yield
    finally:
        stream.flush()
        os.dup2(kept, stream.fileno())
        os.close(kept)


def text_of(file: IO[bytes]) -> str:
    file.seek(0)
    return file.read().decode(errors="replace")


if __name__ == "__main__":
    main()
