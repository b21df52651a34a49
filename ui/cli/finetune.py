"""``shelftalk finetune``: training data, a training run, and what it came to."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console

from index.errors import BadData
from ui.cli import app

if TYPE_CHECKING:
    from assistant.prompts import PromptTemplate
    from finetune.likes import Thumb
    from finetune.recipe import Job, SftRecipe
    from finetune.scenes import Shop
    from finetune.watch import Pace
    from index.config import IndexConfig

finetune = typer.Typer(
    name="finetune", help="Teach a small model to say true things.", no_args_is_help=True
)
app.add_typer(finetune)

MIX = ["explain/3", "understand/2=1300", "ask/2=300"]
"""What the shipped recipe trains for, and how many beside ``--count`` of the first."""
_Changes = Annotated[
    list[str] | None,
    typer.Option(
        "--set", metavar="KEY=VALUE", help="In place of the recipe's, say rank=8; repeatable."
    ),
]
_WEEKS_KEPT = 4
"""Weeks before the end of the data that training never reads."""


@finetune.command(
    "data",
    epilog="Example: shelftalk finetune data --prompt explain/3=1600 --prompt understand/2=1200",
)
def data(
    count: Annotated[
        int, typer.Option(help="Examples of each template that names no number.", min=10)
    ] = 1800,
    pairs: Annotated[int, typer.Option(help="Pairs for 'finetune dpo'.", min=0)] = 200,
    cut: Annotated[
        datetime | None,
        typer.Option(
            help="No purchase on this day or later is read; by default four weeks before the end. "
            "A reply tells of what was bought before its day, so no like of a later day teaches. "
            "Where the shop stands on the last day of its data, so do all its replies: cut on that "
            "day to learn from them. 'finetune evaluate' then has no day left to ask about.",
            formats=["%Y-%m-%d"],
        ),
    ] = None,
    likes: Annotated[
        bool,
        typer.Option(
            "--likes", help="Pairs also from the likes and dislikes in the shop's feedback log."
        ),
    ] = False,
    likes_from: Annotated[
        Path | None, typer.Option(help="From this log instead: the desk.sqlite of the shop.")
    ] = None,
    prompt: Annotated[
        list[str],
        typer.Option(
            metavar="NAME[=COUNT]",
            help="Template to render with, one a job: of explain, score, understand or ask. Give "
            "it again for an adapter of several jobs; those of the shipped recipe by default.",
        ),
    ] = MIX,
    base: Annotated[str, typer.Option(help="Whose chat template.")] = "SmolLM2-135M-Instruct",
    seed: Annotated[int, typer.Option(help="Draws shoppers and requests.")] = 7,
    out: Annotated[Path | None, typer.Option(help="Folder; by default under the shop's.")] = None,
    teacher: Annotated[
        str | None,
        typer.Option(
            metavar="URL",
            help="An OpenAI-compatible server that words some of the sentences; they teach only "
            "if they pass what all must pass. Its key: SHELFTALK_TEACHER__API_KEY.",
        ),
    ] = None,
    teacher_model: Annotated[
        str | None, typer.Option(metavar="NAME", help="The teacher's name on its server.")
    ] = None,
    teacher_share: Annotated[
        float, typer.Option(help="Share of the sentences it is asked for.", min=0.0, max=1.0)
    ] = 0.3,
    translate: Annotated[
        list[str] | None,
        typer.Option(
            metavar="CODE",
            help="Let it take some messages to this language and back, say de; repeatable.",
        ),
    ] = None,
) -> None:
    """Build examples of one job or several; no sentence teaches that is not verified.

    Killed while a teacher answers and asked again, it asks only for what is missing.
    """
    from rich.progress import Progress

    from finetune.build import Order, build
    from finetune.dataset import open_tokenizer
    from finetune.lessons import prose
    from index.weights import locate
    from ui.cli import _teacher

    mix = _mix(prompt, count)
    config = _config()
    thumbs = _thumbs(config, likes_from) if likes or likes_from else None
    lessons = _teacher.lessons(teacher, teacher_model, teacher_share, translate or (), config)
    shop = _shop(config)
    last = cut.date() if cut else shop.catalogue.last_day - timedelta(weeks=_WEEKS_KEPT)
    tokenizer = open_tokenizer(locate(base, config))
    folder = out or config.shop / "training"
    errors = Console(stderr=True)
    with Progress(console=errors, transient=True) as bars:
        bar = bars.add_task("Examples", total=sum(n for _, n in mix))
        if lessons:
            lessons.teacher.tell = _teacher.Bars(bars)
        card = build(
            shop,
            tokenizer,
            mix,
            Order(last, seed, pairs, thumbs),
            folder,
            lambda done, _: bars.update(bar, completed=done),
            lessons,
        )
    console = Console()
    for name in ("examples", "shoppers", "duplicate_prompts", "cut"):
        console.print(f"{name.replace('_', ' ')}: {card[name]}", highlight=False)
    for job, told in card["by_job"].items():
        console.print(
            f"{job}: {told['examples']} examples, {told['shapes']} shapes, the most frequent "
            f"{told['most_of_a_shape']:.1%}",
            highlight=False,
        )
    if told := card.get("likes"):
        pairs_of = ", ".join(f"{count} {why}" for why, count in told["pairs"].items())
        console.print(f"thumbs: {told['thumbs']}, pairs: {pairs_of or 'none'}", highlight=False)
        for why, count in told["left_out"].items():
            console.print(f"left out: {count}, {why}", highlight=False)
    if lessons:
        console.print(prose(card), highlight=False, markup=False)
    console.print(f"The card lies in {folder}/card.json", highlight=False)


@finetune.command("sft", epilog="Example: shelftalk finetune sft --budget-minutes 40")
def sft(
    recipe: Annotated[
        Path | None, typer.Option(help="A YAML file; by default the shipped one.")
    ] = None,
    changes: _Changes = None,
    data_from: Annotated[
        Path | None, typer.Option("--data", help="What 'finetune data' wrote.")
    ] = None,
    run: Annotated[
        Path | None, typer.Option(help="Run folder; asked again, it goes on there.")
    ] = None,
    budget_minutes: Annotated[
        float | None, typer.Option(help="Plan the steps for so long.", min=0.1)
    ] = None,
    start: Annotated[
        str | None, typer.Option(help="Go on from this adapter instead of a new one.")
    ] = None,
    name: Annotated[str | None, typer.Option(help="Add the adapter under this name.")] = None,
) -> None:
    """Train a LoRA adapter. Killed and asked again, it goes on with the same losses."""
    from finetune.recipe import read_sft

    checked = read_sft(recipe, changes or ())  # every error, before anything heavy is imported
    _needs_training()
    from finetune.sft import train

    _run(train, checked, data_from, run, "sft", budget_minutes, start, name)


@finetune.command("dpo", epilog="Example: shelftalk finetune dpo --start default --name mine")
def dpo(
    start: Annotated[str, typer.Option(help="The adapter to go on from.")],
    recipe: Annotated[
        Path | None, typer.Option(help="A YAML file; by default the shipped one.")
    ] = None,
    changes: _Changes = None,
    data_from: Annotated[
        Path | None, typer.Option("--data", help="What 'finetune data' wrote.")
    ] = None,
    run: Annotated[
        Path | None, typer.Option(help="Run folder; asked again, it goes on there.")
    ] = None,
    budget_minutes: Annotated[
        float | None, typer.Option(help="Stop after so long.", min=0.1)
    ] = None,
    name: Annotated[str | None, typer.Option(help="Add the adapter under this name.")] = None,
) -> None:
    """Go on from an adapter with pairs of a better and a worse sentence."""
    from finetune.recipe import read_dpo

    checked = read_dpo(recipe, changes or ())
    _needs_training()
    from finetune.dpo import train

    _run(train, checked, data_from, run, "dpo", budget_minutes, start, name)


@finetune.command("evaluate", epilog="Example: shelftalk finetune evaluate --sentences 60 --json -")
def evaluate(
    adapter: Annotated[str, typer.Option(help="Adapter by name or folder.")] = "default",
    sentences: Annotated[
        int,
        typer.Option(
            help="Sentences, moments, messages or questions a system, by the job.", min=4, max=4000
        ),
    ] = 60,
    job: Annotated[
        str | None, typer.Option(help="Of its jobs; by default to explain, else its first.")
    ] = None,
    prompt: Annotated[
        str, typer.Option(help="Prompt of the base, where it explains.")
    ] = "explain/1",
    seed: Annotated[int, typer.Option(help="Draws shoppers and requests.")] = 7,
    free: Annotated[
        int,
        typer.Option(
            help="So many sentences more of the tuned model alone, grammar off: 1000 show how "
            "varied it is. Killed and asked again, they go on.",
            min=0,
        ),
    ] = 0,
    out: Annotated[
        Path | None, typer.Option(help="Write every sentence or question there, a line each.")
    ] = None,
    show: Annotated[
        Path | None,
        typer.Option(help="Write thirty sentences there as a page: best, middle and worst ten."),
    ] = None,
    json_to: Annotated[
        str | None, typer.Option("--json", help="Write the figures; - prints.")
    ] = None,
) -> None:
    """Hold the tuned model beside its base, on shoppers and days that never taught.

    Exit code 0: the targets hold; 1: it falls short of one; 2: it could not run.
    """
    from finetune.adapters import Adapters
    from finetune.against import Against
    from finetune.compare import measure

    config = _config()
    chosen = Adapters(config.home).at(adapter)
    against = Against(chosen, job or chosen.jobs[0], prompt, sentences, seed, free)
    errors = Console(stderr=True)
    measured = measure(
        against,
        _shop(config),
        config,
        out,
        show,
        lambda system, done, of: errors.print(f"{system}: reply {done} of {of}", highlight=False),
        lambda done, of, left: errors.print(
            f"tuned alone: sentence {done} of {of} · {left / 60:.0f} min left", highlight=False
        ),
    )
    raise typer.Exit(measured.finish(json_to))


@finetune.command("card", epilog="Example: shelftalk finetune card mine --evaluation e.json")
def card(
    adapter: Annotated[str, typer.Argument(help="Adapter by name.")],
    evaluation: Annotated[
        list[Path] | None,
        typer.Option(help="What 'finetune evaluate --json' wrote; again for another job."),
    ] = None,
) -> None:
    """Write the model card of an adapter, with the figures of an evaluation."""
    from finetune.adapters import Adapters
    from finetune.card import write_card

    path = write_card(Adapters(_config().home).find(adapter).path, evaluation or ())
    Console().print(f"The card lies in {path}", highlight=False)


@finetune.command("merge", epilog="Example: shelftalk finetune merge default merged-model")
def merge(
    adapter: Annotated[str, typer.Argument(help="Adapter by name.")],
    out: Annotated[Path, typer.Argument(help="Folder of the merged model.")],
) -> None:
    """Write base and adapter as one model folder, for servers that take no adapters."""
    from finetune.adapters import Adapters
    from finetune.merge import merge as merged
    from index.weights import locate

    config = _config()
    found = Adapters(config.home).find(adapter)
    path = merged(locate(str(found.told["base"]), config), found.path, out)
    Console().print(f"The merged model lies in {path}", highlight=False)


def _mix(prompts: Sequence[str], count: int) -> list[tuple[PromptTemplate, int]]:
    """Read "explain/3" and "understand/2=1200": templates, and how many examples of each."""
    from assistant.prompts import load

    found = []
    for name, sign, number in (prompt.partition("=") for prompt in prompts):
        if sign and not (number.isdecimal() and int(number) > 0):
            raise typer.BadParameter(
                f"{name}={number} names no number of examples; write {name}=300.",
                param_hint="--prompt",
            )
        found.append((load(name), int(number) if sign else count))
    return found


def _thumbs(config: IndexConfig, log: Path | None) -> list[Thumb]:
    from finetune.likes import Thumb
    from ui.desk import FILE
    from ui.feedback import thumbs_in

    return [Thumb(*line) for line in thumbs_in(log or config.shop / FILE)]


def _run(
    train: Callable[[Job, Callable[[Pace], None]], Path],
    recipe: SftRecipe,
    data_from: Path | None,
    run: Path | None,
    kind: str,
    budget_minutes: float | None,
    start: str | None,
    name: str | None,
) -> None:
    """Train in a run folder, tell each step, and keep the adapter."""
    from finetune.adapters import Adapters
    from finetune.recipe import Job
    from finetune.run import forget
    from index.weights import locate

    config = _config()
    adapters = Adapters(config.home)
    folder = run or config.home / "runs" / kind
    job = Job(
        recipe,
        locate(recipe.base, config),
        data_from or config.shop / "training",
        folder,
        budget_minutes,
        adapters.find(start).path if start else None,
    )
    errors = Console(stderr=True)
    adapter = train(job, lambda pace: errors.print(_line(pace), highlight=False))
    forget(folder)
    if name:
        adapter = adapters.add(adapter, name).path
    Console().print(f"The adapter lies in {adapter}, the loss curve in {folder}/losses.png")


def _config() -> IndexConfig:
    from assistant.config import Settings

    return Settings().index


def _shop(config: IndexConfig) -> Shop:
    from finetune.scenes import Shop
    from index.catalogue import Catalogue
    from index.purchases import Purchases

    return Shop(Catalogue.open(config), Purchases.open(config))


def _needs_training() -> None:
    try:
        import trl  # noqa: F401
    except ImportError as error:
        raise BadData(
            "Training needs trl and datasets, which are not installed.",
            "Run: pip install 'shelftalk[train]'",
        ) from error


def _line(pace: Pace) -> str:
    minutes = pace.seconds_left / 60
    return (
        f"step {pace.step} of {pace.steps} · loss {pace.loss:.3f} · "
        f"{pace.tokens_per_second:.0f} tokens/s · {minutes:.0f} min left"
    )
