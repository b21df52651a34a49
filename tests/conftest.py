"""What every test shares: no network but loopback, and the settings of the embedded default."""

from __future__ import annotations

import logging
import os
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import settings as hypothesis_settings

from index.offline import Loopback

HERE = Loopback()
HERE.install()
os.environ.setdefault("GRADIO_ANALYTICS_ENABLED", "False")
os.environ.setdefault("HF_HUB_OFFLINE", "1")
os.environ.setdefault("HF_HUB_DISABLE_TELEMETRY", "1")
os.environ.setdefault("TOKENIZERS_PARALLELISM", "false")
os.environ.setdefault("OMP_WAIT_POLICY", "passive")

# Few examples in the unit ring, many in `make test-slow`; no deadline, since machines differ.
hypothesis_settings.register_profile("quick", max_examples=25, deadline=None)
hypothesis_settings.register_profile("thorough", max_examples=500, deadline=None)
hypothesis_settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "quick"))


@pytest.fixture(autouse=True)
def loopback_only() -> Iterator[None]:
    """Whoever asks for another machine is refused, and the test fails though it hid that."""
    before = len(HERE.refused)
    yield
    assert HERE.refused[before:] == [], "a test asked for other machines"


@pytest.fixture(autouse=True)
def log_of_its_own() -> Iterator[None]:
    """A command that a test ran has set the log up on that test's standard error: take it away."""
    yield
    root = logging.getLogger()
    for handler in list(root.handlers):
        if type(handler) is logging.StreamHandler:
            root.removeHandler(handler)


@pytest.fixture(scope="session")
def settings() -> Any:
    """The settings as shipped, never fetching: `make data` has run before."""
    from assistant.config import Settings
    from index.config import IndexConfig

    return Settings(index=IndexConfig(offline=True))
