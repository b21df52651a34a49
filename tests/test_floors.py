"""The floor plan of the design, held against the code: who may import whom."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
ROOMS = ["index", "assistant", "eval", "finetune", "ui"]
"""Each may import those before it."""

FLOORS = {
    "index.types": 0,
    "index.errors": 0,
    "index.interfaces": 1,
    "index.config": 1,
    "index.text": 1,
    "index.filters": 1,
    "index.fusion": 1,
    "index.build": 3,
    "index.search": 3,
    "index.update": 3,
    "index.verify": 3,
    "index": 3,
    "assistant.acts": 4,
    "assistant.types": 4,
    "assistant.errors": 4,
    "assistant.interfaces": 4,
    "assistant.config": 4,
    "assistant.prompts": 4,
    "assistant.references": 4,
    "assistant.lexicon": 4,
    "assistant.claims": 4,
    "assistant.session": 6,
    "assistant.wiring": 6,
    "assistant": 6,
}
DEFAULT = {"index": 2, "assistant": 5, "eval": 7, "finetune": 7, "ui": 8}

HOMES = {
    "torch": [
        "assistant.models.local",
        "index.encoders",
        "index.collaborative.sequential",
        "index.weights",
        "finetune",
    ],
    "transformers": [
        "assistant.models.local",
        "index.encoders",
        "index.collaborative.sequential",
        "index.weights",
        "finetune",
    ],
    "sentence_transformers": ["index.encoders"],
    "peft": ["assistant.models.local", "finetune"],
    "chromadb": ["index.stores.chroma"],
    "gradio": ["ui"],
    "lightgbm": ["assistant.rank", "finetune"],
}
"""Heavy libraries and the only modules that may name them (benchmarks and tests may too)."""


def modules() -> list[tuple[str, Path]]:
    found = []
    for room in ROOMS:
        for path in sorted((ROOT / room).rglob("*.py")):
            parts = path.relative_to(ROOT).with_suffix("").parts
            name = ".".join(parts[:-1] if parts[-1] == "__init__" else parts)
            found.append((name, path))
    return found


def floor(name: str) -> int:
    while name not in FLOORS and name.count(".") > 1:
        name = name.rpartition(".")[0]
    return FLOORS.get(name, DEFAULT[name.split(".")[0]])


def imports(path: Path) -> list[str]:
    found = []
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            found += [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            found.append(node.module)
    return found


@pytest.mark.parametrize(("name", "path"), modules(), ids=lambda v: v if isinstance(v, str) else "")
def test_imports_when_read_then_run_down_the_floors(name: str, path: Path) -> None:
    room = name.split(".")[0]
    for target in imports(path):
        top = target.split(".")[0]
        if top in ROOMS:
            assert ROOMS.index(top) <= ROOMS.index(room), f"{name} imports {target}, a later room"
            assert floor(target) <= floor(name), f"{name} imports {target}, a higher floor"
        if top in HOMES and not name.startswith("eval.benchmarks"):
            assert any(
                name == home or name.startswith(home + ".") or name.startswith(home + "_")
                for home in HOMES[top]
            ), f"{name} may not name {top}"


def test_relative_imports_when_searched_then_none() -> None:
    for _, path in modules():
        for node in ast.walk(ast.parse(path.read_text())):
            assert not (isinstance(node, ast.ImportFrom) and node.level), path
