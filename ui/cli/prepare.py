"""``shelftalk prepare``: from an empty folder to a shop that can be searched."""

from __future__ import annotations

from rich.console import Console

from assistant.config import Settings
from index.catalogue import Catalogue
from index.errors import MissingIndex
from index.weights import MODELS
from ui.cli import app
from ui.cli.data_import import import_with_bar
from ui.cli.index import build_with_bar
from ui.cli.models import pull_with_bar


@app.command("prepare")
def prepare() -> None:
    """Fetch the models and the data and build the index; what is there already is kept.

    Example: [bold]shelftalk prepare[/]
    """
    settings = Settings()
    config, console = settings.index, Console(stderr=True)
    wanted = (
        {config.encoder, settings.model.name}
        if settings.model.backend == "local"
        else {config.encoder}
    )
    for name in sorted(wanted, key=lambda n: (n not in MODELS, n)):
        pull_with_bar(name, config)
    try:
        Catalogue.open(config).close()
    except MissingIndex:
        import_with_bar(config.catalogue, config)
    build_with_bar(config)
    console.print(f"Ready: {config.shop}", highlight=False)
