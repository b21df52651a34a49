"""Recipes: one YAML file each, checked whole before anything is loaded."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, TypeVar

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from index.errors import BadData

FOLDER = Path(__file__).parent / "recipes"


class SftRecipe(BaseModel):
    """Supervised fine-tuning of a LoRA adapter."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    base: str = "SmolLM2-135M-Instruct"
    """An embedded model, a local folder or a Hugging Face id."""
    prompts: list[str] = Field(default=["explain/3", "understand/2", "ask/2"], min_length=1)
    """Templates that the data was rendered with, one a job."""
    rank: int = Field(default=16, ge=1, le=256)
    alpha: int = Field(default=32, ge=1)
    dropout: float = Field(default=0.0, ge=0.0, lt=1.0)
    learning_rate: float = Field(default=6e-4, gt=0.0, le=1e-1)
    warmup: float = Field(default=0.05, ge=0.0, lt=1.0)
    """Share of the steps."""
    schedule: Literal["linear", "cosine", "constant"] = "cosine"
    batch: int = Field(default=4, ge=1)
    """Examples a step."""
    accumulate: int = Field(default=1, ge=1)
    pad_to: int = Field(default=32, ge=1)
    longest: int = Field(default=768, ge=64)
    """Tokens; a longer example is an error, never cut."""
    steps: int | None = Field(default=None, ge=1)
    """``None``: as many as the budget holds, or one pass over the data."""
    validation: int = Field(default=16, ge=0)
    """Examples kept aside; 0 never looks."""
    validate_every: int = Field(default=60, ge=1)
    patience: int = Field(default=3, ge=1)
    """Validations without a better loss, then training stops."""
    checkpoint_minutes: float = Field(default=4.0, gt=0.0)
    precision: Literal["auto", "bfloat16", "float32"] = "auto"
    quantised: bool = False
    """QLoRA: the base in four bits; needs a GPU and bitsandbytes."""
    seed: int = 7


class DpoRecipe(SftRecipe):
    """Preferences over an adapter that supervised fine-tuning made; its keys and two more."""

    learning_rate: float = Field(default=1e-5, gt=0.0, le=1e-1)
    beta: float = Field(default=0.1, gt=0.0)
    """How closely it stays to where it began."""
    sft_weight: float = Field(default=1.0, ge=0.0)
    """Of the plain loss on the better sentence, beside that of the pair."""


@dataclass(frozen=True, slots=True)
class Job:
    """What one run needs, all of it local."""

    recipe: SftRecipe
    base: Path
    data: Path
    run: Path
    budget_minutes: float | None = None
    start: Path | None = None
    """An adapter to go on from; ``None`` begins a new one."""


def read_sft(path: Path | None = None, changes: Sequence[str] = ()) -> SftRecipe:
    """Read a recipe for supervised fine-tuning, by default the shipped one; see :func:`_read`."""
    return _read(path or FOLDER / "sft.yaml", SftRecipe, changes)


def read_dpo(path: Path | None = None, changes: Sequence[str] = ()) -> DpoRecipe:
    """Read a recipe for preferences, by default the shipped one; see :func:`_read`."""
    return _read(path or FOLDER / "dpo.yaml", DpoRecipe, changes)


_Recipe = TypeVar("_Recipe", bound=SftRecipe)


def _read(path: Path, kind: type[_Recipe], changes: Sequence[str]) -> _Recipe:
    """Read a recipe; every error of the file and of the changes is told at once.

    Parameters
    ----------
    changes
        "rank=8", each in place of what the file says; the value is read as in the file.

    Raises
    ------
    BadData
        Not a mapping, an unknown key, a value out of its range; names each.
    """
    try:
        values = yaml.safe_load(path.read_text(encoding="utf-8"))
    except FileNotFoundError as error:
        shipped = ", ".join(sorted(p.name for p in FOLDER.glob("*.yaml")))
        raise BadData(f"There is no recipe {path}.", f"In {FOLDER} are {shipped}.") from error
    except yaml.YAMLError as error:
        raise BadData(f"{path} is not YAML: {error}.", "Correct that line.") from error
    if not isinstance(values, dict):
        raise BadData(f"{path} holds no settings.", "Write one 'key: value' a line.")
    try:
        return kind.model_validate(values | _changed(changes))
    except ValidationError as error:
        told = "; ".join(
            f"{'.'.join(map(str, e['loc']))}: {e['msg'].lower()} (got {e['input']!r})"
            for e in error.errors()
        )
        unknown = any(e["type"] == "extra_forbidden" for e in error.errors())
        keys = f" The keys are {', '.join(kind.model_fields)}." if unknown else ""
        where = " ".join([f"{path}", *(f"--set {change}" for change in changes)])
        many = error.error_count() > 1
        count = f"{error.error_count()} errors" if many else "an error"
        raise BadData(
            f"{where} has {count}: {told}.", f"Correct {'them' if many else 'it'}.{keys}"
        ) from error


def _changed(changes: Sequence[str]) -> dict[str, Any]:
    """The keys that changes name, with their values."""
    parts = [change.partition("=") for change in changes]
    if wrong := [key + equals for key, equals, value in parts if not (key and equals and value)]:
        raise BadData(
            f"{' and '.join(map(repr, wrong))} is not KEY=VALUE.", "Write, say, --set rank=8."
        )
    names = [key for key, _, _ in parts]
    if twice := sorted({name for name in names if names.count(name) > 1}):
        raise BadData(f"{' and '.join(twice)} is set twice.", "Set a key once.")
    try:
        return {key: yaml.safe_load(value) for key, _, value in parts}
    except yaml.YAMLError as error:
        raise BadData(
            f"A value of {', '.join(changes)} is not YAML: {error}.", "Correct it."
        ) from error
