"""The tasks there are."""

from __future__ import annotations

import importlib
import pkgutil

import eval.tasks
from eval.tasks.interface import TaskEntry
from index.errors import TellPerson


def entries() -> dict[str, TaskEntry]:
    """Return every module's ``ENTRY`` by name, sorted."""
    found = {}
    for module in pkgutil.iter_modules(eval.tasks.__path__):
        entry = getattr(importlib.import_module(f"eval.tasks.{module.name}"), "ENTRY", None)
        if isinstance(entry, TaskEntry):
            found[entry.name] = entry
    return dict(sorted(found.items()))


def find(name: str) -> TaskEntry:
    """Return one task; an unknown name raises ``TellPerson`` with the known ones."""
    known = entries()
    if name not in known:
        raise TellPerson(f"There is no task {name!r}.", f"There are: {', '.join(known)}.")
    return known[name]
