"""The tabs for looking: catalogue and shoppers, and evaluations."""

from __future__ import annotations

from typing import Any

import gradio as gr

from ui.lab import look, runs
from ui.lab.parts import BUSY, guarded_by, markup
from ui.lab.room import Room

GUEST = "guest"


def look_tab(room: Room) -> None:
    """Fill the tab of catalogue and shoppers."""
    with gr.Row():
        words = gr.Textbox(label="Find products by words or id", elem_id="lab-find")
        chosen = gr.Dropdown([], label="One product", elem_id="lab-product")
    with gr.Row():
        found, record = markup("lab-found"), markup("lab-record")
    people = [(one.label, one.id) for one in room.serving.assistant.shoppers()]
    with gr.Row():
        shopper = gr.Dropdown(
            [("Guest", GUEST), *people], value=None, label="A shopper",
            allow_custom_value=True, elem_id="lab-shopper",
        )  # fmt: skip
        message = gr.Textbox("surprise me", label="A turn of theirs", elem_id="lab-turn")
        trace = gr.Button("Show the whole turn", elem_id="lab-trace")
    summary, whole = markup("lab-summary"), markup("lab-whole")

    def searched(text: str) -> Any:
        def found_() -> Any:
            page, choices = look.searched(room, text)
            return page, gr.Dropdown(choices, value=None)

        return guarded_by(found_, lambda told: (told, gr.skip()))

    words.submit(searched, words, [found, chosen], **BUSY)
    chosen.input(
        lambda id_: guarded_by(lambda: look.product(room, id_), str), chosen, record, **BUSY
    )
    shopper.input(
        lambda id_: guarded_by(lambda: look.shopper(room, id_), str) if id_ != GUEST else "",
        shopper, summary, **BUSY,
    )  # fmt: skip
    trace.click(
        lambda id_, text: guarded_by(
            lambda: look.traced(room, None if id_ in (None, GUEST) else id_, text), str
        ),
        [shopper, message], whole, **BUSY,
    )  # fmt: skip


def runs_tab(room: Room, tab: gr.Tab) -> None:
    """Fill the tab of evaluations."""
    thumbs, curve = markup("lab-thumbs"), markup("lab-curve")
    with gr.Row():
        one = gr.Dropdown([], label="A run", elem_id="lab-run-one")
        other = gr.Dropdown([], label="Beside it, a later one", elem_id="lab-run-other")
        beside = gr.Button("Compare", elem_id="lab-run-compare")
    compared, drawn = markup("lab-compared"), markup("lab-drawn")

    def opened() -> Any:
        names = runs.names()
        drawn = guarded_by(lambda: runs.curve(room), str)
        return gr.Dropdown(names), gr.Dropdown(names), drawn, runs.satisfaction(room)

    tab.select(opened, None, [one, other, curve, thumbs], **BUSY)
    one.input(lambda name: guarded_by(lambda: runs.drawn(name), str), one, drawn, **BUSY)
    beside.click(
        lambda a, b: guarded_by(lambda: runs.compared(a, b), str), [one, other], compared, **BUSY
    )
