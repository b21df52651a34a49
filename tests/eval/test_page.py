"""Runs for people: the page, the comparison in Markdown, and the gate."""

from __future__ import annotations

import io
import json
import os
from dataclasses import replace
from pathlib import Path

from rich.console import Console

from eval.cases import CaseRow, write_cases
from eval.compare import compare
from eval.gate import judge_runs, latest, show, wanted
from eval.markdown import as_markdown
from eval.page.content import bars, coloured, section
from eval.page.render import page
from eval.protocol import Protocol
from eval.report import Measurement, Row
from eval.runs import RunFolder

CLAIM = {"kind": "history", "words": "9 times", "verdict": "contradicted", "because": "6 <baskets>"}
TOLD = json.dumps({"text": "You bought it 9 times.", "claims": [CLAIM], "message": "<b>milk</b>"})
TERMS = Protocol("faithfulness", "split", "evidence", 6, tables={"": "sentences"})
TARGETS = """
eval run faithfulness:
  - {metric: groundedness, bound: at_least, limit: 1.0}
eval run mutation:
  - {metric: kill_rate_min, bound: at_least, limit: 0.95}
"""


def run(path: Path, values: dict[str, float], told: str = TOLD) -> RunFolder:
    """A finished run of these cases, one a shopper."""
    folder = RunFolder(path)
    rows = [
        CaseRow("", "shelftalk", case, case, (), {"groundedness": value}, told=told)
        for case, value in values.items()
    ]
    write_cases(rows, folder.part("shelftalk", 0))
    mean = sum(values.values()) / len(values)
    report = Measurement(
        "eval run faithfulness",
        [Row("groundedness", mean, ci95=(0.0, 1.0), n=len(values)), Row("answer_s", 1.0)],
        protocol=TERMS.as_json(),
        dataset={"name": "small", "licence_note": "ours", "sha256": "0" * 64},
        hashes={"model": "none"},
        notes=["limit: made up"],
    )
    (path / "report.json").write_text(json.dumps(report.as_json()))
    return folder


def test_page_when_made_twice_then_the_same_and_nothing_is_fetched(tmp_path: Path) -> None:
    folder = run(tmp_path / "a", {"s1": 0.5, "s2": 1.0})
    one = page([folder])
    assert one == page([folder])
    assert "http" not in one.replace("http-equiv", "")
    assert "<script" not in one


def test_page_when_words_hold_markup_then_it_is_escaped(tmp_path: Path) -> None:
    text = page([run(tmp_path / "a", {"s1": 0.5})])
    assert "<b>milk</b>" not in text
    assert "&lt;b&gt;milk&lt;/b&gt;" in text
    assert "6 &lt;baskets&gt;" in text


def test_section_when_cases_are_bad_then_the_worst_first_and_the_good_not_at_all(
    tmp_path: Path,
) -> None:
    found = section(run(tmp_path / "a", {"s1": 0.5, "s2": 1.0, "s3": 0.0}))
    assert [case.name for case in found.cases] == ["s3", "s1"]
    assert found.cases[0].about == "groundedness 0; asked: <b>milk</b>"
    assert [row.metric for row in found.side] == ["answer_s"]


def test_section_when_a_talk_was_told_then_its_turns(tmp_path: Path) -> None:
    told = json.dumps({"target": "Rye", "temper": "terse", "turns": [["rye", ["Oats"]]]})
    (case,) = section(run(tmp_path / "a", {"s1": 0.0}, told)).cases
    assert case.turns == [("rye", ["Oats"])]
    assert case.about.endswith("in mind: Rye (terse)")


def test_coloured_when_claims_overlap_then_the_worse_one_has_the_words() -> None:
    claims = [
        {"words": "costs $2.00", "verdict": "supported", "because": ""},
        {"words": "it costs $2.00", "verdict": "contradicted", "because": "no"},
    ]
    pieces = coloured("Here it costs $2.00.", claims)
    assert [(p.text, p.verdict) for p in pieces] == [
        ("Here ", ""),
        ("it costs $2.00", "contradicted"),
        (".", ""),
    ]


def test_bars_when_a_share_stands_in_few_tables_then_none() -> None:
    rows = [Row("kill_rate", 0.9, table=t, ci95=(0.8, 1.0), n=9) for t in ("a", "b", "c")]
    assert [bar.name for bar in bars(rows)[0].bars] == ["a", "b", "c"]
    assert bars(rows[:2]) == []
    assert bars([replace(row, ci95=(-1.0, 1.0)) for row in rows]) == []


def test_markdown_when_a_run_is_better_then_bold_with_an_arrow(tmp_path: Path) -> None:
    cases = {f"s{n}": 0.5 for n in range(12)}
    before = run(tmp_path / "a", cases)
    after = run(tmp_path / "b", {**dict.fromkeys(cases, 1.0), "new": 1.0})
    text = as_markdown(compare(before, after))
    assert "|  | shelftalk | groundedness | **+0.5000** ↑ | +0.5000 to +0.5000 | 12 |" in text
    assert "|  | shelftalk | 12 | 0 | 0 | 1 | 0 | 0 |" in text
    same = as_markdown(compare(before, before))
    assert "**" not in same


def test_gate_when_a_target_falls_short_then_it_says_so(tmp_path: Path) -> None:
    targets = tmp_path / "targets.yaml"
    targets.write_text(TARGETS)
    good, bad = run(tmp_path / "a", {"s1": 1.0}), run(tmp_path / "b", {"s1": 0.5})
    assert [held.holds for held in judge_runs([good], targets)] == [True]
    assert [held.holds for held in judge_runs([bad], targets)] == [False]


def test_gate_when_a_task_was_never_run_then_it_blocks(tmp_path: Path) -> None:
    targets, home = tmp_path / "targets.yaml", tmp_path / "runs"
    targets.write_text(TARGETS)
    run(home / "a", {"s1": 1.0})
    found = {held.command: held.holds for held in judge_runs(None, targets, home)}
    assert found == {"eval run faithfulness": True, "eval run mutation": False}
    console = Console(file=io.StringIO(), width=140)
    show(judge_runs(None, targets, home), console)
    assert "no finished run: shelftalk eval run mutation" in console.file.getvalue()  # type: ignore[attr-defined]


def test_latest_when_a_task_was_run_twice_then_the_later_one(tmp_path: Path) -> None:
    old, young = run(tmp_path / "z", {"s1": 1.0}), run(tmp_path / "a", {"s1": 1.0})
    os.utime(old.path / "report.json", (1, 1))
    assert latest(tmp_path)["eval run faithfulness"].path == young.path


def test_wanted_when_targets_are_read_then_all_our_tasks() -> None:
    ours = {"mutation", "faithfulness", "consistency", "conversation"}
    assert {f"eval run {name}" for name in ours} <= set(wanted())


def test_compare_when_runs_have_groundedness_then_it_judges(tmp_path: Path) -> None:
    before, after = run(tmp_path / "a", {"s1": 1.0}), run(tmp_path / "b", {"s1": 0.5})
    counts = {row.metric: row.value for row in compare(before, after).rows}
    assert counts["regressed"] == 1
    assert counts["delta_groundedness"] == -0.5
