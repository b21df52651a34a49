"""``shelftalk shopper``: a profile seen, corrected, given out and erased from the terminal."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

import ui.cli.shopper  # noqa: F401 - joins its commands
from tests.index.small_shop import make_shop
from ui.cli import app


@pytest.fixture(autouse=True)
def shop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    make_shop(tmp_path)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("SHELFTALK_HOME", str(tmp_path))
    monkeypatch.setenv("SHELFTALK_INDEX__CATALOGUE", "small")


def run(*args: str, code: int = 0) -> str:
    result = CliRunner().invoke(app, ["shopper", *args])
    assert result.exit_code == code, result.output
    return result.stdout


def test_shopper_when_wishes_are_said_and_all_is_erased_then_nothing_is_left() -> None:
    run("consent", "s1", "personalise", "off")
    run("say", "s1", "never_word", "nuts")
    run("say", "s1", "never_brand", "Acme")
    run("say", "s1", "never_brand", "Acme", "--undo")
    found = json.loads(run("export", "s1"))
    assert len(found["events"]) == 4
    assert [(w["kind"], w["value"]) for w in found["wishes"]] == [
        ("never_word", "nuts"), ("off", "personalise"),
    ]  # fmt: skip
    assert "4 of events" in run("erase", "s1", "--yes")
    run("export", "s1", code=1)


def test_consent_when_neither_on_nor_off_then_refused() -> None:
    run("consent", "s1", "personalise", "maybe", code=2)


def test_erase_when_not_confirmed_then_everything_stays() -> None:
    run("erase", "s1", code=1)
    assert json.loads(run("export", "s1"))["events"]
