"""Rows of a file of any size, one after another, each with its line and what is wrong with it."""

from __future__ import annotations

import codecs
import csv
import gzip
import io
import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any

import pyarrow as pa
import pyarrow.parquet as pq

from index.errors import BadData

LONGEST_LINE = 4 << 20
"""Characters; what is longer is no row of a shop and is skipped without being held."""
BATCH = 2048
"""Rows of a Parquet file in memory at once."""
MOST_LINES = 200
"""Of one CSV record; a quote that never closes ends here."""
FORMATS = (".csv", ".tsv", ".jsonl", ".ndjson", ".json", ".parquet")
csv.field_size_limit(LONGEST_LINE)


@dataclass(frozen=True, slots=True)
class RawRow:
    """One row as it stands in the file."""

    line: int
    """Line of a text file where the row starts, row of a Parquet file; from 1."""
    values: dict[str, Any] = field(default_factory=dict)
    """Column to value."""
    fault: str = ""
    """Why it can't be read at all; then ``values`` hold what there is to show."""


def read_rows(path: Path, delimiter: str = ",", encoding: str = "utf-8") -> Iterator[RawRow]:
    """Yield the rows of a CSV, JSONL or Parquet file, a ``.gz`` of the first two included.

    Memory holds one row of text, or one batch of Parquet.

    Raises
    ------
    BadData
        The file is not there, is of another kind, or is broken as a whole.
    """
    kind = file_kind(path)
    try:
        codecs.lookup(encoding)
        if kind == ".parquet":
            yield from _parquet(path)
        else:
            with _open(path) as stream:
                lines = Lines(stream, encoding)
                csv_like = kind in {".csv", ".tsv"}
                yield from _csv(path, lines, delimiter) if csv_like else _jsonl(lines)
    except (OSError, EOFError, LookupError, pa.ArrowException) as wrong:
        raise BadData(f"{path} can't be read: {wrong}.") from wrong


def file_kind(path: Path) -> str:
    """Return the suffix that says what the file is, ``.gz`` apart."""
    suffixes = [s.lower() for s in path.suffixes if s.lower() != ".gz"]
    kind = suffixes[-1] if suffixes else ""
    if kind not in FORMATS:
        raise BadData(
            f"{path} is of no known kind.", f"Its name should end in one of: {', '.join(FORMATS)}."
        )
    return kind


class Lines:
    """Numbered lines of a byte stream; a record that went wrong can hand lines back.

    Bytes that are no text of the encoding become lone surrogates, which no sound text has.
    """

    def __init__(self, stream: IO[bytes], encoding: str = "utf-8") -> None:
        self._stream, self._encoding = stream, encoding
        self._number = 0
        self._again: list[tuple[int, str | None]] = []
        self.taken: list[tuple[int, str | None]] = []
        """Lines since the last ``start``."""

    def start(self) -> None:
        """A new record begins."""
        self.taken = []

    def hand_back(self) -> None:
        """Keep the first line of the record as taken, read the others again."""
        self._again = self.taken[1:] + self._again
        self.taken = self.taken[:1]

    def take(self) -> tuple[int, str | None] | None:
        """Return the next number and line, ``None`` as the line where it is far too long."""
        if self._again:
            found = self._again.pop(0)
        else:
            line = self._stream.readline(LONGEST_LINE)
            if not line:
                return None
            self._number += 1
            too_long = len(line) == LONGEST_LINE and not line.endswith(b"\n")
            if too_long:
                self._skip()
            if self._number == 1:
                line = line.removeprefix(codecs.BOM_UTF8)
            found = (
                self._number,
                None if too_long else line.decode(self._encoding, "surrogateescape"),
            )
        self.taken.append(found)
        return found

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        found = self.take()
        if found is None:
            raise StopIteration
        if found[1] is None or len(self.taken) > MOST_LINES:
            raise csv.Error("the record does not end")
        return found[1]

    def _skip(self) -> None:
        while (rest := self._stream.readline(LONGEST_LINE)) and not rest.endswith(b"\n"):
            pass


def _open(path: Path) -> IO[bytes]:
    if path.suffix.lower() == ".gz":
        return io.BufferedReader(gzip.open(path))
    return path.open("rb")


def _jsonl(lines: Lines) -> Iterator[RawRow]:
    while (found := lines.take()) is not None:
        number, text = found
        lines.start()
        if text is None:
            yield RawRow(number, fault=f"a line of more than {LONGEST_LINE:,} bytes")
            continue
        if not text.strip():
            continue
        try:
            value = json.loads(text)
        except (ValueError, RecursionError):
            fault = "broken text encoding" if broken(text) else "no JSON"
            yield RawRow(number, {"": text}, fault)
            continue
        if isinstance(value, dict):
            yield RawRow(number, value)
        else:
            yield RawRow(number, {"": text}, "no JSON object")


def _csv(path: Path, lines: Lines, delimiter: str) -> Iterator[RawRow]:
    reader = csv.reader(lines, delimiter=delimiter, strict=True)
    try:
        header = next(reader, None)
    except csv.Error as wrong:
        raise BadData(f"{path}: the first line names no columns: {wrong}.") from wrong
    if not header:
        raise BadData(f"{path} is empty.", "The first line has to name the columns.")
    while True:
        lines.start()
        values: list[str] = []
        try:
            values = next(reader)
            fault = (
                ""
                if len(values) == len(header)
                else (f"{len(values)} fields where the first line names {len(header)}")
            )
        except StopIteration:
            return
        except csv.Error as wrong:
            fault = f"no CSV: {wrong}"
        if fault and len(lines.taken) > 1:
            # A quote that never closes must not swallow the good rows after it.
            lines.hand_back()
            reader = csv.reader(lines, delimiter=delimiter, strict=True)
        if not lines.taken:
            return
        number, text = lines.taken[0]
        if fault and (text is None or text.strip()):
            yield RawRow(number, {"": text or ""}, fault)
        elif not fault:
            yield RawRow(number, dict(zip(header, values, strict=True)))


def _parquet(path: Path) -> Iterator[RawRow]:
    line = 0
    with pq.ParquetFile(path) as file:
        for batch in file.iter_batches(batch_size=BATCH):
            for values in _pylist(batch):
                line += 1
                fault = "" if values else "broken text encoding"
                yield RawRow(line, values, fault)


def _pylist(batch: Any) -> Iterator[dict[str, Any]]:
    """Rows of a batch; an empty one where a text is none."""
    try:
        yield from batch.to_pylist()
    except UnicodeDecodeError:
        for row in range(len(batch)):
            try:
                yield batch.slice(row, 1).to_pylist()[0]
            except UnicodeDecodeError:
                yield {}


def broken(text: str) -> bool:
    """Whether a text holds bytes that were none of its encoding.

    >>> broken(b"caf\\xe9".decode("utf-8", "surrogateescape")), broken("café")
    (True, False)
    """
    return any("\ud800" <= char <= "\udfff" for char in text)
