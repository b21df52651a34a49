"""The run behind ``shelftalk finetune evaluate``: models opened one after the other, and judged."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from assistant.prompts import load
from assistant.references import Resolver
from assistant.tuned import SPEAKING
from eval.report import Measurement
from finetune import evaluate_ask, evaluate_reading, evaluate_score, free
from finetune.against import Against, Tell, put, too_late
from finetune.evaluate import Outcome, Said, ask, drawn, replies, rows, spoken_of
from finetune.planting import ORDER
from finetune.scenes import Shop
from finetune.show import page, shown
from index.config import IndexConfig
from index.errors import BadData
from index.weights import locate

PICKS = 4


def measure(
    against: Against,
    shop: Shop,
    config: IndexConfig,
    out: Path | None,
    show: Path | None = None,
    tell: Tell | None = None,
    tell_free: free.Tell | None = None,
) -> Measurement:
    """Ask base and tuned for the same picks and compare them.

    Parameters
    ----------
    out
        A file for every sentence or question, a line each.
    show
        A file for thirty of the tuned model's, as a page.

    Raises
    ------
    TellPerson
        The adapter was trained on days that would be asked about.
    BadData
        It was not taught this job.
    """
    if against.job not in against.adapter.jobs:
        raise BadData(
            f"The adapter {against.adapter.name!r} was not taught to {against.job}.",
            f"It was taught to {' and '.join(against.adapter.jobs)}.",
        )
    if against.job != SPEAKING:
        if show or against.free or (out and against.job != "ask"):
            raise BadData(
                "Only the job explain writes sentences.", "Leave --out, --show and --free away."
            )
        if against.job == "ask":
            return evaluate_ask.measure(against, shop, config, out, tell)
        measure_job = {"score": evaluate_score.measure, "understand": evaluate_reading.measure}
        return measure_job[against.job](against, shop, config, tell)
    days = _days(against.cut, shop.catalogue.last_day)
    asked = replies(shop, days, max(1, against.sentences // PICKS), against.seed)
    alone = _alone(against, shop, config, days, tell_free) if against.free else []
    outcomes = []
    for system, prompt in (("base", load(against.base_prompt)), ("tuned", against.prompt)):
        model = against.open(config, system == "tuned")
        outcomes.append(ask(system, model, prompt, asked, tell))
        model.close()
    if out:
        _write(out, outcomes, alone)
    if show:
        _show(show, against, outcomes[1], asked, config)
    tuned = outcomes[1].free
    notes = [f"unique_masked is over {len(tuned)} sentences; it falls as more are asked."]
    if alone:
        pairs = list(zip(alone, tuned, strict=False))
        same = sum(a.raw == b.raw for a, b in pairs)
        notes.append(f"Of {len(pairs)} sentences {same} are the same in company and by reply.")
    return Measurement(
        "finetune evaluate --free" if alone else "finetune evaluate",
        [row for outcome in outcomes for row in rows(outcome)]
        + (list(free.figures(alone)) if alone else []),
        protocol=_protocol(against, days, len(asked)),
        dataset=shop.catalogue.dataset(),
        seed=against.seed,
        hashes=against.hashes,
        notes=notes,
    )


def _alone(
    against: Against,
    shop: Shop,
    config: IndexConfig,
    days: Sequence[date],
    tell: free.Tell | None,
) -> list[Said]:
    """Let the tuned model write alone, before all else: what kills that costs no sentence."""
    model = against.open(config, tuned=True)
    asked = drawn(shop, days, against.seed)
    said = free.write(model, against.prompt, asked, against.free, config.home / "runs", tell)
    model.close()
    return said


def _days(cut: date, last: date) -> list[date]:
    days = [last - timedelta(days=n) for n in (0, 4, 9)]
    if days[-1] < cut:
        raise too_late(cut, last)
    return days


def _protocol(against: Against, days: list[date], replies_: int) -> dict[str, Any]:
    return {
        "job": against.job,
        "shoppers": "held out by hash, never in training",
        "cut": against.cut.isoformat(),
        "days": [day.isoformat() for day in days],
        "replies": replies_,
        "picks": PICKS,
        "free": against.free,
        "prompt_base": against.base_prompt,
        "prompt_tuned": against.prompt.name,
        "planted": f"{ORDER!r} at the head of the title",
        "reasons": "every other pick has a pair of reasons that training never saw",
    }


def _show(
    show: Path, against: Against, tuned: Outcome, asked: Sequence[Resolver], config: IndexConfig
) -> None:
    adapter, told = against.adapter, against.adapter.told
    found = shown(
        tuned.free,
        [context for resolver in asked for context in spoken_of(resolver)],
        against.prompt,
        locate(told["base"], config),
        adapter.path,
    )
    put(show, page(adapter.name, told, found))


def _write(out: Path, outcomes: list[Outcome], alone: Sequence[Said]) -> None:
    lines = [{"system": "tuned", "mode": "alone", **asdict(s)} for s in alone]
    for outcome in outcomes:
        lines += [{"system": outcome.system, "mode": "free", **asdict(s)} for s in outcome.free]
        lines += [
            {
                "system": outcome.system,
                "mode": "shown",
                "text": s.text,
                "by_model": s.by_model,
                "rejected": s.rejected,
                "claims": [(str(c.kind), c.text, str(c.verdict), c.because) for c in s.claims],
            }
            for s in outcome.shown
        ]
    put(out, "".join(json.dumps(line) + "\n" for line in lines))
