"""Model folders that tests of the local model share."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from assistant.config import Settings


@pytest.fixture(scope="module")
def folder(settings: Settings) -> Path:
    from index.weights import locate

    return locate(settings.model.name, settings.index)


@pytest.fixture(scope="module")
def tiny(folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A model of the same kind with two thin layers, and the real tokenizer."""
    import torch
    from transformers import AutoConfig, LlamaForCausalLM

    torch.manual_seed(0)
    config = AutoConfig.from_pretrained(folder, local_files_only=True)
    config.update(
        {
            "hidden_size": 48,
            "intermediate_size": 64,
            "num_hidden_layers": 2,
            "num_attention_heads": 4,
            "num_key_value_heads": 2,
            "head_dim": 12,
            "layer_types": None,
        }
    )
    place = tmp_path_factory.mktemp("tiny")
    LlamaForCausalLM(config).save_pretrained(place)
    for name in ("tokenizer.json", "tokenizer_config.json", "chat_template.jinja"):
        shutil.copy(folder / name, place)
    return place
