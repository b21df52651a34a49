"""The map of what is promised: whatever it names as holding a promise is there."""

from __future__ import annotations

import ast
import re

import pytest
from typer.testing import CliRunner

from eval.drills.drill import KINDS
from finetune.drill import KINDS as TRAINED
from tests.test_floors import ROOT
from ui.cli import _join, app
from ui.drills.kinds import KINDS as OURS

MAP = (ROOT / "docs" / "security.md").read_text(encoding="utf-8")
PLACES = sorted(set(re.findall(r"`((?:tests|eval|ui|adapters)/[\w/.]+(?:::\w+)?)`", MAP)))
TASKS = {"faithfulness"}
COMMANDS = sorted(set(re.findall(r"`shelftalk ((?:[a-z]+ ?)+)", MAP)))


def test_map_when_read_then_every_row_names_what_holds_it() -> None:
    rows = [line for line in MAP.splitlines() if line.startswith("| ") and "---" not in line]
    promises = [row for row in rows if row.count("|") == 3 and not row.startswith("| Promised")]
    owasp = [row for row in promises if row.startswith(("| LLM", "| Entry"))]
    assert len(owasp) == 11
    for row in promises:
        if row not in owasp:
            assert "`tests/" in row or "`shelftalk " in row, row


@pytest.mark.parametrize("place", PLACES)
def test_place_when_named_then_it_is_there(place: str) -> None:
    path, _, name = place.partition("::")
    assert (ROOT / path).exists()
    if name:
        tree = ast.parse((ROOT / path).read_text(encoding="utf-8"))
        assert name in {node.name for node in tree.body if isinstance(node, ast.FunctionDef)}


def test_drills_when_named_then_they_are_kinds_of_harm() -> None:
    named = re.findall(r"--kind ([\w-]+)", MAP)
    assert len(named) > 8
    assert set(named) <= {*KINDS, *TRAINED, *OURS}


@pytest.mark.parametrize("command", COMMANDS)
def test_command_when_named_then_it_is_one(command: str) -> None:
    _join()
    words = command.split()
    words = words[: next((n for n, word in enumerate(words) if word in TASKS), len(words))]
    assert CliRunner().invoke(app, [*words, "--help"]).exit_code == 0


def test_links_when_followed_then_they_lead_somewhere() -> None:
    links = re.findall(r"\]\(([\w./-]+)\)", MAP)
    assert links
    assert [link for link in links if not (ROOT / "docs" / link).exists()] == []
