"""Faults injected into what is published: found, put aside, mended, and not noticed by anyone."""

from __future__ import annotations

import time
from collections.abc import Mapping
from pathlib import Path

from eval.drills.children import Child, Ended, run
from eval.drills.faults import Harm, chroma_faults, vector_faults
from eval.drills.jobs import IN_PLACE
from eval.drills.kills import looked, served
from eval.drills.shop import drill_config
from eval.drills.stage import Stage, clear
from eval.drills.tally import UNDEFENDED, Tally
from index.errors import TellPerson
from index.stores.vectorfile import read_vectors

MEANWHILE_S = 0.3
"""A serving process goes on answering so long after the harm."""


def fault_chroma(stage: Stage, tries: int, defended: bool) -> Tally:
    """Chroma's folder is harmed, then opened: exact search answers until it is rebuilt."""
    if not defended:
        return _believed(stage, tries, "fault-chroma", "trust_chroma", stage.chroma)
    tally = Tally("fault-chroma")
    for name in _names(stage, _of_chroma(stage.root / "new"), tries):
        home = stage.home("new")
        _of_chroma(home)[name](stage.draw)
        tally.count(name, looked(home, stage, ["new"], chroma=True))
        clear(home)
    return tally


def fault_live(stage: Stage, tries: int, defended: bool) -> Tally:
    """The same under a process that is answering from Chroma; then the next one opens it."""
    tally = Tally("fault-live")
    for name in _names(stage, _of_chroma(stage.root / "new"), tries):
        home = stage.home("new")
        server = Child("serve", home, chroma=True)
        server.wait_for("serving")
        _of_chroma(home)[name](stage.draw)
        time.sleep(MEANWHILE_S)
        faults = served(server, stage, ["new"]) + looked(home, stage, ["new"], chroma=True)
        tally.count(name, faults)
        clear(home)
    return tally


def fault_vectors(stage: Stage, tries: int, defended: bool) -> Tally:
    """The vectors are harmed: the spare copy answers, a build mends without embedding again."""
    if not defended:
        return _believed(stage, tries, "fault-vectors", "trust", stage.in_place["new"])
    tally = Tally("fault-vectors")
    for name in _names(stage, _of_vectors(stage.root / "new"), tries):
        home = stage.home("new")
        _of_vectors(home)[name](stage.draw)
        faults = looked(home, stage, ["new"], chroma=False)
        again = run("build", home)
        faults += [again.trouble] if again.trouble else _unmended(home, again)
        faults += looked(home, stage, ["new"], chroma=False)
        tally.count(name, faults)
        clear(home)
    return tally


def _unmended(home: Path, again: Ended) -> list[str]:
    try:
        damage = read_vectors(drill_config(home).vectors).damage
    except TellPerson as trouble:
        damage = trouble.what
    faults = [f"still damaged after a build: {damage}"] if damage else []
    if again.result["encoded"]:
        faults.append(f"{again.result['encoded']} texts were embedded again")
    return faults


def _believed(stage: Stage, tries: int, kind: str, job: str, good: str) -> Tally:
    """The same harms where nothing is hashed or probed, until one of them shows."""
    tally = Tally(kind, UNDEFENDED)
    of = _of_chroma if job == "trust_chroma" else _of_in_place
    for name in _names(stage, of(stage.root / "new"), tries):
        home = stage.home("new")
        of(home)[name](stage.draw)
        found = run(job, home)
        faults = [found.trouble] if found.trouble else []
        if found.done and found.result["at_once"] != good:
            faults.append("it answers otherwise, and says nothing")
        tally.count(name, faults)
        clear(home)
        if tally.lost:
            break
    return tally


def _names(stage: Stage, harms: Mapping[str, Harm], tries: int) -> list[str]:
    """Draw so many of the harms; all of them where there are fewer."""
    return stage.draw.sample(sorted(harms), min(tries, len(harms)))


def _of_chroma(home: Path) -> dict[str, Harm]:
    return chroma_faults(drill_config(home).chroma)


def _of_vectors(home: Path) -> dict[str, Harm]:
    return vector_faults(drill_config(home).vectors)


def _of_in_place(home: Path) -> dict[str, Harm]:
    return vector_faults(drill_config(home).shop / IN_PLACE)
