"""Programs that check what deploy/ holds; one that is missing fails the test that needs it."""

import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]
DEPLOY = ROOT / "deploy"
PATIENCE = 300  # seconds after which a test that waits has failed


def program(name: str, package: str) -> str:
    """Where a program is, among those of this environment or of the system."""
    found = shutil.which(name, path=str(Path(sys.executable).parent)) or shutil.which(name)
    found = found or shutil.which(name, path="/usr/sbin")
    assert found, f"{name} is missing: install {package}"
    return found


def said(*arguments: object, code: int = 0, **more: object) -> str:
    """What a program says on both its streams, which must end with this exit code."""
    done = subprocess.run(
        [str(one) for one in arguments], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, stdin=subprocess.DEVNULL,
        text=True, encoding="utf-8", timeout=PATIENCE, **more,
    )  # fmt: skip
    assert done.returncode == code, done.stdout
    return done.stdout
