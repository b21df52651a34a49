"""``shelftalk bench paint``."""

from __future__ import annotations

from typing import Annotated

import typer

from ui.cli.bench import bench

FIRST_PAINT = "performance.getEntriesByName('first-contentful-paint')[0]?.startTime"
READY = "#examples button"
"""What stands there once the page has begun a conversation."""


@bench.command("paint", epilog="Example: shelftalk bench paint --json paint.json")
def paint(
    loads: Annotated[int, typer.Option(help="Times that the page is opened.", min=3)] = 10,
    json_to: Annotated[
        str | None, typer.Option("--json", metavar="FILE", help="Write the figures; - prints.")
    ] = None,
) -> None:
    """How soon a browser that was never here shows the page, on loopback."""
    import statistics

    from eval.report import Measurement, Row
    from ui.app import build_app
    from ui.cli._browser import a_browser
    from ui.cli._scripted import open_scripted
    from ui.loopback import listening

    first, ready = [], []
    with open_scripted() as assistant, listening(build_app(assistant)) as address:
        dataset = assistant.search.catalogue.dataset()
        with a_browser() as browser:
            for _ in range(loads):
                context = browser.new_context()  # with nothing in its cache
                page = context.new_page()
                page.goto(address)
                page.locator(READY).first.wait_for()
                first.append(page.evaluate(FIRST_PAINT))
                ready.append(page.evaluate("performance.now()"))
                context.close()
    rows = [
        Row("first_paint_ms", statistics.median(first), n=loads),
        Row("first_paint_max_ms", max(first), n=loads),
        Row("ready_ms", statistics.median(ready), n=loads),
    ]
    found = Measurement("bench paint", rows, {"loads": loads}, dataset=dataset)
    raise typer.Exit(found.finish(json_to))
