"""Which number format this machine runs fastest without changing what the model says."""

from __future__ import annotations

import json
import os
import platform
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, field
from hashlib import sha256
from pathlib import Path
from typing import Any, Literal

import torch

from assistant.errors import BadModel
from assistant.models import local_int8
from assistant.models.local_int8 import Switch
from assistant.models.local_rows import ATTENTION, Row, forward, prefill

Precision = Literal["float32", "bfloat16", "int8"]
AGREEMENT = 0.9
"""Least share of the probe's positions whose most likely next token is that of float32."""
PREFILL, STEPS, ROWS = 120, 25, 4
"""A typical turn: tokens of prompt, and steps in which so many rows advance together."""
APART = 1e-3
"""Most by which a row's logits may differ between alone and in company."""
FILE = "precision.json"
CHECK = "2"
"""Of the self-check: a verdict of an earlier one is not read back."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the self-check found."""

    precision: Precision
    side_by_side: bool
    """Whether rows come out the same alone and in company, so that they may share a pass."""
    agreement: dict[str, float] = field(default_factory=dict)
    """Top-1 agreement with float32 over the probe, per format that was tried."""
    seconds: dict[str, float] = field(default_factory=dict)
    """Of a typical turn, per format that was tried."""


def settle(
    model: Any,
    wanted: Precision | Literal["auto"],
    probe: Sequence[int],
    folder: Path,
    fingerprint: str,
) -> tuple[Any, Switch, Verdict]:
    """Bring a float32 model into the wanted format, ``auto`` being the fastest that agrees.

    The verdict is kept beside the weights (where that folder can be written) and read back
    while weights, processor, threads and library are the same.

    Returns
    -------
    model, Switch, Verdict
        The model to serve, its switch to the exact weights, and why.

    Raises
    ------
    BadModel
        Where the model, run row by row, does not say what transformers' own attention says.
    """
    key = _key(wanted, fingerprint)
    verdict = _read(folder / FILE, key)
    if verdict is None:
        own = _own_attention(model, probe, folder)
        verdict = _try_all(model, wanted, probe, own)
        _write(folder / FILE, key, verdict)
    model.set_attn_implementation(ATTENTION)
    model, switch = _convert(model, verdict.precision)
    return model, switch, verdict


def _own_attention(model: Any, probe: Sequence[int], folder: Path) -> torch.Tensor:
    """Logits over the probe by transformers' own attention, which ours must repeat."""
    with torch.inference_mode():
        own: torch.Tensor = model(torch.tensor([list(probe)])).logits[0].float()
    model.set_attn_implementation(ATTENTION)
    if not torch.allclose(_decode(model, probe), own, atol=0.05, rtol=1e-3):
        raise BadModel(
            f"{folder} has an attention that the local backend can't run.",
            'Serve it by URL instead (backend = "openai").',
        )
    return own


def _try_all(
    model: Any, wanted: Precision | Literal["auto"], probe: Sequence[int], own: torch.Tensor
) -> Verdict:
    names: list[Precision] = [wanted] if wanted != "auto" else ["float32", "int8"]
    if wanted == "auto" and has_bfloat16(_cpu()):
        names.append("bfloat16")  # without its instructions a prefill takes five times as long
    agreement: dict[str, float] = {}
    seconds: dict[str, float] = {}
    apart: dict[str, float] = {}
    best = own.argmax(-1)
    for name in names:
        tried, switch = _convert(model, name, keep=True)
        said = _decode(tried, probe).argmax(-1)
        agreement[name] = round((said == best).float().mean().item(), 3)
        apart[name] = _apart(tried, switch, probe)
        seconds[name] = round(_turn_seconds(tried, switch, probe, apart[name] <= APART), 3)
        local_int8.remove(model)
    fit = [n for n in names if agreement[n] >= AGREEMENT or n in ("float32", wanted)]
    chosen = min(fit, key=lambda name: seconds[name])
    return Verdict(chosen, apart[chosen] <= APART, agreement, seconds)


