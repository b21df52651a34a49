"""A turn's explanations as they are served, beside a bare ``generate`` of the same prompts.

Effective tokens a second are the tokens of the sentences that can be shown over the seconds that
the turn's explanations took, prompts read included. Tokens are those that the model wrote, a
reference being several. A sentence of ours that the verifier turned down costs its seconds and
counts nothing; the peer's text nobody verifies, so all of it counts.

Ours answers as a turn does: all picks side by side, the stable part of the prompt read once, and
the tokens that the grammar leaves no choice about taken without a forward pass. The peer is what
a person would write: ``model.generate`` of the same merged weights, prompt by prompt, greedy, no
grammar, as many tokens at most. It is timed on the exact weights and, where eight-bit ones serve,
on those too; the target is set against the exact ones.
"""

from __future__ import annotations

import time
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace
from statistics import mean

import numpy as np

from assistant.config import Settings
from assistant.explain import Explainer
from assistant.interfaces import Completion, Request
from assistant.models.local import LocalModel
from assistant.references import parse
from assistant.types import Sentence
from assistant.wiring import open_assistant
from eval.benchmarks.decode import bare_generate, prefill_rate
from eval.benchmarks.turn import turns
from eval.metered import Metered
from eval.report import Measurement, Row

EXACT, AS_SERVED, OURS = "generate", "generate-int8", "shelftalk"
NO_LLAMA = "no row 'llama.cpp': it reads only converted (GGUF) weights, and these are not"
DRAWS = 1000


def run(settings: Settings, limit: int = 20, seed: int = 7) -> Measurement:
    """Hold real conversations; then ask again what they asked, ours and the peer in turns.

    Raises
    ------
    ValueError
        The model is not a local one: there is nothing to time.
    """
    with open_assistant(settings) as assistant:
        model = assistant.model
        if not isinstance(model, LocalModel):
            raise ValueError("bench generation times the local model; set model.backend to local")
        assistant.warm()
        explainer = assistant.parts.explainer
        rates: dict[str, list[float]] = defaultdict(list)
        shares: list[float] = []
        written = kept_count = 0
        for session, message in turns(assistant, limit, seed):
            meter = Metered(model)
            session.parts = replace(
                session.parts, explainer=Explainer(meter, explainer.template, explainer.retries)
            )
            reply = session.ask(message)
            if meter.asked:
                answers = [answer for _, answer in meter.calls]
                written += len(answers)
                kept = shown(answers, reply.sentences)
                kept_count += len(kept)
                shares.append(sum(a.forced for a in answers) / sum(a.tokens for a in answers))
                asked = [[request for request, _ in together] for together in meter.asked]
                for system, rate in timed(model, asked, sum(a.tokens for a in kept)).items():
                    rates[system].append(rate)
        rows = summarised(rates, seed)
        rows.append(Row("forced_share", mean(shares), n=len(shares)))
        rows.append(Row("shown_share", kept_count / written, n=written))
        rows.append(Row("prefill_tokens_per_s", prefill_rate(model), n=5))
        return Measurement(
            command="bench generation",
            rows=rows,
            protocol={
                "turns": len(shares),
                "seed": seed,
                "precision": model.verdict.precision,
                "peer": "model.generate, greedy, prompt by prompt, no grammar, as many tokens at "
                "most; its own tokens over its own seconds",
                "effective": "tokens of the sentences that passed the verifier over the seconds "
                "of a turn's explanations, prompts and rejected sentences included",
            },
            dataset=assistant.search.catalogue.dataset(),
            seed=seed,
            hashes=assistant.parts.hashes,
            notes=[NO_LLAMA],
        )


def shown(answers: Sequence[Completion], sentences: Sequence[Sentence]) -> list[Completion]:
    """Return the answers that became sentences of the model; the others were turned down."""
    kept = {sentence.parts for sentence in sentences if sentence.by_model}
    return [answer for answer in answers if parse(answer.text.strip()) in kept]


def timed(
    model: LocalModel, asked: Sequence[Sequence[Request]], effective: int
) -> dict[str, float]:
    """Return the effective tokens a second of one turn's explanations, by system.

    Parameters
    ----------
    asked
        What the turn asked the model, call by call.
    effective
        Tokens of ours that were shown; decoding is greedy, so they come out the same again.
    """
    start = time.perf_counter()
    for requests in asked:
        model.complete(requests)
    found = {OURS: effective / (time.perf_counter() - start)}
    systems = {EXACT: True} | ({AS_SERVED: False} if model.verdict.precision == "int8" else {})
    for system, exact in systems.items():
        start = time.perf_counter()
        tokens = sum(
            bare_generate(model, request.prompt, request.max_tokens, exact=exact)
            for requests in asked
            for request in requests
        )
        found[system] = tokens / (time.perf_counter() - start)
    return found


def summarised(rates: dict[str, list[float]], seed: int) -> list[Row]:
    """Tokens a second of every system, and the ratio of ours to the exact peer, turn by turn."""
    rows = [
        Row("tokens_per_s", float(np.mean(found)), system, n=len(found))
        for system, found in rates.items()
    ]
    ratios = np.array(rates[OURS]) / np.array(rates[EXACT])
    draw = np.random.default_rng(seed)
    means = draw.choice(ratios, size=(DRAWS, len(ratios))).mean(axis=1)
    low, high = np.percentile(means, [2.5, 97.5])
    rows.append(
        Row("ratio_to_peer", float(ratios.mean()), ci95=(float(low), float(high)), n=len(ratios))
    )
    return rows
