"""``shelftalk data``: what the shop holds, and where it came from."""

from __future__ import annotations

from typing import Annotated

import typer
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from assistant.config import Settings
from index.catalogue import Catalogue
from index.config import IndexConfig
from index.errors import BadData, UnknownShopper
from index.purchases import Purchases
from index.text import money
from ui.cli import app

data = typer.Typer(help="Fill the shop from a source, and look into it.", no_args_is_help=True)
app.add_typer(data, name="data")

_LINES = 15


@data.command("show")
def show(
    product_id: Annotated[str | None, typer.Argument(help="A product's id.")] = None,
    shopper: Annotated[str | None, typer.Option(help="A shopper's id instead.")] = None,
) -> None:
    """Show one product with all its fields, or a shopper's latest receipt lines.

    Examples: [bold]shelftalk data show --shopper 1228[/] ·
    [bold]shelftalk data show j0123456789[/]
    """
    config = Settings().index
    if shopper is not None:
        _show_shopper(shopper, config)
    elif product_id is not None:
        _show_product(product_id, config)
    else:
        raise BadData("Nothing to show.", "Give a product's id, or --shopper with an id.")


def _show_product(product_id: str, config: IndexConfig) -> None:
    catalogue = Catalogue.open(config)
    product = catalogue.get(product_id)
    today = config.as_of or catalogue.last_day
    promotion = catalogue.promotion(product_id, None, today)
    catalogue.close()
    if product is None:
        raise BadData(
            f"There is no product {product_id!r} in the shop {config.catalogue!r}.",
            'Ids are printed by: shelftalk ask "…" --json',
        )
    table = Table("field", "value", title=escape(product.title))
    for field in product.__dataclass_fields__:
        value = getattr(product, field)
        shown = money(value, product.currency) if field == "price" and value is not None else value
        table.add_row(field, escape(str(shown)))
    if promotion:
        table.add_row("promotion today", escape(f"{promotion.where}, store {promotion.store_id}"))
    Console().print(table)


def _show_shopper(shopper: str, config: IndexConfig) -> None:
    purchases, catalogue = Purchases.open(config), Catalogue.open(config)
    today = config.as_of or catalogue.last_day
    lines = purchases.history(shopper, today)
    products = {p.id: p for p in catalogue.many(line.product_id for line in lines[-_LINES:])}
    purchases.close()
    catalogue.close()
    if not lines:
        raise UnknownShopper(
            f"Nothing is known of shopper {shopper!r} before {today}.",
            "Leave --shopper out to be a guest; 1228 is a shopper of the default data.",
        )
    title = f"Shopper {escape(shopper)}: {len(lines):,} receipt lines before {today}, the latest"
    table = Table("event", "day", "product", "packs", "paid", title=title)
    for line in lines[-_LINES:]:
        known = products.get(line.product_id)
        paid = money(line.paid, known.currency if known else "USD") if line.paid is not None else ""
        name = known.title if known else line.product_id
        table.add_row(str(line.id), str(line.at.date()), escape(name), str(line.quantity), paid)
    Console().print(table)
