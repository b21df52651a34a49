"""``shelftalk shopper``: what is known of a shopper, in their hands."""

from __future__ import annotations

import json
from typing import Annotated

import typer

from assistant.consent import Purpose, Wish
from ui.cli import app
from ui.trail import Deed, mark_of, noted

shopper = typer.Typer(help="See, correct, export and erase a profile.", no_args_is_help=True)
app.add_typer(shopper, name="shopper")

Id = Annotated[str, typer.Argument(help="The shopper's id.")]


@shopper.command("show", epilog="Example: shelftalk shopper show 1228")
def show(shopper_id: Id) -> None:
    """Every remembered fact in plain words with the key that forgets it, and what was said."""
    from assistant.config import Settings
    from assistant.consent import WishBook, fact_key
    from assistant.erase import export
    from assistant.following import known_of
    from index.search import open_search
    from ui.words import fact

    config = Settings().index
    export(config, shopper_id)  # raises where nothing is known
    with open_search(config, chroma=False) as search:
        wishes = WishBook(search.purchases.database).of(shopper_id)
        profile, _ = known_of(search, shopper_id, config.adult, wishes)
    for one in profile.facts:
        typer.echo(f"{fact(one)}  [{fact_key(one)}]")
    for purpose in Purpose:
        typer.echo(f"{purpose.value}: {'on' if wishes.allows(purpose) else 'off'}")
    for kind, said in (
        ("forgotten", sorted(wishes.forgotten)),
        ("never these brands", wishes.never_brands),
        ("never with these words", wishes.never_words),
    ):
        if said:
            typer.echo(f"{kind}: {', '.join(said)}")


@shopper.command("consent", epilog="Example: shelftalk shopper consent 1228 personalise off")
def consent(
    shopper_id: Id,
    purpose: Annotated[Purpose, typer.Argument(help="What the profile is used for.")],
    state: Annotated[str, typer.Argument(help="on or off.")],
) -> None:
    """Switch a use of the profile on or off; it holds from the next turn on."""
    if state not in ("on", "off"):
        raise typer.BadParameter("say on or off", param_hint="STATE")
    _note(shopper_id, Wish.OFF, purpose.value, undo=state == "on")
    _trailed(Deed.CONSENT, shopper_id, f" {purpose.value} {state}")
    typer.echo(f"{purpose.value} is {state} for {shopper_id}.")


@shopper.command("say", epilog="Example: shelftalk shopper say 1228 never_word nuts")
def say(
    shopper_id: Id,
    wish: Annotated[Wish, typer.Argument(help="What is said.")],
    value: Annotated[str, typer.Argument(help="A brand, a word, or a fact's key from 'show'.")],
    undo: Annotated[bool, typer.Option("--undo", help="Take it back.")] = False,
) -> None:
    """Correct the profile (forget) or add to it (never_brand, never_word)."""
    _note(shopper_id, wish, value, undo)
    typer.echo(f"{wish.value} {value}: {'taken back' if undo else 'noted'} for {shopper_id}.")


@shopper.command("export", epilog="Example: shelftalk shopper export 1228 > mine.json")
def export_all(shopper_id: Id) -> None:
    """Print every row about a shopper as JSON, by table."""
    from assistant.config import Settings
    from assistant.erase import export

    found = export(Settings().index, shopper_id)
    _trailed(Deed.EXPORTED, shopper_id)
    typer.echo(json.dumps(found, ensure_ascii=False, indent=1))


@shopper.command("erase", epilog="Example: shelftalk shopper erase 1228 --yes")
def erase_all(
    shopper_id: Id,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask again.")] = False,
) -> None:
    """Delete purchases, conversations and everything else about a shopper for good.

    Says as well what learned from many shoppers, and has to be made again to forget this one.
    """
    from assistant.config import Settings
    from assistant.erase import erase, export
    from assistant.traces import learned
    from assistant.tuned import SHIPPED

    config = Settings().index
    found = export(config, shopper_id)
    rows = sum(map(len, found.values()))
    if not yes:
        typer.confirm(f"Erase {rows:,} rows about {shopper_id} for good?", abort=True)
    gone = erase(config, shopper_id)
    _trailed(Deed.ERASED, shopper_id)
    typer.echo("Erased: " + ", ".join(f"{n:,} of {table}" for table, n in gone.items()) + ".")
    for sentence in learned(config, SHIPPED):
        typer.echo(f"Not erased: {sentence}")


def _trailed(did: Deed, shopper_id: str, more: str = "") -> None:
    from assistant.config import Settings

    config = Settings().index
    noted(config, did, mark_of(config, shopper_id) + more)


def _note(shopper_id: str, wish: Wish, value: str, undo: bool) -> None:
    from assistant.config import Settings
    from assistant.consent import WishBook

    book = WishBook.open(Settings().index)
    try:
        if undo:
            book.take_back(shopper_id, wish, value)
        else:
            book.add(shopper_id, wish, value)
    finally:
        book.close()
