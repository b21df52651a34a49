"""Trials: finished runs of one recipe that differ in rank, learning rate or mix of jobs alone."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from assistant.tuned import SPEAKING, WEIGHTS
from finetune.adapter import HASHES, check
from index.errors import BadData

COMPARED = ("rank", "alpha", "learning_rate")
"""Keys of a recipe in which trials may differ; beside them, the data by its mix of jobs."""
_FOLLOWING = ("prompt", "prompts", "steps")
"""Keys that follow the mix, or show in how many examples were read."""


@dataclass(frozen=True, slots=True)
class Trial:
    """One finished run."""

    name: str
    """Of its folder."""
    recipe: Mapping[str, Any]
    start: str | None
    """The adapter that it went on from."""
    told: Mapping[str, Any]
    """``training.json`` of its adapter."""
    validation: Sequence[tuple[int, float]]
    """Examples read so far, and the loss in nats a token."""
    adapter_bytes: int
    adapter_hash: str
    evaluations: Mapping[str, Mapping[str, Any]]
    """By job, what ``finetune evaluate --json`` wrote into the folder."""

    @property
    def examples(self) -> int:
        """How many were read, each as often as it was."""
        return int(self.told["steps"]) * examples_a_step(self.recipe)

    @property
    def jobs(self) -> str:
        """The mix of jobs in its data.

        "explain 57%, understand 43%"
        """
        shares = self.told["data"]["share_by_job"].items()
        return ", ".join(f"{job} {share:.0%}" for job, share in shares)

    @property
    def settings(self) -> dict[str, Any]:
        """All in which trials may differ."""
        return {**{key: self.recipe[key] for key in COMPARED}, "jobs": self.jobs}


def examples_a_step(recipe: Mapping[str, Any]) -> int:
    return int(recipe["batch"]) * int(recipe["accumulate"])


def read(run: Path) -> Trial:
    """Read a run folder.

    Raises
    ------
    BadData
        It holds no finished run, its adapter was changed, an evaluation is of another one, or
        two are of one job.
    """
    adapter = run / "adapter"
    for path in (run / "plan.json", run / "losses.jsonl", adapter / HASHES):
        if not path.is_file():
            raise BadData(
                f"{run} holds no finished run: there is no {path.relative_to(run)}.",
                "Name the folders given to 'finetune sft --run', and let those runs end.",
            )
    plan, told = json.loads((run / "plan.json").read_text()), check(adapter)
    weights = json.loads((adapter / HASHES).read_text())[WEIGHTS][:16]
    lines = [json.loads(line) for line in (run / "losses.jsonl").read_text().splitlines()]
    a_step = examples_a_step(plan["recipe"])
    return Trial(
        name=run.resolve().name,
        recipe=plan["recipe"],
        start=plan["start"],
        told=told,
        validation=[(x["step"] * a_step, x["eval_loss"]) for x in lines if "eval_loss" in x],
        adapter_bytes=(adapter / WEIGHTS).stat().st_size,
        adapter_hash=weights,
        evaluations=_evaluations(run, weights),
    )


def _evaluations(run: Path, weights: str) -> dict[str, Mapping[str, Any]]:
    """The evaluations of a run by job, each of the weights that lie there."""
    found: dict[str, Mapping[str, Any]] = {}
    for path in sorted(run.glob("evaluation*.json")):
        figures = json.loads(path.read_text())
        if figures["hashes"]["adapter"] != weights:
            raise BadData(
                f"{path} is of another adapter ({figures['hashes']['adapter']}) than the one "
                f"beside it ({weights}).",
                f"Write it anew: shelftalk finetune evaluate --adapter {run / 'adapter'} "
                f"--json {path}",
            )
        job = figures["protocol"].get("job", SPEAKING)
        if job in found:
            raise BadData(f"{path} is not the only evaluation of the job {job}.", "Keep one.")
        found[job] = figures
    return found


def read_all(runs: Sequence[Path]) -> list[Trial]:
    """Read the runs, and refuse what can't stand in one table.

    Raises
    ------
    BadData
        As :func:`read`; two have one name, they differ in what is not compared, or were
        evaluated differently.
    """
    trials = [read(run) for run in runs]
    names = [trial.name for trial in trials]
    if twice := sorted({name for name in names if names.count(name) > 1}):
        raise BadData(f"Two runs are called {twice[0]}.", "Give their folders different names.")
    _check(
        "The runs",
        [_fixed(trial) for trial in trials],
        f"Only {', '.join(COMPARED)} and the mix of jobs may differ.",
    )
    for mix in {trial.jobs for trial in trials}:
        files = [trial.told["data"]["files"] for trial in trials if trial.jobs == mix]
        _check(f"The data of the runs with {mix}", files, "Train them on the same data.")
    for job in {job for trial in trials for job in trial.evaluations}:
        there = [trial.evaluations[job] for trial in trials if job in trial.evaluations]
        asked = [{**e["protocol"], "prompt_tuned": "", "seed": e["seed"]} for e in there]
        _check(f"The evaluations of {job}", asked, "Evaluate all of them with the same options.")
    return trials


def differing(found: Sequence[Mapping[str, Any]]) -> dict[str, list[Any]]:
    """Keys that have not the same value in all, with the values.

    >>> differing([{"a": 1, "b": 2}, {"a": 1, "b": 3}])
    {'b': [2, 3]}
    """
    keys = dict.fromkeys(key for one in found for key in one)
    values = {key: [one.get(key) for one in found] for key in keys}
    return {key: some for key, some in values.items() if any(v != some[0] for v in some)}


def _fixed(trial: Trial) -> dict[str, Any]:
    """All that trials must have in common."""
    recipe = {k: v for k, v in trial.recipe.items() if k not in (*COMPARED, *_FOLLOWING)}
    data = trial.told["data"]
    return {
        **recipe,
        "base_fingerprint": trial.told["base_fingerprint"],
        "start": trial.start,
        "cut": data["cut"],
        "dataset": data["dataset"]["name"],
    }


def _check(what: str, found: Sequence[Mapping[str, Any]], remedy: str) -> None:
    if other := differing(found):
        told = "; ".join(f"{key} ({', '.join(map(str, v))})" for key, v in other.items())
        raise BadData(f"{what} differ in {told}.", remedy)
