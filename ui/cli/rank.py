"""``shelftalk rank``: let the order of the picks be learned from purchases."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console
from rich.progress import Progress

from ui.cli import app

if TYPE_CHECKING:
    from assistant.config import Settings
    from assistant.rank_learned import TreeRanker
    from assistant.rank_lessons import Question
    from eval.rank_fit import Order
    from eval.report import Row

rank = typer.Typer(name="rank", help="Learn the order of the picks.", no_args_is_help=True)
app.add_typer(rank)


@rank.command("fit", epilog="Example: shelftalk rank fit --ablate --json -")
def fit(
    shoppers: Annotated[
        int, typer.Option(help="Shoppers a week to learn from, and to choose on.", min=1)
    ] = 300,
    weeks: Annotated[int, typer.Option(help="Weeks to learn from.", min=1, max=20)] = 3,
    seed: Annotated[int, typer.Option(help="Draws shoppers and resamples.", min=0)] = 0,
    ablate: Annotated[
        bool, typer.Option("--ablate", help="Fit again without each signal, and say what is lost.")
    ] = False,
    score: Annotated[
        int,
        typer.Option(
            help="Also let the model score the ten best of so many questions of the weeks to "
            "learn from, and of as many of the later one: does it help?",
            min=0,
        ),
    ] = 0,
    json_to: Annotated[
        str | None, typer.Option("--json", help="Write the figures; - prints them.")
    ] = None,
) -> None:
    """Learn a ranker from past weeks and hold it against the blend on a later one.

    It serves where it is clearly better there (or with SHELFTALK_RANKER=learned). It learns at
    the dial of the settings: after changing that, fit again. A fit that is killed leaves what
    served before, and starts again when asked again.
    """
    from assistant.config import Settings
    from assistant.rank_served import folder_of, write_verdict
    from eval.rank_fit import Order, ablations, compare, lessons, wins
    from eval.rank_fit import fit as learned
    from eval.report import Measurement, Row
    from index.search import open_search

    settings, errors = Settings(), Console(stderr=True)
    order = Order(shoppers, weeks, seed, settings.dial)

    def tell(what: str, count: int) -> None:
        errors.print(f"{what}: {count}", highlight=False)

    with open_search(settings.index, chroma=False) as search:
        learn, choose = lessons(search, order, tell)
        # The past days' counts took its place in the shop's folder; the next start wants today's.
        search.demand(search.as_of)
        about = search.catalogue.dataset()
    trees = learned(learn, order.dial)
    rows = compare(trees, settings.rank, choose, order)
    folder = folder_of(settings.index)
    trees.save(folder)
    write_verdict(folder, trees, wins(rows))
    rows += [
        Row("share", share, name, "importance", n=len(learn))
        for name, share in trees.importances().items()
    ]
    if ablate:
        rows += ablations(learn, choose, order, tell)
    said = []
    if score:
        scored, note = _scored(settings, trees, learn, choose, order, score)
        rows += scored
        said.append(note)
    days, chosen_on = order.days(search.as_of)
    measured = Measurement(
        command="rank fit",
        rows=rows,
        protocol={
            "learned_from": [f"the week after {day}" for day in days],
            "chosen_on": f"the week after {chosen_on}",
            "dial": order.dial,
            "questions": len(learn),
        },
        dataset=about,
        seed=seed,
        hashes={"model": trees.fingerprint},
        notes=[
            f"The learned ranker {'serves now' if wins(rows) else 'does not serve'}: "
            "it must be clearly better in NDCG@10 somewhere, clearly worse nowhere, nor its "
            "reasons.",
            f"It lies in {folder}.",
            *said,
        ],
    )
    raise typer.Exit(measured.finish(json_to))


def _scored(
    settings: Settings,
    trees: TreeRanker,
    learn: Sequence[Question],
    choose: Sequence[Question],
    order: Order,
    count: int,
) -> tuple[list[Row], str]:
    """Ask the model about the best of some questions; return the table and what it means."""
    from assistant.rank_served import LearnedRanker
    from assistant.score import open_scorer
    from eval.rank_scored import ask, chosen_weight, compare, helps
    from eval.summary import spread
    from index.errors import TellPerson
    from index.weights import locate

    scorer = open_scorer(
        settings.model, settings.index.home, lambda name: locate(name, settings.index)
    )
    if scorer is None:
        raise TellPerson(
            "There is no adapter that scores for the model of the settings.",
            "Train one with 'shelftalk finetune sft' (recipe score), or leave --score away.",
        )
    some = [[of_it[n] for n in spread(len(of_it), count)] for of_it in (learn, choose)]
    ranker = LearnedRanker(trees)
    with Progress(console=Console(stderr=True), transient=True) as bars:
        bar = bars.add_task("the model scores", total=sum(map(len, some)))
        first, later = (
            ask(of_it, ranker, scorer, order.dial, lambda _: bars.advance(bar)) for of_it in some
        )
    weight = chosen_weight(first)
    rows = compare(later, weight, order.seed)
    verdict = "helps; nothing serves it yet" if helps(rows) else "does not clearly help"
    return rows, f"A nat of the model weighs {weight:g}; its score {verdict}."
