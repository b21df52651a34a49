"""Settings of the index: where things lie and what they are built with."""

from __future__ import annotations

import os
from datetime import date
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field


def default_home() -> Path:
    """``$SHELFTALK_HOME``, else ``$XDG_CACHE_HOME/shelftalk``, else ``~/.cache/shelftalk``."""
    if home := os.environ.get("SHELFTALK_HOME"):
        return Path(home)
    cache = os.environ.get("XDG_CACHE_HOME")
    return (Path(cache) if cache else Path.home() / ".cache") / "shelftalk"


class IndexConfig(BaseModel):
    """One shop's catalogue, its vectors, and the weights that made them."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    home: Path = Field(default_factory=default_home)
    """Holds ``models/``, ``downloads/`` and ``shops/``."""
    catalogue: str = "journey"
    """Name of the shop: a folder under ``shops/`` and a source that can fill it."""
    encoder: str = "all-MiniLM-L6-v2"
    """An embedded model, a local folder or a Hugging Face id."""
    reranker: str | None = None
    """A cross-encoder that orders the first matches by meaning anew: a local folder or a Hugging
    Face id. Reads query and product together, so it costs a forward pass a product."""
    reranked: int = Field(default=30, ge=1, le=200)
    """How many of the first matches it reads."""
    as_of: date | None = None
    """The shop's clock; ``None`` is the last day of the data. Facts are true before it."""
    text_template: str = "product/1"
    """Which text of a product is embedded; part of the fingerprint."""
    batch: int = Field(default=64, ge=1, le=5000)
    """Texts a forward pass of the encoder."""
    exact_survivors: int = Field(default=20_000, ge=1)
    """Filtered searches with at most so many survivors are exact; above, Chroma over-fetches."""
    chroma_url: str | None = None
    """A Chroma server instead of the embedded directory."""
    adult: bool = False
    """Whether age-restricted goods may be shown (the shop's age rule)."""
    offline: bool = False
    """Never fetch weights or data."""

    @property
    def models(self) -> Path:
        return self.home / "models"

    @property
    def downloads(self) -> Path:
        return self.home / "downloads"

    @property
    def shop(self) -> Path:
        return self.home / "shops" / self.catalogue

    @property
    def database(self) -> Path:
        """Products, prices, shoppers, events, conversations: the one SQLite file."""
        return self.shop / "shop.sqlite"

    @property
    def vectors(self) -> Path:
        """The vector file (the truth) and its manifest."""
        return self.shop / "vectors"

    @property
    def chroma(self) -> Path:
        """Builds of the Chroma directory and the ``CURRENT`` pointer."""
        return self.shop / "chroma"
