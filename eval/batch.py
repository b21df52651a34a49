"""Picks and sentences for many shoppers: a function from batch to batch, a loop here.

``Recommend(settings)`` opens the shop and loads the model at its first batch, once a worker;
until then it is small and can be sent to another process:
``ray.data.read_parquet(shards).map_batches(Recommend, fn_constructor_args=(settings,),
batch_format="pyarrow", …)`` calls it with tables, as the loop below does.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq

from assistant.config import Settings
from assistant.types import Pick, Reply
from assistant.wiring import Assistant, open_assistant
from index.errors import BadData, TellPerson

SHOPPER, MESSAGE = "shopper_id", "message"
SCHEMA = pa.schema(
    [
        (SHOPPER, pa.string()),
        (MESSAGE, pa.string()),
        ("place", pa.int32()),
        ("product_id", pa.string()),
        ("title", pa.string()),
        ("price", pa.int64()),
        ("currency", pa.string()),
        ("score", pa.float64()),
        ("sentence", pa.string()),
        ("by_model", pa.bool_()),
        ("note", pa.string()),
        ("trouble", pa.string()),
    ]
)
"""A row a pick, from the first place on; ``price`` in minor units, of today. Who gets no pick
has one row without a place: ``note`` says why, or ``trouble`` what stood in the way."""
SIZE = 64
"""Shoppers a batch: a kill loses at most so many turns."""


class Recommend:
    """From a batch of shoppers and messages to a table of ``SCHEMA``.

    Parameters
    ----------
    settings
        Whose shop and model; opened at the first batch.
    words
        Whether sentences are written; without, the picks alone.
    """

    def __init__(self, settings: Settings, words: bool = True) -> None:
        self._settings, self._words = settings, words
        self._assistant: Assistant | None = None

    def __call__(self, batch: Any) -> Any:
        """Answer every row; the same batch gives the same table."""
        self._assistant = self._assistant or open_assistant(self._settings)
        rows = [
            row
            for shopper, message in zip(
                batch.column(SHOPPER).to_pylist(), batch.column(MESSAGE).to_pylist(), strict=True
            )
            for row in answer(self._assistant, shopper, message, self._words)
        ]
        return pa.Table.from_pylist(rows, SCHEMA)

    def close(self) -> None:
        """Let go of the shop."""
        if self._assistant:
            self._assistant.close()
            self._assistant = None


def answer(
    assistant: Assistant, shopper: str, message: str, words: bool = True
) -> list[dict[str, Any]]:
    """Return the rows of one first turn; a shopper nobody knows is a row that says so."""
    asked = {SHOPPER: shopper, MESSAGE: message}
    try:
        if words:
            return _rows(asked, assistant.session(shopper).ask(message))
        return [{**asked, **_pick(pick, n)} for n, pick in
                enumerate(assistant.cards(shopper, message), start=1)] or [asked]  # fmt: skip
    except TellPerson as trouble:
        return [{**asked, "trouble": str(trouble)}]


def _rows(asked: dict[str, Any], reply: Reply) -> list[dict[str, Any]]:
    said = {sentence.pick_id: sentence for sentence in reply.sentences}
    found = []
    for place, pick in enumerate(reply.picks, start=1):
        row = {**asked, **_pick(pick, place), "note": reply.note}
        if sentence := said.get(pick.id):
            row |= {"sentence": sentence.text, "by_model": sentence.by_model}
        found.append(row)
    return found or [{**asked, "note": reply.note}]


def _pick(pick: Pick, place: int) -> dict[str, Any]:
    product = pick.candidate.product
    return {
        "place": place,
        "product_id": product.id,
        "title": product.title,
        "price": pick.candidate.price_today,
        "currency": product.currency,
        "score": pick.score,
    }


def read_shoppers(path: Path, message: str) -> pa.Table:
    """Read shoppers from Parquet, JSONL, CSV, or a text file with an id a line.

    A column ``message`` is used where there is one; else everyone asks the same.

    Raises
    ------
    BadData
        No such file, nothing in it, or no column ``shopper_id``.
    """
    readers: dict[str, Callable[[Path], pl.DataFrame]] = {
        ".parquet": pl.read_parquet,
        ".jsonl": pl.read_ndjson,
        ".csv": lambda p: pl.read_csv(p, infer_schema=False),
    }
    try:
        found = readers.get(path.suffix.lower(), _read_lines)(path)
    except (OSError, pl.exceptions.PolarsError, UnicodeDecodeError) as error:
        raise BadData(f"{path} can't be read: {error}.", "Give an existing file.") from error
    if SHOPPER not in found.columns:
        raise BadData(
            f"{path} has no column {SHOPPER!r}, only {', '.join(found.columns)}.",
            "Name the column of the shoppers so.",
        )
    if found.is_empty():
        raise BadData(f"{path} names no shopper.", "Write an id a line.")
    said = pl.col(MESSAGE).fill_null(message) if MESSAGE in found.columns else pl.lit(message)
    asked = found.select(pl.col(SHOPPER).cast(pl.String), said.cast(pl.String).alias(MESSAGE))
    return asked.to_arrow().cast(pa.schema([(SHOPPER, pa.string()), (MESSAGE, pa.string())]))


def _read_lines(path: Path) -> pl.DataFrame:
    lines = [line.strip() for line in path.read_text(encoding="utf-8").splitlines()]
    return pl.DataFrame({SHOPPER: [line for line in lines if line]}, schema={SHOPPER: pl.String})


def recommend(
    shoppers: pa.Table,
    out: Path,
    function: Callable[[Any], Any],
    plan: dict[str, Any],
    tell: Callable[[int, int], None] | None = None,
    size: int = SIZE,
) -> int:
    """Call the function batch by batch and put the tables together in one Parquet file.

    Every batch lies beside ``out`` until all are there: killed and called again, it goes on,
    and the file is the same byte for byte.

    Parameters
    ----------
    plan
        What decides the answers; parts of another plan are refused.

    Returns
    -------
    int
        Rows written.

    Raises
    ------
    TellPerson
        Parts of another plan lie there.
    """
    parts = out.with_name(out.name + ".parts")
    _take_up(parts, {**plan, "shoppers": _hash(shoppers), "size": size})
    starts = range(0, shoppers.num_rows, size)
    for start in starts:
        path = parts / f"{start:08d}.parquet"
        if not path.exists():
            _write(function(shoppers.slice(start, size)), path)
        if tell:
            tell(min(start + size, shoppers.num_rows), shoppers.num_rows)
    found = pa.concat_tables(pq.read_table(parts / f"{start:08d}.parquet") for start in starts)
    _write(found, out)
    for path in sorted(parts.iterdir()):
        path.unlink()
    parts.rmdir()
    return int(found.num_rows)


def _take_up(parts: Path, plan: dict[str, Any]) -> None:
    parts.mkdir(parents=True, exist_ok=True)
    there = parts / "plan.json"
    if there.exists():
        if json.loads(there.read_text()) != plan:
            raise TellPerson(
                f"{parts} holds answers of another plan.", "Remove it, or choose another --out."
            )
        return
    aside = there.with_name(there.name + ".part")
    aside.write_text(json.dumps(plan, indent=2))
    aside.replace(there)


def _hash(table: pa.Table) -> str:
    digest = hashlib.sha256()
    for row in _texts(table):
        digest.update(row.encode() + b"\0")
    return digest.hexdigest()[:16]


def _texts(table: pa.Table) -> Iterator[str]:
    for column in table.columns:
        yield from column.to_pylist()


def _write(table: Any, path: Path) -> None:
    aside = path.with_name(path.name + ".part")
    pq.write_table(table, aside)
    aside.replace(path)
