"""What is brought in from outside: weights that hold no code, pinned files, known licences."""

from __future__ import annotations

import ast
import importlib.util
import pickle
import re
import tomllib
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from assistant.errors import BadModel
from finetune.adapter import check, write_hashes
from index.encoders.sentence import SentenceEncoder
from index.errors import BadData, MissingModel
from index.weights import WHEELS, pickles
from tests.test_floors import ROOT, modules

UNSAFE = {"torch.load", "pickle.load", "pickle.loads", "joblib.load", "yaml.load", "dill.load"}
MODELS = ("AutoModel", "PeftModel", "SentenceTransformer", "CrossEncoder")


def calls() -> Iterator[tuple[str, str, ast.Call]]:
    """Every call in the rooms: where, what is called, and the call."""
    for name, path in modules():
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Call):
                yield f"{name}:{node.lineno}", ast.unparse(node.func), node


def given(call: ast.Call) -> dict[str, str]:
    return {k.arg: ast.unparse(k.value) for k in call.keywords if k.arg}


def test_rooms_when_read_then_nothing_unpickles() -> None:
    found = [(where, what) for where, what, _ in calls() if what in UNSAFE]
    allowed = [
        (where, what)
        for where, what, call in calls()
        if given(call).get("allow_pickle", "False") != "False"
    ]
    assert found + allowed == []


def test_models_when_loaded_then_from_safetensors_and_without_their_code() -> None:
    loading = [
        (where, given(call))
        for where, what, call in calls()
        if what.startswith(MODELS) and (what.endswith(".from_pretrained") or "." not in what)
    ]
    assert len(loading) >= 6
    for where, arguments in loading:
        assert arguments.get("trust_remote_code", "False") == "False", where
        # An adapter's file is named and read as safetensors before; a GGUF holds no code.
        if not where.startswith(("finetune.trainer", "assistant.models.local_weights")):
            safe = {"gguf_file", "use_safetensors"} & set(arguments)
            assert safe or "use_safetensors" in arguments.get("model_kwargs", ""), where


class Bomb:
    """Unpickled, it leaves a file."""

    def __init__(self, mark: Path) -> None:
        self.mark = mark

    def __reduce__(self) -> tuple[Any, tuple[Any, ...]]:
        return Path.touch, (self.mark,)


def poisoned(folder: Path, name: str) -> Path:
    folder.mkdir()
    (folder / "config.json").write_text('{"architectures": ["LlamaForCausalLM"]}')
    (folder / "tokenizer.json").write_text("{}")
    (folder / name).write_bytes(pickle.dumps(Bomb(folder.parent / "ran")))
    return folder


def test_bomb_when_it_is_unpickled_then_it_does_run(tmp_path: Path) -> None:
    pickle.loads((poisoned(tmp_path / "m", "x.bin") / "x.bin").read_bytes())
    assert (tmp_path / "ran").exists()


@pytest.mark.parametrize("name", ["pytorch_model.bin", "weights.pt", "model.ckpt", "a.pkl"])
def test_weights_when_a_pickle_then_refused_unread(tmp_path: Path, name: str) -> None:
    from assistant.models.local_weights import load

    folder = poisoned(tmp_path / "m", name)
    with pytest.raises(MissingModel, match="a pickle"):
        SentenceEncoder(folder, "product/1")
    with pytest.raises(BadModel, match="a pickle"):
        load(folder, None)
    write_hashes(folder)
    with pytest.raises(BadData, match="a pickle"):
        check(folder)
    assert not (tmp_path / "ran").exists()


def test_encoder_when_a_pickle_lies_deeper_then_refused(tmp_path: Path) -> None:
    (tmp_path / "config.json").write_text("{}")
    (tmp_path / "2_Dense").mkdir()
    (tmp_path / "2_Dense" / "pytorch_model.bin").write_bytes(b"")
    with pytest.raises(MissingModel, match="a pickle"):
        SentenceEncoder(tmp_path, "product/1")


def test_shipped_when_looked_through_then_no_pickle() -> None:
    assert pickles(ROOT / "adapters") == []


def test_pins_when_read_then_every_wheel_has_a_hash_and_every_package_a_version() -> None:
    assert all(re.fullmatch("[0-9a-f]{64}", wheel.sha256) for wheel in WHEELS.values())
    lines = (ROOT / "constraints.txt").read_text().splitlines()
    pins = [line for line in lines if line and not line.startswith("#")]
    assert len(pins) > 100
    assert [line for line in pins if not re.fullmatch(r"[\w.-]+==[\w.+!-]+", line)] == []


@pytest.mark.parametrize(("lock", "extras"), [("core", ()), ("all", ("dev", "rank", "train"))])
def test_locks_when_read_then_all_that_is_installed_has_its_version_and_hashes(
    lock: str, extras: tuple[str, ...]
) -> None:
    text = (ROOT / "locks" / f"{lock}.txt").read_text()
    entry = re.compile(
        r"^([\w.-]+)==(\S+)((?: ;.*)? \\\n(?:    --hash=sha256:[0-9a-f]{64}.*\n)+)", re.M
    )
    locked = {name: version for name, version, _ in entry.findall(text)}
    assert re.sub(r"^#.*\n", "", entry.sub("", text), flags=re.M) == ""
    pins = (ROOT / "constraints.txt").read_text().splitlines()
    known = {canonicalize_name(p.split("==")[0]): p.split("==")[1] for p in pins if p[0] != "#"}
    assert {n: v for n, v in locked.items() if known.get(n, v) != v} == {}
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    asked = [*project["dependencies"], "hatchling", "editables"]
    asked += [one for extra in extras for one in project["optional-dependencies"][extra]]
    wanted = {canonicalize_name(Requirement(one).name) for one in asked}
    assert wanted - locked.keys() == {"torch"}


def tool(name: str) -> ModuleType:
    spec = importlib.util.spec_from_file_location(name, ROOT / ".ci" / f"{name}.py")
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_licences_when_read_from_what_is_installed_then_all_may_be_used() -> None:
    lines = tool("licences").licences()
    assert len(lines) > 60
    assert {"torch", "gradio", "chromadb", "transformers"} <= {line.name for line in lines}
    assert [line for line in lines if not line.may_be_used] == []


@pytest.mark.parametrize(
    ("licence", "may"),
    [
        ("MIT", True),
        ("GPL-3.0-only", False),
        ("MIT AND AGPL-3.0-only", False),
        ("GPL-2.0-only OR MIT", True),
        ("MPL-2.0 AND (Apache-2.0 OR GPL-3.0-only)", True),
        ("unknown", False),
        ("Apache-2.0 WITH Other-exception", False),
    ],
)
def test_licence_when_held_against_the_list_then_every_part_must_be_on_it(
    licence: str, may: bool
) -> None:
    assert tool("licences").Line("p", "1", licence).may_be_used is may


def test_audit_when_nothing_can_be_looked_up_then_says_so_and_not_that_all_is_well() -> None:
    report = tool("audit").report
    left = {"name": "b", "skip_reason": "Dependency not found"}
    known = {"id": "PYSEC-1", "aliases": ["CVE-1"], "fix_versions": ["2.0"]}
    assert report([left]) == ["NOT AUDITED: no advisories could be reached for any of 1 packages."]
    told = report([{"name": "a", "version": "1", "vulns": [known]}, left])
    assert told == [
        "known: a 1: PYSEC-1 CVE-1, mended in 2.0",
        "1 packages audited, 1 weaknesses known; 1 NOT AUDITED, nothing is published about them "
        "here.",
    ]
