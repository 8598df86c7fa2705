"""What the processes of one run of the tests share, so that only the first of them to need it makes it."""

import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from filelock import FileLock


def of_this_run(factory: pytest.TempPathFactory) -> Path:
    """The folder of the whole run: that of a process of pytest-xdist lies in it."""
    base = factory.getbasetemp()
    return base.parent if "PYTEST_XDIST_WORKER" in os.environ else base


def once(factory: pytest.TempPathFactory, name: str, make: Callable[[], Any]) -> Any:
    """What was made under this name in this run, as JSON keeps it; who comes meanwhile waits for it."""
    made = of_this_run(factory) / f"{name}.json"
    with FileLock(made.with_suffix(".lock")):
        if not made.exists():
            made.write_text(json.dumps(make()), encoding="utf-8")
        return json.loads(made.read_text(encoding="utf-8"))
