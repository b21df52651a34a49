"""The tabs of house rules and of publishing: components and wiring."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import gradio as gr

from ui.lab import publish, rules
from ui.lab.ledger import Kind
from ui.lab.parts import QUIET, guarded_by, markup, who
from ui.lab.room import Room

KINDS = (
    "<p class='lab-quiet'>One rule a line, each with a name for the card and one of: pin, bury, "
    "exclude, adults_only (by ids, brands, categories, kinds), per_brand, apart. They are the same "
    "for everyone and are shown as such.</p>"
)


def rules_tab(room: Room, page: gr.Blocks) -> None:
    """Fill the house rules' tab."""
    seen = gr.State(0)
    gr.HTML(KINDS, apply_default_css=False)
    text = gr.Textbox(
        label="House rules", lines=12, max_lines=30, elem_id="lab-rules", elem_classes="lab-code"
    )
    with gr.Row():
        ask = gr.Textbox("surprise me", label="What fifty shoppers ask", elem_id="lab-rules-ask")
        preview = gr.Button("Show what changes for whom", elem_id="lab-rules-try")
    with gr.Row():
        why = gr.Textbox(label="Why", lines=1, elem_id="lab-rules-why")
        go = gr.Button("Publish the rules", variant="primary", elem_id="lab-rules-go")
    line, table = markup("lab-rules-line"), markup("lab-rules-table")

    def previewed(text: str, ask: str) -> Iterator[tuple[str, str]]:
        yield from rules.previewed(room, text, ask)

    def published(text: str, why: str, at: int, request: gr.Request) -> Any:
        return guarded_by(lambda: rules.published(room, who(request), text, why, at), str)

    def now() -> int:
        return room.serving.seen(Kind.RULES)

    page.load(lambda: (rules.in_force(room), now()), None, [text, seen], **QUIET)
    preview.click(previewed, [text, ask], [line, table], **QUIET)
    go.click(published, [text, why, seen], line, **QUIET).then(now, None, seen, **QUIET)


def publish_tab(room: Room, page: gr.Blocks, tab: gr.Tab) -> None:
    """Fill the publishing tab: dial, adapter, one click back, the log."""
    seen = gr.State({})
    line = markup("lab-publish-line")
    why = gr.Textbox(label="Why", lines=1, elem_id="lab-publish-why")
    with gr.Row():
        with gr.Column(min_width=240):
            kind = gr.Radio([k.value for k in Kind], value="prompt", label="Take back the last")
            back = gr.Button("One click back", variant="stop", elem_id="lab-back")
        with gr.Column(min_width=240):
            dial = gr.Slider(0, 1, 0.6, step=0.05, label="Personalisation dial", elem_id="lab-dial")
            turn = gr.Button("Publish the dial", elem_id="lab-dial-go")
        with gr.Column(min_width=240):
            name = gr.Dropdown([], label="Adapter", elem_id="lab-adapter")
            merge = gr.Button("Publish the adapter", elem_id="lab-adapter-go")
    book = markup("lab-book")

    def opened() -> Any:
        names = publish.adapters(room)
        at = room.serving.assistant.parts.dial
        return publish.book(room), publish.seen(room), at, gr.Dropdown(names)

    def after() -> Any:
        return publish.book(room), publish.seen(room)

    def taken(kind: str, why: str, at: dict[str, int], request: gr.Request) -> Any:
        return guarded_by(
            lambda: publish.taken_back(room, who(request), kind, why, at.get(kind, 0)), str
        )

    def turned(value: float, why: str, at: dict[str, int], request: gr.Request) -> Any:
        return guarded_by(
            lambda: publish.dial_published(room, who(request), value, why, at.get("dial", 0)), str
        )

    def merged(name: str | None, why: str, at: dict[str, int], request: gr.Request) -> Any:
        return guarded_by(
            lambda: publish.adapter_published(room, who(request), name, why, at.get("adapter", 0)),
            str,
        )

    shown = [book, seen]
    for begins in (page.load, tab.select):
        begins(opened, None, [*shown, dial, name], **QUIET)
    back.click(taken, [kind, why, seen], line, **QUIET).then(after, None, shown, **QUIET)
    turn.click(turned, [dial, why, seen], line, **QUIET).then(after, None, shown, **QUIET)
    merge.click(merged, [name, why, seen], line, **QUIET).then(after, None, shown, **QUIET)
