"""SIGKILL between and within batches of changes."""

from __future__ import annotations

from typing import Any

from eval.drills.children import Child, run
from eval.drills.jobs import BATCHES
from eval.drills.kills import span
from eval.drills.stage import Stage, clear
from eval.drills.tally import UNDEFENDED, Tally


def kill_update(stage: Stage, tries: int, defended: bool) -> Tally:
    """Each batch is in whole or not at all, those acknowledged are in, the rest can follow."""
    tally = Tally("kill-update") if defended else Tally("kill-update", UNDEFENDED)
    options: dict[str, Any] = {"first": 0, "defended": defended}
    for moment in stage.moments(span(stage, "update", "new", options), tries):
        home = stage.home("new")
        killed = Child("update", home, **options).kill_after(moment)
        safe = max((value for what, value in killed.said if what == "batch"), default=0)
        looked = run("updated", home)
        faults = [looked.trouble] if looked.trouble else []
        if looked.done:
            count, strange = looked.result
            faults += [strange] if strange else []
            if not faults and not safe <= count <= safe + 1:
                faults.append(f"{safe} batches were acknowledged, {count} are in")
            again = run("update", home, first=count, defended=defended)
            faults += [f"the work does not resume: {again.trouble}"] if again.trouble else []
            if run("updated", home).result != (BATCHES, ""):
                faults.append("not all batches are in after it resumed")
        tally.count(f"after {moment:.2f} s and {safe} batches", faults)
        clear(home)
        if not defended and tally.lost:
            break
    return tally
