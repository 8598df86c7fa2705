"""What every test shares: an environment without settings of its own, one language, Hypothesis without a stop-watch."""

import os

import pytest
from hypothesis import settings

os.environ["TIERSYNC_LANG"] = "en"  # Commands decide their language once, when they are first imported.
settings.register_profile("tiersync", deadline=None, print_blob=True)
settings.load_profile("tiersync")


@pytest.fixture(autouse=True)
def _no_settings_from_outside(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("TIERSYNC_DIR", raising=False)
