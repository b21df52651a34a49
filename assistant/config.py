"""Every setting of the assistant, from ``shelftalk.toml`` and ``SHELFTALK_…`` variables."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field
from pydantic_settings import (
    BaseSettings,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
    TomlConfigSettingsSource,
)

from index.config import IndexConfig


class ModelConfig(BaseModel):
    """Which language model speaks, and how it is run."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    backend: Literal["local", "openai", "none"] = "local"
    """``none`` answers with templates only."""
    name: str = "SmolLM2-135M-Instruct"
    """An embedded model, a local folder or a Hugging Face id; the model's name on a server."""
    adapter: Path | None = None
    """A PEFT adapter by folder or name, merged in memory. ``None`` is the one that was chosen,
    else the one shipped for this model; ``none`` is the model as it came."""
    url: str | None = None
    """Base address of an OpenAI-compatible server, for ``backend = "openai"``."""
    api_key: str | None = Field(default=None, repr=False)
    precision: Literal["auto", "bfloat16", "float32", "int8"] = "auto"
    """``auto`` times each for a second at load and keeps the fastest whose logits agree."""
    threads: int | None = None
    timeout_s: float = Field(default=20.0, gt=0)
    """For a server: then the template speaks."""
    retries: int = Field(default=1, ge=0, le=3)
    """Further tries of a sentence that failed the verifier."""


class RankConfig(BaseModel):
    """Weights of the fixed blend. Each multiplies a signal between 0 and 1."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    text: float = 1.0
    """How well the words match."""
    repeat: float = 0.9
    """A regular of this shopper; times the dial."""
    due: float = 0.4
    """On top where it is due again; times the dial."""
    category: float = 0.35
    """Share of the shopper's baskets with this category; times the dial."""
    store_brand: float = 0.15
    """Own label for who buys own label (and the reverse); times the dial."""
    price_band: float = 0.15
    """Price inside what the shopper usually pays; times the dial."""
    promotion: float = 0.1
    popular: float = 0.3


class KeepConfig(BaseModel):
    """How many days the shop keeps what it knows of shoppers; ``None`` is until it is erased.

    ``shelftalk data forget`` forgets what is older, and ``shelftalk serve`` when it opens.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    purchases: int | None = Field(default=None, ge=1)
    """By the shop's own clock: before the last day of the data."""
    conversations: int | None = Field(default=None, ge=1)
    feedback: int | None = Field(default=None, ge=1)


class Settings(BaseSettings):
    """The whole configuration; unknown keys are an error."""

    model_config = SettingsConfigDict(
        env_prefix="SHELFTALK_",
        env_nested_delimiter="__",
        toml_file="shelftalk.toml",
        extra="forbid",
        frozen=True,
    )

    index: IndexConfig = Field(default_factory=IndexConfig)
    model: ModelConfig = Field(default_factory=ModelConfig)
    rank: RankConfig = Field(default_factory=RankConfig)
    ranker: Literal["auto", "blend", "learned"] = "auto"
    """``auto`` is the learned ranker where ``shelftalk rank fit`` found it better, else the
    blend."""
    dial: float = Field(default=0.6, ge=0.0, le=1.0)
    """Personalisation: 0 is the same for everyone, 1 is all for this shopper."""
    prompt_explain: str | None = None
    """Template and version; ``None`` is the one that the adapter was trained on."""
    prompt_understand: str | None = None
    """The same for reading; where the adapter was never taught to read, code alone does, unless
    "understand/1" is named here, which has examples for a model as it came."""
    candidates: int = Field(default=60, ge=5, le=500)
    """How many are ranked."""
    keep: KeepConfig = Field(default_factory=KeepConfig)
    remember: bool = True
    """Whether the page and the terminal may keep conversations in the shop's file, and a thumb what
    its reply was about."""
    house_rules: Path | None = None
    """A YAML file of what the shop pins, buries, excludes or keeps apart."""
    message_limit: int = Field(default=2000, ge=100)
    """Characters of a message that are read; longer ones are refused with a sentence."""

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Arguments before environment before file."""
        return init_settings, env_settings, TomlConfigSettingsSource(settings_cls)
