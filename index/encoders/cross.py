"""A cross-encoder behind the ``Reranker`` Protocol: query and product read together."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from index.config import IndexConfig
from index.errors import MissingModel
from index.interfaces import Vectors
from index.weights import locate

if TYPE_CHECKING:
    from sentence_transformers import CrossEncoder


class CrossReranker:
    """A sentence-transformers cross-encoder with one output; loaded at the first query.

    Raises
    ------
    MissingModel
        Where the folder is no such model.
    """

    def __init__(self, folder: Path, batch: int = 64) -> None:
        if not (folder / "config.json").is_file():
            raise MissingModel(
                f"{folder} holds no cross-encoder (no config.json).",
                "Name another with SHELFTALK_INDEX__RERANKER, or none.",
            )
        self.folder = folder
        self._batch = batch

    def score(self, query: str, texts: Sequence[str]) -> Vectors:
        """Follow ``index.interfaces.Reranker``."""
        if not texts:
            return np.zeros(0, dtype=np.float32)
        pairs = [(query, text) for text in texts]
        found: Any = self.model.predict(pairs, batch_size=self._batch, show_progress_bar=False)
        scores: Vectors = np.asarray(found, dtype=np.float32)
        if scores.shape != (len(texts),):
            raise MissingModel(
                f"{self.folder} gives {scores.shape[-1]} numbers a pair, not one.",
                "Name a cross-encoder that was trained to rank.",
            )
        return scores

    @cached_property
    def model(self) -> CrossEncoder:
        """The library's own object, loaded once."""
        from sentence_transformers import CrossEncoder

        try:
            return CrossEncoder(
                str(self.folder), local_files_only=True, model_kwargs={"use_safetensors": True}
            )
        except (OSError, ValueError, KeyError) as broken:
            raise MissingModel(
                f"{self.folder} can't be loaded as a cross-encoder: {broken}.",
                "Name another with SHELFTALK_INDEX__RERANKER, or none.",
            ) from broken


def open_reranker(config: IndexConfig) -> CrossReranker | None:
    """Build the reranker that the settings name, if they name one, fetching nothing.

    Raises
    ------
    MissingModel
        Where its weights are not there.
    """
    if config.reranker is None:
        return None
    return CrossReranker(locate(config.reranker, config), config.batch)
