"""How much each product is bought: its buyers and its popularity, counted once and kept."""

from __future__ import annotations

import json
import os
from collections import Counter
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from index.collaborative.popularity import HALF_LIFE_DAYS, TRUSTED_DAYS, USUAL, Popularity
from index.purchases import Purchases

FILE = "demand.json"


@dataclass(frozen=True, slots=True)
class Demand:
    """What all shoppers together bought before a day."""

    buyers: dict[str, int]
    """Product id to the number of different shoppers who bought it."""
    popularity: Popularity


def demand(purchases: Purchases, as_of: date, shop: Path) -> Demand:
    """Count the purchases before a day; a count of the same receipts is read back.

    Counting a million receipt lines takes seconds. The count is kept in the shop's folder,
    where that can be written, under the day and the state of the receipts.
    """
    key = [as_of.isoformat(), HALF_LIFE_DAYS, TRUSTED_DAYS, USUAL, *purchases.state]
    path = shop / FILE
    kept = _read(path, key)
    if kept is None:
        kept = _count(purchases, as_of)
        _write(path, key, kept)
    return kept


def _count(purchases: Purchases, as_of: date) -> Demand:
    last = list(purchases.last_days(as_of))
    buyers = Counter(product for product, *_ in last)
    return Demand(dict(buyers), Popularity.of_last_days(last, as_of, trusted=TRUSTED_DAYS))


def _read(path: Path, key: list[object]) -> Demand | None:
    try:
        found = json.loads(path.read_text())
        if found["key"] != key:
            return None
        return Demand(dict(found["buyers"]), Popularity(found["scores"]))
    except (OSError, ValueError, KeyError, TypeError):
        return None  # a missing or broken file only costs another count


def _write(path: Path, key: list[object], counted: Demand) -> None:
    aside = path.with_name(f"{path.name}.{os.getpid()}.part")
    found = {"key": key, "buyers": counted.buyers, "scores": counted.popularity.scores}
    try:
        aside.write_text(json.dumps(found))
        aside.replace(path)
    except OSError:
        return  # a folder that can't be written is legal: it is counted again next time
