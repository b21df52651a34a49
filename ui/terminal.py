"""What the terminal shows: the same cards and reasons as the page, as rich tables and lines.

Catalogue strings go in as ``Text``: rich never reads them as markup, and ``plain`` has taken
the escape codes out.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from rich.console import Console
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from assistant.acts import Basket, Choice, Comparison
from assistant.basket import about_coupon
from assistant.types import CardsReady, Need, Profile, Sentence
from index.text import money
from ui.boundary import Trouble
from ui.door import Talk
from ui.events import Turn, context, shelf, spans
from ui.welcome import examples, known
from ui.words import conditions, plain


def welcome(console: Console, profile: Profile) -> None:
    """What is known of the shopper, and what can be asked."""
    heading, facts = known(profile)
    console.print(Text(heading))
    for fact in facts:
        console.print(Text(f"  • {fact}"))
    console.print(Text("\nTry: " + " · ".join(examples(profile)[:3]), style="dim"))
    console.print(
        "[dim]/why 2 shows the evidence, /drop 1 takes a kept condition away, /compare 1 2 puts"
        " cards side by side, /add 1 and /basket fill a basket, /undo takes back, /help lists more,"
        " /quit leaves.[/]\n"
    )


def keeping(console: Console, need: Need, currency: str = "USD") -> None:
    """The conditions that every pick meets."""
    kept = [words for words, _ in conditions(need, currency)]
    if kept:
        console.print(Text(f"keeping: {' · '.join(kept)}", style="yellow"))


def drop(console: Console, number: str, talk: Talk) -> None:
    """Take the numbered condition away and show what stays; without a number, only show."""
    kept = talk.kept
    if number.isdecimal() and 1 <= int(number) <= len(kept):
        talk.drop(kept[int(number) - 1].key)
    elif number:
        console.print(Text(f"There is no kept condition {number!r}; /drop alone lists them."))
        return
    for place, one in enumerate(talk.kept, start=1):
        console.print(Text(f"  {place}  {plain(one.words)}", style="yellow"))
    if not talk.kept:
        console.print(Text("No condition is kept."))


def dial(console: Console, number: str, talk: Talk) -> None:
    """Set the personalisation of this conversation; without a number, only show it."""
    try:
        if number:
            talk.dial = float(number)
    except ValueError:
        console.print(Text(f"{number!r} is no number; give one from 0 to 1, as in /dial 0.2."))
        return
    console.print(Text(f"Personalisation is {talk.dial:g} (0: the same for everyone, 1: all you)."))


def cards(console: Console, turn: Turn, profile: Profile) -> None:
    """The cards as a small table; the closest product below, where nothing satisfies."""
    if turn.note:
        console.print(Text(plain(turn.note)))
    shown = shelf(turn, profile)
    if shown["cards"]:
        console.print(_table(shown["cards"]))
    if shown["nearest"]:
        console.print(Text("Closest, but it does not meet everything you asked:", style="yellow"))
        console.print(_table([shown["nearest"]]))


def beside(console: Console, event: CardsReady) -> None:
    """What came with the cards: a table, choices. The basket stands in the note."""
    if event.comparison:
        comparison(console, event.comparison)
    if event.choices:
        choices(console, event.choices)


def comparison(console: Console, found: Comparison) -> None:
    """Products side by side; the best of a row is green."""
    table = Table(box=None, pad_edge=False, header_style="dim")
    table.add_column("")
    for title in found.titles:
        table.add_column(Text(plain(title)))
    for row in found.fields:
        values = [
            Text(plain(value), style="green" if place == row.best else "")
            for place, value in enumerate(row.values)
        ]
        table.add_row(Text(plain(row.label), style="dim"), *values)
    console.print(Padding(table, (0, 0, 1, 0)))
    if found.left_out:
        known = f"Not known of all of them: {', '.join(found.left_out)}."
        console.print(Text(plain(known), style="dim"))


def asked(console: Console, question: str) -> None:
    """The question that was worded once the cards stood; nothing where there is none."""
    if question.strip():
        console.print(Text(plain(question.strip())))


def choices(console: Console, offered: Iterable[Choice]) -> None:
    """Answers to a question, by number."""
    for number, choice in enumerate(offered, start=1):
        console.print(Text(f"  /choose {number}  {plain(choice.label)}", style="cyan"))


def basket(console: Console, found: Basket) -> None:
    """What is in it, what each costs, and the total."""
    if not found.lines:
        console.print(Text("Your basket is empty."))
        return
    table = Table(box=None, pad_edge=False, show_header=False)
    table.add_column(justify="right")
    table.add_column()
    table.add_column(justify="right")
    currency = found.lines[0].product.currency
    for line in found.lines:
        price = "price not known" if line.price is None else money(line.price, currency)
        table.add_row(f"{line.packs} ×", Text(plain(line.product.title)), price)
        if line.coupon:
            taken = f"\u2212{money(line.off, currency)}" if line.off else ""
            table.add_row("", Text(plain(about_coupon(line)), style="dim"), taken)
    table.add_row("", Text("total", style="bold"), Text(money(found.total, currency), style="bold"))
    if found.saved:
        table.add_row("", Text("saved by promotions"), money(found.saved, currency))
    if found.off:
        table.add_row("", Text("taken off by coupons"), money(found.off, currency))
    console.print(Padding(table, (0, 0, 1, 2)))


def sentence(console: Console, said: Sentence, turn: Turn, profile: Profile) -> None:
    """One verified sentence; what it points at is bold."""
    if not said.is_shown:
        return
    line = Text(f"{said.pick_id.lstrip('P')}  ", style="green")
    for words, reference in spans(said, context(turn, profile)):
        line.append(plain(words), style="bold" if reference else "not bold default")
    console.print(line)


def why(console: Console, number: str, turn: Turn, profile: Profile) -> None:
    """The evidence of one card of the turn."""
    found = [c for c in shelf(turn, profile)["cards"] if c["number"] == number]
    if not found:
        console.print(Text(f"There is no card {number!r}; give the number of one, as in /why 1."))
        return
    card = found[0]
    console.print(Text(card["title"], style="bold"))
    for reason in card["reasons"]:
        console.print(Text(f"  • {reason['words']} {reason['moved']}".rstrip()))
        for pointer, value in reason["rows"]:
            console.print(Text(f"      {pointer} = {value}", style="dim"))
    for claim in card["claims"]:
        console.print(Text(f"  {claim['verdict']}: {claim['text']} ({claim['because']})"))
    hits = ", ".join(f"{h['source']} place {h['rank']} ({h['score']})" for h in card["found_by"])
    console.print(Text(f"  found by {hits}", style="dim"))


def trouble(console: Console, told: Trouble) -> None:
    """A failure as a sentence, and what to do."""
    console.print(Text.assemble((plain(told.what), "bold red"), " ", plain(told.remedy)))


def _table(rows: Iterable[dict[str, Any]]) -> Padding:
    table = Table(box=None, pad_edge=False, header_style="dim")
    for name in ("", "product", "size", "price", ""):
        table.add_column(name, justify="right" if name == "price" else "left")
    for row in rows:
        price = Text(row["price"] or "not known", style="bold")
        if row["was"]:
            price.append(f" {row['was']}", style="strike dim not bold")
        table.add_row(row["number"], Text(row["title"]), Text(row["size"]), price, _marks(row))
    return Padding(table, (0, 0, 1, 0))


def _marks(row: dict[str, Any]) -> Text:
    marks = [
        "promotion" if row["promotion"] else "",
        "store brand" if row["store_brand"] else "",
        row["rhythm"] or "",
        row["unit_price"],
        f"picked by the shop: {row['house_rule']}" if row["house_rule"] else "",
    ]
    return Text(" · ".join(filter(None, marks)), style="green")
