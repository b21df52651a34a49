"""Which tuned adapter serves, and the prompt that it was trained on."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

from assistant.errors import BadModel

_HERE = Path(__file__).resolve().parent
SHIPPED = next((p for p in (_HERE / "adapters",) if p.is_dir()), _HERE.parent / "adapters")
"""Inside the package where that was installed, beside it in a checkout."""
CHOSEN = "chosen.json"
"""Under the home folder: the names that were chosen, the latest last."""
DEFAULT = "default"


@dataclass(frozen=True, slots=True)
class Tuned:
    """An adapter as it serves."""

    folder: Path
    base: str
    """The model that it was trained on."""
    prompt: str
    """"explain/2": no other prompt suits it."""

    @property
    def job(self) -> str:
        """What it was taught: "explain" or "score"."""
        return self.prompt.partition("/")[0]


def chosen(home: Path) -> list[str]:
    """Names that were chosen under ``<home>/adapters``, the latest last."""
    path = home / "adapters" / CHOSEN
    return list(json.loads(path.read_text())["chosen"]) if path.is_file() else []


def find(adapter: str | Path, home: Path, shipped: Path = SHIPPED, job: str = "explain") -> Tuned:
    """Return an adapter by folder or by name; one's own hides a shipped one of its name.

    Raises
    ------
    BadModel
        There is none, it does not tell what it was trained on, or that is another job.
    """
    folders = (Path(adapter).expanduser(), home / "adapters" / adapter, shipped / adapter)
    folder = next((f for f in folders if (f / "adapter_config.json").is_file()), None)
    if folder is None:
        raise BadModel(f"There is no adapter {str(adapter)!r}.", "See 'shelftalk adapters list'.")
    try:
        told = json.loads((folder / "training.json").read_text())
        found = Tuned(folder, str(told["base"]), str(told["data"]["prompt"]))
    except (FileNotFoundError, KeyError, ValueError) as error:
        raise BadModel(
            f"The adapter {folder} does not tell its base and prompt in training.json.",
            "Train it with 'shelftalk finetune sft', or write that file.",
        ) from error
    if found.job != job:
        raise BadModel(
            f"The adapter {folder} was taught to {found.job}, and is asked to {job}.",
            "See 'shelftalk adapters list'.",
        )
    return found


def serving(base: str, home: Path, shipped: Path = SHIPPED) -> Tuned | None:
    """Return the adapter that serves where the settings name none.

    The latest that was chosen, else the shipped default; ``None`` where that belongs to
    another base, since the base may be any model.
    """
    names = chosen(home)
    if not names and not (shipped / DEFAULT / "adapter_config.json").is_file():
        return None
    found = find(names[-1] if names else DEFAULT, home, shipped)
    return found if found.base == base else None
