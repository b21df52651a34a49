"""MG-ShopDial: what clients say in human shopping dialogues, with the intent it was given."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from pathlib import Path

from eval.datasets.files import Provenance, benchmark_file, benchmark_folder, files_sha256
from index.errors import BadData

FOLDER, FILE = "mg_shopdial", "MGShopDial.json"
FOLDS = 8
LICENCE = "no data licence is stated: research use only"


@dataclass(frozen=True, slots=True)
class ClientTurn:
    """One utterance of a client."""

    id: str
    dialogue: str
    place: int
    """Of the client's turns in the dialogue, from 0."""
    text: str
    intent: str
    """The label that most annotators gave; of a tie the first by name."""

    @property
    def fold(self) -> int:
        """Turns of one dialogue are in one fold, by hash."""
        return hashlib.sha256(self.dialogue.encode()).digest()[0] % FOLDS


def load(folder: Path | None = None) -> list[ClientTurn]:
    """Read all client turns, in the order of the file.

    Raises
    ------
    BadData
        The file is missing or not of this form.
    """
    path = benchmark_file(folder or benchmark_folder(FOLDER), FILE)
    try:
        return [turn for dialogue in json.loads(path.read_text("utf-8")) for turn in _of(dialogue)]
    except (KeyError, TypeError, ValueError) as error:
        raise BadData(f"{path} is no MG-ShopDial: {error}.", "Fetch the file again.") from error


def provenance(folder: Path | None = None) -> Provenance:
    """Name the data and its licence."""
    path = benchmark_file(folder or benchmark_folder(FOLDER), FILE)
    return Provenance("MG-ShopDial", LICENCE, files_sha256(path))


def _of(dialogue: dict[str, object]) -> list[ClientTurn]:
    name, said = str(dialogue["id"]), dialogue["utterances"]
    if not isinstance(said, list):
        raise TypeError("utterances is no list")
    client = [u for u in said if u["participant"] == "Client" and u["intents"]]
    return [
        ClientTurn(f"{name}/{u['utterance_id']}", name, place, u["utterance"], _most(u["intents"]))
        for place, u in enumerate(client)
    ]


def _most(intents: list[tuple[str, float]]) -> str:
    return min(intents, key=lambda pair: (-float(pair[1]), pair[0]))[0]
