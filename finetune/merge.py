"""Base and adapter as one ordinary model folder, for servers that take no adapters.

A server that does takes them apart: ``vllm serve BASE --enable-lora --max-lora-rank 16
--lora-modules shop=ADAPTER``, and the model is then called "shop".
"""

from __future__ import annotations

import shutil
from pathlib import Path

import torch

from assistant.models import local_weights


def merge(base: Path, adapter: Path, out: Path, dtype: torch.dtype = torch.float32) -> Path:
    """Write the merged model with its tokenizer, aside first.

    Parameters
    ----------
    dtype
        Of the file. In float32 its logits are those of the merged model in memory.

    Raises
    ------
    assistant.errors.BadModel
        The adapter does not fit the base, or changes nothing.
    """
    tokenizer, model = local_weights.load(base, adapter)
    aside = out.with_name(f".{out.name}.part")
    shutil.rmtree(aside, ignore_errors=True)
    model.to(dtype).save_pretrained(aside)
    tokenizer.save_pretrained(aside)
    shutil.rmtree(out, ignore_errors=True)
    aside.replace(out)
    return out
