"""The three stores that pass the kit: SQLite, the wheel's PostgreSQL, and one whose collation sorts Chinese."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.store.kit.place import Place
from tests.stores import STORES, address_for
from tiersync.store.database import Store


@pytest.fixture(params=STORES)
def place(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Place]:
    """A folder and, beside it or elsewhere, a database with the newest tables and nothing in them."""
    made = Place(tmp_path, address_for(request.param, tmp_path))
    yield made
    made.close()


@pytest.fixture(scope="module", params=STORES)
def lasting(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    """A store that the tests of a module fill one after another, since making a database of PostgreSQL takes time."""
    folder = tmp_path_factory.mktemp("lasting")
    made = Place(folder, address_for(request.param, folder))
    yield made.open()
    made.close()


@pytest.fixture
def store(place: Place) -> Store:
    return place.open()
