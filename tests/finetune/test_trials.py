"""Trials: what may stand in one table, what each tells, and where it is kept."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from rich.console import Console
from typer.testing import CliRunner

import ui.cli.finetune_trials  # noqa: F401
from assistant.tuned import WEIGHTS
from finetune.adapter import HASHES, check, write_hashes
from finetune.card import write_card
from finetune.recipe import SftRecipe
from finetune.trials import Trial, read, read_all
from finetune.trials_keep import keep
from finetune.trials_plot import draw
from finetune.trials_table import cells, markdown, measured
from index.errors import BadData
from tests.finetune.test_card import adapter
from ui.cli import app

MIXED = {"explain": 0.75, "understand": 0.25}


def run(
    folder: Path,
    losses: tuple[float, ...] = (1.2, 0.9, 1.0),
    jobs: dict[str, float] | None = None,
    **changes: Any,
) -> Path:
    """A finished run: 30 steps of 4 examples, validated every ten."""
    recipe = SftRecipe(validate_every=10).model_copy(update=changes).model_dump()
    jobs = jobs or {"explain": 1.0}
    adapter = folder / "adapter"
    adapter.mkdir(parents=True)
    data = {
        "prompts": {"explain/2": "0" * 16},
        "share_by_job": jobs,
        "files": {"train.jsonl": str(len(jobs)) * 64},
        "cut": "2017-12-03",
        "dataset": {"name": "aisles"},
    }
    told = {
        "base": "small", "base_fingerprint": "abc", "recipe": recipe, "steps": 30,
        "minutes": 12.5, "data": data,
    }  # fmt: skip
    plan = {"recipe": recipe, "base": "abc", "data": data["files"], "start": None, "steps": 30}
    (folder / "plan.json").write_text(json.dumps(plan))
    (adapter / "training.json").write_text(json.dumps(told))
    (adapter / WEIGHTS).write_bytes(bytes(folder.name, "ascii") * 2**18)
    write_hashes(adapter)
    lines = []
    for step in range(1, 31):
        lines.append({"step": step, "seconds": 25.0, "loss": 1.0})
        if step % 10 == 0:
            lines.append({"step": step, "seconds": 1.0, "eval_loss": losses[step // 10 - 1]})
    (folder / "losses.jsonl").write_text("".join(json.dumps(line) + "\n" for line in lines))
    return folder


def evaluate(
    folder: Path, job: str = "explain", table: str = "", seed: int = 7, **figures: float
) -> Path:
    """What ``finetune evaluate --json`` writes."""
    weights = json.loads((folder / "adapter" / HASHES).read_text())[WEIGHTS]
    rows = [
        {
            "metric": metric, "value": value, "system": system, "table": table,
            "ci95": [value - 0.1, value + 0.1], "n": 74,
        }
        for metric, value in figures.items()
        for system in ("base", "tuned")
    ]  # fmt: skip
    told = {
        "protocol": {"job": job, "prompt_tuned": "explain/2"},
        "seed": seed,
        "hashes": {"adapter": weights[:16]},
        "rows": rows,
    }
    path = folder / f"evaluation-{job}.json"
    path.write_text(json.dumps(told))
    return path


def test_read_when_finished_then_examples_minutes_and_losses_by_examples(tmp_path: Path) -> None:
    found = read(run(tmp_path / "r8", rank=8))
    assert (found.name, found.recipe["rank"], found.examples) == ("r8", 8, 120)
    assert found.validation == [(40, 1.2), (80, 0.9), (120, 1.0)]
    assert found.jobs == "explain 100%"


@pytest.mark.parametrize("missing", ["plan.json", "losses.jsonl", "adapter/hashes.json"])
def test_read_when_not_finished_then_what_is_missing(tmp_path: Path, missing: str) -> None:
    folder = run(tmp_path / "r8")
    (folder / missing).unlink()
    with pytest.raises(BadData, match=f"no finished run: there is no {missing}"):
        read(folder)


def test_read_when_the_evaluation_is_of_another_adapter_then_refused(tmp_path: Path) -> None:
    one, two = run(tmp_path / "one"), run(tmp_path / "two")
    path = evaluate(one, reference_valid=0.9)
    (two / path.name).write_text(path.read_text())
    with pytest.raises(BadData, match="of another adapter"):
        read(two)
    (one / "evaluation.json").write_text(path.read_text())
    with pytest.raises(BadData, match="not the only evaluation of the job explain"):
        read(one)


def test_cells_when_jobs_share_a_metric_then_each_column_is_of_its_own(tmp_path: Path) -> None:
    folder = run(tmp_path / "a", jobs=MIXED)
    evaluate(folder, reference_valid=0.9)
    evaluate(folder, "ask", reference_valid=0.3)
    evaluate(folder, "understand", "messages", slots_f1=0.4)
    head, line = cells(measured([read(folder)]).as_json())
    told = dict(zip(head, line, strict=True))
    assert told["reference_valid"].startswith("0.9 ")
    assert told["slots_f1"].startswith("0.4 ")


def test_read_all_when_other_keys_differ_then_they_are_named_with_their_values(
    tmp_path: Path,
) -> None:
    runs = [run(tmp_path / "a", rank=8), run(tmp_path / "b", batch=8, seed=9)]
    with pytest.raises(BadData) as caught:
        read_all(runs)
    assert caught.value.what == "The runs differ in batch (4, 8); seed (7, 9)."
    assert "rank" in caught.value.remedy


def test_read_all_when_the_data_is_other_and_the_mix_the_same_then_refused(tmp_path: Path) -> None:
    one, two = run(tmp_path / "a"), run(tmp_path / "b", rank=8)
    path = two / "adapter" / "training.json"
    path.write_text(path.read_text().replace("1" * 64, "2" * 64))
    write_hashes(two / "adapter")
    with pytest.raises(BadData, match="data of the runs with explain 100% differ"):
        read_all([one, two])


def test_read_all_when_evaluated_differently_or_of_one_name_then_refused(tmp_path: Path) -> None:
    one, two = run(tmp_path / "a"), run(tmp_path / "b", rank=8)
    evaluate(one, seed=7, reference_valid=0.9)
    evaluate(two, seed=8, reference_valid=0.9)
    with pytest.raises(BadData, match=r"evaluations of explain differ in seed \(7, 8\)"):
        read_all([one, two])
    with pytest.raises(BadData, match="Two runs are called a"):
        read_all([one, one])


def both(home: Path) -> list[Trial]:
    one = run(home / "r8", rank=8)
    two = run(home / "r16", (1.1, 0.8, 0.7), rank=16, learning_rate=0.0012)
    evaluate(one, reference_valid=0.9, unverifiable=0.02)
    evaluate(two, reference_valid=0.8, unverifiable=0.03)
    return read_all([one, two])


def test_cells_when_told_then_what_differs_and_the_best_of_each_column(tmp_path: Path) -> None:
    head, one, two = cells(measured(both(tmp_path)).as_json())
    assert head[:4] == ["run", "rank", "learning_rate", "examples read"]
    assert one[:4] == ["r8", "8", "0.0006", "120"]
    told = {name: (a, b) for name, a, b in zip(head, one, two, strict=True)}
    assert told["best loss"] == ("0.9", "**0.7**")
    assert told["last loss"] == ("1", "**0.7**")
    assert told["reference_valid"] == ("**0.9 (0.8 to 1)**", "0.8 (0.7 to 0.9)")
    assert told["unverifiable"][0].startswith("**0.02")
    assert told["MB"] == ("0.5", "0.75")
    assert told["minutes"] == ("12.5", "12.5")
    assert "slots_f1" not in told


def test_cells_when_the_mix_differs_then_no_loss_is_the_best(tmp_path: Path) -> None:
    found = read_all([run(tmp_path / "a"), run(tmp_path / "b", (1.0, 0.5, 0.4), jobs=MIXED)])
    table = measured(found)
    head, one, two = cells(table.as_json())
    assert head[1] == "jobs"
    assert (one[1], two[1]) == ("explain 100%", "explain 75%, understand 25%")
    assert not any("**" in cell for cell in (*one, *two))
    assert any("can't be compared" in note for note in table.notes)


def test_measured_when_as_json_then_protocol_seed_and_hashes(tmp_path: Path) -> None:
    told = measured(both(tmp_path)).as_json()
    assert told["seed"] == 7
    assert told["protocol"]["differs"] == ["rank", "learning_rate"]
    assert told["protocol"]["recipe"]["batch"] == 4
    assert "rank" not in told["protocol"]["recipe"]
    assert {"code", "adapter r8", "data r16"} <= told["hashes"].keys()
    assert markdown(told)[0].startswith("| run | rank | learning_rate |")


def test_show_when_printed_then_every_run_has_a_column(tmp_path: Path) -> None:
    console = Console(width=60)
    with console.capture() as captured:
        measured(both(tmp_path)).show(console)
    text = captured.get()
    lines = [line.split() for line in text.splitlines()]
    assert ["learning_rate", "0.0006", "0.0012"] in lines
    assert ["best", "loss", "0.9", "0.7", "*"] in lines
    assert "**" not in text


def test_draw_when_no_run_was_validated_then_told(tmp_path: Path) -> None:
    folder = run(tmp_path / "a")
    (folder / "losses.jsonl").write_text('{"step": 1, "seconds": 1.0, "loss": 1.0}\n')
    with pytest.raises(BadData, match="None of these runs was validated"):
        draw([read(folder)], tmp_path / "t.png")


def test_keep_when_done_then_table_and_picture_lie_there_and_the_hashes_hold(
    tmp_path: Path,
) -> None:
    found = both(tmp_path)
    adapter = tmp_path / "r16" / "adapter"
    keep(adapter, found, measured(found))
    check(adapter)
    assert {"trials.json", "trials.png"} <= json.loads((adapter / HASHES).read_text()).keys()
    assert (adapter / "trials.png").stat().st_size > 1000
    assert not list(adapter.glob("*.part*"))


def test_card_when_trials_are_kept_then_it_shows_them(tmp_path: Path) -> None:
    folder = adapter(tmp_path, "explain/2")
    assert "## Trials" not in write_card(folder).read_text()
    found = both(tmp_path)
    keep(folder, found, measured(found))
    text = write_card(folder).read_text()
    check(folder)
    assert "## Trials" in text
    assert "| r16 | 16 | 0.0012 | 120 |" in text
    assert "(trials.png)" in text


def test_command_when_run_then_table_markdown_json_and_picture(tmp_path: Path) -> None:
    both(tmp_path)
    wanted = [tmp_path / name for name in ("t.md", "t.json", "t.png")]
    options = [x for flag, p in zip(("--markdown", "--json", "--plot"), wanted, strict=True)
               for x in (flag, str(p))]  # fmt: skip
    runs = [str(tmp_path / "r8"), str(tmp_path / "r16")]
    result = CliRunner().invoke(app, ["finetune", "trials", *runs, *options])
    assert result.exit_code == 0, result.output
    assert "shelftalk finetune trials" in result.output
    assert all(path.stat().st_size for path in wanted)
    assert json.loads(wanted[1].read_text())["command"] == "finetune trials"
