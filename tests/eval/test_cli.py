from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner

import ui.cli
from ui.cli import app

ui.cli._join()


def ask(*words: str) -> tuple[int, str]:
    result = CliRunner().invoke(app, ["eval", *words])
    return result.exit_code, result.stdout


def test_list_when_asked_then_names_the_tasks() -> None:
    code, text = ask("list")
    assert code == 0
    assert "journey" in text
    assert "beauty" in text


def test_run_when_targets_are_missed_then_one_object_and_exit_code_one(bench: Path) -> None:
    out = bench / "mine"
    code, text = ask("run", "beauty", "--system", "popularity", "--json", "-", "--out", str(out))
    assert code == 1
    found = json.loads(text)
    assert found["command"] == "eval run beauty"
    assert found["protocol"]["candidates"] == 4
    assert {row["system"] for row in found["rows"]} == {"popularity"}
    assert all(not target["holds"] for target in found["targets"])
    assert ask("report", str(out), "--json", "-")[0] == 1


def test_compare_when_runs_are_the_same_then_nothing_moved(bench: Path) -> None:
    for name in ("a", "b"):
        ask("run", "search", "--system", "bm25", "--out", str(bench / name))
    code, text = ask("compare", str(bench / "a"), str(bench / "b"), "--json", "-")
    assert code == 0
    rows = {(r["table"], r["metric"]): r["value"] for r in json.loads(text)["rows"]}
    assert rows["all", "same"] == 2
    assert rows["all", "delta_ndcg@10"] == 0


def test_compare_when_tasks_differ_then_exit_code_two_and_the_reason(
    bench: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    ask("run", "search", "--system", "bm25", "--out", str(bench / "a"))
    ask("run", "beauty", "--system", "popularity", "--out", str(bench / "b"))
    monkeypatch.setattr(
        sys, "argv", ["shelftalk", "eval", "compare", str(bench / "a"), str(bench / "b")]
    )
    with pytest.raises(SystemExit) as ended:
        ui.cli.main()
    assert ended.value.code == 2
    assert "different protocols" in capsys.readouterr().err
