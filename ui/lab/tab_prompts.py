"""The prompt lab's tab: components and wiring."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from dataclasses import replace as changed
from typing import Any

import gradio as gr

from assistant.interfaces import Stop
from ui.lab import prompts
from ui.lab.ledger import Kind
from ui.lab.parts import BUSY, QUIET, guarded_by, markup, who
from ui.lab.prompts import IN_FORCE
from ui.lab.room import Room
from ui.lab.scenarios import COLUMNS
from ui.lab.work import SLOTS, Work

HINT = (
    "Expectations, separated by semicolons: contains …, never …, at most 20 words, grounded at "
    "least 0.9, model at least 0.5, at least 3 picks, picks under 5.00, picks in AISLE, picks "
    "store brand, picks never …, as golden."
)


@dataclass(slots=True)
class Runs:
    """One trial at a time for each person, and a way to stop it."""

    stops: dict[str, Stop] = field(default_factory=dict)

    def begin(self, name: str) -> Stop:
        self.end(name)
        self.stops[name] = Stop()
        return self.stops[name]

    def end(self, name: str) -> None:
        if name in self.stops:
            self.stops[name].set()


@dataclass(frozen=True, slots=True)
class _Bench:
    """The components that hold what is on the bench."""

    sources: list[gr.Textbox]
    previews: list[gr.HTML]
    rows: gr.Dataframe


def prompts_tab(room: Room, page: gr.Blocks) -> None:
    """Fill the tab."""
    runs = Runs()
    bench = _drafts(room)
    line = markup("lab-line")
    with gr.Row(elem_id="lab-run"):
        run = gr.Button("Run", variant="primary", elem_id="lab-go")
        stop = gr.Button("Stop", variant="stop", elem_id="lab-stop")
        only = gr.Checkbox(label="Only what was lost against A", elem_id="lab-only")
        download = gr.Button("CSV and JSON", elem_id="lab-files-make")
    files = gr.File(
        label="Files", visible=False, interactive=False, file_count="multiple", elem_id="lab-files"
    )
    verdicts, matrix = markup("lab-verdicts"), markup("lab-matrix")
    on_bench = [*bench.sources, bench.rows]

    def tried(a: str, b: str, c: str, rows: Any, only: bool, request: gr.Request) -> Iterator[Any]:
        halt = runs.begin(who(request))
        for bill in prompts.tried(room, who(request), [a, b, c], rows, only, halt):
            yield bill.progress, bill.matrix or gr.skip(), bill.verdicts or gr.skip()

    def stopped(request: gr.Request) -> None:
        runs.end(who(request))

    def redrawn(a: str, b: str, c: str, rows: Any, only: bool) -> Any:
        return guarded_by(
            lambda: (gr.skip(), *prompts.redrawn(room, [a, b, c], rows, only)),
            lambda words: (words, gr.skip(), gr.skip()),
        )

    def made(a: str, b: str, c: str, rows: Any) -> Any:
        return guarded_by(
            lambda: (gr.File(prompts.files(room, [a, b, c], rows), visible=True), gr.skip()),
            lambda words: (gr.skip(), words),
        )

    shown = [line, matrix, verdicts]
    run.click(tried, [*on_bench, only], shown, concurrency_limit=4, **QUIET)
    stop.click(stopped, None, None, concurrency_limit=None, **QUIET)  # nobody waits to stop
    only.change(redrawn, [*on_bench, only], shown, **QUIET)
    download.click(made, on_bench, [files, line], **BUSY)
    _marking(room, on_bench, [*on_bench, only], shown, redrawn)
    _publishing(room, page, on_bench, line)
    _restored(room, page, bench)


def _drafts(room: Room) -> _Bench:
    sources, previews = [], []
    with gr.Row(elem_id="lab-drafts"):
        for slot in SLOTS:
            with gr.Column(min_width=300):
                start = gr.Dropdown(
                    [IN_FORCE, *prompts.released()], value=None, label=f"{slot}: start from",
                    elem_id=f"lab-start-{slot}",
                )  # fmt: skip
                source = gr.Textbox(
                    label=f"Draft {slot}", lines=12, max_lines=12, elem_id=f"lab-draft-{slot}",
                    elem_classes="lab-code",
                )  # fmt: skip
                with gr.Accordion("As the model reads it", open=True):
                    preview = markup(f"lab-preview-{slot}")
                start.input(
                    lambda name: prompts.source_of(room, name) if name else gr.skip(),
                    start, source, **QUIET,
                )  # fmt: skip
                source.change(
                    lambda text: prompts.previewed(text) if text.strip() else "",
                    source, preview, trigger_mode="always_last", **QUIET,
                )  # fmt: skip
                sources.append(source)
                previews.append(preview)
    return _Bench(sources, previews, _scenarios(room))


def _scenarios(room: Room) -> gr.Dataframe:
    gr.HTML(f"<h2>Scenarios</h2><p class='lab-quiet'>{HINT}</p>", apply_default_css=False)
    rows = gr.Dataframe(
        headers=list(COLUMNS), type="array", interactive=True, wrap=True, max_height=320,
        label="Who asks what, and what is expected", elem_id="lab-scenarios",
        column_widths=["18%", "41%", "41%"], show_row_numbers=True,
    )  # fmt: skip
    line = markup("lab-read")
    with gr.Row(elem_id="lab-make"):
        number = gr.Number(40, label="How many", minimum=1, maximum=500, precision=0, min_width=120)
        make = gr.Button("Make from real shoppers", elem_id="lab-people")
        load = gr.UploadButton("Add a CSV file", file_types=[".csv", "text/csv"], elem_id="lab-csv")
    make.click(lambda count: prompts.from_people(room, count), number, rows, **BUSY)

    def loaded(path: str | None, there: Any) -> Any:
        return guarded_by(lambda: prompts.from_file(path, there), lambda words: (gr.skip(), words))

    load.upload(loaded, [load, rows], [rows, line], **QUIET)
    return rows


def _marking(
    room: Room, on_bench: list[Any], again: list[Any], shown: list[Any], redrawn: Any
) -> None:
    with gr.Accordion("Notes and golden answers", open=False), gr.Row():
        place = gr.Number(1, label="Scenario no.", minimum=1, precision=0, min_width=110)
        slot = gr.Radio(list(SLOTS), value="A", label="Draft")
        words = gr.Textbox(label="Note", lines=1)
        note = gr.Button("Note", elem_id="lab-note")
        gold = gr.Button("Make golden", elem_id="lab-gold")

    def noted(a: str, b: str, c: str, rows: Any, n: float, to: str, text: str) -> Any:
        return guarded_by(lambda: prompts.marked(room, [a, b, c], rows, n, to, text), str)

    def golden(a: str, b: str, c: str, rows: Any, n: float, to: str) -> Any:
        return guarded_by(lambda: prompts.marked(room, [a, b, c], rows, n, to, None), str)

    line = shown[0]
    note.click(noted, [*on_bench, place, slot, words], line, **QUIET).then(
        redrawn, again, shown, **QUIET
    )
    gold.click(golden, [*on_bench, place, slot], line, **QUIET).then(redrawn, again, shown, **QUIET)


def _publishing(room: Room, page: gr.Blocks, on_bench: list[Any], line: gr.HTML) -> None:
    seen = gr.State(0)
    with gr.Row(elem_id="lab-publish-prompt"):
        slot = gr.Radio(list(SLOTS), value="B", label="Publish draft")
        why = gr.Textbox(label="Why", lines=1, elem_id="lab-why-prompt")
        button = gr.Button("Publish", variant="primary", elem_id="lab-publish-go")

    def published(
        a: str, b: str, c: str, rows: Any, to: str, why: str, at: int, request: gr.Request
    ) -> Any:
        return guarded_by(
            lambda: prompts.published(room, who(request), [a, b, c], rows, to, why, at), str
        )

    def now() -> int:
        return room.serving.seen(Kind.PROMPT)

    page.load(now, None, seen, **QUIET)
    button.click(published, [*on_bench, slot, why, seen], line, **QUIET).then(
        now, None, seen, **QUIET
    )


def _restored(room: Room, page: gr.Blocks, bench: _Bench) -> None:
    """Keep what is typed, and have it there again after a reload or another login."""

    def restored(request: gr.Request) -> Any:
        work = room.bench.load(who(request))
        if work is None or not any(work.sources):
            text = prompts.source_of(room, IN_FORCE)
            work = Work([text, text, ""], work.rows if work else [])
        return [*work.sources, work.rows or [["guest", "", ""]]]

    def kept(a: str, b: str, c: str, rows: Any, request: gr.Request) -> None:
        name = who(request)
        plain = [[str(cell or "") for cell in row] for row in rows]
        there = room.bench.load(name) or Work()
        room.bench.keep(name, changed(there, sources=[a, b, c], rows=plain))

    all_ = [*bench.sources, bench.rows]
    page.load(restored, None, all_, **QUIET)
    for part in all_:
        part.change(kept, all_, None, trigger_mode="always_last", **QUIET)
