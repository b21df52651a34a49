"""The exact store answers until Chroma has proved itself, and again whenever it fails."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from pathlib import Path

from index.errors import TellPerson
from index.interfaces import Vectors
from index.stores.chroma import ChromaFault, ChromaStore
from index.stores.chroma_builds import current, is_of, open_sound, probe, replace_unsound
from index.stores.chroma_server import open_server
from index.stores.exact import ExactStore
from index.stores.vectorfile import VectorFile
from index.types import Scored

log = logging.getLogger(__name__)

CHROMA, EXACT = "chroma", "exact"
TRIES = 3
"""Failures while answering after which a directory is left alone until the next start."""
RETRY_S = 5.0
"""Between two tries to reach a server that is away, the first time; each is twice the last."""
RETRY_MOST_S = 60.0


class GuardedStore:
    """Chroma where nothing narrows the catalogue, exact everywhere else.

    Chroma is probed by a child process, opened and, where it is unsound, rebuilt from the
    vector file, all in a thread beside the queries. Its results are scored again with our own
    vectors, so that a score does not depend on which store found the product.

    Parameters
    ----------
    file
        The vectors.
    vectors
        The folder they were read from.
    exact_survivors
        With at most so many allowed ids the search is exact.
    """

    def __init__(self, file: VectorFile, vectors: Path, exact_survivors: int) -> None:
        self.exact = ExactStore.of(file)
        self.file = file
        self._all = frozenset(file.ids)
        self.state = "not asked for"
        """A few words for ``index status``."""
        self._vectors = vectors
        self._exact_survivors = exact_survivors
        self._chroma: ChromaStore | None = None
        self._closed = threading.Event()
        self._settled = threading.Event()
        self._settled.set()
        self._again: Callable[[], None] | None = None
        self._failures = 0

    def start(self, chroma: Path) -> None:
        """Begin to probe the build under ``chroma``, and rebuild it where it is unsound."""

        def bring_up() -> None:
            if self._failures <= TRIES:
                self._bring_up(chroma)

        self.state = "being probed"
        self._run(bring_up)

    def start_server(self, url: str, catalogue: str) -> None:
        """Begin to speak to a server; one that is away is tried again and again."""
        self.state = "being reached"
        self._run(lambda: self._reach(url, catalogue))

    def wait(self, seconds: float | None = None) -> bool:
        """Wait until Chroma has come up or failed to; whether it answers from now on."""
        self._settled.wait(seconds)
        return self.answers

    @property
    def build(self) -> str:
        """Short name of the vectors that answer."""
        return self.file.manifest.build

    @property
    def answers(self) -> bool:
        """Whether Chroma answers now."""
        return self._chroma is not None

    def query(
        self, vector: Vectors, k: int, allowed: frozenset[str] | None = None
    ) -> tuple[list[Scored], str]:
        """Return at most ``k`` results, best first, ties by id, and which store gave them."""
        chroma = self._chroma
        wide = allowed is None or len(allowed) > self._exact_survivors
        if chroma is not None and wide:
            try:
                found = self._through(chroma, vector, k, allowed)
            except ChromaFault as fault:
                self._fail(fault)
            else:
                if found is not None:
                    return found, CHROMA
        return self.exact.query(vector, k, allowed), EXACT

    def close(self) -> None:
        """Let go of Chroma; a thread under way ends at its next step."""
        self._closed.set()
        if self._chroma is not None:
            self._chroma.close()
            self._chroma = None

    def _through(
        self, chroma: ChromaStore, vector: Vectors, k: int, allowed: frozenset[str] | None
    ) -> list[Scored] | None:
        """Ask Chroma; ``None`` where over-fetching did not bring enough that is allowed."""
        known = len(self.exact)
        share = 1.0 if allowed is None else min(1.0, len(allowed) / max(1, known))
        found = chroma.query(vector, k if share == 1.0 else min(known, int(2 * k / share)))
        ids = frozenset(s.id for s in found) & (allowed if allowed is not None else self._all)
        if len(ids) < min(k, known if allowed is None else len(allowed & self._all)):
            return None
        return self.exact.query(vector, k, ids)

    def _run(self, job: Callable[[], None]) -> None:
        self._again = job
        self._settled.clear()
        threading.Thread(target=self._guard, args=(job,), daemon=True, name="chroma").start()

    def _guard(self, job: Callable[[], None]) -> None:
        try:
            job()
        except (TellPerson, OSError) as trouble:
            self._away(trouble)
        finally:
            self._settled.set()

    def _away(self, trouble: Exception) -> None:
        self.state = f"away: {trouble}"
        log.warning("Chroma is not used, exact search answers: %s", trouble)

    def _bring_up(self, chroma: Path) -> None:
        build = current(chroma)
        if build is None or not is_of(build, self.file):
            self.state = "being built: there was no build of these vectors"
            build = replace_unsound(self._vectors, chroma, None)
        elif not (health := probe(self._vectors, build)).sound:
            log.warning("The Chroma build %s is unsound: %s", build.name, health.because)
            self.state = f"being rebuilt: {health.because}"
            build = replace_unsound(self._vectors, chroma, build)
        self._adopt(open_sound(build, self.file))

    def _reach(self, url: str, catalogue: str) -> None:
        pause = RETRY_S
        while not self._closed.is_set():
            try:
                self._adopt(open_server(url, catalogue, self.file))
                return
            except TellPerson as trouble:
                self._away(trouble)
            self._settled.set()
            self._closed.wait(pause)
            pause = min(2 * pause, RETRY_MOST_S)

    def _adopt(self, store: ChromaStore) -> None:
        if self._closed.is_set():
            store.close()
        else:
            self._chroma, self.state = store, "answering"

    def _fail(self, fault: ChromaFault) -> None:
        log.warning("Chroma failed while answering, the exact store goes on: %s", fault)
        self._chroma, self.state = None, f"failed: {fault}"
        self._failures += 1
        if self._again is not None:
            self._run(self._again)
