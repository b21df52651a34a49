"""Language models behind one interface: on this machine, on a server, or scripted."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

from assistant.config import ModelConfig
from assistant.errors import BadModel
from assistant.interfaces import ChatModel

__all__ = ["open_model"]

# Read by OpenMP when torch is first imported. Its threads spin while they wait for one
# another; beside any other busy process a decoding step then takes several times as long.
os.environ.setdefault("OMP_WAIT_POLICY", "passive")


def open_model(config: ModelConfig, folder_of: Callable[[str], Path]) -> ChatModel | None:
    """Open the model that the settings name; ``None`` where templates are to speak alone.

    Parameters
    ----------
    config
        Backend, name, adapter, precision.
    folder_of
        Where the weights of a name lie; asked for the local backend only.

    Raises
    ------
    BadModel
        A folder, an adapter or an address that can't serve.
    """
    if config.backend == "none":
        return None
    if config.backend == "local":
        from assistant.models.local import open_local

        return open_local(folder_of(config.name), config.adapter, config.precision, config.threads)
    if not config.url:
        raise BadModel(
            'The backend "openai" needs the address of a server.',
            "Set model.url (SHELFTALK_MODEL__URL), for example http://127.0.0.1:8000/v1.",
        )
    from assistant.models.openai import OpenAIModel

    return OpenAIModel.from_url(
        config.url, config.name, api_key=config.api_key, timeout_s=config.timeout_s
    )
