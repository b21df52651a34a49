"""``shelftalk data import`` and ``sniff``: a source read into a shop, with an account of rows."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.markup import escape
from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn
from rich.table import Table

from assistant.config import Settings
from index.catalogue import Catalogue
from index.config import IndexConfig
from index.errors import BadData
from index.importing import SOURCES, import_source, open_source
from index.sources.amazon import open_amazon
from index.sources.base import CatalogueSource, ImportReport
from index.sources.checked import MAX_REJECTS, CheckedSource
from index.sources.tables.columns import load_map, write_map
from index.sources.tables.sniff import sniff
from index.sources.tables.source import open_tables
from index.text import money
from index.types import Product
from index.weights import MANIFEST
from ui.cli.data import data
from ui.cli.models import pull_with_bar

AMAZON = "amazon"
_EXAMPLES = 10


def import_with_bar(name: str, config: IndexConfig) -> ImportReport:
    """Fetch a source where needed and fill the shop of its name, counting as it goes."""
    if name == "journey" and not (config.models / "completejourney" / MANIFEST).exists():
        pull_with_bar("completejourney", config)
    shop = config.model_copy(update={"catalogue": name})
    return _write(open_source(name, shop, fetch=True), shop)


@data.command("import")
def import_data(
    name: Annotated[
        str | None,
        typer.Argument(help=f"One of: {', '.join(SOURCES)}, {AMAZON}; journey if left out."),
    ] = None,
    columns: Annotated[
        Path | None, typer.Option("--map", help="Column map of your own files (see data sniff).")
    ] = None,
    meta: Annotated[Path | None, typer.Option(help=f"With {AMAZON}: the file of products.")] = None,
    reviews: Annotated[
        Path | None, typer.Option(help=f"With {AMAZON}: the file of reviews.")
    ] = None,
    shop: Annotated[str, typer.Option(help=f"With {AMAZON}: the shop to fill.")] = AMAZON,
    max_rejects: Annotated[
        float, typer.Option(help="Share of unusable rows that stops an import.", min=0, max=1)
    ] = MAX_REJECTS,
) -> None:
    """Read a source into the shop of its name, and account for every row.

    Examples: [bold]shelftalk data import journey[/] · [bold]shelftalk data import outdoor[/] ·
    [bold]shelftalk data import --map map.toml[/] ·
    [bold]shelftalk data import amazon --meta meta_X.json.gz --reviews X.json.gz[/]
    """
    config = Settings().index
    if columns is not None:
        found = load_map(columns)
        shop_of_it = config.model_copy(update={"catalogue": found.name})
        with open_tables(found, columns.parent, shop_of_it.shop, max_rejects) as source:
            _bring_in(source, shop_of_it)
    elif name == AMAZON:
        if meta is None or reviews is None:
            raise BadData(
                "Amazon's data is two files.", "Give both --meta FILE and --reviews FILE."
            )
        shop_of_it = config.model_copy(update={"catalogue": shop})
        with open_amazon(meta, reviews, shop, shop_of_it.shop, max_rejects) as source:
            _bring_in(source, shop_of_it)
    else:
        name = name or "journey"
        _print(import_with_bar(name, config), config.model_copy(update={"catalogue": name}))


@data.command("sniff")
def sniff_files(
    files: Annotated[
        list[Path], typer.Argument(help="A file of products, and one of purchases if you have it.")
    ],
    name: Annotated[str, typer.Option(help="Of the shop; else the file's name.")] = "",
) -> None:
    """Draft the column map of your own CSV, JSONL or Parquet files, and print it.

    Example: [bold]shelftalk data sniff products.csv orders.csv > map.toml[/]
    """
    print(write_map(sniff(files, name)), end="")


def _bring_in(source: CheckedSource, shop: IndexConfig) -> None:
    _print(_write(source, shop), shop)
    console = Console()
    if source.report.rejected:
        console.print(f"What was left out, row by row: {source.rejects}", highlight=False)
    setting = f"SHELFTALK_INDEX__CATALOGUE={shop.catalogue}"
    console.print(f"Next: {setting} shelftalk prepare", highlight=False)


def _write(source: CatalogueSource, shop: IndexConfig) -> ImportReport:
    columns = (SpinnerColumn(), TextColumn("{task.description}"), TimeElapsedColumn())
    with Progress(*columns, console=Console(stderr=True)) as bar:
        task = bar.add_task(f"Reading {source.name}", total=None)

        def show(what: str, done: int) -> None:
            bar.update(task, description=f"Writing {what}: {done:,}")

        report = import_source(source, shop, show)
        bar.update(task, description=f"{source.name}: in the shop", total=1, completed=1)
    return report


def _print(report: ImportReport, shop: IndexConfig) -> None:
    console = Console()
    console.print(_account(report))
    for noun, reasons in report.rejected.items():
        console.print(_reasons(noun, reasons.most_common()))
    catalogue = Catalogue.open(shop)
    ids = catalogue.ids()
    console.print(f"Some of the {len(ids):,} products:")
    for product in catalogue.many(ids[:: max(1, len(ids) // _EXAMPLES)][:_EXAMPLES]):
        console.print(f"  {_line(product)}", highlight=False)
    catalogue.close()


def _account(report: ImportReport) -> Table:
    table = Table("", "read", "kept", "merged", "rejected", title=f"Import of {report.source}")
    for noun, read in report.read.items():
        gone = sum(report.rejected.get(noun, {}).values())
        row = (read, report.kept[noun], report.merged[noun], gone)
        table.add_row(noun, *(f"{n:,}" for n in row))
    return table


def _reasons(noun: str, reasons: list[tuple[str, int]]) -> Table:
    table = Table("rows", f"{noun} left out because", show_edge=False)
    for reason, rows in reasons:
        table.add_row(f"{rows:,}", escape(reason))
    return table


def _line(product: Product) -> str:
    price = money(product.price, product.currency) if product.price is not None else "no price"
    return f"{escape(product.title)} · {escape(product.category)} · {price} · {product.id}"
