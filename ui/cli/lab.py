"""``shelftalk lab``: who may use the lab, and its trials without a page."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from ui.cli import app
from ui.trail import Deed, noted

lab = typer.Typer(help="The merchandiser's lab: people and trials.", no_args_is_help=True)
people = typer.Typer(help="Who may log in at /lab.", no_args_is_help=True)
lab.add_typer(people, name="people")
app.add_typer(lab, name="lab")

Name = Annotated[str, typer.Argument(help="The name to log in with.")]


@people.command("add", epilog="Example: shelftalk lab people add ann")
def add(
    name: Name,
    password: Annotated[
        str, typer.Option(prompt=True, hide_input=True, confirmation_prompt=True)
    ] = "",
) -> None:
    """Let somebody into the lab, or give them a new password; only its hash is kept."""
    from assistant.config import Settings
    from ui.desk import open_desk
    from ui.lab.people import People

    desk = open_desk(Settings().index)
    People(desk).add(name, password)
    desk.close()
    noted(Settings().index, Deed.PERSON_ADDED, name)
    typer.echo(f"{name} may log in at /lab.")


@people.command("remove", epilog="Example: shelftalk lab people remove ann")
def remove(name: Name) -> None:
    """Shut somebody out, logged in or not."""
    from assistant.config import Settings
    from ui.desk import open_desk
    from ui.lab.people import People

    desk = open_desk(Settings().index)
    People(desk).remove(name)
    desk.close()
    noted(Settings().index, Deed.PERSON_REMOVED, name)
    typer.echo(f"{name} is shut out.")


@lab.command("run", epilog="Example: shelftalk lab run scenarios.csv explain/1 draft.jinja")
def run(
    scenarios: Annotated[
        Path,
        typer.Argument(help="A CSV file: shopper,message,expect.", exists=True, dir_okay=False),
    ],
    prompts: Annotated[
        list[str], typer.Argument(help="Released prompts or files; the first is held against.")
    ],
    json_to: Annotated[Path | None, typer.Option("--json", help="Write every cell.")] = None,
) -> None:
    """Try prompts against one another on scenarios; asked again it goes on where it was."""
    from rich.console import Console

    from assistant.config import Settings
    from assistant.prompts import load
    from assistant.wiring import open_assistant
    from ui.lab.drafts import draft
    from ui.lab.marks import Marks, write_aside
    from ui.lab.matrix import Trial, figures, to_json
    from ui.lab.scenarios import read_csv
    from ui.lab.trial import Variant, table
    from ui.lab.trial import run as trial

    read, errors = read_csv(scenarios.read_bytes()), Console(stderr=True)
    for line in read.wrong:
        errors.print(line, style="yellow", highlight=False)
    variants = [
        Variant(p, draft(Path(p).read_text(encoding="utf-8")) if Path(p).is_file() else load(p))
        for p in prompts
    ]
    with open_assistant(Settings()) as assistant:
        folder = assistant.settings.index.shop / "lab"
        with errors.status("Asking …") as status:
            for step in trial(assistant, variants, read.scenarios, folder / "cells"):
                status.update(f"{step.done} of {step.of} cells; now {step.variant}")
        cells = table(assistant, variants, read.scenarios, folder / "cells")
    marks = Marks(folder)
    hashes = {v.name: v.template.hash for v in variants}
    found = Trial(read.scenarios, hashes, cells, marks.golden(), marks.notes())
    for name in list(hashes)[1:]:
        typer.echo(f"{name} against {prompts[0]}:")
        for line in figures(found, name).splitlines():
            typer.echo(f"  {line}")
    if json_to:
        write_aside(json_to, to_json(found))
