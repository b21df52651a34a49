"""The one log of a process: warnings and failures on standard error, redacted."""

from __future__ import annotations

import logging
import os
import secrets
from pathlib import Path

from ui.redact import Redactor

FILE = "log.key"
LINE = "%(asctime)s %(levelname)s %(name)s: %(message)s"


class Redacted(logging.Formatter):
    """Formats a record with its trace, and redacts the whole."""

    def __init__(self, redactor: Redactor) -> None:
        super().__init__(LINE)
        self._redactor = redactor

    def format(self, record: logging.LogRecord) -> str:
        return self._redactor(super().format(record))


def install(home: Path) -> None:
    """Send every library's warnings through the redactor; asked again it changes nothing."""
    root = logging.getLogger()
    if any(isinstance(handler.formatter, Redacted) for handler in root.handlers):
        return
    handler = logging.StreamHandler()
    handler.setFormatter(Redacted(Redactor(key_of(home))))
    root.addHandler(handler)
    root.setLevel(logging.WARNING)


def key_of(home: Path) -> bytes:
    """The key of this home, made at first use; where it can't be kept, one for this process.

    Kept, a shopper has the same mark in the logs of every day; thrown away, none leads back.
    """
    path = home / FILE
    try:
        home.mkdir(parents=True, exist_ok=True)
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "wb") as file:
            file.write(secrets.token_bytes(32))
    except FileExistsError:
        pass
    except OSError:
        return secrets.token_bytes(32)
    return path.read_bytes() or secrets.token_bytes(32)
