"""Weights in eight bits for decoding, activations in fourteen.

Decoding on a CPU waits for memory, so a quarter of the bytes is most of the gain. PyTorch's
dynamic quantisation rounds activations to seven bits with one scale for the whole batch: a
small model with outliers then loses half of its most likely tokens, and a row's numbers
depend on its neighbours. Here every row has its own scale and is rounded twice: once to
seven bits, and what that left over to seven bits again, as a second row of the same matrix
product. Integer sums are exact, so a row's result is the same alone and in company.

A prefill waits for arithmetic, not memory: it uses the float32 weights, which stay.
"""

from __future__ import annotations

import warnings
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any

import torch
from torch import Tensor, nn

LEVELS = 63
"""Seven bits, signed: AVX2's 8-bit product saturates with more."""
TOGETHER = (("q_proj", "k_proj", "v_proj"), ("gate_proj", "up_proj"))
"""Children of one module that read the same input: one product instead of several."""


class Switch:
    """Whether the float32 weights answer, shared by all layers of a model."""

    def __init__(self) -> None:
        self.exact = False

    @contextmanager
    def exactly(self) -> Iterator[None]:
        """Use the float32 weights inside."""
        before, self.exact = self.exact, True
        try:
            yield
        finally:
            self.exact = before


def _pack(weight: Tensor) -> Any:
    scales = (weight.abs().amax(1) / 127).clamp_min(1e-12).double()
    zeros = torch.zeros(len(scales), dtype=torch.long)
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", message="torch.quantize_per_tensor")
        rounded = torch.quantize_per_channel(weight, scales, zeros, 0, torch.qint8)
    return torch.ops.quantized.linear_prepack(rounded, None)


class Packed:
    """Linear layers over the same input, stacked and packed in eight bits.

    Weights are rounded per output channel, symmetrically.
    """

    def __init__(self, linears: Sequence[nn.Linear]) -> None:
        self._sizes = [linear.out_features for linear in linears]
        weight = torch.cat([linear.weight.detach() for linear in linears])
        biases = [linear.bias for linear in linears]
        bias = None
        if any(b is not None for b in biases):
            bias = torch.cat(
                [
                    b.detach() if b is not None else weight.new_zeros(n)
                    for b, n in zip(biases, self._sizes, strict=True)
                ]
            )
        self._bias = bias
        self._weight = _pack(weight)
        self._seen: Tensor | None = None
        self._waiting: dict[int, Tensor] = {}

    def part(self, x: Tensor, index: int) -> Tensor:
        """Return the output of one of the layers. *Shape:* (..., in) to (..., out).

        The first layer that asks computes for its neighbours, who come with the same tensor.
        """
        if len(self._sizes) == 1:
            return self._all(x)
        if x is not self._seen or index not in self._waiting:
            self._seen = x
            self._waiting = dict(enumerate(torch.split(self._all(x), self._sizes, dim=-1)))
        found = self._waiting.pop(index)
        if not self._waiting:
            self._seen = None
        return found

    def _all(self, x: Tensor) -> Tensor:
        flat = x.reshape(-1, x.shape[-1])
        peak = torch.linalg.vector_norm(flat, float("inf"), dim=-1, keepdim=True)
        step = peak.clamp_min_(1e-12).div_(LEVELS)
        scaled = flat / step
        coarse = scaled.round()
        fine = scaled.sub_(coarse).mul_(2 * LEVELS)
        both: Tensor = torch.ops.quantized.linear_with_input_q_dq_qweight_dq_output_fp32(
            torch.cat((coarse, fine)), 1.0, LEVELS + 1, self._weight
        )
        rows = flat.shape[0]
        out = both[:rows].add_(both[rows:], alpha=1 / (2 * LEVELS)).mul_(step)
        if self._bias is not None:
            out += self._bias
        return out.view(*x.shape[:-1], -1)


class Int8Linear(nn.Module):
    """A linear layer with both kinds of weights.

    Parameters
    ----------
    linear
        The float32 layer; its weights are shared, not copied.
    packed, index
        The eight-bit weights and this layer's place in them.
    """

    def __init__(self, linear: nn.Linear, packed: Packed, index: int, switch: Switch) -> None:
        super().__init__()
        self.linear = linear
        self.packed = packed
        self.index = index
        self.switch = switch

    @property
    def weight(self) -> Tensor:
        return self.linear.weight

    def forward(self, x: Tensor) -> Tensor:
        if self.switch.exact:
            out: Tensor = self.linear(x)
            return out
        return self.packed.part(x, self.index)


def install(model: nn.Module) -> Switch:
    """Give every linear layer of a float32 model eight-bit weights beside its own."""
    switch = Switch()
    groups = [
        (parent, names, [getattr(parent, name) for name in names])
        for parent in list(model.modules())
        for names in _groups(parent)
    ]
    with ThreadPoolExecutor(torch.get_num_threads()) as pool:
        packs = list(pool.map(Packed, (linears for _, _, linears in groups)))
    for (parent, names, linears), packed in zip(groups, packs, strict=True):
        for index, (name, linear) in enumerate(zip(names, linears, strict=True)):
            setattr(parent, name, Int8Linear(linear, packed, index, switch))
    return switch


def _groups(parent: nn.Module) -> list[tuple[str, ...]]:
    """Names of the linear children, those that read the same input together."""
    linears = [n for n, c in parent.named_children() if isinstance(c, nn.Linear)]
    groups: list[tuple[str, ...]] = [
        names for names in TOGETHER if all(name in linears for name in names)
    ]
    grouped = {name for names in groups for name in names}
    return groups + [(name,) for name in linears if name not in grouped]


def remove(model: nn.Module) -> None:
    """Undo :func:`install`."""
    for parent in list(model.modules()):
        for name, child in list(parent.named_children()):
            if isinstance(child, Int8Linear):
                setattr(parent, name, child.linear)
