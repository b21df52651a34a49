"""The commands and the JSON, over a replayed assistant."""

from __future__ import annotations

import io
import json
import os
import re
import signal
import socket
import subprocess
import sys
import threading
from types import SimpleNamespace

import pytest
from rich.console import Console
from typer.testing import CliRunner

from index.errors import TellPerson
from tests.ui.fake_assistant import PICKS, SENTENCES, FakeAssistant
from ui.cli import app, ask  # noqa: F401 - importing a command joins it to the app
from ui.cli.chat import Conversation
from ui.cli.serve import listen

COLOURS = re.compile(r"\x1b\[[0-9;]*m")


@pytest.fixture
def runner(monkeypatch: pytest.MonkeyPatch) -> CliRunner:
    door = SimpleNamespace(open_assistant=lambda settings: FakeAssistant())
    monkeypatch.setitem(sys.modules, "assistant.wiring", door)
    return CliRunner()


def test_ask_when_json_then_standard_output_is_one_object(runner: CliRunner) -> None:
    result = runner.invoke(app, ["ask", "--shopper", "1228", "lunch", "--json"])
    assert result.exit_code == 0
    reply = json.loads(result.stdout)
    assert reply["shopper"] == "1228"
    assert reply["need"]["max_price"] == 500
    assert reply["need"]["origins"] == {"max_price": "code", "store_brand": "carried"}
    first = reply["picks"][0]
    assert first["sources"]["dense"] == {"rank": 1, "score": 0.61}
    assert first["price_today"] == 249
    assert first["promotion"]["last_day"] == "2018-01-02"
    said = reply["sentences"][0]
    assert said["text"] == SENTENCES[0].text
    assert said["references"] == ["[P1]", "[H1.count]", "[P1.price]"]
    assert said["claims"][0]["verdict"] == "supported"
    assert set(reply["hashes"]) == {"model", "adapter", "prompt", "catalogue"}
    assert reply["timings"]["cards"] == 0.02


@pytest.mark.parametrize(
    ("args", "names"),
    [
        (["ask", "--shopper", "9", "x"], "'9'"),
        (["ask", " "], "empty"),
        (["ask", "refuse"], "under"),
    ],
)
def test_ask_when_the_input_is_bad_then_a_sentence_and_exit_code_2(
    runner: CliRunner, args: list[str], names: str
) -> None:
    result = runner.invoke(app, [*args, "--json"])
    assert result.exit_code == 2
    assert result.stdout == ""
    assert names in result.stderr


def test_ask_when_it_crashes_then_exit_code_1_without_a_trace(runner: CliRunner) -> None:
    result = runner.invoke(app, ["ask", "crash", "--json"])
    assert (result.exit_code, result.stdout) == (1, "")
    assert "Something went wrong" in result.stderr
    assert "Traceback" not in result.stderr


def test_ask_when_for_people_then_cards_and_sentences(runner: CliRunner) -> None:
    result = runner.invoke(app, ["ask", "--shopper", "1228", "lunch"])
    assert "keeping: under $5.00 · not store brand" in result.stdout
    assert "Greek yogurt, vanilla" in result.stdout
    assert SENTENCES[0].text in " ".join(result.stdout.split())


@pytest.mark.parametrize("command", ["ask", "chat", "serve"])
def test_help_when_asked_then_shows_an_example(runner: CliRunner, command: str) -> None:
    result = runner.invoke(app, [command, "--help"])
    assert f"shelftalk {command}" in COLOURS.sub("", result.stdout)
    assert "Example" in result.stdout


def talk(*lines: str, resume: str | None = None) -> str:
    """A whole conversation in the terminal, as it is printed."""
    out = io.StringIO()
    console = Console(file=out, width=120, highlight=False)
    waiting = list(lines)

    def next_line(prompt: str = "", **_: object) -> str:
        if not waiting:
            raise EOFError
        return waiting.pop(0)

    console.input = next_line  # type: ignore[method-assign]
    Conversation(FakeAssistant(), console).run("1228", resume)
    return out.getvalue()


def test_chat_when_why_then_shows_the_evidence_of_that_card() -> None:
    said = talk("/why 1", "lunch", "/why 1", "/why 9")
    assert "Nothing has been shown yet" in said
    assert "H1.count = 23 times" in said
    assert "found by dense place 1 (0.610), lexical place 2 (7.250)" in said
    assert "There is no card '9'" in said


