"""An adapter as an artefact: weights without a pickle, a card, and hashes of every file."""

from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import torch
from peft import get_peft_model_state_dict
from safetensors.torch import load_file, save_file

from assistant.tuned import WEIGHTS, as_now
from index.errors import BadData
from index.weights import pickles

HASHES = "hashes.json"
LARGEST = 12 * 2**20
"""Bytes of the weights of an adapter that ships."""


class Silent(BadData):
    """An adapter that changes nothing."""


def save_adapter(model: Any, folder: Path, facts: Mapping[str, Any], tokenizer: Any) -> Path:
    """Write a trained adapter in bf16, aside first, and refuse one that is silent.

    Parameters
    ----------
    model
        A ``PeftModel``.
    facts
        Base, data, recipe: what ``training.json`` tells.

    Raises
    ------
    Silent
        A matrix is zero, or the logits are those of the base.
    """
    check_speaks(model, tokenizer)
    aside = folder.with_name(f".{folder.name}.part")
    shutil.rmtree(aside, ignore_errors=True)
    aside.mkdir(parents=True)
    tensors = get_peft_model_state_dict(model)
    save_file(
        {k: v.detach().to("cpu", torch.bfloat16).contiguous() for k, v in tensors.items()},
        aside / WEIGHTS,
        metadata={"format": "pt"},
    )
    config = model.peft_config["default"]
    config.inference_mode = True
    config.base_model_name_or_path = str(facts["base"])
    config.save_pretrained(aside)
    (aside / "training.json").write_text(json.dumps(dict(facts), indent=2) + "\n")
    write_hashes(aside)
    shutil.rmtree(folder, ignore_errors=True)
    aside.replace(folder)
    return folder


def check_speaks(model: Any, tokenizer: Any) -> None:
    """Raise ``Silent`` where the adapter can't change what the base says."""
    weights = {k: v for k, v in model.state_dict().items() if "lora_B" in k}
    if silent := [k for k, v in weights.items() if not v.float().norm().item() > 0.0]:
        raise Silent(f"{len(silent)} of {len(weights)} B matrices are zero.", "Train it longer.")
    ids = tokenizer("It costs less than the other one.", return_tensors="pt")["input_ids"]
    model.eval()
    with torch.inference_mode():
        tuned = model(ids.to(model.device)).logits
        with model.disable_adapter():
            base = model(ids.to(model.device)).logits
    if torch.allclose(tuned, base):
        raise Silent("With and without the adapter the logits are the same.", "Train it again.")


def write_hashes(folder: Path) -> None:
    """Write SHA-256 of every file of the folder to ``hashes.json``."""
    files = sorted(p for p in folder.iterdir() if p.is_file() and p.name != HASHES)
    found = {p.name: hashlib.sha256(p.read_bytes()).hexdigest() for p in files}
    (folder / HASHES).write_text(json.dumps(found, indent=2) + "\n")


def check(folder: Path) -> dict[str, Any]:
    """Compare an adapter with its hashes; return what its ``training.json`` tells, as of now.

    Raises
    ------
    BadData
        A file is missing, was changed, or is a pickle.
    """
    if not (folder / HASHES).is_file():
        raise BadData(f"{folder} is no adapter of shelftalk: no {HASHES}.", "Train one.")
    if found := pickles(folder):
        raise BadData(
            f"{folder} holds {found[0].name}, a pickle.", "Take it out; it is not needed."
        )
    for name, digest in json.loads((folder / HASHES).read_text()).items():
        path = folder / name
        if not path.is_file() or hashlib.sha256(path.read_bytes()).hexdigest() != digest:
            raise BadData(f"{path} is missing or not what {HASHES} says.", "Copy the adapter anew.")
    return as_now(json.loads((folder / "training.json").read_text()))


def counts_of(data: Mapping[str, Any], job: str) -> Mapping[str, Any]:
    """Return what a data card counts of one job; before there were several it was of one."""
    found: Mapping[str, Any] = data.get("by_job", {job: data})[job]
    return found


def norms(folder: Path) -> dict[str, float]:
    """Norm of every B matrix, by name."""
    tensors = load_file(folder / WEIGHTS)
    return {k: v.float().norm().item() for k, v in tensors.items() if "lora_B" in k}
