"""A ranker learned from purchases: trees over what every source says of a candidate."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict, Field

from index.errors import BadData, MissingExtra

Floats = NDArray[np.float32]
MODEL, MANIFEST = "model.txt", "manifest.json"


class TreesConfig(BaseModel):
    """Settings of the boosted trees."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    objective: Literal["binary", "lambdarank"] = "binary"
    """``binary`` says how likely a purchase is, so that scores compare between shoppers and
    parts of the catalogue; ``lambdarank`` only orders within a list."""
    rounds: int = Field(default=120, ge=1)
    rate: float = Field(default=0.08, gt=0, le=1)
    leaves: int = Field(default=31, ge=2)
    least: int = Field(default=100, ge=1)
    """Examples in a leaf, at least."""
    rising: bool = False
    """Whether a score may never fall as any feature rises."""
    negatives: float = Field(default=0.35, gt=0, le=1)
    """Share of the candidates that were not bought which are learned from."""
    seed: int = Field(default=0, ge=0)


class TreeRanker:
    """Gradient-boosted trees (LightGBM; LambdaRank after Burges 2010) over named features.

    Same examples, settings and seed give the same model. A feature that is not a number is
    legal: the trees learn where "unknown" goes.
    """

    def __init__(self, booster: Any, names: Sequence[str], config: TreesConfig) -> None:
        self._booster = booster
        self.names = tuple(names)
        self.config = config

    @classmethod
    def fit(
        cls,
        features: Floats,
        bought: NDArray[np.bool_],
        question: NDArray[np.int64],
        names: Sequence[str],
        config: TreesConfig | None = None,
    ) -> TreeRanker:
        """Learn which candidates were bought.

        Parameters
        ----------
        features
            *Shape:* (pairs, names).
        bought
            *Shape:* (pairs,).
        question
            Number of the question that a pair answers, ascending. *Shape:* (pairs,).

        Raises
        ------
        ValueError
            Questions that do not ascend, or no purchase among the examples.
        MissingExtra
            LightGBM is not installed.
        """
        config = config or TreesConfig()
        if (np.diff(question) < 0).any():
            raise ValueError("the pairs of a question must stand together, questions ascending")
        if not bought.any():
            raise ValueError("nothing was bought in these examples, so there is nothing to learn")
        library = _lightgbm()
        draw = np.random.default_rng(config.seed).random(len(bought))
        kept = bought | (draw < config.negatives)
        sizes = np.unique(question[kept], return_counts=True)[1]
        data = library.Dataset(
            features[kept],
            bought[kept].astype(np.float32),
            feature_name=list(names),
            group=sizes if config.objective == "lambdarank" else None,
        )
        return cls(
            library.train(_parameters(config, len(names)), data, config.rounds), names, config
        )

    @property
    def fingerprint(self) -> str:
        """SHA-256 of the trees."""
        return hashlib.sha256(self._booster.model_to_string().encode()).hexdigest()

    def score(self, features: Floats) -> Floats:
        """Return a score a pair, higher better. *Shape:* (pairs, names) to (pairs,)."""
        if not len(features):
            return np.zeros(0, dtype=np.float32)
        return np.asarray(self._booster.predict(features, raw_score=True), dtype=np.float32)

    def contributions(self, features: Floats) -> NDArray[np.float64]:
        """Return what each feature adds to each score; the last column is the base value.

        TreeSHAP (Lundberg et al. 2020): a row sums to the pair's score.
        *Shape:* (pairs, names) to (pairs, names + 1).
        """
        if not len(features):
            return np.zeros((0, len(self.names) + 1))
        return np.asarray(self._booster.predict(features, pred_contrib=True))

    def importances(self) -> dict[str, float]:
        """Return each feature's share of the loss that the splits took away, most first."""
        gains = np.asarray(self._booster.feature_importance("gain"), dtype=np.float64)
        shares = gains / max(float(gains.sum()), 1e-12)
        found = zip(self.names, shares.tolist(), strict=True)
        return dict(sorted(found, key=lambda pair: (-pair[1], pair[0])))

    def save(self, folder: Path) -> None:
        """Write the model, then the manifest that vouches for it, each put in place whole."""
        folder.mkdir(parents=True, exist_ok=True)
        text = self._booster.model_to_string()
        manifest = {
            "names": self.names,
            "config": self.config.model_dump(),
            "sha256": hashlib.sha256(text.encode()).hexdigest(),
        }
        for name, content in ((MODEL, text), (MANIFEST, json.dumps(manifest, indent=2) + "\n")):
            aside = folder / f"{name}.part"
            aside.write_text(content, encoding="utf-8")
            aside.replace(folder / name)

    @classmethod
    def load(cls, folder: Path) -> TreeRanker:
        """Read a model back.

        Raises
        ------
        BadData
            It is not there, or it is not the one that the manifest vouches for: a fit was
            killed between the two.
        """
        try:
            text = (folder / MODEL).read_text(encoding="utf-8")
            manifest = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
            if hashlib.sha256(text.encode()).hexdigest() != manifest["sha256"]:
                raise ValueError("the model is not the one that its manifest names")
            config = TreesConfig(**manifest["config"])
        except (OSError, ValueError, KeyError) as trouble:
            raise BadData(
                f"There is no whole ranking model at {folder} ({trouble}).",
                "Make one with 'shelftalk rank fit'.",
            ) from None
        return cls(_lightgbm().Booster(model_str=text), manifest["names"], config)


def _parameters(config: TreesConfig, features: int) -> dict[str, Any]:
    return {
        "objective": config.objective,
        "learning_rate": config.rate,
        "num_leaves": config.leaves,
        "min_data_in_leaf": config.least,
        "feature_fraction": 0.6,
        "lambda_l2": 10.0,
        "max_bin": 127,
        "lambdarank_truncation_level": 20,
        "monotone_constraints": [1] * features if config.rising else None,
        "seed": config.seed,
        "deterministic": True,
        "force_col_wise": True,
        "verbose": -1,
    }


def _lightgbm() -> Any:
    try:
        import lightgbm
    except ImportError:
        raise MissingExtra("lightgbm", "rank") from None
    return lightgbm
