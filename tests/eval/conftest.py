"""Slow shared machines make single examples slow, not wrong: no deadline an example."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import settings

from index.config import IndexConfig
from tests.eval.bench import write_all
from tests.eval.small_assistant import small_shop

settings.register_profile("eval", deadline=None)
settings.load_profile("eval")


@pytest.fixture
def bench(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The root of small benchmark files, which the readers find; runs go there too."""
    monkeypatch.setenv("SHELFTALK_BENCH_DATA", str(tmp_path))
    monkeypatch.setenv("SHELFTALK_HOME", str(tmp_path / "home"))
    write_all(tmp_path)
    return tmp_path


@pytest.fixture(scope="session")
def shop(tmp_path_factory: pytest.TempPathFactory) -> IndexConfig:
    """The small shop, built once; nobody writes to it."""
    return small_shop(tmp_path_factory.mktemp("shop"))
