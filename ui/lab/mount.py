"""What stands behind the counter, put into the web application: the API and the lab."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import gradio as gr
from fastapi import FastAPI

from index.database import Database
from ui.api import mount_api
from ui.api.backroom import ShopBackroom
from ui.api.clients import Clients
from ui.feedback import FeedbackLog
from ui.lab.doorman import Doorman, LabDoor
from ui.lab.page import lab_page
from ui.lab.people import People
from ui.lab.room import Room
from ui.lab.serving import Serving
from ui.trail import Trail

HERE = Path(__file__).parent
QUEUE, TOGETHER = 16, 4
Mount = Callable[[FastAPI], None]


def staff(serving: Serving, desk: Database, log: FeedbackLog) -> Mount:
    """Return what mounts the API and the lab."""
    assistant = serving.assistant
    room = Room(serving, assistant.settings.index.shop / "lab", log)

    def mount(app: FastAPI) -> None:
        mount_api(app, assistant, ShopBackroom(assistant), Clients(desk), log)
        mount_lab(app, room, Doorman(People(desk), trail=Trail(desk)))

    return mount


def mount_lab(app: FastAPI, room: Room, doorman: Doorman) -> None:
    """Mount the page under /lab, behind its own login."""
    app.add_middleware(LabDoor, doorman=doorman)
    page = lab_page(room)
    page.queue(max_size=QUEUE, default_concurrency_limit=TOGETHER, api_open=False)
    out = room.folder / "out"
    out.mkdir(parents=True, exist_ok=True)
    gr.mount_gradio_app(
        app,
        page,
        path="/lab",
        auth_dependency=doorman.who,
        allowed_paths=[str(out)],
        theme=gr.themes.Base(font=["system-ui", "sans-serif"]),
        css_paths=[HERE / "lab.css"],
        head=f"<script>{(HERE / 'lab.js').read_text(encoding='utf-8')}</script>",
        footer_links=[],
        show_error=False,
        enable_monitoring=False,
        max_file_size="1mb",
    )
