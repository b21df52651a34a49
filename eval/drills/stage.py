"""The shops that a drill starts from, made once, and what each of them must answer."""

from __future__ import annotations

import random
import shutil
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from eval.drills.children import Ended, preload, run
from eval.drills.jobs import IN_PLACE
from eval.drills.shop import drill_config
from index.errors import TellPerson
from index.stores.chroma_builds import CURRENT

MARK = "kept for another room"


class DrillBroken(TellPerson):
    """The drill itself could not be set up; nothing was measured."""


@dataclass(slots=True)
class Stage:
    """Homes by state: ``old`` (catalogue and index before a day of changes), ``mixed`` (the
    catalogue after it, the index before) and ``new`` (both after).

    ``both`` is ``mixed`` with the Chroma build of ``new`` lying ready beside the one served.
    """

    root: Path
    draw: random.Random
    answers: dict[str, list[str]] = field(default_factory=dict)
    """State to what its shop answers."""
    in_place: dict[str, str] = field(default_factory=dict)
    """State to what the vectors of the undefended build answer."""
    builds: dict[str, str] = field(default_factory=dict)
    """State to the name of its vectors."""
    seconds: dict[str, float] = field(default_factory=dict)
    """Job to how long it takes when nobody kills it."""
    results: dict[str, Any] = field(default_factory=dict)
    """Job to what it returned, the last time."""
    to_embed: int = 0
    """Texts that the build of ``new`` has to read."""
    chroma: str = ""
    """What Chroma alone answers in ``new``."""
    _tries: int = 0

    @classmethod
    def set(cls, root: Path, seed: int, modules: Iterable[str] = ()) -> Stage:
        """Make the homes with the real jobs; their processes begin with these modules imported."""
        preload(modules)
        stage = cls(root, random.Random(seed))
        old, mixed, new = (root / name for name in ("old", "mixed", "new"))
        stage._make("import", old, state=0, defended=True)
        stage._make("note", old, text=MARK)
        stage._make("build", old)
        stage._make("build_in_place", old)
        stage._note("old", old)
        shutil.copytree(old, mixed)
        stage._make("import", mixed, state=1, defended=True)
        stage._note("mixed", mixed)
        shutil.copytree(mixed, new)
        stage._make("build", new)
        stage._make("build_in_place", new)
        stage._note("new", new)
        stage.to_embed = stage.results["build"]["encoded"]
        stage.chroma = must(run("trust_chroma", new), "trust_chroma").result["at_once"]
        shutil.copytree(new, root / "both")
        served, before = drill_config(root / "both"), drill_config(mixed)
        for folder in ("vectors", IN_PLACE):
            shutil.rmtree(served.shop / folder)
            shutil.copytree(before.shop / folder, served.shop / folder)
        shutil.copy(before.chroma / CURRENT, served.chroma / CURRENT)
        return stage

    def home(self, state: str) -> Path:
        """Return a fresh copy of a home, to be harmed."""
        self._tries += 1
        copy = self.root / f"try-{self._tries}"
        shutil.copytree(self.root / state, copy)
        return copy

    def moments(self, seconds: float, tries: int) -> list[float]:
        """Draw moments spread over a run: one at random in each of as many equal parts."""
        return [seconds * (i + self.draw.random()) / tries for i in range(tries)]

    def _make(self, job: str, home: Path, **options: Any) -> None:
        ended = must(run(job, home, **options), job)
        self.seconds[job], self.results[job] = ended.seconds, ended.result

    def _note(self, state: str, home: Path) -> None:
        found = must(run("look", home, chroma=False), "look").result
        self.answers[state], self.builds[state] = found["at_once"], found["build"]
        self.in_place[state] = must(run("trust", home), "trust").result["at_once"]


def must(ended: Ended, job: str) -> Ended:
    """Return what ended well.

    Raises
    ------
    DrillBroken
        Where a job fails that nobody disturbed.
    """
    if ended.trouble:
        raise DrillBroken(f"The job {job!r} of the drill failed undisturbed: {ended.trouble}.")
    return ended


def clear(home: Path) -> None:
    """Remove a home that was harmed."""
    shutil.rmtree(home, ignore_errors=True)
