"""Looks at one Chroma build from a process of its own, since a bad one can end the process.

Run as ``python -m index.stores.chroma_probe VECTORS BUILD``. Exit code 0: sound; 1: not, with a
sentence on standard output; a signal says the rest.
"""

from __future__ import annotations

import sys
from pathlib import Path

from index.errors import TellPerson
from index.stores.chroma import ChromaStore
from index.stores.chroma_builds import COLLECTION
from index.stores.chroma_seal import broken, broken_database
from index.stores.exact import ExactStore
from index.stores.recall import spread
from index.stores.vectorfile import VectorFile, read_vectors

SAMPLE = 48
LOGGED = 1000
"""Chroma's ``sync_threshold``: at most so many vectors are in its log alone."""
NEAR = 1e-4
"""Cosines this close are the same vector to float32 arithmetic in another order."""


def fault(file: VectorFile, store: ChromaStore) -> str | None:
    """A sentence on the first thing that is wrong, or nothing.

    The ids must agree, the vectors of the last thousand too (Chroma keeps them in its log, not
    in the graph), and of an even sample of products each must be found by its own vector (or
    another with an equal vector in its place).
    """
    if len(store) != len(file.ids):
        return f"it counts {len(store)} vectors of {len(file.ids)}."
    if strange := store.ids() ^ set(file.ids):
        return f"the product {min(strange)} is only on one side."
    if differing := store.differing(file.ids[-LOGGED:], file.matrix[-LOGGED:]):
        return f"the vector of product {differing[0]} is another."
    exact = ExactStore.of(file)
    for row in spread(len(file.ids), SAMPLE):
        best = store.query(file.matrix[row], 1)
        known = exact.query(file.matrix[row], 1, frozenset(s.id for s in best))
        if not known or known[0].score < 1 - NEAR:
            return f"a search by the vector of product {file.ids[row]} does not find it."
    return None


def main(vectors: Path, build: Path) -> int:
    """Check and say so."""
    try:
        file = read_vectors(vectors)
        if found := broken(build) or broken_database(build):
            print(found)
            return 1
        store = ChromaStore.open(build, COLLECTION, file.manifest)
        found = fault(file, store)
        store.close()
    except TellPerson as trouble:
        found = str(trouble)
    if found:
        print(found)
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]), Path(sys.argv[2])))
