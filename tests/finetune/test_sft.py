"""The recipe on a tiny random model: golden losses, resumption, refusals."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from finetune.recipe import SftRecipe
from index.config import IndexConfig
from index.errors import BadData
from index.weights import locate

pytestmark = pytest.mark.model

GOLDEN = (10.8216, 10.7227, 10.6715, 10.6504)
"""Losses of the first four steps on the tiny model; change them only on purpose."""
RECIPE = SftRecipe(
    steps=4, batch=2, validation=4, validate_every=2, warmup=0.0, learning_rate=1e-2,
    checkpoint_minutes=1e-6, precision="float32", prompts=["explain/2"],
)  # fmt: skip


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory) -> Path:
    from finetune import tiny

    weights = locate("SmolLM2-135M-Instruct", IndexConfig())
    return tiny.base(tmp_path_factory.mktemp("base"), weights)


@pytest.fixture(scope="module")
def whole(base: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A run that nothing interrupted."""
    from finetune import tiny
    from finetune.recipe import Job
    from finetune.sft import train

    folder = tmp_path_factory.mktemp("whole")
    train(Job(RECIPE, base, tiny.data(folder / "data"), folder / "run"))
    return folder


def test_train_when_run_then_the_golden_losses(whole: Path) -> None:
    from finetune import tiny

    assert tiny.losses(whole / "run") == pytest.approx(GOLDEN, abs=2e-3)


def test_train_when_killed_and_resumed_then_the_same_losses(
    base: Path, whole: Path, tmp_path: Path
) -> None:
    from finetune import tiny
    from finetune.adapter import norms
    from finetune.recipe import Job
    from finetune.sft import train

    class Killed(Exception):
        pass

    def kill(pace: object) -> None:
        if getattr(pace, "step", 0) == 3:
            raise Killed

    job = Job(RECIPE, base, whole / "data", tmp_path / "run")
    with pytest.raises(Killed):
        train(job, kill)
    train(job)
    assert tiny.losses(job.run) == pytest.approx(tiny.losses(whole / "run"), abs=1e-3)
    ours, theirs = norms(job.run / "adapter"), norms(whole / "run" / "adapter")
    assert ours == pytest.approx(theirs, rel=1e-2)


def test_train_when_done_then_the_adapter_is_whole_and_without_a_pickle(whole: Path) -> None:
    from finetune.adapter import check

    folder = whole / "run" / "adapter"
    told = check(folder)
    assert told["steps"] == 4
    lines = (whole / "run" / "losses.jsonl").read_text().splitlines()
    assert told["memory_gb"] == max(json.loads(line)["memory_gb"] for line in lines) > 0.1
    assert {p.suffix for p in folder.iterdir()} <= {".json", ".safetensors", ".md"}
    assert (whole / "run" / "losses.png").stat().st_size > 1000


def test_train_when_the_recipe_changed_then_the_run_is_not_taken_up(
    base: Path, whole: Path
) -> None:
    from finetune.recipe import Job
    from finetune.sft import train

    other = RECIPE.model_copy(update={"rank": 8})
    with pytest.raises(BadData, match="another recipe"):
        train(Job(other, base, whole / "data", whole / "run"))


def test_train_when_the_loss_is_no_number_then_stopped_and_the_checkpoint_kept(
    base: Path, whole: Path, tmp_path: Path
) -> None:
    from finetune.recipe import Job
    from finetune.run import last_checkpoint
    from finetune.sft import train
    from finetune.watch import Diverged

    wild = RECIPE.model_copy(update={"learning_rate": 0.1, "steps": 40, "validation": 0})
    run = tmp_path / "run"
    shutil.copytree(base, tmp_path / "base")
    _poison(tmp_path / "base")
    with pytest.raises(Diverged, match="loss became"):
        train(Job(wild, tmp_path / "base", whole / "data", run))
    assert not (run / "adapter").exists()
    assert last_checkpoint(run) is None


