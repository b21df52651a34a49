"""Embedding as a function from record batch to record batch: a loop here, a cluster unchanged.

``EmbedTexts(encoder)`` holds the encoder, whose weights load at the first batch of a process;
until then it is small and can be sent to another one. ``index.build`` calls it chunk by chunk;
``ray.data.read_parquet(shards).map_batches(EmbedTexts, fn_constructor_args=(encoder,),
batch_format="pyarrow", …)`` calls it with tables, which it takes as well.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pyarrow as pa

from index.interfaces import Encoder, Vectors

TEXT, VECTOR = "text", "vector"


class EmbedTexts:
    """Adds to a batch the vectors of its texts.

    Parameters
    ----------
    encoder
        Loads its weights at the first text, once a process.
    """

    def __init__(self, encoder: Encoder) -> None:
        self._encoder = encoder

    def __call__(self, batch: Any) -> Any:
        """Return the batch (or table) with a column ``vector`` for its column ``text``.

        Rows stay in their order, other columns as they are; the same batch gives the same.
        """
        rows = self._encoder.encode(batch.column(TEXT).to_pylist())
        flat = pa.array(np.ascontiguousarray(rows, dtype=np.float32).ravel())
        return batch.append_column(
            VECTOR, pa.FixedSizeListArray.from_arrays(flat, self._encoder.dimension)
        )


def vectors_of(batch: Any) -> Vectors:
    """Return the vectors of an embedded batch. *Shape:* (rows, dimension)."""
    column = batch.column(VECTOR)
    if isinstance(column, pa.ChunkedArray):
        column = column.combine_chunks()
    flat: Vectors = column.flatten().to_numpy(zero_copy_only=False)
    return flat.reshape(len(column), -1)
