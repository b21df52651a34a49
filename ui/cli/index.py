"""``shelftalk index``: build it, look at its state, check it, search it by hand."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console
from rich.table import Table

from ui.cli import app

if TYPE_CHECKING:
    from collections.abc import Sequence

    from index.build import BuildReport
    from index.config import IndexConfig
    from index.types import Candidate

index = typer.Typer(help="The catalogue's vectors and how they are searched.", no_args_is_help=True)
app.add_typer(index, name="index")


def build_with_bar(config: IndexConfig) -> BuildReport:
    """Build the index of a shop, showing rate and time left."""
    from rich.progress import (
        BarColumn,
        MofNCompleteColumn,
        Progress,
        TextColumn,
        TimeRemainingColumn,
    )

    from index.build import build as build_index

    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TextColumn("{task.fields[rate]}"),
        TimeRemainingColumn(),
    )
    with Progress(*columns, console=Console(stderr=True)) as bar:
        task = bar.add_task("Reading the catalogue", total=None, rate="")
        start = time.perf_counter()

        def told(done: int, total: int) -> None:
            rate = f"{done / (time.perf_counter() - start):.0f} texts/s"
            words = "Building Chroma" if done == total else "Embedding texts"
            bar.update(task, description=words, completed=done, total=total, rate=rate)

        report = build_index(config, told)
        bar.update(task, description="Index in place")
    return report


@index.command("build", epilog="Example: shelftalk index build")
def build() -> None:
    """Embed what is new in the catalogue, build Chroma from it, switch to both.

    A build that was interrupted is taken up where it stopped.
    """
    from assistant.config import Settings

    report = build_with_bar(Settings().index)
    resumed = f", {report.resumed} taken up from an interrupted build" if report.resumed else ""
    Console().print(
        f"{report.products} products, {report.distinct} different texts: "
        f"{report.encoded} embedded, "
        f"{report.kept} kept{resumed}. Vectors {report.embed_s:.1f} s, Chroma "
        f"{report.chroma_s:.1f} s.",
        highlight=False,
    )


@index.command("status", epilog="Example: shelftalk index status")
def status() -> None:
    """What is built, from what, and which store answered lately."""
    from assistant.config import Settings
    from index.status import read_status

    console = Console()
    for name, value in read_status(Settings().index).items():
        console.print(f"[bold]{name:>16}[/]  {value}", highlight=False, soft_wrap=True)


@index.command("verify", epilog="Example: shelftalk index verify --deep")
def verify(
    deep: Annotated[
        bool,
        typer.Option(
            "--deep",
            help="Also embed a sample of texts again, hold the word index against the catalogue, "
            "and compare every vector in Chroma.",
        ),
    ] = False,
    every: Annotated[
        bool, typer.Option("--all", help="With --deep, embed every text again (minutes).")
    ] = False,
) -> None:
    """Check counts, hashes and fingerprint, and Chroma against exact search.

    Exit code 1 where something is broken.
    """
    from assistant.config import Settings
    from index.verify import EMBEDDED_AGAIN, RECALL_AT
    from index.verify import verify as verify_index

    console = Console()
    sample = None if every else EMBEDDED_AGAIN
    found = verify_index(Settings().index, deep=deep or every, sample=sample)
    recall = "not measured" if found.recall is None else f"{found.recall:.4f}"
    again = f", {found.embedded} texts embedded again" if found.embedded else ""
    console.print(
        f"{found.products} products, {found.vectors} vectors{again}, "
        f"Chroma recall@{RECALL_AT} {recall}"
    )
    for fault in found.faults:
        console.print(f"[red]broken:[/] {fault}")
    if found.faults:
        raise typer.Exit(1)
    console.print("[green]All is as it should be.[/]")


@index.command("search", epilog='Example: shelftalk index search "greek yogurt" --max-price 5')
def search(
    text: Annotated[str, typer.Argument(help="Words to look for; empty for what is popular.")] = "",
    max_price: Annotated[
        float | None, typer.Option(help="Most that a pack may cost today, in dollars.", min=0)
    ] = None,
    min_price: Annotated[
        float | None, typer.Option(help="Least that a pack may cost today, in dollars.", min=0)
    ] = None,
    shopper: Annotated[str | None, typer.Option(help="Whose purchases count.")] = None,
    k: Annotated[int, typer.Option(help="Candidates to show.", min=1, max=200)] = 10,
) -> None:
    """Show candidates with the rank that each source gave them."""
    from assistant.config import Settings
    from index import Filters, SearchRequest, open_search

    filters = Filters(
        min_price=None if min_price is None else round(min_price * 100),
        max_price=None if max_price is None else round(max_price * 100),
    )
    with open_search(Settings().index, chroma=False) as found:
        history = found.purchases.history(shopper, found.as_of) if shopper else ()
        request = SearchRequest(text, filters, history, found.as_of, k)
        _show(found.retrieve(request))


def _show(candidates: Sequence[Candidate]) -> None:
    from index.text import money

    console = Console()
    if not candidates:
        console.print("Nothing in the catalogue meets all of that.")
        return
    table = Table()
    for name in ("", "id", "product", "price", "sources (rank)"):
        table.add_column(name, no_wrap=name == "price")
    for place, candidate in enumerate(candidates, start=1):
        price = candidate.price_today
        table.add_row(
            str(place),
            candidate.product.id,
            candidate.product.title,
            "unknown" if price is None else money(price, candidate.product.currency),
            ", ".join(f"{source} {hit.rank}" for source, hit in candidate.hits.items()),
        )
    console.print(table)
