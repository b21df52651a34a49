"""A random model of a few thousand weights with the tokenizer of the default one."""

from __future__ import annotations

import json
from pathlib import Path

import torch
from transformers import AutoTokenizer, LlamaConfig, LlamaForCausalLM

from assistant.prompts import load
from finetune.build import Order, write
from finetune.examples import Example
from finetune.preferences import Pair

PROMPT = (
    "<|im_start|>system\nSay it.<|im_end|>\n"
    "<|im_start|>user\n[P{0}] costs. [P{0}.price]<|im_end|>\n"
    "<|im_start|>assistant\n"
)


def base(folder: Path, weights: Path) -> Path:
    """Write a two-layer Llama, drawn from seed 0, beside the tokenizer of ``weights``."""
    tokenizer = AutoTokenizer.from_pretrained(weights, local_files_only=True)
    torch.manual_seed(0)
    config = LlamaConfig(
        vocab_size=len(tokenizer),
        hidden_size=32,
        intermediate_size=64,
        num_hidden_layers=2,
        num_attention_heads=4,
        num_key_value_heads=2,
        max_position_embeddings=256,
        pad_token_id=tokenizer.pad_token_id,
        bos_token_id=tokenizer.bos_token_id,
        eos_token_id=tokenizer.eos_token_id,
        tie_word_embeddings=True,
    )
    LlamaForCausalLM(config).save_pretrained(folder)
    tokenizer.save_pretrained(folder)
    return folder


def data(folder: Path, count: int = 24, pairs: int = 0) -> Path:
    """Write a data folder of ``explain/2``; a recipe for it names that alone."""
    from datetime import date

    examples = [
        Example(
            "explain",
            PROMPT.format(i),
            f"[P{i}] costs [P{i}.price] and is a good choice{' for you' * (i % 3)}.",
            ("plain",),
            ("attribute",),
            str(i),
            "2017-12-01",
        )
        for i in range(1, count + 1)
    ]
    order = Order(date(2017, 12, 4))
    made = [
        Pair(PROMPT.format(i), f"[P{i}] costs [P{i}.price].", "It is a nice one.", "vague")
        for i in range(1, pairs + 1)
    ]
    write(examples, folder, [load("explain/2")], order, {"name": "tiny"}, made)
    return folder


def losses(run: Path) -> list[float]:
    lines = [json.loads(line) for line in (run / "losses.jsonl").read_text().splitlines()]
    return [line["loss"] for line in lines if "loss" in line]
