"""A teacher that is asked: every answer kept, away and back again, its key in no file."""

from __future__ import annotations

from pathlib import Path

import pytest

from assistant.errors import BadModel
from assistant.interfaces import Message, Prompt
from eval.drills.model_server import Handler, failing, serving, speak
from finetune.teacher import KEY, TEMPERATURE, TRIES, Teacher
from tests.finetune.teachers import asked, at, dying_after, saying

PROMPTS = [Prompt((Message("user", f"question {n}"),), 0, "x/1") for n in range(20)]


def echo(question: str) -> str:
    return f"answer to {question}"


ANSWERS = [echo(f"question {n}") for n in range(20)]


def test_ask_when_the_server_is_up_then_answers_in_order_and_told(tmp_path: Path) -> None:
    told: list[tuple[str, int, int]] = []
    with serving(saying(echo)) as server:
        teacher = at(server, tmp_path)
        teacher.tell = lambda *x: told.append(x)
        assert teacher.ask("Things", [*PROMPTS, PROMPTS[3]]) == [*ANSWERS, ANSWERS[3]]
        assert len(server.bodies) == 20  # the same is not asked twice
        assert {body["temperature"] for body in server.bodies} == {TEMPERATURE}
        assert {body["model"] for body in server.bodies} == {"big"}
    assert told[-1] == ("Things", 21, 21)
    assert [done for _, done, _ in told] == sorted(done for _, done, _ in told)


def test_ask_when_the_server_dies_midway_then_told_and_only_what_is_missing_is_asked_again(
    tmp_path: Path,
) -> None:
    with serving(dying_after(7, echo)) as server:
        with pytest.raises(BadModel, match=r"is away: .* 503: out of memory\.") as caught:
            at(server, tmp_path).ask("Things", PROMPTS)
        assert server.url in caught.value.what
        assert "what it answered is kept" in caught.value.remedy
        (file,) = tmp_path.iterdir()
        assert len(file.read_text().splitlines()) == 7
        with file.open("a") as end:
            end.write('{"asked": "cut')  # a line that a kill cut
        server.say, before = saying(echo), len(server.bodies)
        assert at(server, tmp_path).ask("Things", PROMPTS) == ANSWERS
        assert len(server.bodies) - before == 13


def test_ask_when_it_stumbles_once_then_asked_again(tmp_path: Path) -> None:
    stumbled: list[str] = []

    def say(handler: Handler, body: dict[str, object]) -> None:
        if asked(body) == "question 4" and not stumbled:
            stumbled.append(asked(body))
            handler.begin(429)
            handler.wfile.write(b"slow down")
        else:
            speak(handler, body, echo(asked(body)))

    with serving(say) as server:
        assert at(server, tmp_path).ask("Things", PROMPTS) == ANSWERS
        assert len(server.bodies) == 21
    assert stumbled


def test_ask_when_one_request_is_refused_then_the_others_are_answered(tmp_path: Path) -> None:
    def say(handler: Handler, body: dict[str, object]) -> None:
        if asked(body) == "question 0":
            handler.begin(400)
            handler.wfile.write(b"I would rather not")
        else:
            speak(handler, body, echo(asked(body)))

    with serving(say) as server:
        for bodies in (20, 21):  # asked again, it alone is still refused
            assert at(server, tmp_path).ask("Things", PROMPTS) == [None, *ANSWERS[1:]]
            assert len(server.bodies) == bodies


@pytest.mark.parametrize("count", [1, 500])
@pytest.mark.parametrize("status", [400, 401])
def test_ask_when_everything_is_refused_then_soon_told_of_name_and_key(
    count: int, status: int, tmp_path: Path
) -> None:
    prompts = [Prompt((Message("user", f"question {n}"),), 0, "x/1") for n in range(count)]

    def say(handler: Handler, _: dict[str, object]) -> None:
        handler.begin(status)
        handler.wfile.write(b"no such key")

    with serving(say) as server:
        with pytest.raises(BadModel, match=f"{status}: no such key") as caught:
            at(server, tmp_path).ask("Things", prompts)
        assert KEY in caught.value.remedy
        assert len(server.bodies) < 100


def test_ask_when_the_key_has_run_out_since_then_told_though_some_were_answered(
    tmp_path: Path,
) -> None:
    def say(handler: Handler, _: dict[str, object]) -> None:
        handler.begin(401)
        handler.wfile.write(b"no such key")

    with serving(saying(echo)) as server:
        assert at(server, tmp_path).ask("Things", PROMPTS[:3]) == ANSWERS[:3]
        server.say = say
        with pytest.raises(BadModel, match="401: no such key") as caught:
            at(server, tmp_path).ask("Things", PROMPTS)
        assert KEY in caught.value.remedy


def test_ask_when_nobody_is_there_then_one_sentence_after_some_tries(tmp_path: Path) -> None:
    with serving(failing) as server:
        with pytest.raises(BadModel, match="no such model loaded"):
            at(server, tmp_path).ask("Things", PROMPTS[:1])
        assert len(server.bodies) == TRIES
        teacher = at(server, tmp_path)
    with pytest.raises(BadModel, match=r"The teacher is away: .* can't be reached") as caught:
        teacher.ask("Things", PROMPTS)
    assert server.url in caught.value.what


def test_at_when_there_is_a_key_then_it_is_the_teachers_and_in_no_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SHELFTALK_MODEL__API_KEY", "sk-of-the-shop")
    monkeypatch.setenv(KEY, "sk-of-the-teacher")
    keys: list[str | None] = []

    def say(handler: Handler, body: dict[str, object]) -> None:
        keys.append(handler.headers["Authorization"])
        speak(handler, body, "yes")

    with serving(say) as server:
        at(server, tmp_path).ask("Things", PROMPTS[:2])
        monkeypatch.delenv(KEY)
        at(server, tmp_path / "without").ask("Things", PROMPTS[:1])
    assert keys == ["Bearer sk-of-the-teacher"] * 2 + [None]
    files = [path for path in tmp_path.rglob("*") if path.is_file()]
    assert len(files) == 2
    assert not [path for path in files if "sk-of" in path.read_text()]


@pytest.mark.parametrize("url", ["http://me:hush@localhost:1/v1", "https://hush@localhost"])
def test_at_when_the_address_holds_a_password_then_refused_without_telling_it(
    url: str, tmp_path: Path
) -> None:
    with pytest.raises(BadModel, match="holds a name or a password") as caught:
        Teacher.at(url, "big", tmp_path)
    assert "hush" not in str(caught.value)


@pytest.mark.parametrize("url", ["localhost:8000", "http://localhost:x", "http://[::1", ""])
def test_at_when_the_address_is_none_then_told(url: str, tmp_path: Path) -> None:
    with pytest.raises(BadModel, match="is not the address of a model server"):
        Teacher.at(url, "big", tmp_path)
