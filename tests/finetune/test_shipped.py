"""The adapter that ships: small, whole, without a pickle, and of the prompt that ships."""

from __future__ import annotations

import json
from pathlib import Path

from assistant.prompts import load
from assistant.tuned import DEFAULT, SHIPPED, serving
from index.weights import sha256

FOLDER = SHIPPED / DEFAULT


def test_shipped_when_looked_at_then_small_and_without_a_pickle() -> None:
    assert {p.suffix for p in FOLDER.iterdir()} == {".json", ".md", ".png", ".safetensors"}
    assert sum(p.stat().st_size for p in FOLDER.iterdir()) <= 12 * 2**20


def test_shipped_when_hashed_then_every_file_is_what_it_was() -> None:
    hashes = json.loads((FOLDER / "hashes.json").read_text())
    assert set(hashes) == {p.name for p in FOLDER.iterdir()} - {"hashes.json"}
    assert all(sha256(FOLDER / name) == digest for name, digest in hashes.items())


def test_shipped_when_it_serves_then_its_prompt_is_the_one_it_learned(tmp_path: Path) -> None:
    found = serving("SmolLM2-135M-Instruct", tmp_path)
    assert found
    told = json.loads((FOLDER / "training.json").read_text())
    assert load(found.prompt).hash == told["data"]["prompt_sha256"]
