"""From folders on disk to one merged model: loading, merging, and refusing what can't serve."""

from __future__ import annotations

import hashlib
import json
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import safetensors
import torch
from jinja2 import TemplateError
from safetensors.torch import load_file
from transformers import AutoModelForCausalLM, AutoTokenizer
from transformers.utils import logging as transformers_logging

from assistant.errors import BadModel
from assistant.tuned import WEIGHTS
from index.weights import pickles

FOLDER = (
    "Give a folder with config.json, tokenizer.json, a chat template and *.safetensors of a "
    "causal language model (shelftalk models list)."
)
ADAPTER = "Train it again on this base model, or leave the adapter out."
PROBE = (
    "You help a shopper in a grocery store. Whole milk is on promotion this week, and you buy "
    "it often, about every nine days. It goes well with the bread that you had last month, "
    "and a jar of jam for school lunches costs less than the limit that you gave. Here are a "
    "few more ideas for the basket: string cheese that children like, apple slices in small "
    "bags, and a box of granola bars."
)
"""Plain text over which a model is compared with itself."""
BLOCKS, BLOCK = 64, 1 << 16
"""A large file's hash reads so many blocks of so many bytes, evenly spread."""

_BROKEN = (OSError, ValueError, RuntimeError, safetensors.SafetensorError)
"""What a file that is missing, cut off or of another kind is answered with."""


def load(folder: Path, adapter: Path | None) -> tuple[Any, Any]:
    """Load the tokenizer and the float32 model, the adapter merged into it.

    Raises
    ------
    BadModel
        Another architecture, missing or unsafe files, an adapter that does not fit.
    """
    _check_folder(folder)
    with _no_bars():
        try:
            tokenizer = AutoTokenizer.from_pretrained(
                folder, local_files_only=True, trust_remote_code=False
            )
            model, info = AutoModelForCausalLM.from_pretrained(
                folder,
                dtype=torch.float32,
                local_files_only=True,
                trust_remote_code=False,
                use_safetensors=True,
                attn_implementation="sdpa",
                output_loading_info=True,
            )
        except (*_BROKEN, KeyError) as error:
            raise BadModel(f"{folder} does not load: {_first_line(error)}", FOLDER) from error
    if missing := sorted(info["missing_keys"]):
        raise BadModel(f"{folder} lacks weights, {missing[0]} among them.", FOLDER)
    _check_tokenizer(folder, tokenizer)
    model.eval().requires_grad_(False)
    return tokenizer, merge(model, tokenizer, adapter) if adapter else model


def _check_folder(folder: Path) -> None:
    if not (folder / "config.json").is_file():
        raise BadModel(f"{folder} is not a model folder: it has no config.json.", FOLDER)
    try:
        config = json.loads((folder / "config.json").read_text())
    except ValueError as error:
        raise BadModel(f"{folder}/config.json is not JSON.", FOLDER) from error
    names = config.get("architectures") or ["none named"]
    if not names[0].endswith("ForCausalLM"):
        raise BadModel(f"{folder} holds {names[0]}, not a causal language model.", FOLDER)
    if not list(folder.glob("*.safetensors")):
        pickled = pickles(folder)
        found = f"only {pickled[0].name}, a pickle" if pickled else "none"
        raise BadModel(f"{folder} needs weights as safetensors and has {found}.", FOLDER)
    if not (folder / "tokenizer.json").is_file():
        raise BadModel(f"{folder} has no tokenizer.json.", FOLDER)


def _check_tokenizer(folder: Path, tokenizer: Any) -> None:
    if not tokenizer.chat_template:
        raise BadModel(f"{folder} has no chat template: it is not an instruct model.", FOLDER)
    chat = [{"role": "system", "content": "a"}, {"role": "user", "content": "b"}]
    try:
        tokenizer.apply_chat_template(chat, tokenize=False, add_generation_prompt=True)
    except TemplateError as error:
        raise BadModel(f"The chat template of {folder} fails: {_first_line(error)}", FOLDER) from (
            error
        )


