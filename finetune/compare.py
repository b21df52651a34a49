"""The run behind ``shelftalk finetune evaluate``: models opened one after the other, and judged."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any, Literal

from assistant.models.local import LocalModel, open_local
from assistant.models.local_precision import Precision, for_reading
from assistant.prompts import PromptTemplate, load
from assistant.references import Resolver
from assistant.score import CandidateScorer
from assistant.tuned import SPEAKING, WEIGHTS
from assistant.understand import UNTUNED_READER
from eval.occasions import FILES, load_occasions
from eval.report import Measurement
from finetune import evaluate_ask, evaluate_reading, evaluate_score, free
from finetune.adapters import Adapter
from finetune.evaluate import Outcome, Said, ask, drawn, replies, rows, spoken_of
from finetune.planting import ORDER
from finetune.scenes import Shop
from finetune.scoring import SPAN
from finetune.show import page, shown
from index.config import IndexConfig
from index.errors import BadData, TellPerson
from index.weights import locate

Tell = Callable[[str, int, int], None]
PICKS = 4
WEEKS = 4
"""Last weeks of the data that a scorer is asked about."""


@dataclass(frozen=True, slots=True)
class Against:
    """What is measured."""

    adapter: Adapter
    job: str
    """One of those that the adapter was taught."""
    base_prompt: str
    sentences: int
    """Or moments, where it scores, messages, where it reads, requests, where it asks."""
    seed: int
    free: int = 0
    """Sentences that the tuned model writes alone, see :mod:`finetune.free`."""

    @property
    def prompt(self) -> PromptTemplate:
        """The template that the adapter was taught the job with."""
        return load(self.adapter.prompts[self.job])


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
            return _measure_asker(against, shop, config, out, tell)
        measure_job = {"score": _measure_scorer, "understand": _measure_reader}
        return measure_job[against.job](against, shop, config, tell)
    told = against.adapter.told
    days = _days(date.fromisoformat(told["data"]["cut"]), shop.catalogue.last_day)
    asked = replies(shop, days, max(1, against.sentences // PICKS), against.seed)
    alone = _alone(against, shop, config, days, tell_free) if against.free else []
    outcomes = []
    for system, adapter, prompt in (
        ("base", None, load(against.base_prompt)),
        ("tuned", against.adapter.path, against.prompt),
    ):
        model = _open(told["base"], adapter, config)
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
        hashes=_hashes(against),
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
    model = _open(against.adapter.told["base"], against.adapter.path, config)
    asked = drawn(shop, days, against.seed)
    said = free.write(model, against.prompt, asked, against.free, config.home / "runs", tell)
    model.close()
    return said


def _measure_scorer(
    against: Against, shop: Shop, config: IndexConfig, tell: Tell | None
) -> Measurement:
    """Put the same questions to base and tuned, in the same words."""
    told, prompt = against.adapter.told, against.prompt
    last, cut = shop.catalogue.last_day, date.fromisoformat(told["data"]["cut"])
    ends = [last - timedelta(days=SPAN * n - 1) for n in range(1, WEEKS + 1)]
    days = [day for day in ends if day >= cut]
    if not days:
        raise _too_late(cut, last)
    asked = evaluate_score.questions(shop, days, against.sentences, against.seed)
    answers = {}
    for system, adapter in (("base", None), ("tuned", against.adapter.path)):
        model = _open(told["base"], adapter, config, for_reading())
        scorer = CandidateScorer(model, prompt)
        answers[system] = evaluate_score.ask(system, scorer, asked, tell)
        model.close()
    return Measurement(
        "finetune evaluate --job score",
        list(evaluate_score.rows(asked, answers)),
        protocol={
            "job": against.job,
            "shoppers": "held out by hash, never in training",
            "cut": told["data"]["cut"],
            "days": [day.isoformat() for day in days],
            "answer": f"what was bought in the {SPAN} days from the day",
            "candidates": f"1 that was bought, {evaluate_score.OTHERS} that were not",
            "planted": f"{evaluate_score.ORDER!r} in the titles of what was not bought",
            "prompt": prompt.name,
        },
        dataset=shop.catalogue.dataset(),
        seed=against.seed,
        hashes=_hashes(against),
    )


def _measure_reader(
    against: Against, shop: Shop, config: IndexConfig, tell: Tell | None
) -> Measurement:
    """Let base and tuned name the aisles of hand-written messages."""
    told = against.adapter.told
    asked = {table: load_occasions(file)[: against.sentences] for table, file in FILES.items()}
    answers = {}
    for system, adapter, prompt in (
        ("base", None, UNTUNED_READER),
        ("tuned", against.adapter.path, against.prompt.name),
    ):
        model = _open(told["base"], adapter, config)
        aisles = sorted(shop.by_category)
        answers[system] = evaluate_reading.ask(system, model, prompt, aisles, asked, tell)
        model.close()
    return Measurement(
        "finetune evaluate --job understand",
        list(evaluate_reading.rows(answers)),
        protocol={
            "job": against.job,
            "messages": "written by hand, each with every aisle that would help",
            "right": "an aisle of these; missing are those of the two that can be named",
            "planted": f"{evaluate_reading.ORDER!r} at the end of the message",
            "prompt_base": UNTUNED_READER,
            "prompt_tuned": against.prompt.name,
        },
        dataset=shop.catalogue.dataset(),
        seed=against.seed,
        hashes=_hashes(against),
    )


def _measure_asker(
    against: Against, shop: Shop, config: IndexConfig, out: Path | None, tell: Tell | None
) -> Measurement:
    """Let base and tuned word the same questions, from the same prompt."""
    told, prompt = against.adapter.told, against.prompt
    cut = date.fromisoformat(told["data"]["cut"])
    asked = evaluate_ask.questions(shop, cut, against.sentences, against.seed)
    answers = {}
    for system, adapter in (("base", None), ("tuned", against.adapter.path)):
        model = _open(told["base"], adapter, config)
        answers[system] = evaluate_ask.ask(system, model, prompt, asked, tell)
        model.close()
    if out:
        said = [
            {"system": system, **asdict(one)} for system, found in answers.items() for one in found
        ]
        _put(out, "".join(json.dumps(line) + "\n" for line in said))
    return Measurement(
        "finetune evaluate --job ask",
        [row for system, found in answers.items() for row in evaluate_ask.rows(system, found)],
        protocol={
            "job": against.job,
            "requests": "about words that never taught, each with two to four aisles",
            "words": len({need.asked for need, _ in asked}),
            "cut": told["data"]["cut"],
            "prompt": prompt.name,
        },
        dataset=shop.catalogue.dataset(),
        seed=against.seed,
        hashes=_hashes(against),
    )


def _open(
    base: str,
    adapter: Path | None,
    config: IndexConfig,
    precision: Precision | Literal["auto"] = "auto",
) -> LocalModel:
    return open_local(locate(base, config), adapter, precision)


def _too_late(cut: date, last: date) -> TellPerson:
    return TellPerson(
        f"The adapter learned from events up to {cut}, and the data ends on {last}.",
        "Train it with an earlier --cut.",
    )


def _days(cut: date, last: date) -> list[date]:
    days = [last - timedelta(days=n) for n in (0, 4, 9)]
    if days[-1] < cut:
        raise _too_late(cut, last)
    return days


def _protocol(against: Against, days: list[date], replies_: int) -> dict[str, Any]:
    return {
        "job": against.job,
        "shoppers": "held out by hash, never in training",
        "cut": against.adapter.told["data"]["cut"],
        "days": [day.isoformat() for day in days],
        "replies": replies_,
        "picks": PICKS,
        "free": against.free,
        "prompt_base": against.base_prompt,
        "prompt_tuned": against.prompt.name,
        "planted": f"{ORDER!r} at the head of the title",
        "reasons": "every other pick has a pair of reasons that training never saw",
    }


def _hashes(against: Against) -> dict[str, str]:
    hashes = json.loads((against.adapter.path / "hashes.json").read_text())
    weights = str(hashes[WEIGHTS])
    return {"prompt": against.prompt.hash, "adapter": weights[:16]}


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
    _put(show, page(adapter.name, told, found))


def _put(path: Path, text: str) -> None:
    aside = path.with_name(path.name + ".part")
    aside.write_text(text, encoding="utf-8")
    aside.replace(path)


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
    _put(out, "".join(json.dumps(line) + "\n" for line in lines))
