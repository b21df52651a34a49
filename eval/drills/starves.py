"""No room on the disk, no file handles: a sentence, nothing published harmed, work that resumes."""

from __future__ import annotations

from eval.drills.children import run
from eval.drills.kills import looked
from eval.drills.shop import drill_config
from eval.drills.stage import Stage, clear
from eval.drills.tally import Tally

LIMITS = {
    "a disk full at the first texts": {"RLIMIT_FSIZE": 40_000},
    "a disk full at the vectors": {"RLIMIT_FSIZE": 120_000},
    "a disk full at Chroma's tables": {"RLIMIT_FSIZE": 420_000},
    "a disk full at Chroma's graph": {"RLIMIT_FSIZE": 700_000},
    "hardly a file handle": {"RLIMIT_NOFILE": 12},
    "few file handles": {"RLIMIT_NOFILE": 18},
}
"""By what is missing, the limit of the system that stands for it: bytes of a file, open files."""


def starve_build(stage: Stage, tries: int, defended: bool) -> Tally:
    """A build without room or handles: the index before answers, the work resumes with them."""
    tally = Tally("starve-build")
    for name in stage.draw.sample(sorted(LIMITS), min(tries, len(LIMITS))):
        home = stage.home("mixed")
        starved = run("build", home, LIMITS[name])
        faults = [] if starved.done or starved.told else [f"no sentence: {starved.trouble}"]
        faults += looked(home, stage, ["mixed", "new"], chroma=False)
        again = run("build", home)
        faults += [f"the work does not resume: {again.trouble}"] if again.trouble else []
        faults += looked(home, stage, ["new"], chroma=False)
        if left := [path.name for path in drill_config(home).shop.rglob("*.part")]:
            faults.append(f"half written: {', '.join(left)}")
        tally.count(name, faults)
        clear(home)
    return tally
