"""One small city, written once for all tests that only read it."""

from pathlib import Path
from typing import NamedTuple

import pytest

from tiersync.config.packaged import packaged_units
from tiersync.example.network import choose_network, write_network
from tiersync.example.plan.manifest import Manifest
from tiersync.model.unit import Unit


class Written(NamedTuple):
    root: Path
    manifest: Manifest


@pytest.fixture(scope="session")
def network() -> tuple[Unit, ...]:
    return choose_network(packaged_units())


@pytest.fixture(scope="session")
def written(tmp_path_factory: pytest.TempPathFactory, network: tuple[Unit, ...]) -> Written:
    root = tmp_path_factory.mktemp("network")
    return Written(root, write_network(root, network))