def test_train_when_the_disk_is_full_in_mid_checkpoint_then_told_and_it_goes_on_from_the_last(
    base: Path, whole: Path, tmp_path: Path
) -> None:
    import resource

    from finetune import tiny
    from finetune.recipe import Job
    from finetune.run import DiskFull, last_checkpoint
    from finetune.sft import train

    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)

    def fill(pace: object) -> None:
        if getattr(pace, "step", 0) == 3:  # no file may grow past this: a write stops half-way
            resource.setrlimit(resource.RLIMIT_FSIZE, (10_000, hard))

    job = Job(RECIPE, base, whole / "data", tmp_path / "run")
    try:
        with pytest.raises(DiskFull, match="could not be written") as caught:
            train(job, fill)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    last = last_checkpoint(job.run)
    assert last
    assert last.name == "checkpoint-2"
    assert str(last) in caught.value.remedy
    train(job)
    assert tiny.losses(job.run) == pytest.approx(tiny.losses(whole / "run"), abs=1e-3)


def test_train_when_the_run_is_of_another_base_then_not_taken_up(
    base: Path, whole: Path, tmp_path: Path
) -> None:
    from finetune.recipe import Job
    from finetune.sft import train

    shutil.copytree(base, tmp_path / "base")
    _poison(tmp_path / "base")
    with pytest.raises(BadData, match="another base"):
        train(Job(RECIPE, tmp_path / "base", whole / "data", whole / "run"))


def _poison(folder: Path) -> None:
    """Put one infinite weight into a model."""
    import torch
    from safetensors.torch import load_file, save_file

    path = folder / "model.safetensors"
    tensors = load_file(path)
    name = next(k for k in tensors if "norm" in k)
    tensors[name] = torch.full_like(tensors[name], float("inf"))
    save_file(tensors, path, metadata={"format": "pt"})


def test_check_when_a_file_was_changed_then_refused(whole: Path, tmp_path: Path) -> None:
    from finetune.adapter import check

    folder = tmp_path / "adapter"
    shutil.copytree(whole / "run" / "adapter", folder)
    (folder / "training.json").write_text(json.dumps({}))
    with pytest.raises(BadData, match="not what"):
        check(folder)


def test_check_when_a_pickle_lies_there_then_refused(whole: Path, tmp_path: Path) -> None:
    from finetune.adapter import check

    folder = tmp_path / "adapter"
    shutil.copytree(whole / "run" / "adapter", folder)
    (folder / "training_args.bin").write_bytes(b"x")
    with pytest.raises(BadData, match="pickle"):
        check(folder)


def test_adapters_when_used_and_taken_back_then_the_one_before(whole: Path, tmp_path: Path) -> None:
    from finetune.adapters import Adapters

    found = Adapters(tmp_path / "home", tmp_path / "shipped")
    for name in ("one", "two"):
        found.add(whole / "run" / "adapter", name)
        found.use(name)
    assert [a.name for a in found.all()] == ["one", "two"]
    assert (found.chosen, found.rollback(), found.rollback()) == ("two", "one", None)
    with pytest.raises(BadData, match="nothing to take back"):
        found.rollback()
    with pytest.raises(BadData, match="no adapter 'three'"):
        found.use("three")


def test_merge_when_written_then_the_logits_of_the_adapter_beside_its_base(
    base: Path, whole: Path, tmp_path: Path
) -> None:
    import torch
    from peft import PeftModel
    from transformers import AutoModelForCausalLM

    from finetune.merge import merge

    adapter = whole / "run" / "adapter"
    merged = AutoModelForCausalLM.from_pretrained(merge(base, adapter, tmp_path / "merged"))
    plain = AutoModelForCausalLM.from_pretrained(base)
    ids = torch.arange(1, 20)[None]
    with torch.inference_mode():
        alone = plain(ids).logits
        beside = PeftModel.from_pretrained(plain, adapter).eval()(ids).logits
        found = merged.eval()(ids).logits
    assert torch.allclose(found, beside, atol=1e-4)
    assert not torch.allclose(found, alone, atol=1e-4)


