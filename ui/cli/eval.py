"""``shelftalk eval``: how good it is, measured offline."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from ui.cli import app

evaluation = typer.Typer(
    name="eval", help="Measure how good it is, offline, with intervals.", no_args_is_help=True
)
app.add_typer(evaluation)

Json = Annotated[str | None, typer.Option("--json", help="Write the figures; - prints them.")]


@evaluation.command("list", epilog="Example: shelftalk eval list")
def list_tasks() -> None:
    """Name every task that can be run."""
    from rich.table import Table

    from eval.tasks.registry import entries

    table = Table("task", "what it measures")
    for entry in entries().values():
        table.add_row(entry.name, entry.about)
    Console().print(table)


@evaluation.command(
    "run", epilog="Example: shelftalk eval run beauty --limit 2000 --system item-knn --json -"
)
def run(
    name: Annotated[str, typer.Argument(help="A task that 'shelftalk eval list' names.")],
    limit: Annotated[
        int | None, typer.Option(help="So many cases, spread evenly over all.", min=1)
    ] = None,
    full: Annotated[bool, typer.Option("--full", help="All cases of a task that is long.")] = False,
    seed: Annotated[int, typer.Option(help="Of random rows and of the intervals.", min=0)] = 0,
    system: Annotated[
        list[str] | None, typer.Option(help="Only this row; may be given more than once.")
    ] = None,
    out: Annotated[
        Path | None, typer.Option(help="The run's folder; by default one named by its plan.")
    ] = None,
    jobs: Annotated[
        int, typer.Option(help="Processes that answer at once, each with the task open.", min=1)
    ] = 1,
    json_to: Json = None,
) -> None:
    """Run a task. Killed and asked again, it goes on where it was.

    Exit code 0: the targets hold; 1: it falls short of one; 2: it could not run.
    """
    from eval.jobs import answer_together
    from eval.runs import Plan, RunFolder, execute
    from eval.tasks.registry import find

    entry = find(name)
    task = entry.open(seed)
    plan = Plan.of(name, task, seed, limit or (None if full else entry.limit))
    folder = RunFolder.start(plan, out)
    errors = Console(stderr=True)
    with _bars(errors) as bars:
        if jobs > 1:
            chunks = bars.add_task("chunks", total=None)
            answer_together(
                plan, folder, jobs, system, lambda done: bars.update(chunks, completed=done)
            )
        measured = execute(task, plan, folder, system, _shown_on(bars))
    code = measured.finish(json_to)
    errors.print(f"The run lies in {folder.path}", highlight=False)
    raise typer.Exit(code)


@evaluation.command("compare", epilog="Example: shelftalk eval compare beauty-1a2b3c4d /tmp/mine")
def compare_runs(
    before: Annotated[str, typer.Argument(help="A run's folder, or its name among the runs.")],
    after: Annotated[str, typer.Argument(help="The run to hold against it.")],
    system: Annotated[str | None, typer.Option(help="Only this system.")] = None,
    markdown: Annotated[
        bool, typer.Option("--markdown", help="Print Markdown for a pull request instead.")
    ] = False,
    json_to: Json = None,
) -> None:
    """Hold two runs against each other, case by case, with paired intervals.

    Runs of different protocols or data are refused, with the reason.
    """
    from eval.compare import compare
    from eval.markdown import as_markdown
    from eval.runs import RunFolder

    measured = compare(RunFolder.find(before), RunFolder.find(after), system)
    if markdown:
        print(as_markdown(measured), end="")
        raise typer.Exit(0)
    raise typer.Exit(measured.finish(json_to))


@evaluation.command(
    "report", epilog="Example: shelftalk eval report journey-1a2b3c4d --html p.html"
)
def report(
    names: Annotated[list[str], typer.Argument(help="Runs by folder or by name among the runs.")],
    html: Annotated[
        Path | None, typer.Option(help="Write them as one page instead.", dir_okay=False)
    ] = None,
    json_to: Json = None,
) -> None:
    """Print the report of a finished run again, or write several as one HTML page.

    The page needs nothing beside it: tables, bars by kind, the curve of the dial, and the
    worst cases with their claims coloured.
    """
    from eval.page.render import write_page
    from eval.runs import RunFolder

    folders = [RunFolder.find(name) for name in names]
    if html:
        write_page(folders, html)
        raise typer.Exit(0)
    raise typer.Exit(max(folder.report().finish(json_to) for folder in folders))


@evaluation.command(
    "misses", epilog="Example: shelftalk eval misses journey-1a2b3c4d --table novel"
)
def misses(
    name: Annotated[str, typer.Argument(help="A finished run of beauty, journey or office.")],
    table: Annotated[str, typer.Option(help="Of the run; by default its first.")] = "",
    examples: Annotated[int, typer.Option(help="Of each of the three worst kinds.", min=0)] = 3,
    json_to: Json = None,
) -> None:
    """Sort what a run did not find into kinds, the worst first, with examples."""
    from eval.misses import measure
    from eval.runs import RunFolder

    raise typer.Exit(measure(RunFolder.find(name), table, examples).finish(json_to))


@evaluation.command("gate", epilog="Example: shelftalk eval gate mutation-1a2b3c4d")
def gate(
    names: Annotated[
        list[str] | None,
        typer.Argument(help="Only these runs; else the latest of every task with targets."),
    ] = None,
) -> None:
    """Hold every published target against finished runs. Exit code 1 where one does not hold.

    A task with targets that was never run holds none of them.
    """
    from eval.gate import judge_runs, show
    from eval.runs import RunFolder

    found = judge_runs([RunFolder.find(name) for name in names] if names else None)
    show(found, Console())
    raise typer.Exit(0 if all(held.holds for held in found) else 1)


@evaluation.command("tune-dial", epilog="Example: shelftalk eval tune-dial --picture curve.svg")
def tune_dial(
    seed: Annotated[int, typer.Option(help="Of shoppers, needs and intervals.", min=0)] = 0,
    write: Annotated[
        bool, typer.Option("--write/--no-write", help="Put the knee into the settings.")
    ] = True,
    settings: Annotated[Path, typer.Option(help="The settings file.", dir_okay=False)] = Path(
        "shelftalk.toml"
    ),
    picture: Annotated[
        Path | None, typer.Option(help="Also draw the curve, as SVG.", dir_okay=False)
    ] = None,
    json_to: Json = None,
) -> None:
    """Sweep the personalisation dial and serve from the knee of the curve.

    Consistency over wordings against distance between shoppers, on purchases of the weeks
    before the test weeks; a position that loses hits is not chosen.
    """
    from eval.curve import knee
    from eval.dial import validation_day
    from eval.picture import curve_svg
    from eval.shop import last_day, open_speaker
    from eval.tune_dial import as_measurement, keep, measure, write_dial

    errors = Console(stderr=True)
    with open_speaker(as_of=validation_day(last_day())) as assistant, _bars(errors) as bars:
        points = measure(assistant, seed, _shown_on(bars))
        measured = as_measurement(points, assistant, seed)
    chosen, drawn = knee(points), curve_svg(points, knee(points))
    if picture:
        picture.write_text(drawn, encoding="utf-8")
    folder = keep(measured, drawn)
    code = measured.finish(json_to)
    errors.print(f"The curve lies in {folder}", highlight=False)
    if write:
        write_dial(chosen.dial, settings)
        errors.print(f"dial = {chosen.dial:g} stands in {settings}", highlight=False)
    raise typer.Exit(code)


def _bars(console: Console) -> Progress:
    return Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeRemainingColumn(),
        console=console,
        transient=True,
    )


def _shown_on(bars: Progress) -> Callable[[str, int, int], None]:
    """Return a listener that keeps a bar a system."""
    known: dict[str, int] = {}

    def update(system: str, done: int, total: int) -> None:
        if system not in known:
            known[system] = int(bars.add_task(system, total=total))
        bars.update(bars.tasks[known[system]].id, completed=done)

    return update
