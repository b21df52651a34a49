"""sentence-transformers behind the ``Encoder`` Protocol."""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Sequence
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from index.config import IndexConfig
from index.errors import MissingModel, TellPerson
from index.interfaces import Vectors
from index.weights import MANIFEST, locate, pickles

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer


class SentenceEncoder:
    """A sentence-transformers folder; its weights are loaded at the first text.

    Parameters
    ----------
    folder
        Holds ``modules.json``, the weights and the tokenizer.
    template
        Version of the text template, part of the fingerprint.
    batch
        Texts a forward pass.

    Raises
    ------
    MissingModel
        Where the folder is no such model, or has weights that are not safetensors.
    """

    def __init__(self, folder: Path, template: str, batch: int = 64) -> None:
        if not (folder / "config.json").is_file():
            raise MissingModel(
                f"{folder} holds no sentence encoder (no config.json).",
                "Fetch the embedded one with: shelftalk models pull",
            )
        if found := pickles(folder):
            raise MissingModel(
                f"{folder} holds {found[0].name}, a pickle: loading it could run code.",
                "Give one whose weights are all safetensors.",
            )
        self.folder = folder
        self._template = template
        self._batch = batch

    @cached_property
    def fingerprint(self) -> str:
        total = hashlib.sha256(f"{self._template}\nnormalised\n".encode())
        shaping = (p for p in self.folder.rglob("*") if p.suffix in _SHAPING)
        for path in sorted(p for p in shaping if p.name != MANIFEST):
            total.update(path.relative_to(self.folder).as_posix().encode())
            with path.open("rb") as file:
                total.update(hashlib.file_digest(file, "sha256").digest())
        return total.hexdigest()

    @cached_property
    def dimension(self) -> int:
        return int(self.encode(["a"]).shape[1])

    def encode(self, texts: Sequence[str]) -> Vectors:
        if not texts:
            return np.zeros((0, self.dimension), dtype=np.float32)
        vectors: Any = self.model.encode(
            list(texts),
            batch_size=self._batch,
            show_progress_bar=False,
            convert_to_numpy=True,
            normalize_embeddings=True,
        )
        return np.asarray(vectors, dtype=np.float32)

    @cached_property
    def model(self) -> SentenceTransformer:
        """The library's own object, loaded once."""
        try:
            from sentence_transformers import SentenceTransformer
            from transformers.utils import logging as transformers_logging
        except ImportError as missing:
            raise TellPerson(
                "sentence-transformers is not installed.",
                "Install it with: pip install 'sentence-transformers>=6.1,<7'",
            ) from missing
        # Its progress bar and notices are for a training script, not for a shop.
        logging.getLogger("sentence_transformers").setLevel(logging.WARNING)
        transformers_logging.disable_progress_bar()
        try:
            return SentenceTransformer(
                str(self.folder),
                local_files_only=True,
                trust_remote_code=False,
                model_kwargs={"use_safetensors": True},
            )
        except (OSError, ValueError, KeyError) as broken:
            raise MissingModel(
                f"{self.folder} can't be loaded as a sentence encoder: {broken}.",
                "Name another with SHELFTALK_INDEX__ENCODER, or check it: shelftalk models verify",
            ) from broken


_SHAPING = {".json", ".txt", ".model", ".safetensors", ".bin"}
"""Suffixes of the files that decide what comes out: weights, pooling, tokenizer."""


def open_encoder(config: IndexConfig) -> SentenceEncoder:
    """Build the encoder that the settings name, fetching nothing.

    Raises
    ------
    MissingModel
        Where its weights are not there.
    """
    folder = locate(config.encoder, config)
    return SentenceEncoder(folder, config.text_template, config.batch)
