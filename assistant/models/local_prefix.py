"""The attention caches of prompt prefixes that many requests share."""

from __future__ import annotations

import threading
from collections import OrderedDict

from assistant.models.local_rows import Row

KEPT = 4
"""Prefixes that are kept; 500 tokens of a 135M model take 23 MB in float32."""


class PrefixCache:
    """The latest few prefixes, by model and text. Safe to use from several threads.

    A cache filled by another model is accepted silently by any attention, hence the
    fingerprint in the key.
    """

    def __init__(self, kept: int = KEPT) -> None:
        self._kept = kept
        self._rows: OrderedDict[tuple[str, str], Row] = OrderedDict()
        self._lock = threading.Lock()

    def get(self, fingerprint: str, text: str) -> Row | None:
        """Return the filled row; fork it, never extend it."""
        with self._lock:
            row = self._rows.get((fingerprint, text))
            if row:
                self._rows.move_to_end((fingerprint, text))
            return row

    def put(self, fingerprint: str, text: str, row: Row) -> None:
        """Keep a row, and let go of the one longest unused where there are too many."""
        with self._lock:
            self._rows[(fingerprint, text)] = row
            self._rows.move_to_end((fingerprint, text))
            while len(self._rows) > self._kept:
                self._rows.popitem(last=False)

    def clear(self) -> None:
        with self._lock:
            self._rows.clear()