def _convert(model: Any, name: Precision, *, keep: bool = False) -> tuple[Any, Switch]:
    if name == "int8":
        return model, local_int8.install(model)
    if name == "bfloat16":
        if not keep:
            return model.to(torch.bfloat16), Switch()
        copy = type(model)._from_config(model.config, dtype=torch.bfloat16)
        copy.load_state_dict(model.state_dict())
        copy.set_attn_implementation(ATTENTION)
        return copy.eval().requires_grad_(False), Switch()
    return model, Switch()


def _decode(model: Any, probe: Sequence[int]) -> torch.Tensor:
    """Logits after every token of the probe, with the weights that decode."""
    return forward(model, [Row(len(probe))], [probe], every=True)


def _rows(model: Any, switch: Switch, probe: Sequence[int]) -> list[Row]:
    rows = [Row(len(probe) + 16) for _ in range(ROWS)]
    with switch.exactly():
        for index, row in enumerate(rows):
            prefill(model, row, probe[: 8 + 3 * index])
    return rows


def _apart(model: Any, switch: Switch, probe: Sequence[int]) -> float:
    """How far a row's logits in company are from its logits alone."""
    together = _rows(model, switch, probe)
    alone = [row.fork(row.capacity) for row in together]
    chunks = [list(probe[i : i + 1 + i % 2]) for i in range(ROWS)]
    one = forward(model, together, chunks)
    each = [forward(model, [r], [c]) for r, c in zip(alone, chunks, strict=True)]
    return (one - torch.cat(each)).abs().max().item()


def _turn_seconds(model: Any, switch: Switch, probe: Sequence[int], together: bool) -> float:
    """How long a turn's explanations take: what can't be decoded together is row by row."""
    tokens = list(probe[:64])

    def once() -> None:
        with switch.exactly():
            prefill(model, Row(len(tokens)), tokens)

    rows = _rows(model, switch, probe)
    side = ROWS if together else 1
    step = _best(lambda: forward(model, rows[:side], [tokens[:1]] * side), 5) * ROWS / side
    return _best(once, 2) * PREFILL / len(tokens) + step * STEPS


def _best(what: Callable[[], object], times: int) -> float:
    found = []
    for _ in range(times):
        start = time.perf_counter()
        what()
        found.append(time.perf_counter() - start)
    return min(found)


def _cpu() -> str:
    """What the processor can do, as text."""
    try:
        lines = Path("/proc/cpuinfo").read_text().splitlines()
    except OSError:
        lines = []
    found = [x for x in lines if x.startswith(("model name", "flags", "Features"))][:2]
    return f"{platform.machine()} {torch.backends.cpu.get_cpu_capability()} {' '.join(found)}"


def for_reading() -> Precision:
    """The number format of a model that only reads: half the memory where it can be computed in."""
    return "bfloat16" if has_bfloat16(_cpu()) else "float32"


def has_bfloat16(cpu: str) -> bool:
    """Whether these processor flags hold bfloat16 arithmetic.

    >>> has_bfloat16("flags: avx2 avx512_bf16"), has_bfloat16("flags: avx2")
    (True, False)
    """
    return any(flag in cpu.split() for flag in ("avx512_bf16", "amx_bf16", "bf16"))


def _key(wanted: str, fingerprint: str) -> str:
    parts = (CHECK, wanted, fingerprint, _cpu(), torch.__version__, str(torch.get_num_threads()))
    return sha256("\n".join(parts).encode()).hexdigest()[:16]


def _notes(path: Path) -> dict[str, Any]:
    try:
        notes = json.loads(path.read_text())
    except (OSError, ValueError):
        return {}  # a missing or broken note only costs another check
    return notes if isinstance(notes, dict) else {}


def _read(path: Path, key: str) -> Verdict | None:
    try:
        return Verdict(**_notes(path)[key])
    except (KeyError, TypeError):
        return None


def _write(path: Path, key: str, verdict: Verdict) -> None:
    aside = path.with_name(f"{path.name}.{os.getpid()}.part")
    try:
        aside.write_text(json.dumps({**_notes(path), key: asdict(verdict)}, indent=2) + "\n")
        aside.replace(path)
    except OSError:
        return  # a folder that can't be written is legal: the check runs again next time
