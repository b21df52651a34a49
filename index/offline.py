"""No network: a process that can reach nobody but this machine, and knows who was asked for.

An audit hook (PEP 578) sees every address that Python's sockets connect to, send to or look up,
whichever library asks, and can't be taken out again for the life of the process. It does not
see libraries that open sockets of their own below Python, nor other processes.
"""

from __future__ import annotations

import ipaddress
import os
import sys
from typing import Any

from index.errors import TellPerson

SETTINGS = {
    "SHELFTALK_INDEX__OFFLINE": "true",
    "HF_HUB_OFFLINE": "1",
    "HF_HUB_DISABLE_TELEMETRY": "1",
    "TRANSFORMERS_OFFLINE": "1",
    "HF_DATASETS_OFFLINE": "1",
    "GRADIO_ANALYTICS_ENABLED": "False",
    "ANONYMIZED_TELEMETRY": "False",
    "DO_NOT_TRACK": "1",
}
"""Variables by which libraries, and processes that are started, do not even try."""
_ADDRESSED = {"socket.connect": 1, "socket.sendto": 1, "socket.sendmsg": 1}
_NAMED = {"socket.getaddrinfo": 0, "socket.gethostbyname": 0, "socket.gethostbyaddr": 0}
"""Which argument of an audit event says whom: Python's table of audit events."""


class NoNetwork(TellPerson):
    """Something asked for another machine though nobody may."""


class Loopback:
    """Keeps this process to loopback from ``install`` on."""

    def __init__(self) -> None:
        self.refused: list[str] = []
        """Whom something asked for, in order."""

    def install(self) -> None:
        """Refuse every other machine, for good."""
        sys.addaudithook(self._hear)

    def _hear(self, event: str, arguments: tuple[Any, ...]) -> None:
        if event in _ADDRESSED:
            address = arguments[_ADDRESSED[event]]
            host = address[0] if isinstance(address, tuple) else None  # else a Unix socket
        elif event in _NAMED:
            host = arguments[_NAMED[event]]
        else:
            return
        if host is not None and not is_here(host):
            self.refused.append(str(host))
            raise NoNetwork(
                f"Nothing but this machine may be reached, and something asked for {host}.",
                "Leave --offline out, or have here what is fetched: shelftalk prepare",
            )


def go_offline() -> Loopback:
    """Set ``SETTINGS`` and keep this process to loopback; what is started inherits the first."""
    os.environ.update(SETTINGS)
    found = Loopback()
    found.install()
    return found


def is_here(host: Any) -> bool:
    """Whether a host is this machine: loopback, no host at all, or its plain name."""
    name = host.decode("ascii", "replace") if isinstance(host, bytes) else str(host)
    try:
        return ipaddress.ip_address(name.partition("%")[0]).is_loopback
    except ValueError:
        return name in ("", "localhost")
