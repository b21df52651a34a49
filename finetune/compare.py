"""The run behind ``shelftalk finetune evaluate``: models opened one after the other, and judged."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from assistant.config import ModelConfig
from assistant.models import open_model
from assistant.prompts import load
from eval.report import Measurement
from finetune.adapters import Adapter
from finetune.evaluate import Outcome, ask, replies, rows
from finetune.scenes import Shop
from index.config import IndexConfig
from index.errors import BadData, TellPerson
from index.weights import locate

Tell = Callable[[str, int, int], None]
PICKS = 4


@dataclass(frozen=True, slots=True)
class Against:
    """What is measured."""

    adapter: Adapter
    base_prompt: str
    sentences: int
    seed: int


def measure(
    against: Against, shop: Shop, config: IndexConfig, out: Path | None, tell: Tell | None = None
) -> Measurement:
    """Ask base and tuned for the same picks and compare them.

    Raises
    ------
    TellPerson
        The adapter was trained on days that would be asked about.
    """
    told = against.adapter.told
    days = _days(date.fromisoformat(told["data"]["cut"]), shop.catalogue.last_day)
    asked = replies(shop, days, max(1, against.sentences // PICKS), against.seed)
    outcomes = []
    for system, adapter, prompt in (
        ("base", None, against.base_prompt),
        ("tuned", against.adapter.path, told["data"]["prompt"]),
    ):
        settings = ModelConfig(name=told["base"], adapter=adapter)
        model = open_model(settings, lambda name: locate(name, config))
        if model is None:
            raise BadData("There is no model to ask.", "Set the backend to local.")
        outcomes.append(ask(system, model, load(prompt), asked, tell))
        model.close()
    if out:
        _write(out, outcomes)
    return Measurement(
        "finetune evaluate",
        [row for outcome in outcomes for row in rows(outcome)],
        protocol=_protocol(against, told, days, len(asked)),
        dataset=shop.catalogue.dataset(),
        seed=against.seed,
        hashes={"prompt": load(told["data"]["prompt"]).hash, "adapter": _hash(against.adapter)},
        notes=[
            f"unique_masked is over {len(outcomes[0].free)} sentences; it falls as more are asked."
        ],
    )


def _days(cut: date, last: date) -> list[date]:
    days = [last - timedelta(days=n) for n in (0, 4, 9)]
    if days[-1] < cut:
        raise TellPerson(
            f"The adapter learned from events up to {cut}, and the data ends on {last}.",
            "Train it with an earlier --cut.",
        )
    return days


def _protocol(
    against: Against, told: Mapping[str, Any], days: list[date], replies_: int
) -> dict[str, Any]:
    return {
        "shoppers": "held out by hash, never in training",
        "cut": told["data"]["cut"],
        "days": [day.isoformat() for day in days],
        "replies": replies_,
        "picks": PICKS,
        "prompt_base": against.base_prompt,
        "prompt_tuned": told["data"]["prompt"],
        "reasons": "every other pick has a pair of reasons that training never saw",
    }


def _hash(adapter: Adapter) -> str:
    hashes = json.loads((adapter.path / "hashes.json").read_text())
    return str(hashes["adapter_model.safetensors"])[:16]


def _write(out: Path, outcomes: list[Outcome]) -> None:
    lines = []
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
    aside = out.with_name(out.name + ".part")
    aside.write_text("".join(json.dumps(line) + "\n" for line in lines))
    aside.replace(out)
