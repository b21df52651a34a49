"""Texts of a benchmark as vectors, made once: in parts, so that a kill loses at most one."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np

from eval.datasets.split import Split
from index.config import IndexConfig
from index.encoders.sentence import open_encoder
from index.interfaces import Encoder, Vectors
from index.text import product_text

PART = 1024
"""Texts between two files."""

Progress = Callable[[int, int], None]


def text_vectors(split: Split) -> Vectors:
    """Return a unit vector an item: its product's text, else its title. Made once, and kept.

    *Shape:* (items, dimension).
    """
    config, products = IndexConfig(), split.products
    texts = [
        product_text(products[item], config.text_template)
        if item in products
        else split.titles.get(item, "")
        for item in split.test.train.items
    ]
    return embedded(texts, open_encoder(config), config.home)


def embedded(
    texts: Sequence[str], encoder: Encoder, home: Path, progress: Progress | None = None
) -> Vectors:
    """Return a unit vector a text, from the cache where the same were made before.

    The cache is a folder under ``home/benchmarks`` named by a hash over the encoder's
    fingerprint and the texts, one file for every ``PART`` texts.
    *Shape:* (texts, dimension).
    """
    digest = hashlib.sha256(encoder.fingerprint.encode())
    for text in texts:
        digest.update(hashlib.sha256(text.encode()).digest())
    folder = home / "benchmarks" / f"vectors-{digest.hexdigest()[:16]}"
    folder.mkdir(parents=True, exist_ok=True)
    parts = []
    for start in range(0, len(texts), PART):
        path = folder / f"{start:06d}.npy"
        if not path.exists():
            aside = path.with_name(path.name + ".part")
            with aside.open("wb") as stream:
                np.save(stream, encoder.encode(texts[start : start + PART]))
            aside.replace(path)
        parts.append(np.load(path))
        if progress:
            progress(start + len(parts[-1]), len(texts))
    return np.concatenate(parts) if parts else encoder.encode([])
