"""Commands in one process, one after another, as lines of standard input say them; a line with ! is one of the shell.

Run as: python -m tests.stories.in_turn. What a command comes to is said behind what it says: `ended 0`.
"""

import shlex
import subprocess
import sys

from tiersync.cli.main import run


def main() -> None:
    for line in sys.stdin:
        if line.startswith("!"):
            subprocess.run(line[1:], shell=True, check=True)
        else:
            print("ended", run(shlex.split(line)), flush=True)


if __name__ == "__main__":
    main()
