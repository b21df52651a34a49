"""Home Depot search relevance: queries of shoppers, 54,667 titles, judged pairs."""

from __future__ import annotations

import csv
import gzip
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from eval.datasets.files import Provenance, benchmark_file, benchmark_folder, files_sha256
from eval.protocol import Protocol
from index.errors import BadData

FOLDER = "home_depot_search"
LICENCE = "Home Depot product search relevance (Kaggle 2016): no data licence, research use only."
RELEVANT = 2.67
"""Judgments from 1 to 3 are means of three raters; this is two who say 3 and one who says 2."""


@dataclass(frozen=True, slots=True)
class SearchSet:
    """The titles and the queries that have at least one relevant one."""

    titles: Mapping[str, str]
    relevant: Mapping[str, frozenset[str]]
    """Query to relevant product ids, in order of the query's text."""
    protocol: Protocol
    provenance: Provenance


def untouched(query: str) -> bool:
    """Whether nothing may learn from this query: a half of them, by hash of the text.

    >>> untouched("angle bracket"), untouched("deck over")
    (True, True)
    """
    return hashlib.sha256(query.casefold().encode()).digest()[0] % 2 == 0


def load(folder: Path | None = None) -> SearchSet:
    """Read titles and judgments.

    Raises
    ------
    BadData
        A file is missing, or a judgment names a product without a title.
    """
    folder = folder or benchmark_folder(FOLDER)
    products = benchmark_file(folder, "products.csv.gz")
    judgments = benchmark_file(folder, "judgments.csv.gz")
    titles = {row["product_uid"]: row["title"] for row in _rows(products)}
    relevant: dict[str, set[str]] = {}
    for row in _rows(judgments):
        if row["product_uid"] not in titles:
            raise BadData(f"{judgments} judges {row['product_uid']}, which has no title.")
        if float(row["relevance"]) >= RELEVANT:
            relevant.setdefault(row["query"], set()).add(row["product_uid"])
    protocol = Protocol(
        task="search",
        split="every query with a relevant product",
        evidence="titles; what learns does so from the queries outside 'untouched', and stands in "
        "that table alone",
        candidates=len(titles),
        tables={
            "all": "every query",
            "untouched": "the half of the queries, by hash, that nothing may learn from",
        },
        limits=("unjudged products count as wrong, so every figure is a lower bound",),
    )
    return SearchSet(
        titles,
        {query: frozenset(found) for query, found in sorted(relevant.items())},
        protocol,
        Provenance("Home Depot search relevance", LICENCE, files_sha256(products, judgments)),
    )


def _rows(path: Path) -> list[dict[str, str]]:
    with gzip.open(path, "rt", encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))
