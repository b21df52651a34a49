"""The real small encoder."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from index.encoders.sentence import SentenceEncoder, open_encoder
from index.errors import MissingModel


@pytest.fixture(scope="module")
def encoder(settings: Any) -> SentenceEncoder:
    return open_encoder(settings.index)


@pytest.mark.model
def test_encode_when_given_texts_then_unit_rows_in_order(encoder: SentenceEncoder) -> None:
    texts = ["greek yogurt", "motor oil for a lawn mower and other small engines", "yogurt"]
    rows = encoder.encode(texts)
    assert rows.shape == (3, encoder.dimension)
    assert rows.dtype == np.float32
    assert np.linalg.norm(rows, axis=1) == pytest.approx(np.ones(3), abs=1e-5)
    assert rows[0] @ rows[2] > rows[1] @ rows[2]


@pytest.mark.model
def test_encode_when_no_text_then_no_rows(encoder: SentenceEncoder) -> None:
    assert encoder.encode([]).shape == (0, encoder.dimension)


@pytest.mark.model
def test_fingerprint_when_the_template_differs_then_differs(encoder: SentenceEncoder) -> None:
    assert encoder.fingerprint == SentenceEncoder(encoder.folder, "product/1").fingerprint
    assert encoder.fingerprint != SentenceEncoder(encoder.folder, "product/2").fingerprint


def test_fingerprint_when_a_weight_changes_then_differs(tmp_path: Path) -> None:
    (tmp_path / "config.json").write_text("{}")
    (tmp_path / "model.safetensors").write_bytes(b"one")
    before = SentenceEncoder(tmp_path, "product/1").fingerprint
    (tmp_path / "model.safetensors").write_bytes(b"two")
    assert SentenceEncoder(tmp_path, "product/1").fingerprint != before


def test_encoder_when_the_folder_is_no_model_then_says_how(tmp_path: Path) -> None:
    with pytest.raises(MissingModel, match="shelftalk models pull"):
        SentenceEncoder(tmp_path, "product/1")


@pytest.mark.model
def test_encode_when_the_weights_are_broken_then_names_the_folder(tmp_path: Path) -> None:
    (tmp_path / "config.json").write_text("{}")
    with pytest.raises(MissingModel, match=tmp_path.name):
        SentenceEncoder(tmp_path, "product/1").encode(["milk"])
