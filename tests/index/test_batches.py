"""Embedding by batches: rows in their order, whatever holds them and wherever it runs."""

from __future__ import annotations

import pickle
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from index.batches import EmbedTexts, vectors_of
from tests.index.small_shop import WordEncoder

TEXTS = ["oat milk", "rye bread", "oat milk", "tea"]


def batch(texts: list[str]) -> pa.RecordBatch:
    ids = [f"p{i}" for i in range(len(texts))]
    return pa.record_batch({"id": ids, "text": pa.array(texts, pa.string())})


def test_embed_when_a_batch_then_vectors_beside_its_columns() -> None:
    done = EmbedTexts(WordEncoder())(batch(TEXTS))
    assert done.schema.names == ["id", "text", "vector"]
    assert done.column("id").to_pylist() == ["p0", "p1", "p2", "p3"]
    assert np.array_equal(vectors_of(done), WordEncoder().encode(TEXTS))


def test_embed_when_a_table_of_many_chunks_then_the_same() -> None:
    table = pa.Table.from_batches([batch(TEXTS[:1]), batch(TEXTS[1:])])
    assert np.array_equal(vectors_of(EmbedTexts(WordEncoder())(table)), WordEncoder().encode(TEXTS))


def test_embed_when_sent_elsewhere_and_stored_then_the_same(tmp_path: Path) -> None:
    work = pickle.loads(pickle.dumps(EmbedTexts(WordEncoder())))
    pq.write_table(pa.Table.from_batches([work(batch(TEXTS))]), tmp_path / "shard.parquet")
    stored = pq.read_table(tmp_path / "shard.parquet")
    assert np.array_equal(vectors_of(stored), WordEncoder().encode(TEXTS))
