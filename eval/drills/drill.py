"""All kinds of harm, one after the other, and the table of what was lost."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from eval.drills.away import starve_model
from eval.drills.harms import fault_chroma, fault_live, fault_vectors
from eval.drills.honest import ask_honestly
from eval.drills.kills import kill_bare, kill_build, kill_import, kill_switch
from eval.drills.lies import lie_in_messages, lie_in_texts
from eval.drills.planted import plant_shoppers
from eval.drills.rows import feed_rows
from eval.drills.shop import COPIES
from eval.drills.shortages import starve_serving
from eval.drills.stage import Stage
from eval.drills.starves import starve_build
from eval.drills.tally import Tally
from eval.drills.updates import kill_update
from eval.drills.writes import kill_conversation
from eval.report import Measurement, Row
from index.errors import BadData

Tell = Callable[[str], None]
"""Called with the kind that begins, and with what became of it."""


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of harm and how often it is done."""

    run: Callable[[Stage, int, bool], Tally]
    few: int
    many: int
    """With ``--full``."""
    control: bool = True
    """Whether the same is done with the defences off."""
    preload: tuple[str, ...] = ()
    """Modules that its children need and that are slow to import."""


KINDS = {
    "kill-import": Kind(kill_import, few=3, many=17),
    "kill-build": Kind(kill_build, few=1, many=17),
    "kill-switch": Kind(kill_switch, few=3, many=18),
    "kill-update": Kind(kill_update, few=3, many=20),
    "kill-conversation": Kind(kill_conversation, few=2, many=60),
    "starve-build": Kind(starve_build, few=1, many=6, control=False),
    "starve-model": Kind(starve_model, few=2, many=13),
    "starve-serving": Kind(starve_serving, few=3, many=9),
    "fault-chroma": Kind(fault_chroma, few=2, many=40),
    "fault-live": Kind(fault_live, few=1, many=6, control=False),
    "fault-vectors": Kind(fault_vectors, few=2, many=18),
    "rubbish-rows": Kind(feed_rows, few=400, many=10_000),
    "lie-message": Kind(lie_in_messages, few=12, many=1000),
    "lie-text": Kind(lie_in_texts, few=12, many=1000),
    "lie-honest": Kind(ask_honestly, few=20, many=1000, control=False),
    "plant-shoppers": Kind(plant_shoppers, few=0, many=3),
    "bare-chroma": Kind(kill_bare, few=0, many=60, control=False),
}
"""``bare-chroma`` is itself a control: the kills of the issue on a client without our care. Of lies
there are as many as ``eval/data/injections.yaml`` holds, at most."""
LIES = ("lie-message", "lie-text")


def run(
    full: bool = False,
    only: Sequence[str] = (),
    seed: int = 7,
    tell: Tell = print,
    kinds: Mapping[str, Kind] = KINDS,
) -> Measurement:
    """Do the harm and count what was lost.

    Parameters
    ----------
    full
        The published number of kills and faults instead of a dozen.
    only
        Kinds to do; all where empty.
    seed
        Draws the moments of the kills and the places of the faults.
    tell
        Told what is being done.
    kinds
        By name, those of later rooms among them.

    Raises
    ------
    BadData
        There is no such kind.
    """
    if unknown := [name for name in only if name not in kinds]:
        raise BadData(f"There is no drill {unknown[0]!r}.", f"Give one of: {', '.join(kinds)}.")
    names = [name for name in only or kinds if (kinds[name].many if full else kinds[name].few)]
    slow = [module for name in names for module in kinds[name].preload]
    tallies: list[Tally] = []
    with tempfile.TemporaryDirectory(prefix="shelftalk-drill-") as folder:
        tell("setting the stage")
        stage = Stage.set(Path(folder), seed, slow)
        for name in names:
            kind = kinds[name]
            tries = kind.many if full else kind.few
            for defended in (True, False) if kind.control else (True,):
                tell(name if defended else f"{name}, defences off")
                tallies.append(kind.run(stage, tries, defended))
                tell(f"  {tallies[-1].tried} tried, {tallies[-1].lost} lost")
    return _measured(tallies, full, tuple(only), names, seed)


def _measured(
    tallies: Sequence[Tally], full: bool, only: Sequence[str], done: Sequence[str], seed: int
) -> Measurement:
    ours = [tally for tally in tallies if tally.system == "shelftalk"]
    total = Tally(
        "all", tried=sum(t.tried for t in ours), losses=[x for t in ours for x in t.losses]
    )
    rows: list[Row] = [row for tally in [*tallies, total] for row in tally.rows()]
    if lies := [tally for tally in ours if tally.kind in LIES]:
        tried = sum(tally.tried for tally in lies)
        rows.append(
            Row("injection_broken", sum(tally.lost for tally in lies), table="all", n=tried)
        )
    command = "drill --kind" if only else "drill --full" if full else "drill"
    return Measurement(
        command=command,
        rows=rows,
        protocol={
            "kinds": list(done),
            "shop": f"the outdoor goods, {COPIES} of each, embedded by random projection; "
            "imported, built, switched and served by the real code in child processes",
            "kills": "SIGKILL, one at random in each of as many equal parts of the measured run",
            "lost": "after a kill or a fault a fresh process answers the fixed queries otherwise "
            "than before (or than after the completed work), the work does not resume, something "
            "acknowledged is gone, or a serving process died",
            "lies": "whole turns, spoken for by a model that says what liars want; lost where a "
            "card or a sentence holds a name, amount, promise, endorsement, shopper or line of a "
            "prompt that the data do not; undefended shows what the model said",
            "rubbish, floods, shortages": "what is lost, and what each control lacks, stands in "
            "docs/drills.md",
            "controls": "undefended: the same until the first loss; chroma: a bare client",
        },
        seed=seed,
        notes=[loss for tally in tallies for loss in tally.losses],
    )
