"""What every test shares: an environment without settings of its own, one language, Hypothesis without a stop-watch."""

import gc
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import settings
from sqlalchemy import Connection, Delete, Engine, Insert, Update, event

from tests.databases import PostgreSQL, running_postgresql
from tests.stores import RUNNING, tables_copied
from tests.workers import ANEW, forked_workers, workers_anew
from tiersync.plugins.hooks import all_doors
from tiersync.store.locks import HELD, NODE

os.environ.pop("PYTHONDONTWRITEBYTECODE", None)  # Each process that a test starts would compile all that it imports.
os.environ["TIERSYNC_LANG"] = "en"  # Commands decide their language once, when they are first imported.
settings.register_profile("tiersync", deadline=None, print_blob=True)
settings.load_profile("tiersync")


@event.listens_for(Engine, "before_execute")
def _a_link_is_held_before_the_node(db: Connection, statement: Any, *_: Any) -> None:
    """Whatever is tested: who writes a link holds it, and held it before the node. Else two writers of PostgreSQL could
    wait for each other, which no test would see in SQLite."""
    if isinstance(statement, Insert | Update | Delete) and str(statement.table) == "links":
        assert db.info[HELD][0] != NODE, "a link is written by who does not hold it: see tiersync/store/locks.py"


HERE = Path(__file__).parent
ODD = HERE / "plugins" / "odd_package"
QUICK = (
    "model", "rules", "link", "config", "test_architecture.py", "test_documents.py", "test_errors.py",
    "test_repository.py",
)  # fmt: skip


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Folders whose tests need no node, no worker and no other process say first whether something is wrong."""
    for item in items:
        if item.path.relative_to(HERE).parts[0] in QUICK:
            item.add_marker(pytest.mark.quick)


def pytest_collection_finish() -> None:
    """What was imported and collected stays: to look for garbage in it again and again takes time."""
    gc.collect()
    gc.freeze()


@pytest.fixture(autouse=True)
def _no_settings_from_outside(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("TIERSYNC_DIR", raising=False)


@pytest.fixture(scope="session", autouse=True)
def _servers() -> Iterator[None]:
    """Whichever server of PostgreSQL a test has started ends with the tests."""
    with RUNNING:
        yield


@pytest.fixture(autouse=True)
def _tables(request: pytest.FixtureRequest) -> Iterator[None]:
    """A new node's tables are copies of what the migrations made once, but where a test is about the store itself."""
    if request.path.is_relative_to(HERE / "store"):
        yield
    else:
        with tables_copied():
            yield


@pytest.fixture(scope="session", autouse=True)
def _workers() -> Iterator[None]:
    """Workers are forked, not started: most of them would take longer to start than to read what they are given."""
    if ANEW:
        yield
    else:
        with forked_workers():
            yield


@pytest.fixture(autouse=True)
def _anew(request: pytest.FixtureRequest) -> Iterator[None]:
    """But where a test is about how they start, or whether they end."""
    if request.node.get_closest_marker("anew"):
        with workers_anew():
            yield
    else:
        yield


@pytest.fixture(scope="session")
def _postgresql() -> Iterator[PostgreSQL]:
    with running_postgresql() as database:
        yield database


@pytest.fixture
def postgresql(_postgresql: PostgreSQL) -> PostgreSQL:
    """A real PostgreSQL without a table."""
    _postgresql.empty()
    return _postgresql


@pytest.fixture
def _odd_package(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A package of odd source kinds, found as an installed one is."""
    monkeypatch.syspath_prepend(str(ODD))
    monkeypatch.setenv("PYTHONPATH", str(ODD), prepend=os.pathsep)
    all_doors.cache_clear()
    yield
    all_doors.cache_clear()
