"""Sequences of different lengths in one forward pass, without padding.

The tokens of all rows lie behind one another in a single line (as in variable-length flash
attention). Everything in a decoder but attention works token by token; attention is done row
by row here, each over its own cache. So a row's numbers do not depend on the rows beside it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor
from torch.nn.functional import scaled_dot_product_attention
from transformers import AttentionInterface

ATTENTION = "shelftalk_rows"
"""Our name among the attention implementations of transformers."""


class Row:
    """Attention cache of one sequence: keys and values per layer, allocated once.

    Parameters
    ----------
    capacity
        Most tokens it will ever hold.
    """

    def __init__(self, capacity: int) -> None:
        self.capacity = capacity
        self.length = 0
        """Tokens whose keys and values are complete."""
        self._layers: dict[int, tuple[Tensor, Tensor]] = {}

    def extend(self, layer: int, key: Tensor, value: Tensor) -> tuple[Tensor, Tensor]:
        """Add the new tokens of one layer; return all of that layer.

        *Shape:* in (heads, new, size), out (heads, length + new, size).
        """
        if layer not in self._layers:
            heads, _, size = key.shape
            shape = (heads, self.capacity, size)
            self._layers[layer] = (key.new_empty(shape), value.new_empty(shape))
        keys, values = self._layers[layer]
        end = self.length + key.shape[1]
        keys[:, self.length : end] = key
        values[:, self.length : end] = value
        return keys[:, :end], values[:, :end]

    def fork(self, capacity: int) -> Row:
        """Return a copy that can grow to ``capacity`` without touching this one."""
        copy = Row(capacity)
        for layer, (keys, values) in self._layers.items():
            copy.extend(layer, keys[:, : self.length], values[:, : self.length])
        copy.length = self.length
        return copy


@dataclass(frozen=True, slots=True)
class Packing:
    """Which tokens of a forward pass belong to which row."""

    rows: Sequence[Row]
    counts: Sequence[int]
    masks: list[Tensor | None]
    """Per row: which keys each query sees; ``None`` for a single token, which sees all."""


def _mask(row: Row, count: int) -> Tensor | None:
    if count == 1:
        return None
    seen = torch.ones(count, row.length + count, dtype=torch.bool)
    return seen.tril_(diagonal=row.length)


def attend(
    module: torch.nn.Module,
    query: Tensor,
    key: Tensor,
    value: Tensor,
    attention_mask: Tensor | None,
    scaling: float | None = None,
    packing: Packing | None = None,
    **_: Any,
) -> tuple[Tensor, None]:
    """Attention of packed rows, in the signature that transformers calls.

    Query heads that share a key head are laid side by side as if they were more queries, so
    that keys and values are never repeated.

    *Shape:* query (1, heads, tokens, size), key and value (1, key heads, tokens, size), out
    (1, tokens, heads, size).
    """
    assert packing is not None
    layer = module.layer_idx
    assert isinstance(layer, int)
    heads, tokens, _size = query.shape[1:]
    shared = key.shape[1]
    out = query.new_empty(1, tokens, heads, value.shape[-1])
    start = 0
    for row, count, mask in zip(packing.rows, packing.counts, packing.masks, strict=True):
        end = start + count
        keys, values = row.extend(layer, key[0, :, start:end], value[0, :, start:end])
        queries = query[0, :, start:end].reshape(1, shared, -1, query.shape[-1])
        if mask is not None:
            mask = mask.repeat(heads // shared, 1)
        got = scaled_dot_product_attention(
            queries, keys[None], values[None], attn_mask=mask, scale=scaling
        )
        out[0, start:end] = got.view(heads, count, -1).transpose(0, 1)
        start = end
    return out, None


AttentionInterface.register(ATTENTION, attend)


def forward(
    model: Any, rows: Sequence[Row], chunks: Sequence[Sequence[int]], *, every: bool = False
) -> Tensor:
    """Feed each row its chunk of tokens in one pass and return logits.

    Parameters
    ----------
    model
        A causal language model whose attention is :data:`ATTENTION`.
    every
        Logits after every token, row after row, instead of after each row's last.

    Returns
    -------
    Tensor
        float32. *Shape:* (rows or tokens, vocabulary).
    """
    last = torch.tensor([len(chunk) for chunk in chunks]).cumsum(0) - 1
    with torch.inference_mode():
        given = _pack(rows, chunks)
        logits: Tensor = model(**given, logits_to_keep=0 if every else last).logits[0].float()
    _advance(rows, chunks)
    return logits


def prefill(model: Any, row: Row, tokens: Sequence[int]) -> None:
    """Feed one row tokens whose logits nobody wants."""
    hidden(model, [row], [tokens])


def hidden(model: Any, rows: Sequence[Row], chunks: Sequence[Sequence[int]]) -> Tensor:
    """Feed each row its chunk in one pass; return the last hidden state of each.

    *Shape:* (rows, size).
    """
    last = torch.tensor([len(chunk) for chunk in chunks]).cumsum(0) - 1
    with torch.inference_mode():
        states: Tensor = model.get_decoder()(**_pack(rows, chunks)).last_hidden_state[0, last]
    _advance(rows, chunks)
    return states


def _pack(rows: Sequence[Row], chunks: Sequence[Sequence[int]]) -> dict[str, Any]:
    counts = [len(chunk) for chunk in chunks]
    pairs = list(zip(rows, counts, strict=True))
    positions = [torch.arange(row.length, row.length + count) for row, count in pairs]
    return {
        "input_ids": torch.tensor([[token for chunk in chunks for token in chunk]]),
        "position_ids": torch.cat(positions)[None],
        "use_cache": False,
        "packing": Packing(rows, counts, [_mask(row, count) for row, count in pairs]),
    }


def _advance(rows: Sequence[Row], chunks: Sequence[Sequence[int]]) -> None:
    for row, chunk in zip(rows, chunks, strict=True):
        row.length += len(chunk)
