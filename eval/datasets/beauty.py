"""Amazon Beauty 5-core (2014): leave-one-out over 12,101 items, as the papers do it."""

from __future__ import annotations

import gzip
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

from eval.datasets.files import Provenance, benchmark_file, benchmark_folder, files_sha256
from eval.datasets.split import Fold, Questions, Split, drop_last
from eval.protocol import Protocol
from index.collaborative.histories import Histories
from index.errors import BadData
from index.types import Product

FOLDER = "amazon_beauty"
LICENCE = "Amazon review data (McAuley et al. 2014): no data licence, research use only."


def load(folder: Path | None = None) -> Split:
    """Read the split: a user's last item is the test, the last but one the validation.

    Models learn from the training part only (without both); when asked about the test item
    they see the validation item in the history, as the published figures do. No user buys
    an item twice here, so what is in the history is no candidate.

    Raises
    ------
    BadData
        A file is missing, or a line of it is not ``user item item item …``.
    """
    folder = folder or benchmark_folder(FOLDER)
    sequences_file = benchmark_file(folder, "sequences.txt")
    items_file = benchmark_file(folder, "items.jsonl.gz")
    users, raw = _read_sequences(sequences_file)
    items = [f"{number:05d}" for number in range(1, max(max(s) for s in raw) + 1)]
    sequences = [np.array(s, dtype=np.int64) - 1 for s in raw]
    train = Histories.from_sequences(users, items, drop_last(sequences, 2))
    folds = [
        Fold(
            train,
            Questions(
                Histories.from_sequences(users, items, drop_last(sequences, ahead)),
                tuple(frozenset({int(sequence[-ahead])}) for sequence in sequences),
                tuple(users),
            ),
        )
        for ahead in (2, 1)
    ]
    protocol = Protocol(
        task="beauty",
        split="leave-one-out: each user's last item is the test, the last but one the validation",
        evidence="models learn from the training part only; the validation item stands in the "
        "test history; items of the history are no candidates",
        candidates=len(items),
        limits=("leave-one-out lets other users' later purchases be learned from",),
    )
    provenance = Provenance(
        "Amazon Beauty 5-core 2014", LICENCE, files_sha256(sequences_file, items_file)
    )
    products = _read_products(items_file)
    titles = {item: product.title for item, product in products.items()}
    return Split(folds[0], folds[1], protocol, provenance, titles, products)


def _read_sequences(path: Path) -> tuple[list[str], list[list[int]]]:
    users, sequences = [], []
    for number, line in enumerate(path.read_text().splitlines(), start=1):
        user, *rest = line.split()
        if len(rest) < 3 or not all(word.isdigit() and int(word) > 0 for word in rest):
            raise BadData(
                f"{path}, line {number}: {line[:60]!r} is not a user and three or more items.",
                "Fetch the file again.",
            )
        users.append(user)
        sequences.append([int(word) for word in rest])
    return users, sequences


def _read_products(path: Path) -> dict[str, Product]:
    with gzip.open(path, "rt", encoding="utf-8") as stream:
        rows = [json.loads(line) for line in stream]
    return {item.id: item for item in map(_product, rows)}


def _product(row: Mapping[str, Any]) -> Product:
    names = row.get("categories") or [""]
    return Product(
        id=f"{row['item_id']:05d}",
        title=row["title"] or "",
        kind=names[-1],
        category=" ".join(names[:-1]),
        brand=row.get("brand"),
    )
