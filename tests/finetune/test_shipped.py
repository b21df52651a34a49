"""The adapters that ship: small, whole, without a pickle, each of a prompt that ships."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from assistant.prompts import load
from assistant.score import ADAPTER
from assistant.tuned import DEFAULT, SHIPPED, as_now, find, serving
from index.weights import sha256

JOBS = {DEFAULT: "explain", ADAPTER: "score"}
FOLDERS = [SHIPPED / name for name in JOBS]


def test_shipped_when_listed_then_these_and_no_others() -> None:
    assert sorted(p for p in SHIPPED.iterdir() if p.is_dir()) == sorted(FOLDERS)


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda p: p.name)
def test_shipped_when_looked_at_then_small_and_without_a_pickle(folder: Path) -> None:
    assert {p.suffix for p in folder.iterdir()} == {".json", ".md", ".png", ".safetensors"}
    assert sum(p.stat().st_size for p in folder.iterdir()) <= 12 * 2**20


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda p: p.name)
def test_shipped_when_hashed_then_every_file_is_what_it_was(folder: Path) -> None:
    hashes = json.loads((folder / "hashes.json").read_text())
    assert set(hashes) == {p.name for p in folder.iterdir()} - {"hashes.json"}
    assert all(sha256(folder / name) == digest for name, digest in hashes.items())


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda p: p.name)
def test_shipped_when_it_serves_then_its_prompt_is_the_one_it_learned(
    folder: Path, tmp_path: Path
) -> None:
    found = find(folder.name, tmp_path, job=JOBS[folder.name])
    assert found.folder == folder
    told = json.loads((folder / "training.json").read_text())
    taught = as_now(told)["data"]["prompts"]
    assert taught == {name: load(name).hash for name in found.prompts.values()}


def test_shipped_when_nothing_is_chosen_then_the_default_speaks(tmp_path: Path) -> None:
    found = serving("SmolLM2-135M-Instruct", tmp_path)
    assert found
    assert found.folder.name == DEFAULT
