"""What is counted for Prometheus. Labels hold routes and outcomes, never who or what."""

from __future__ import annotations

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest
from prometheus_client.exposition import CONTENT_TYPE_LATEST

from assistant.types import Reply
from ui.api.line import Line

TYPE = CONTENT_TYPE_LATEST
_SECONDS = (0.05, 0.1, 0.25, 0.5, 1.0, 2.0, 4.0, 8.0, 16.0)


class Figures:
    """The counters of one application."""

    def __init__(self, line: Line) -> None:
        self.registry = CollectorRegistry()
        self.requests = Counter(
            "shelftalk_requests", "Answered requests.", ["route", "status"], registry=self.registry
        )
        self._cards = self._seconds("cards", "Seconds from a message to its cards.")
        self._turn = self._seconds("turn", "Seconds from a message to its last sentence.")
        self._sentences = Counter(
            "shelftalk_sentences", "Sentences shown.", ["by"], registry=self.registry
        )
        waiting = Gauge("shelftalk_turns_waiting", "Turns in line.", registry=self.registry)
        waiting.set_function(lambda: line.waiting)
        working = Gauge("shelftalk_turns_working", "Turns at work.", registry=self.registry)
        working.set_function(lambda: line.working)

    def turn(self, reply: Reply) -> None:
        """Count one finished turn."""
        self._cards.observe(reply.timings.get("cards", 0.0))
        self._turn.observe(reply.timings.get("total", 0.0))
        for sentence in reply.sentences:
            if sentence.is_shown:
                self._sentences.labels("model" if sentence.by_model else "template").inc()

    def text(self) -> bytes:
        """Everything in Prometheus's text format."""
        return generate_latest(self.registry)

    def _seconds(self, name: str, tells: str) -> Histogram:
        return Histogram(
            f"shelftalk_{name}_seconds", tells, buckets=_SECONDS, registry=self.registry
        )
