"""A judge behind an address: one word is asked for, and it gates only after the trial."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest

from eval.datasets.files import Provenance
from eval.judges import MODEL, URL, JudgeAway, UrlJudge, may_gate, told
from eval.mutation.trial import Trial
from eval.protocol import Protocol
from eval.report import Measurement, Row
from eval.tasks.mutation import Mutation
from tests.eval.test_mutation import drawn
from tests.eval.witnessed import GUEST, WORLD


class Server(HTTPServer):
    """Answers with ``answer``; keeps what it was asked."""

    answer: object = "Yes."
    asked: list[dict[str, object]]


class Handler(BaseHTTPRequestHandler):
    server: Server

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.server.asked.append(json.loads(body) | {"key": self.headers.get("Authorization")})
        text = json.dumps({"choices": [{"message": {"content": self.server.answer}}]}).encode()
        self.send_response(200 if self.server.answer != "down" else 500)
        self.send_header("Content-Length", str(len(text)))
        self.end_headers()
        self.wfile.write(text)

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def server() -> Iterator[Server]:
    found = Server(("127.0.0.1", 0), Handler)
    found.asked = []
    thread = threading.Thread(target=found.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    yield found
    found.shutdown()
    found.server_close()


def judge(server: Server) -> UrlJudge:
    return UrlJudge(f"http://127.0.0.1:{server.server_port}/v1/", "small", "secret")


@pytest.mark.parametrize(("answer", "believed"), [("Yes.", True), ("no", False), (" NO!", False)])
def test_believes_when_answered_then_the_first_word_counts(
    server: Server, answer: str, believed: bool
) -> None:
    server.answer = answer
    assert judge(server).believes("It costs $1.99.", WORLD) is believed
    (asked,) = server.asked
    assert asked["key"] == "Bearer secret"
    assert asked["temperature"] == 0
    assert "It costs $1.99." in json.dumps(asked)


@pytest.mark.parametrize("answer", ["maybe", "", None, "down"])
def test_believes_when_the_answer_is_neither_then_the_judge_is_away(
    server: Server, answer: object
) -> None:
    server.answer = answer
    with pytest.raises(JudgeAway):
        judge(server).believes("It costs $1.99.", WORLD)


def test_told_when_facts_are_written_then_what_the_scorer_knows_is_there() -> None:
    text = told(WORLD)
    for fact in (
        "$1.99 today",
        "usually $2.49",
        "6 baskets",
        "2017-12-10",
        "75.0%",
        "120 shoppers",
    ):
        assert fact in text
    assert "at most $5.00" in text
    assert "Nothing is known" in told(GUEST)


def test_from_environment_when_no_address_is_there_then_none(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.delenv(URL, raising=False)
    assert UrlJudge.from_environment() is None
    monkeypatch.setenv(URL, "http://127.0.0.1:1")
    monkeypatch.setenv(MODEL, "mine")
    found = UrlJudge.from_environment()
    assert found is not None
    assert found.name == "judge:mine"


def test_trial_when_a_judge_believes_all_then_its_rows_stand_beside_and_it_may_not_gate(
    server: Server, tmp_path: Path
) -> None:
    cases = [Trial("price", True, False, drawn("price")[0]),
             Trial("units", False, False, drawn("units")[0])]  # fmt: skip
    task = Mutation(cases, 3, Provenance("small", "ours", "0" * 64), judge(server))
    assert task.systems == ("shelftalk", "judge:small")
    rows = task.answer("judge:small", range(2))
    assert rows[0].values["kill_rate"] == 0
    assert rows[1].values["false_alarm"] == 0
    figures = [Row("kill_rate", 0.0, "judge:small", "price", None, 1),
               Row("false_alarm", 0.0, "judge:small", "units", None, 1)]  # fmt: skip
    overall = task.across(figures)
    assert [(r.metric, r.value) for r in overall][-1] == ("balanced_accuracy", 0.5)
    keep(tmp_path / "a", overall)
    assert not may_gate("judge:small", tmp_path)
    keep(tmp_path / "a", [Row("balanced_accuracy", 0.8, "judge:small")])
    assert may_gate("judge:small", tmp_path)
    assert not may_gate("judge:other", tmp_path)


def keep(path: Path, rows: list[Row]) -> None:
    """Write a finished trial."""
    path.mkdir(exist_ok=True)
    terms = Protocol("mutation", "split", "evidence", 3)
    report = Measurement("eval run mutation", rows, terms.as_json(), {"sha256": "0"})
    (path / "report.json").write_text(json.dumps(report.as_json()))
