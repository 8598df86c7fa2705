"""A shell completes the words of tiersync, as click's own script lets it."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.cli.offices import here
from tiersync.cli.main import COMMANDS

BIN = Path(sys.executable).parent
PRESSES_TAB = """
set -eu
eval "$(tiersync completion bash)"
complete -p tiersync >&2
COMP_WORDS=({words}) COMP_CWORD={place}
_tiersync_completion tiersync
printf '%s\\n' "${{COMPREPLY[@]}}"
"""
SPOKEN = {"bash": "{word}", "zsh": "{word}", "fish": "plain,{word}"}


def environment(**more: str) -> dict[str, str]:
    return {**os.environ, "PATH": f"{BIN}{os.pathsep}{os.environ['PATH']}", **more}


def completed(*words: str) -> set[str]:
    """What a real bash offers when TAB is pressed after the last of these words."""
    typed = " ".join(f"'{word}'" for word in words)
    script = PRESSES_TAB.format(words=typed, place=len(words) - 1)
    done = subprocess.run(
        ["bash", "--norc", "-c", script], capture_output=True, text=True, timeout=60, env=environment()
    )
    assert done.returncode == 0, done.stderr
    assert "_tiersync_completion" in done.stderr
    return set(done.stdout.split())


def test_bash_completes_a_command() -> None:
    expected = {name for name in COMMANDS if name.startswith("re")}
    assert {"report", "reconcile"} <= expected
    assert completed("tiersync", "re") == expected


def test_bash_completes_a_command_below_another_and_its_options() -> None:
    assert completed("tiersync", "service", "un") == {"uninstall"}
    assert completed("tiersync", "service", "install", "--dr") == {"--dry-run"}
    assert completed("tiersync", "completion", "") == {"bash", "zsh", "fish"}


@pytest.mark.parametrize("shell", SPOKEN)
def test_each_shell_has_its_script_and_is_answered(shell: str) -> None:
    script = here("completion", shell)
    assert (script.code, script.err) == (0, "")
    assert f"_TIERSYNC_COMPLETE={shell}_complete" in script.out
    asked = {"_TIERSYNC_COMPLETE": f"{shell}_complete", "COMP_WORDS": "tiersync comple", "COMP_CWORD": "1"}
    if shell == "fish":
        asked["COMP_CWORD"] = "comple"
    said = subprocess.run([BIN / "tiersync"], capture_output=True, text=True, timeout=60, env=environment(**asked))
    assert said.returncode == 0, said.stderr
    assert SPOKEN[shell].format(word="completion") in said.stdout


def test_another_shell_is_not_known() -> None:
    assert here("completion", "tcsh").code == 2
