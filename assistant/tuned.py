"""Which tuned adapter serves, and the prompts that it was trained on."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from assistant.errors import BadModel

_HERE = Path(__file__).resolve().parent
SHIPPED = next((p for p in (_HERE / "adapters",) if p.is_dir()), _HERE.parent / "adapters")
"""Inside the package where that was installed, beside it in a checkout."""
CHOSEN = "chosen.json"
"""Under the home folder: the names that were chosen, the latest last."""
DEFAULT = "default"
WEIGHTS = "adapter_model.safetensors"
SPEAKING = "explain"
"""The job of the adapter that serves; it may have others."""


@dataclass(frozen=True, slots=True)
class Tuned:
    """An adapter as it serves."""

    folder: Path
    base: str
    """The model that it was trained on."""
    prompts: Mapping[str, str]
    """Job to the template that it was taught with, "explain" to "explain/2"; no other suits it."""


def as_now(told: Mapping[str, Any]) -> dict[str, Any]:
    """Return what a card or a ``training.json`` tells, in the keys of now.

    Before an adapter could have several jobs, data and recipe named one ``prompt``.

    >>> as_now({"data": {"prompt": "score/1", "prompt_sha256": "a2"}, "recipe": {"prompt": "x/1"}})
    {'data': {'prompts': {'score/1': 'a2'}}, 'recipe': {'prompts': ['x/1']}}
    """
    found = {key: as_now(v) if isinstance(v, dict) else v for key, v in told.items()}
    if "prompt_sha256" in found:
        found["prompts"] = {found.pop("prompt"): found.pop("prompt_sha256")}
    elif "prompt" in found:
        found["prompts"] = [found.pop("prompt")]
    return found


def prompts_of(told: Mapping[str, Any]) -> dict[str, str]:
    """Return the templates that an adapter was taught with, by job, to explain first."""
    names = [str(name) for name in told["data"]["prompts"]]
    found = {name.partition("/")[0]: name for name in names}
    return dict(sorted(found.items(), key=lambda one: one[0] != SPEAKING))


def chosen(home: Path) -> list[str]:
    """Names that were chosen under ``<home>/adapters``, the latest last."""
    path = home / "adapters" / CHOSEN
    return list(json.loads(path.read_text())["chosen"]) if path.is_file() else []


def find(adapter: str | Path, home: Path, shipped: Path = SHIPPED, job: str = SPEAKING) -> Tuned:
    """Return an adapter by folder or by name; one's own hides a shipped one of its name.

    Raises
    ------
    BadModel
        There is none, it does not tell what it was trained on, or not this job.
    """
    folders = (Path(adapter).expanduser(), home / "adapters" / adapter, shipped / adapter)
    folder = next((f for f in folders if (f / "adapter_config.json").is_file()), None)
    if folder is None:
        raise BadModel(f"There is no adapter {str(adapter)!r}.", "See 'shelftalk adapters list'.")
    try:
        told = as_now(json.loads((folder / "training.json").read_text()))
        found = Tuned(folder, str(told["base"]), prompts_of(told))
    except (FileNotFoundError, KeyError, ValueError) as error:
        raise BadModel(
            f"The adapter {folder} does not tell its base and prompts in training.json.",
            "Train it with 'shelftalk finetune sft', or write that file.",
        ) from error
    if job not in found.prompts:
        raise BadModel(
            f"The adapter {folder} was taught to {' and '.join(found.prompts)}, "
            f"and is asked to {job}.",
            "See 'shelftalk adapters list'.",
        )
    return found


def serving(base: str, home: Path, shipped: Path = SHIPPED) -> Tuned | None:
    """Return the adapter that serves where the settings name none.

    The latest that was chosen, else the shipped default; ``None`` where that belongs to
    another base, since the base may be any model.

    Raises
    ------
    BadModel
        What was chosen is of another base, or can't be found.
    """
    names = chosen(home)
    if names:
        return of_base(find(names[-1], home, shipped), base)
    if not (shipped / DEFAULT / "adapter_config.json").is_file():
        return None
    found = find(DEFAULT, home, shipped)
    return found if found.base == base else None


def of_base(tuned: Tuned, base: str) -> Tuned:
    """The adapter, if it was trained on this model.

    Raises
    ------
    BadModel
        It was trained on another.
    """
    if tuned.base != base:
        raise BadModel(
            f"The adapter {tuned.folder.name!r} was trained on {tuned.base}, the shop's model is "
            f"{base}.",
            "Choose another ('shelftalk adapters use', 'rollback'), or set SHELFTALK_MODEL__NAME.",
        )
    return tuned
