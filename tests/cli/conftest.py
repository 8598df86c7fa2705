"""One small network for all tests of the commands; those that change something for good work on a copy."""

from collections.abc import Iterator

import pytest

from tests.cli.offices import Offices


@pytest.fixture(scope="session")
def offices(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Offices]:
    made = Offices(tmp_path_factory.mktemp("offices"))
    yield made
    made.end()
