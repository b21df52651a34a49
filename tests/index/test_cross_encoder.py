"""A cross-encoder of the real class, tiny and random: its numbers mean nothing, its law holds."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from index.encoders.cross import CrossReranker, open_reranker
from index.errors import MissingModel

TEXTS = ["greek yogurt", "motor oil for a lawn mower", "milk"]

pytestmark = pytest.mark.model


def made(folder: Path, tokenizer: Path, outputs: int = 1) -> Path:
    """Write a random model with so many outputs a pair."""
    import torch
    from transformers import BertConfig, BertForSequenceClassification

    torch.manual_seed(0)
    vocabulary = json.loads((tokenizer / "config.json").read_text())["vocab_size"]
    config = BertConfig(
        vocab_size=vocabulary,
        hidden_size=16,
        num_hidden_layers=1,
        num_attention_heads=2,
        intermediate_size=16,
        num_labels=outputs,
    )
    BertForSequenceClassification(config).save_pretrained(folder)
    for path in tokenizer.glob("*token*"):
        shutil.copy(path, folder / path.name)
    for path in tokenizer.glob("vocab*"):
        shutil.copy(path, folder / path.name)
    return folder


@pytest.fixture
def tokenizer(settings: Any) -> Path:
    from index.weights import locate

    return locate(settings.index.encoder, settings.index)


def test_score_when_asked_then_a_number_a_text_whatever_the_others(
    tmp_path: Path, tokenizer: Path, settings: Any
) -> None:
    folder = made(tmp_path / "cross", tokenizer)
    reranker = open_reranker(settings.index.model_copy(update={"reranker": str(folder)}))
    assert isinstance(reranker, CrossReranker)
    together = reranker.score("yogurt", TEXTS)
    assert together.shape == (3,)
    assert together.dtype == np.float32
    for text, score in zip(TEXTS, together, strict=True):
        assert reranker.score("yogurt", [text])[0] == pytest.approx(score, abs=1e-5)
    assert len(set(together.tolist())) == 3
    assert reranker.score("yogurt", []).shape == (0,)


def test_score_when_the_model_gives_classes_then_says_what_to_name(
    tmp_path: Path, tokenizer: Path
) -> None:
    with pytest.raises(MissingModel, match="trained to rank"):
        CrossReranker(made(tmp_path / "classes", tokenizer, outputs=3)).score("yogurt", TEXTS)


def test_open_when_no_name_is_set_then_there_is_none(settings: Any) -> None:
    assert open_reranker(settings.index) is None
