"""What is told of a shopper beside the tables: lines taken out of files, and models named.

A shop's folder holds rejected rows, training sentences, cells of the lab and what was
downloaded from it. A record of a shopper is a line, a row or an object that gives their id.
"""

from __future__ import annotations

import csv
import io
import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from index.config import IndexConfig

MADE = ("chroma", "rank", "vectors")
"""Folders of a shop that hold products and weights, and nobody."""
WHOSE = ("shopper", "shopper_id")
_GONE = object()


def scrub(folder: Path, shopper_id: str) -> dict[str, int]:
    """Take every record of a shopper out of the folder's text files; returns how many, by file.

    A file is written aside and put in its place; one that can't be read as what its name says
    is left alone, and is named by :func:`holding`.
    """
    found = {}
    for path in _texts(folder):
        kept, count = _without(path, shopper_id)
        if count:
            aside = path.with_name(f"{path.name}.{os.getpid()}.part")
            aside.write_text(kept, encoding="utf-8")
            aside.replace(path)
            found[path.relative_to(folder).as_posix()] = count
    return found


def holding(folder: Path, *words: str) -> list[Path]:
    """Every file under a folder in which one of the words stands, as UTF-8; sorted."""
    sought = [word.encode() for word in words]
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    return [path for path in files if any(one in path.read_bytes() for one in sought)]


def learned(config: IndexConfig, shipped: Path) -> list[str]:
    """What may have learned from a shopper's purchases and knows no rows that could be deleted.

    A sentence each: weights give nobody back, and forget nobody either, until made anew.
    """
    found = []
    if any((config.shop / "rank").glob("*")):
        found.append("The learned order of picks: run 'shelftalk rank fit' again.")
    for card in sorted([*shipped.glob("*/training.json"), *_own(config)]):
        name = json.loads(card.read_text(encoding="utf-8"))["data"]["dataset"].get("name")
        if name == config.catalogue:
            found.append(
                f"The adapter {card.parent.name!r} learned wording from purchases of this shop: "
                "run 'shelftalk finetune data' and 'finetune sft' again."
            )
    return found


def _own(config: IndexConfig) -> Iterator[Path]:
    return (config.home / "adapters").glob("*/training.json")


def _texts(folder: Path) -> list[Path]:
    files = (p for p in folder.rglob("*") if p.suffix in _READERS and p.is_file())
    return sorted(p for p in files if p.relative_to(folder).parts[0] not in MADE)


def _without(path: Path, shopper_id: str) -> tuple[str, int]:
    try:
        text = path.read_text(encoding="utf-8")
        return _READERS[path.suffix](text, shopper_id) if shopper_id in text else (text, 0)
    except (ValueError, csv.Error):
        return "", 0


def _lines(text: str, shopper_id: str) -> tuple[str, int]:
    lines = text.splitlines(keepends=True)
    kept = [line for line in lines if shopper_id not in line or not _gives(line, shopper_id)]
    return "".join(kept), len(lines) - len(kept)


def _gives(line: str, shopper_id: str) -> bool:
    """Whether a JSON line has the id for a value, under whatever name; torn lines go too."""
    try:
        return shopper_id in map(str, _scalars(json.loads(line)))
    except ValueError:
        return True


def _scalars(value: Any) -> Iterator[Any]:
    if isinstance(value, dict | list):
        for inner in value.values() if isinstance(value, dict) else value:
            yield from _scalars(inner)
    else:
        yield value


def _rows(text: str, shopper_id: str) -> tuple[str, int]:
    rows = list(csv.reader(io.StringIO(text)))
    kept = [row for row in rows if shopper_id not in row]
    out = io.StringIO()
    csv.writer(out, lineterminator="\n").writerows(kept)
    return out.getvalue(), len(rows) - len(kept)


def _objects(text: str, shopper_id: str) -> tuple[str, int]:
    count = 0

    def pruned(value: Any) -> Any:
        nonlocal count
        if _is_of(value, shopper_id):
            count += 1
            return _GONE
        if isinstance(value, dict):
            inner = {key: pruned(one) for key, one in value.items()}
            return {key: one for key, one in inner.items() if one is not _GONE}
        if isinstance(value, list):
            return [one for one in map(pruned, value) if one is not _GONE]
        return value

    kept = pruned(json.loads(text))
    return json.dumps({} if kept is _GONE else kept, ensure_ascii=False), count


def _is_of(value: Any, shopper_id: str) -> bool:
    """Whether a value is an object that says whose it is, or a row of a table that begins so."""
    if isinstance(value, dict):
        return any(value.get(name) == shopper_id for name in WHOSE)
    is_row = isinstance(value, list) and len(value) > 1 and all(isinstance(c, str) for c in value)
    return bool(is_row and value[0] == shopper_id)


_READERS = {".jsonl": _lines, ".csv": _rows, ".json": _objects}
