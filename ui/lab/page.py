"""The lab's page: tabs put side by side; what they show is made in the modules of events."""

from __future__ import annotations

import gradio as gr

from ui.lab.room import Room
from ui.lab.tab_look import look_tab, runs_tab
from ui.lab.tab_prompts import prompts_tab
from ui.lab.tab_publish import publish_tab, rules_tab


def lab_page(room: Room) -> gr.Blocks:
    """Build the page over a room; who is logged in comes with every request."""
    with gr.Blocks(title="Shelftalk lab", analytics_enabled=False, fill_width=True) as page:
        gr.HTML(_HEAD, elem_id="lab-head", apply_default_css=False, js_on_load=None)
        with gr.Tabs():
            with gr.Tab("Prompts", id="prompts"):
                prompts_tab(room, page)
            with gr.Tab("House rules", id="rules"):
                rules_tab(room, page)
            with gr.Tab("Publish", id="publish") as publishing:
                publish_tab(room, page, publishing)
            with gr.Tab("Catalogue and shoppers", id="look"):
                look_tab(room)
            with gr.Tab("Evaluations", id="runs") as evaluations:
                runs_tab(room, evaluations)
    return page


_HEAD = """
<header><h1>Shelftalk lab</h1>
<form method="post" action="/lab/logout"><button>Log out</button></form></header>
"""