def test_chat_when_the_shopper_is_unknown_then_keeps_the_conversation() -> None:
    said = talk("/shopper 9", "lunch", "/shopper guest", "/nonsense")
    assert "No purchases are known of shopper '9'." in said
    assert "Greek yogurt" in said
    assert "I know nothing about you" in said
    assert "The commands are" in said


def test_chat_when_a_condition_is_dropped_then_the_others_are_listed() -> None:
    said = talk("/drop", "lunch", "/drop 1", "/drop 7")
    assert "No condition is kept." in said
    assert said.splitlines()[-3].split() == ["1", "not", "store", "brand"]
    assert "There is no kept condition '7'" in said


def test_chat_when_it_is_kept_then_says_how_to_go_on() -> None:
    assert "shelftalk chat --resume kept" in talk("lunch", resume="kept")
    assert "--resume" not in talk("lunch")


def test_chat_when_cards_are_compared_then_a_table() -> None:
    said = talk("/compare", "lunch", "/compare 1 3", "/compare 1", "/compare 1 8", "compare them")
    assert said.count("String cheese, mozzarella") >= 4
    assert "$4.25" in said
    assert "Not known of all of them: brand." in said
    assert "can't be compared" in said
    assert "There is no card '8'; give one of 1, 2, 3." in said


def test_chat_when_the_basket_is_filled_then_its_total() -> None:
    said = talk("/basket", "/add 1", "lunch", "/add 1 2", "/add 1 much", "/remove 1", "/add 1 100")
    assert said.count("Your basket is empty.") == 2
    assert "There is no card '1'; nothing is shown yet." in said
    assert "$4.98" in said
    assert "saved by promotions" in said
    assert "'much' is no number of packs" in said
    assert "can't hold 100" in said


def test_chat_when_a_coupon_lies_on_a_line_then_what_it_takes_off() -> None:
    one, two = talk("lunch", "/add 3"), talk("lunch", "/add 3 2")
    assert "coupon of $1.00 from 2 packs on, yours until 2018-01-07" in one
    assert "taken off by coupons" not in one
    assert "coupon −$1.00, yours until 2018-01-07" in two
    assert "taken off by coupons" in two
    assert "$7.50" in two  # 2 of $4.25, less $1.00


def test_chat_when_a_card_is_tapped_then_a_turn_of_it() -> None:
    said = talk("lunch", "/not 1", "/undo", "/like 9")
    assert "Tapped: dismiss." in said
    assert "Tapped: undo." in said
    assert "There is no card '9'" in said


def test_chat_when_there_are_choices_then_one_can_be_chosen() -> None:
    said = talk("choose", "/choose 2", "/choose 1")
    assert "/choose 1  Snacks <b>" in said
    assert "There is no choice '1' now." in said


def test_chat_when_the_question_is_worded_later_then_below_the_sentences_and_once() -> None:
    said = talk("worded")
    assert said.count("Do you mean snacks?") == 1
    assert said.index(SENTENCES[0].text) < said.index("Do you mean snacks?")
    assert "Do you mean snacks?" not in talk("lunch")
    assert talk("choose").count("Which one do you mean?") == 1


def test_chat_when_the_dial_is_set_then_said() -> None:
    said = talk("/dial 0.2", "/dial much")
    assert "Personalisation is 0.2" in said
    assert "'much' is no number" in said


def test_chat_when_a_title_is_markup_then_is_printed_as_it_is() -> None:
    assert PICKS[1].candidate.product.title.split()[0] in talk("lunch", "/quit", "not reached")


def test_chat_when_refused_then_a_sentence_and_the_next_line_is_read() -> None:
    said = talk("refuse", "crash", "nothing")
    assert "can't be met" in said
    assert "Something went wrong" in said
    assert "Closest, but" in said


def test_chat_when_interrupted_in_an_answer_then_only_the_answer_stops() -> None:
    before = signal.getsignal(signal.SIGINT)
    threading.Timer(0.2, os.kill, [os.getpid(), signal.SIGINT]).start()
    said = talk("slow", "lunch")
    assert "Stopped." in said
    assert said.count(SENTENCES[0].text) == 2
    assert signal.getsignal(signal.SIGINT) is before


def test_listen_when_the_port_is_taken_then_names_it_and_another() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(TellPerson, match=f"Port {port} can't be used"):
            listen(port)


def test_commands_when_imported_then_no_heavy_library_comes_along() -> None:
    heavy = "gradio fastapi torch transformers chromadb polars pydantic_settings"
    code = (
        "import sys, ui.cli.ask, ui.cli.chat, ui.cli.serve;"
        f"print([m for m in '{heavy}'.split() if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