def test_trials_when_two_runs_differ_in_rank_then_both_in_one_table(
    base: Path, whole: Path, tmp_path: Path
) -> None:
    from finetune.recipe import Job
    from finetune.sft import train
    from finetune.trials import read_all
    from finetune.trials_table import cells, measured

    other = RECIPE.model_copy(update={"rank": 4, "alpha": 8})
    train(Job(other, base, whole / "data", tmp_path / "small"))
    found = read_all([whole / "run", tmp_path / "small"])
    head, one, two = cells(measured(found).as_json())
    assert head[:4] == ["run", "rank", "alpha", "examples read"]
    assert (one[:4], two[:4]) == (["run", "16", "32", "8"], ["small", "4", "8", "8"])
    assert [[examples for examples, _ in trial.validation] for trial in found] == [[4, 8]] * 2
    assert found[0].adapter_bytes > 2 * found[1].adapter_bytes


def test_card_when_written_then_the_hashes_hold_and_it_tells_the_data(
    whole: Path, tmp_path: Path
) -> None:
    from finetune.adapter import check
    from finetune.card import write_card

    folder = tmp_path / "mine"
    shutil.copytree(whole / "run" / "adapter", folder)
    text = write_card(folder).read_text()
    check(folder)
    for word in ("24 sentences", "2017-12-04", "rank 16", "No evaluation"):
        assert word in text


def test_train_when_started_from_an_adapter_then_the_loss_begins_lower(
    base: Path, whole: Path, tmp_path: Path
) -> None:
    from finetune import tiny
    from finetune.recipe import Job
    from finetune.sft import train

    start = whole / "run" / "adapter"
    adapter = train(Job(RECIPE, base, whole / "data", tmp_path / "run", start=start))
    assert tiny.losses(tmp_path / "run")[0] < GOLDEN[0] - 0.05
    told = json.loads((adapter / "training.json").read_text())
    assert told["start"]["steps"] == 4


def test_train_when_the_adapter_has_another_rank_then_refused(
    base: Path, whole: Path, tmp_path: Path
) -> None:
    from finetune.recipe import Job
    from finetune.sft import train

    other = RECIPE.model_copy(update={"rank": 8})
    start = whole / "run" / "adapter"
    with pytest.raises(BadData, match="rank 16"):
        train(Job(other, base, whole / "data", tmp_path / "run", start=start))
    assert not (tmp_path / "run").exists()  # corrected, it may be asked again


def test_train_when_the_adapter_is_of_another_base_then_refused(
    base: Path, whole: Path, tmp_path: Path
) -> None:
    import torch
    from transformers import AutoModelForCausalLM

    from finetune.recipe import Job
    from finetune.sft import train

    shutil.copytree(base, tmp_path / "other")
    model = AutoModelForCausalLM.from_pretrained(base)
    with torch.no_grad():
        model.get_input_embeddings().weight.mul_(2)
    model.save_pretrained(tmp_path / "other")
    start = whole / "run" / "adapter"
    with pytest.raises(BadData, match="other is another model"):
        train(Job(RECIPE, tmp_path / "other", whole / "data", tmp_path / "run", start=start))
    assert not (tmp_path / "run").exists()


def test_dpo_when_run_then_the_better_sentence_gains_on_the_worse(
    base: Path, whole: Path, tmp_path: Path
) -> None:
    from finetune import tiny
    from finetune.dpo import train
    from finetune.recipe import DpoRecipe, Job

    data = tiny.data(tmp_path / "data", pairs=12)
    recipe = DpoRecipe(
        steps=4, batch=4, validation=0, warmup=0.0, learning_rate=1e-2, sft_weight=0.0,
        checkpoint_minutes=60.0, precision="float32", prompts=["explain/2"],
    )  # fmt: skip
    start = whole / "run" / "adapter"
    train(Job(recipe, base, data, tmp_path / "run", start=start))
    found = tiny.losses(tmp_path / "run")
    assert found[0] == pytest.approx(0.6931, abs=1e-3)  # ln 2: the reference is where it began
    assert found[-1] < found[0] - 0.005


def test_dpo_when_no_adapter_is_named_then_told(base: Path, whole: Path, tmp_path: Path) -> None:
    from finetune.dpo import train
    from finetune.recipe import DpoRecipe, Job

    with pytest.raises(BadData, match="go on from an adapter"):
        train(Job(DpoRecipe(), base, whole / "data", tmp_path / "run"))
