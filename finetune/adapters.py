"""Which adapter serves: the shipped one or one of one's own, chosen, and taken back."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from assistant.tuned import CHOSEN, SHIPPED, SPEAKING, chosen, prompts_of
from finetune.adapter import HASHES, check
from index.errors import BadData


@dataclass(frozen=True, slots=True)
class Adapter:
    """A checked adapter folder."""

    name: str
    path: Path
    told: Mapping[str, Any]
    """Its ``training.json``."""

    @property
    def prompts(self) -> Mapping[str, str]:
        """The template of each job that it was taught, to explain first."""
        return prompts_of(self.told)

    @property
    def jobs(self) -> tuple[str, ...]:
        """What it was taught: "explain", "score" …"""
        return tuple(self.prompts)


@dataclass(frozen=True, slots=True)
class Adapters:
    """The adapters that ship and those under ``<home>/adapters``.

    ``chosen.json`` holds the names that were chosen, the latest last; where none is, the
    shipped default serves.
    """

    home: Path
    shipped: Path = SHIPPED

    @property
    def own(self) -> Path:
        return self.home / "adapters"

    def all(self) -> Iterator[Adapter]:
        """Yield every adapter by name; one's own hides a shipped one of the same name."""
        folders = {p.parent.name: p.parent for p in sorted(self.shipped.glob("*/hashes.json"))}
        folders |= {p.parent.name: p.parent for p in sorted(self.own.glob("*/hashes.json"))}
        for name, path in sorted(folders.items()):
            yield Adapter(name, path, check(path))

    def find(self, name: str) -> Adapter:
        """Return one adapter.

        Raises
        ------
        BadData
            There is none of this name, or its files are not what they were.
        """
        for folder in (self.own / name, self.shipped / name):
            if folder.is_dir():
                return Adapter(name, folder, check(folder))
        known = ", ".join(a.name for a in self.all()) or "none"
        raise BadData(f"There is no adapter {name!r}.", f"Known: {known}.")

    def at(self, where: str) -> Adapter:
        """Return one adapter by its folder, say that of a run, or by its name; see :meth:`find`.

        Only for who works on this machine: a folder may lie anywhere on it.
        """
        folder = Path(where).expanduser().resolve()
        if not (folder / HASHES).is_file():
            return self.find(where)
        return Adapter(folder.name, folder, check(folder))

    def add(self, folder: Path, name: str) -> Adapter:
        """Copy a trained adapter under the home folder."""
        check(folder)
        aside = self.own / f".{name}.part"
        shutil.rmtree(aside, ignore_errors=True)
        shutil.copytree(folder, aside)
        shutil.rmtree(self.own / name, ignore_errors=True)
        aside.replace(self.own / name)
        return self.find(name)

    @property
    def chosen(self) -> str | None:
        """The name that serves."""
        return next(reversed(self._names()), None)

    def use(self, name: str) -> Adapter:
        """Choose an adapter for the sessions that are opened from now on.

        Raises
        ------
        BadData
            It was not taught to speak: a scorer serves by its name, beside the one that speaks.
        """
        found = self.find(name)
        if SPEAKING not in found.jobs:
            raise BadData(
                f"The adapter {name!r} was taught to {' and '.join(found.jobs)}, not to explain.",
                "Choose one that explains; a scorer serves by its name, beside it.",
            )
        if name != self.chosen:
            self._write([*self._names(), name])
        return found

    def rollback(self) -> str | None:
        """Take the last choice back; return what serves now.

        Raises
        ------
        BadData
            Nothing was chosen.
        """
        names = self._names()
        if not names:
            raise BadData("No adapter was chosen, so there is nothing to take back.", "")
        self._write(names[:-1])
        return self.chosen

    def _names(self) -> list[str]:
        return chosen(self.home)

    def _write(self, names: list[str]) -> None:
        self.own.mkdir(parents=True, exist_ok=True)
        aside = self.own / f"{CHOSEN}.part"
        aside.write_text(json.dumps({"chosen": names}) + "\n")
        aside.replace(self.own / CHOSEN)


def differences(left: Adapter, right: Adapter) -> list[tuple[str, Any, Any]]:
    """What differs in how two adapters were trained: (what, left, right)."""
    found = []
    for part in ("base", "base_fingerprint", "steps", "minutes"):
        found.append((part, left.told.get(part), right.told.get(part)))
    of_data = ("examples", "cut", "prompts", "share_by_job", "shapes")
    for part in ("recipe", "data"):
        ours, theirs = left.told.get(part, {}), right.told.get(part, {})
        keys = of_data if part == "data" else sorted(ours | theirs)
        found += [(f"{part}.{k}", ours.get(k), theirs.get(k)) for k in keys]
    return [(what, a, b) for what, a, b in found if a != b]
