"""The model card of an adapter: what it is, what it learned from, how it does, where it fails."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from finetune.adapter import HASHES, check, write_hashes

_FIGURES = (
    ("reference_valid", "follows the grammar of its pick, grammar off"),
    ("claims_supported", "claims supported before any verification, grammar off"),
    ("unverifiable", "claims that nothing can be looked up for, grammar off"),
    ("template_share", "sentences that a template had to write, grammar on"),
    ("unique_masked", "different sentences once references are masked"),
    ("largest_shape", "share of the most frequent of them"),
    ("claim_types", "types of claims used"),
    ("seconds_a_sentence", "seconds, prompt and checks included"),
)


def write_card(folder: Path, evaluation: Path | None) -> Path:
    """Write ``README.md`` into an adapter's folder, with the figures of an evaluation.

    Parameters
    ----------
    evaluation
        What ``shelftalk finetune evaluate --json`` wrote; kept as ``evaluation.json``.
    """
    told = check(folder)
    figures = json.loads(evaluation.read_text()) if evaluation else None
    if figures:
        (folder / "evaluation.json").write_text(json.dumps(figures, indent=2) + "\n")
    path = folder / "README.md"
    aside = folder / "README.md.part"
    aside.write_text(card(folder.name, told, figures), encoding="utf-8")
    aside.replace(path)
    write_hashes(folder)
    return path


def card(name: str, told: Mapping[str, Any], figures: Mapping[str, Any] | None) -> str:
    """Return the card as Markdown."""
    data, recipe = told["data"], told["recipe"]
    lines = [
        f"# {name}",
        "",
        f"A LoRA adapter for `{told['base']}` (Apache-2.0). It words why a product was picked, in "
        "references that code resolves; it never writes a name, a price or a count.",
        "",
        f"- Base fingerprint: `{told['base_fingerprint']}`",
        f"- Prompt: `{data['prompt']}` (`{data['prompt_sha256']}`), and no other",
        f"- Data: {data['examples']:,} sentences about {data['shoppers']:,} shoppers of "
        f"`{data['dataset']['name']}`, events before {data['cut']} only, "
        f"`{data['files']['train.jsonl'][:16]}`",
        f"- {data['dataset'].get('licence_note', '')}",
        f"- Sentences: {data['forms']} hand-written forms, {data['shapes']:,} different shapes, "
        "each passed by the verifier and writable under the serving grammar",
        f"- Training: rank {recipe['rank']}, learning rate {recipe['learning_rate']:g}, batch "
        f"{recipe['batch']}, {_stages(told)}",
        "- Licence: MIT, as this repository",
        f"- Files: safetensors only; SHA-256 of each in `{HASHES}`",
        "",
    ]
    return "\n".join([*lines, *_figures(figures), *_limits(told)]) + "\n"


def _stages(told: Mapping[str, Any]) -> str:
    """Steps and minutes; of an adapter that went on from another, both stages."""
    read = told["steps"] * told["recipe"]["batch"] * told["recipe"]["accumulate"]
    own = f"{told['steps']} steps ({read:,} sentences read), {told['minutes']} minutes"
    return f"{_stages(told['start'])}, then {own}" if told.get("start") else own


def _figures(figures: Mapping[str, Any] | None) -> Sequence[str]:
    if figures is None:
        return ["No evaluation has been run.", ""]
    rows = {(r["system"], r["metric"]): r for r in figures["rows"] if not r["table"]}
    days = ", ".join(figures["protocol"]["days"])
    lines = [
        "## Figures",
        "",
        f"Held-out shoppers on {days}; every other pick has a pair of reasons that training never "
        "saw. The base speaks from a prompt with four examples. A sentence with words that fit no "
        "clause is unverifiable as a whole. 95% intervals over shoppers.",
        "",
        "| | base | tuned | what |",
        "|---|---|---|---|",
    ]
    for metric, what in _FIGURES:
        values = [_value(rows.get((system, metric))) for system in ("base", "tuned")]
        lines.append(f"| {metric} | {values[0]} | {values[1]} | {what} |")
    return [*lines, ""]


def _value(row: Mapping[str, Any] | None) -> str:
    if row is None:
        return "not measured"
    interval = row["ci95"]
    between = f" ({interval[0]:.3g} to {interval[1]:.3g})" if interval else ""
    return f"{row['value']:.3g}{between}, n {row['n']}"


def _limits(told: Mapping[str, Any]) -> Sequence[str]:
    jobs = ", ".join(told["data"]["share_by_job"])
    return [
        "## Known limits",
        "",
        f"- It was taught the job {jobs} only; it does not read messages and does not score.",
        "- English, one sentence, at most two reasons.",
        "- The requests in its data were drawn around what shoppers buy, not typed by them.",
        "- What it writes is shown only after the verifier passed it, and never without.",
    ]
