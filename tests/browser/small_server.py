"""The page over the small shop, as a process of its own."""

from __future__ import annotations

import sys
from pathlib import Path

import uvicorn

from index.config import IndexConfig
from tests.eval.small_assistant import small_assistant
from ui.app import build_app


def main(home: Path, port: int) -> None:
    """Serve the shop that was made in ``home`` until the process ends."""
    shop = IndexConfig(home=home, catalogue="small", offline=True)
    with small_assistant(shop) as assistant:
        uvicorn.run(build_app(assistant), port=port, log_level="warning")


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]))
