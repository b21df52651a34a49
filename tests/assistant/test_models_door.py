"""Which model the settings open."""

from __future__ import annotations

from pathlib import Path

import pytest

from assistant.config import ModelConfig
from assistant.errors import BadModel
from assistant.models import open_model


def nowhere(name: str) -> Path:
    raise AssertionError(f"asked for the weights of {name}")


def test_open_when_none_then_no_model_and_no_weights() -> None:
    assert open_model(ModelConfig(backend="none"), nowhere) is None


def test_open_when_openai_then_the_server_and_no_weights() -> None:
    config = ModelConfig(backend="openai", name="tiny", url="http://127.0.0.1:1")
    model = open_model(config, nowhere)
    assert model is not None
    assert model.name == "tiny"
    model.close()


def test_open_when_openai_without_an_address_then_bad_model_says_what_to_set() -> None:
    with pytest.raises(BadModel, match=r"model\.url"):
        open_model(ModelConfig(backend="openai"), nowhere)
