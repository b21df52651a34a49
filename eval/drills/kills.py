"""SIGKILL in the middle of a job, with a serving process beside it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from eval.drills.children import Child, Ended, run
from eval.drills.shop import drill_config
from eval.drills.stage import MARK, Stage, clear, must
from eval.drills.tally import UNDEFENDED, Tally

OVERRUN = 1.05
"""The last moments may lie behind the end of a run: a job that finished must have finished."""


def kill_import(stage: Stage, tries: int, defended: bool) -> Tally:
    """While a catalogue is replaced: the shop before or the shop after, nothing between."""
    options: dict[str, Any] = {"state": 1, "defended": defended}
    tally = _tally("kill-import", defended)
    for moment in stage.moments(span(stage, "import", "old", options), tries):
        home = stage.home("old")
        with_server = serving(home)
        killed = Child("import", home, **options).kill_after(moment)
        faults = served(with_server, stage, ["old", "mixed"])
        faults += looked(home, stage, _after(killed, ["old", "mixed"]), chroma=False)
        faults += _resumed(run("import", home, **options))
        faults += looked(home, stage, ["mixed"], chroma=False)
        tally.count(f"after {moment:.2f} s", faults)
        clear(home)
        if _enough(tally):
            break
    return tally


def kill_build(stage: Stage, tries: int, defended: bool) -> Tally:
    """While the index is built: acknowledged vectors are kept, what was published answers."""
    if not defended:
        return _in_place(stage, tries, "kill-build", "build_in_place")
    tally = Tally("kill-build")
    for moment in stage.moments(stage.seconds["build"] * OVERRUN, tries):
        home = stage.home("mixed")
        with_server = serving(home, chroma=True)
        killed = Child("build", home).kill_after(moment)
        faults = served(with_server, stage, ["mixed"])
        faults += looked(home, stage, _after(killed, ["mixed", "new"]), chroma=True)
        again = run("build", home)
        faults += _resumed(again) or _kept(stage, killed, again)
        faults += looked(home, stage, ["new"], chroma=False)
        tally.count(f"after {moment:.2f} s", faults)
        clear(home)
    return tally


def kill_switch(stage: Stage, tries: int, defended: bool) -> Tally:
    """While vectors and Chroma are switched, over and over."""
    options: dict[str, Any] = {
        "other": drill_config(stage.root / "new").vectors,
        "defended": defended,
    }
    if not defended:
        return _in_place(stage, tries, "kill-switch", "switch", **options)
    tally = Tally("kill-switch")
    for number, moment in enumerate(stage.moments(span(stage, "switch", "both", options), tries)):
        home = stage.home("both")
        with_server = serving(home)
        killed = Child("switch", home, **options).kill_after(moment)
        faults = served(with_server, stage, ["mixed"])
        faults += looked(home, stage, _after(killed, ["mixed", "new"]), chroma=number % 4 == 0)
        faults += _resumed(run("build", home))
        faults += looked(home, stage, ["new"], chroma=False)
        tally.count(f"after {moment:.2f} s", faults)
        clear(home)
    return tally


def kill_bare(stage: Stage, tries: int, defended: bool) -> Tally:
    """The same harm to a bare Chroma client that upserts into its directory: the control.

    The directory is the same from try to try, and the writer goes on where it was killed, until
    something is lost.
    """
    tally = Tally("bare-chroma", "chroma")
    folder = stage.root / "bare"
    whole = must(run("bare_fill", stage.root, folder=folder, start=0), "bare_fill")
    safe = _batches(whole)
    for moment in stage.moments(whole.seconds * OVERRUN, tries):
        killed = Child("bare_fill", stage.root, folder=folder, start=safe).kill_after(moment)
        safe = max(safe, _batches(killed))
        looked = run("bare_look", stage.root, folder=folder, acknowledged=safe)
        faults = [looked.trouble] if looked.trouble else [looked.result] if looked.result else []
        tally.count(f"after {moment:.2f} s and {safe} acknowledged", faults)
        if faults:
            break
    return tally


def _batches(ended: Ended) -> int:
    """How many vectors it acknowledged."""
    return max((value for what, value in ended.said if what == "batch"), default=0)


def _in_place(stage: Stage, tries: int, kind: str, job: str, **options: Any) -> Tally:
    """Do a job that writes over the vectors that are served, and believe what lies there."""
    tally = Tally(kind, UNDEFENDED)
    allowed = {stage.in_place["mixed"], stage.in_place["new"]}
    for moment in stage.moments(span(stage, job, "both", options), tries):
        home = stage.home("both")
        Child(job, home, **options).kill_after(moment)
        looked = run("trust", home)
        faults = [looked.trouble] if looked.trouble else []
        if looked.done and looked.result["at_once"] not in allowed:
            faults.append("it answers something that was never published")
        tally.count(f"after {moment:.2f} s", faults)
        clear(home)
        if _enough(tally):
            break
    return tally


def span(stage: Stage, job: str, state: str, options: dict[str, Any]) -> float:
    """Seconds that a job takes undisturbed, a little more."""
    home = stage.home(state)
    seconds = must(run(job, home, **options), job).seconds
    clear(home)
    return seconds * OVERRUN


def serving(home: Path, chroma: bool = False) -> Child:
    child = Child("serve", home, chroma=chroma)
    child.wait_for("serving")
    return child


def served(server: Child, stage: Stage, states: list[str]) -> list[str]:
    """What is wrong with a serving process that has been there all the time."""
    ended = server.stop()
    if ended.trouble:
        return [f"the serving process: {ended.trouble}"]
    allowed = zip(*(stage.answers[state] for state in states), strict=True)
    strange = sum(not seen <= set(good) for seen, good in zip(ended.result, allowed, strict=True))
    return [f"it served strange answers to {strange} queries"] if strange else []


def _after(killed: Ended, states: list[str]) -> list[str]:
    """The states that may be found: only the last, where the job had acknowledged its end."""
    return states[-1:] if killed.done else states


def looked(home: Path, stage: Stage, states: list[str], chroma: bool) -> list[str]:
    """What is wrong with a shop that a fresh process opens."""
    looked = run("look", home, chroma=chroma)
    if looked.trouble:
        return [f"opening it: {looked.trouble}"]
    found = looked.result
    faults = []
    if found["at_once"] not in [stage.answers[state] for state in states]:
        faults.append(f"it does not answer as {' or '.join(states)}")
    if found["note"] != MARK:
        faults.append("what another room kept is gone")
    if chroma and not found["chroma"]:
        faults.append(f"Chroma did not come up: {found['state']}")
    if chroma and found["later"] != found["at_once"]:
        faults.append("it answers otherwise once Chroma is up")
    return faults


def _resumed(again: Ended) -> list[str]:
    return [f"the work does not resume: {again.trouble}"] if again.trouble else []


def _kept(stage: Stage, killed: Ended, again: Ended) -> list[str]:
    """Whether chunks that were acknowledged had to be read again."""
    safe = max((value for what, value in killed.said if what == "chunk"), default=0)
    read = again.result["encoded"]
    if read <= stage.to_embed - safe:
        return []
    return [f"{safe} texts were acknowledged, {read} of {stage.to_embed} read again"]


def _tally(kind: str, defended: bool) -> Tally:
    return Tally(kind) if defended else Tally(kind, UNDEFENDED)


def _enough(tally: Tally) -> bool:
    """A control has shown what it is for as soon as it lost once."""
    return tally.system == UNDEFENDED and tally.lost > 0
