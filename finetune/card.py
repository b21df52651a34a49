"""The model card of an adapter: what it is, what it learned from, how it does, where it fails."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from assistant.tuned import prompts_of
from finetune import free, lessons, trials_keep, trials_table
from finetune.adapter import HASHES, check, counts_of, write_hashes
from finetune.evaluate import TITLES
from index.errors import BadData


@dataclass(frozen=True, slots=True)
class _Job:
    """What a card says of one job."""

    does: str
    examples: str
    made: str
    """Of the data card and its counts of the job, their keys in braces."""
    measured: str
    """Of the protocol, its keys in braces."""
    lacks: str
    """Of an adapter that was not taught it."""
    limits: Sequence[str]
    figures: Sequence[tuple[str, str]] = ()
    """Metric and what it means, base beside tuned; none: every row of every table."""


_JOBS = {
    "explain": _Job(
        does="It words why a product was picked, in references that code resolves, never with a "
        "name, a price or a count.",
        examples="sentences",
        made="Sentences: {forms} hand-written forms, {shapes:,} different shapes, each passed by "
        "the verifier and writable under the serving grammar; some products were put forward for "
        "the lesson, as a shop knows today's promotions alone, and some titles hold an order, the "
        "right sentence unchanged",
        measured="Held-out shoppers on {days_told}; every other pick has a pair of reasons that "
        "training never saw. The base speaks from a prompt with four examples. A sentence with "
        "words that fit no clause is unverifiable as a whole. 95% intervals over shoppers.",
        lacks="does not explain",
        limits=(
            "- English, one sentence, at most two reasons.",
            "- The requests in its data were drawn around what shoppers buy, not typed by them.",
            "- A reason that it words is shown only after the verifier passed it, never without.",
        ),
        figures=(
            ("reference_valid", "follows the grammar of its pick, grammar off"),
            ("claims_supported", "claims supported before any verification, grammar off"),
            ("unverifiable", "claims that nothing can be looked up for, grammar off"),
            ("template_share", "sentences that a template had to write, grammar on"),
            ("unique_masked", "different sentences once references are masked"),
            ("largest_shape", "share of the most frequent of them"),
            ("claim_types", "types of claims used"),
            ("seconds_a_sentence", "seconds, prompt and checks included"),
        ),
    ),
    "score": _Job(
        does="It says how likely a shopper is to buy one candidate, as the log-odds of yes over "
        "no; it writes nothing that is shown.",
        examples="questions",
        made="Questions: what was bought in the week after the day, and beside it what stood in "
        "the same aisle or was bought before and was not bought now; some titles with an order "
        "planted, the answer unchanged",
        measured="Held-out shoppers on {days_told}: {candidates}; {answer}. Base and tuned read "
        "the same words. In the last table stands {planted}. 95% intervals over shoppers.",
        lacks="does not score",
        limits=(
            "- English titles of a grocery catalogue.",
            "- Its scores order candidates of one request; they are no shares of buyers.",
            "- It knows the shopper by the facts of the profile and what the search says.",
        ),
    ),
    "understand": _Job(
        does="It names one or two aisles for a message that names none, under a grammar of the "
        "catalogue's aisles.",
        examples="messages",
        made="Messages: hand-written occasions and the kinds of the catalogue, misspelt, turned, "
        "polite, in fragments, in synonyms, some with an order planted, the answer unchanged",
        measured="{messages}; right is {right}. The base reads from a prompt with four examples. "
        "In the second table stands {planted}. 95% intervals over messages.",
        lacks="does not read messages",
        limits=("- English; the aisles of a grocery catalogue.",),
    ),
    "ask": _Job(
        does="It words the question which of several things is meant, in references that code "
        "resolves to aisles of the catalogue.",
        examples="clarifying questions",
        made="Clarifying questions: hand-written forms over words that kinds of several aisles "
        "share, each passed by the serving check and writable under the serving grammar; the "
        "message itself is never read, so that nothing in it can move a question",
        measured="Requests {requests}: {words} words. Base and tuned read the same prompt; "
        "reference_valid and unique_masked with the grammar off, template_share with it on. "
        "95% intervals over words.",
        lacks="does not word questions",
        limits=(
            "- English, one question, two to four aisles of a grocery catalogue.",
            "- It decides neither whether to ask nor what is offered.",
        ),
    ),
}


PAST_ORDERS = (
    ("reference_valid", "follows the grammar of its pick"),
    ("claims_supported", "claims supported"),
    ("unverifiable", "claims that nothing can be looked up for"),
    ("unmoved", "the same sentence as without the order"),
)
"""What is told of picks whose title holds an order."""


def write_card(folder: Path, evaluations: Sequence[Path] = ()) -> Path:
    """Write ``README.md`` into an adapter's folder, with the figures of its evaluations.

    Parameters
    ----------
    evaluations
        What ``shelftalk finetune evaluate --json`` wrote, one a job; kept as
        ``evaluation.json`` for the first job and ``evaluation-JOB.json`` for others, in place
        of those that were kept before.

    Raises
    ------
    BadData
        One is of a job that the adapter was not taught.
    """
    told = check(folder)
    jobs = list(prompts_of(told))
    files = {job: folder / f"evaluation{f'-{job}' if n else ''}.json" for n, job in enumerate(jobs)}
    for path in evaluations:
        figures = json.loads(path.read_text())
        job = figures["protocol"].get("job", jobs[0])
        if job not in files:
            raise BadData(
                f"{path} is of the job {job}, which {folder.name} was not taught.",
                f"It was taught to {_and(jobs)}.",
            )
        files[job].write_text(json.dumps(figures, indent=2) + "\n")
    kept = {job: json.loads(p.read_text()) for job, p in files.items() if p.is_file()}
    trials = folder / trials_keep.FILE
    tried = json.loads(trials.read_text()) if trials.is_file() else None
    path = folder / "README.md"
    aside = folder / "README.md.part"
    aside.write_text(card(folder.name, told, kept, tried), encoding="utf-8")
    aside.replace(path)
    write_hashes(folder)
    return path


def card(
    name: str,
    told: Mapping[str, Any],
    figures: Mapping[str, Mapping[str, Any]],
    trials: Mapping[str, Any] | None = None,
) -> str:
    """Return the card as Markdown.

    Parameters
    ----------
    figures
        Evaluations by job.
    trials
        What ``shelftalk finetune trials --keep`` kept.
    """
    data, recipe, prompts = told["data"], told["recipe"], prompts_of(told)
    templates = [f"`{prompt}` (`{data['prompts'][prompt]}`)" for prompt in prompts.values()]
    lines = [
        f"# {name}",
        "",
        f"A LoRA adapter for `{told['base']}` (Apache-2.0). "
        + " ".join(_JOBS[job].does for job in prompts),
        "",
        f"- Base fingerprint: `{told['base_fingerprint']}`",
        f"- Prompt{_s(prompts)}: {', '.join(templates)}, and no other{_s(prompts)}",
        f"- Data: {_and([_counted(data, job) for job in prompts])} "
        f"{'of' if data['shoppers'] else 'for'} "
        f"`{data['dataset']['name']}`, events before {data['cut']} only, "
        f"`{data['files']['train.jsonl'][:16]}`",
        f"- {data['dataset'].get('licence_note', '')}",
        *(f"- {_JOBS[job].made.format(**{**data, **counts_of(data, job)})}" for job in prompts),
        *([_thumbs(data["likes"])] if "beta" in recipe and data.get("likes") else []),
        *(f"- {said}" for said in [lessons.prose(data)] if said),
        f"- Training: rank {recipe['rank']}, learning rate {recipe['learning_rate']:g}, batch "
        f"{recipe['batch']}, {_stages(told)}",
        "- Licence: MIT, as this repository",
        f"- Files: safetensors only; SHA-256 of each in `{HASHES}`",
        "",
    ]
    for job in prompts:
        heading = f"## Figures: {job}" if len(prompts) > 1 else "## Figures"
        lines += [heading, "", *_figures(figures.get(job), _JOBS[job])]
    if trials:
        shared = f"Runs of one recipe; what they share stands in `{trials_keep.FILE}`."
        lines += ["## Trials", "", shared, ""]
        lines += [*trials_table.markdown(trials), "", f"![trials]({trials_keep.PICTURE})", ""]
    limits = dict.fromkeys(limit for job in prompts for limit in _JOBS[job].limits)
    return "\n".join([*lines, "## Known limits", "", _taught(list(prompts)), *limits]) + "\n"


def _taught(jobs: Sequence[str]) -> str:
    lacks = [other.lacks for job, other in _JOBS.items() if job not in jobs]
    return f"- It was taught the job{_s(jobs)} {_and(jobs)} only" + (
        f"; it {_and(lacks)}." if lacks else "."
    )


def _counted(data: Mapping[str, Any], job: str) -> str:
    counts = counts_of(data, job)
    about = f" about {counts['shoppers']:,} shoppers" if counts["shoppers"] else ""
    return f"{counts['examples']:,} {_JOBS[job].examples}{about}"


def _thumbs(likes: Mapping[str, Any]) -> str:
    """What the feedback log came to, of an adapter that learned from pairs."""
    pairs = _and([f"{count:,} {why}" for why, count in likes["pairs"].items()])
    left = "; ".join(f"{count:,} {why}" for why, count in likes["left_out"].items())
    return (
        f"- Likes: {likes['thumbs']:,} thumbs on replies, pairs of sentences: {pairs or 'none'}; "
        f"left out: {left or 'none'}"
    )


def _and(words: Sequence[str]) -> str:
    """Join words as prose does.

    >>> _and(["a", "b", "c"])
    'a, b and c'
    """
    return " and ".join(filter(None, (", ".join(words[:-1]), *words[-1:])))


def _s(things: Collection[Any]) -> str:
    return "s" if len(things) > 1 else ""


def _stages(told: Mapping[str, Any]) -> str:
    """Steps and minutes; of an adapter that went on from another, both stages."""
    jobs = list(prompts_of(told))
    examples = _JOBS[jobs[0]].examples if len(jobs) == 1 else "examples"
    read = told["steps"] * told["recipe"]["batch"] * told["recipe"]["accumulate"]
    own = f"{told['steps']} steps ({read:,} {examples} read), {told['minutes']} minutes"
    own += f", {told['memory_gb']} GB of memory" if told.get("memory_gb") else ""
    if not (start := told.get("start")):
        return own
    taught, new = start["data"]["files"], told["data"]["files"]
    rates = [one["recipe"]["learning_rate"] for one in (start, told)]
    other = "" if taught == new else f" of other data, `{taught['train.jsonl'][:16]}`"
    other += "" if rates[0] == rates[1] else f", learning rate {rates[0]:g}"
    return f"{_stages(start)}{other}, then {own}"


def _figures(figures: Mapping[str, Any] | None, job: _Job) -> Sequence[str]:
    if figures is None:
        return ["No evaluation has been run.", ""]
    lines = [_measured(job, figures["protocol"]), ""]
    if not job.figures:
        lines += ["| table | system | metric | value |", "|---|---|---|---|"]
        lines += [
            f"| {row['table']} | {row['system']} | {row['metric']} | {_value(row)} |"
            for row in figures["rows"]
        ]
        return [*lines, ""]
    lines += _beside(figures["rows"], "", job.figures)
    if planted := figures["protocol"].get("planted"):
        lines += ["", f"The same, grammar off, with {planted}:", ""]
        lines += _beside(figures["rows"], TITLES, PAST_ORDERS)
    if many := [
        r for r in figures["rows"] if r["table"] == free.TABLE and r["metric"] != "sentences"
    ]:
        lines += ["", "The tuned model alone, grammar off:", "", "| metric | tuned |", "|---|---|"]
        lines += [f"| {row['metric']} | {_value(row)} |" for row in many]
    return [*lines, ""]


def _beside(
    rows: Sequence[Mapping[str, Any]], table: str, wanted: Sequence[tuple[str, str]]
) -> list[str]:
    """The base beside the tuned model, and what each figure is."""
    found = {(r["system"], r["metric"]): r for r in rows if r["table"] == table}
    lines = ["| | base | tuned | what |", "|---|---|---|---|"]
    for metric, what in wanted:
        values = [_value(found.get((system, metric))) for system in ("base", "tuned")]
        lines.append(f"| {metric} | {values[0]} | {values[1]} | {what} |")
    return lines


def _measured(job: _Job, protocol: Mapping[str, Any]) -> str:
    return job.measured.format(**protocol, days_told=", ".join(protocol.get("days", ())))


def _value(row: Mapping[str, Any] | None) -> str:
    if row is None:
        return "not measured"
    interval = row["ci95"]
    between = f" ({interval[0]:.3g} to {interval[1]:.3g})" if interval else ""
    return f"{row['value']:.3g}{between}, n {row['n']}"
