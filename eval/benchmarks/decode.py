"""Free decoding through our path beside a bare ``model.generate`` of the same object."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, nullcontext
from statistics import median

import torch

from assistant.interfaces import Message, Prompt, Request
from assistant.models.local import LocalModel
from assistant.models.local_rows import ATTENTION, Row, prefill
from eval.report import Row as Figure

PROMPT = Prompt(
    (
        Message("system", "You help a shopper in a grocery store."),
        Message("user", "Write a long paragraph on what to cook with milk, bread and eggs."),
    ),
    0,
    "decode/1",
)
"""Nothing of it is stable: both sides prefill all of it, every time."""


def decode_ratio(
    model: LocalModel, tokens: int = 48, repeats: int = 5, prompt: Prompt = PROMPT
) -> list[Figure]:
    """Time whole answers of the same prompt and length, one system after another, in turns.

    The peer is the faster of two: ``generate`` on the model as it serves, and
    ``generate-float32`` with the exact weights of an eight-bit model. Both use transformers'
    own attention and cache. A figure is the median over the repeats; seconds hold the prefill.

    Parameters
    ----------
    tokens
        Longest answer, in tokens; every system's own count is what its rate is made of.
    repeats
        Rounds, each of one answer per system.

    Returns
    -------
    list of Figure
        ``tokens_per_s`` per system, ``decode_ratio_to_peer``, ``prefill_tokens_per_s``.
    """
    systems: dict[str, Callable[[], int]] = {
        "shelftalk": lambda: _ours(model, prompt, tokens),
        "generate": lambda: bare_generate(model, prompt, tokens, exact=False),
    }
    if model.verdict.precision == "int8":
        systems["generate-float32"] = lambda: bare_generate(model, prompt, tokens, exact=True)
    rates: dict[str, list[float]] = {name: [] for name in systems}
    for run in systems.values():
        run()  # warm-up
    for _ in range(repeats):
        for name, run in systems.items():
            rates[name].append(_rate(run))
    speeds = {name: median(found) for name, found in rates.items()}
    peer = max(value for name, value in speeds.items() if name != "shelftalk")
    fed = prefill_rate(model, repeats, prompt)
    return [
        *(Figure("tokens_per_s", value, name, n=repeats) for name, value in speeds.items()),
        Figure("decode_ratio_to_peer", speeds["shelftalk"] / peer, n=repeats),
        Figure("prefill_tokens_per_s", fed, n=repeats),
    ]


def _rate(run: Callable[[], int]) -> float:
    start = time.perf_counter()
    done = run()
    return done / (time.perf_counter() - start)


def _ours(model: LocalModel, prompt: Prompt, tokens: int) -> int:
    return model.complete([Request(prompt, None, tokens)])[0].tokens


def _ids(model: LocalModel, prompt: Prompt) -> Sequence[int]:
    chat = [{"role": m.role, "content": m.content} for m in prompt.messages]
    text = model.tokenizer.apply_chat_template(chat, tokenize=False, add_generation_prompt=True)
    ids: list[int] = model.tokenizer(text, add_special_tokens=False)["input_ids"]
    return ids


def bare_generate(model: LocalModel, prompt: Prompt, tokens: int, *, exact: bool) -> int:
    """Answer by transformers' own loop, greedily; returns the tokens.

    ``exact`` uses the weights before they were brought to eight bits.
    """
    ids = torch.tensor([_ids(model, prompt)])
    with _own_attention(model), model.switch.exactly() if exact else nullcontext():
        out = model.model.generate(
            ids,
            attention_mask=torch.ones_like(ids),
            max_new_tokens=tokens,
            do_sample=False,
            temperature=None,
            top_p=None,
        )
    new: list[int] = out[0, ids.shape[1] :].tolist()
    return len(new) - int(new[-1] == model.tokenizer.eos_token_id)


@contextmanager
def _own_attention(model: LocalModel) -> Iterator[None]:
    model.model.set_attn_implementation("sdpa")
    try:
        yield
    finally:
        model.model.set_attn_implementation(ATTENTION)


def prefill_rate(model: LocalModel, repeats: int = 5, prompt: Prompt = PROMPT) -> float:
    """Tokens a second at which a prompt is read; the median over the repeats."""
    return median(_rate(lambda: _prefill(model, prompt)) for _ in range(repeats))


def _prefill(model: LocalModel, prompt: Prompt) -> int:
    ids = list(_ids(model, prompt)) * 4
    with model.switch.exactly():
        prefill(model.model, Row(len(ids)), ids)
    return len(ids)
