"""Amazon Office Products 2016 to 2018: a chronological split whose training file is absent."""

from __future__ import annotations

import csv
import gzip
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from eval.datasets.files import Provenance, benchmark_file, benchmark_folder, files_sha256
from eval.datasets.split import Fold, Questions, Split
from eval.protocol import Protocol
from index.collaborative.histories import Histories, Ints
from index.errors import BadData

FOLDER = "amazon_office"
LICENCE = "Amazon review data (McAuley et al. 2018): no data licence, research use only."
LIMIT = (
    "only the validation period's rows are evidence: the published figures learned from the "
    "full training file, which is not here"
)


@dataclass(frozen=True, slots=True)
class OfficeRow:
    """One prediction: at most ten purchases in order, and the next."""

    user: str
    history: tuple[int, ...]
    target: int


def load(folder: Path | None = None) -> Split:
    """Read the split; test histories serve as queries and teach nothing.

    Tuning learns from the histories of each user's last validation row and is asked for its
    target; the test is asked of models that learned from all validation rows, targets
    included, which all lie before the test period.

    Raises
    ------
    BadData
        A file is missing, or a row of it can't be read.
    """
    folder = folder or benchmark_folder(FOLDER)
    names = ("info.txt.gz", "valid.csv.gz", "test.csv.gz")
    info, valid, test = (benchmark_file(folder, f"Office_Products.{n}") for n in names)
    titles = _read_titles(info)
    items = sorted(titles)
    valid_rows, test_rows = _read_rows(valid, len(items)), _read_rows(test, len(items))
    last = list({row.user: row for row in valid_rows}.values())
    protocol = Protocol(
        task="office",
        split="global in time: the test rows lie after all validation rows",
        evidence="models learn from the validation rows (histories and targets); a test row's "
        "history of at most ten items is seen when asked; items of it are candidates",
        candidates=len(items),
        limits=(LIMIT,),
    )
    provenance = Provenance(
        "Amazon Office Products 2016-10 to 2018-11", LICENCE, files_sha256(info, valid, test)
    )
    return Split(
        Fold(_evidence(last, items, targets=False), _questions(last, items)),
        Fold(_evidence(valid_rows, items, targets=True), _questions(test_rows, items)),
        protocol,
        provenance,
        titles,
    )


def _evidence(rows: Sequence[OfficeRow], items: Sequence[str], *, targets: bool) -> Histories:
    """Return what each user is known to have bought, once each, in order of first mention."""
    bought: dict[str, dict[int, None]] = {}
    for row in rows:
        known = (*row.history, row.target) if targets else row.history
        bought.setdefault(row.user, {}).update(dict.fromkeys(known))
    return _histories(list(bought), items, bought.values())


def _questions(rows: Sequence[OfficeRow], items: Sequence[str]) -> Questions:
    return Questions(
        _histories([f"{n:05d}" for n in range(len(rows))], items, (row.history for row in rows)),
        tuple(frozenset({row.target}) for row in rows),
        tuple(row.user for row in rows),
    )


def _histories(
    names: Sequence[str], items: Sequence[str], pasts: Iterable[Iterable[int]]
) -> Histories:
    sequences: list[Ints] = [np.array([*past], dtype=np.int64) for past in pasts]
    return Histories.from_sequences(names, items, sequences)


def _read_rows(path: Path, items: int) -> list[OfficeRow]:
    rows = []
    with gzip.open(path, "rt", encoding="utf-8", newline="") as stream:
        for number, raw in enumerate(csv.DictReader(stream), start=2):
            words = raw["history_item_id"].strip("[]").replace(",", " ").split()
            try:
                row = OfficeRow(raw["user_id"], tuple(map(int, words)), int(raw["item_id"]))
            except ValueError as error:
                raise BadData(f"{path}, row {number}: {error}.", "Fetch the file again.") from None
            if not all(0 <= item < items for item in (*row.history, row.target)):
                raise BadData(f"{path}, row {number} names an item that is not in the catalogue.")
            rows.append(row)
    return rows


def _read_titles(path: Path) -> dict[str, str]:
    """Return id to title; ids are numbers from 0, written so that text order is theirs."""
    with gzip.open(path, "rt", encoding="utf-8") as stream:
        fields = [line.rstrip("\n").split("\t") for line in stream]
    return {f"{int(number):05d}": title for _, title, number in fields}