def merge(model: Any, tokenizer: Any, adapter: Path) -> Any:
    """Merge a LoRA adapter into the model, in memory.

    peft answers an adapter of another model with no more than a warning and serves the base;
    here keys must match, its weights must not be zero, and the logits must move.

    Raises
    ------
    BadModel
        Where any of that fails.
    """
    from peft import PeftModel, get_peft_model_state_dict  # seconds, which a base can do without

    weights = adapter / WEIGHTS
    for needed in (adapter / "adapter_config.json", weights):
        if not needed.is_file():
            raise BadModel(f"The adapter {adapter} has no {needed.name}.", ADAPTER)
    before = _probe(model, tokenizer)
    try:
        with warnings.catch_warnings():
            # The keys are compared below; peft itself uses a name that transformers renamed.
            warnings.simplefilter("ignore", UserWarning)
            warnings.simplefilter("ignore", FutureWarning)
            wrapped = PeftModel.from_pretrained(model, str(adapter))
        stored = load_file(weights)
    except (*_BROKEN, KeyError, TypeError) as error:
        raise BadModel(f"The adapter {adapter} does not load: {_first_line(error)}", ADAPTER) from (
            error
        )
    # Without the embeddings: where they belong, peft would look for the base on the hub.
    loaded = get_peft_model_state_dict(wrapped, save_embedding_layers=False)
    if odd := sorted(set(loaded) ^ set(stored)):
        raise BadModel(
            f"The adapter {adapter} belongs to another model: {odd[0]} and {len(odd) - 1} other "
            "weights have no counterpart.",
            ADAPTER,
        )
    trained = [tensor.float().norm().item() for key, tensor in stored.items() if "lora_B" in key]
    if not trained or min(trained) == 0.0:
        raise BadModel(f"The adapter {adapter} was never trained: a B matrix is zero.", ADAPTER)
    merged = wrapped.merge_and_unload()
    after = _probe(merged, tokenizer)
    if not after.isfinite().all():
        raise BadModel(
            f"The adapter {adapter} breaks the model: its logits are no numbers.", ADAPTER
        )
    if torch.equal(after, before):
        raise BadModel(f"The adapter {adapter} changes nothing.", ADAPTER)
    return merged.eval().requires_grad_(False)


def _probe(model: Any, tokenizer: Any) -> torch.Tensor:
    """Logits after a fixed text."""
    ids = tokenizer(PROBE, return_tensors="pt", add_special_tokens=False)["input_ids"]
    with torch.inference_mode():
        logits: torch.Tensor = model(ids[:, :16], logits_to_keep=1).logits
    return logits


def fingerprint(folder: Path, adapter: Path | None) -> str:
    """Hash of the base weights, the tokenizer and the adapter, 16 hexadecimal digits.

    Small files are read whole; of large ones the size and evenly spread blocks, the header
    of safetensors (names and shapes) among them.
    """
    digest = hashlib.sha256()
    names = ("*.safetensors", "config.json", "tokenizer.json", "chat_template.jinja")
    files = [path for name in names for path in sorted(folder.glob(name))]
    if adapter:
        files += [adapter / "adapter_config.json", adapter / WEIGHTS]
    for path in files:
        size = path.stat().st_size
        digest.update(f"{path.name} {size} ".encode())
        with path.open("rb") as file:
            if size <= BLOCKS * BLOCK:
                digest.update(file.read())
                continue
            for index in range(BLOCKS):
                file.seek(index * (size - BLOCK) // (BLOCKS - 1))
                digest.update(file.read(BLOCK))
    return digest.hexdigest()[:16]


@contextmanager
def _no_bars() -> Iterator[None]:
    """Keep the library's own progress bars off the person's terminal."""
    shown = transformers_logging.is_progress_bar_enabled()
    transformers_logging.disable_progress_bar()
    try:
        yield
    finally:
        if shown:
            transformers_logging.enable_progress_bar()


def _first_line(error: BaseException) -> str:
    return (str(error).strip().splitlines() or [type(error).__name__])[0]
