"""The shop for other programs: HTTP, JSON, a token for every client."""

from ui.api.build import mount_api

__all__ = ["mount_api"]
