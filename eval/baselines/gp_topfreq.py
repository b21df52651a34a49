"""GP-TopFreq as a row: what you buy most, then what everyone does."""

from __future__ import annotations

from index.collaborative.frequency import KIND, PersonalFrequency
from index.collaborative.histories import Floats, Histories


class GpTopFreq:
    """A ``Baseline`` around ``PersonalFrequency``."""

    name = KIND
    chosen = ""

    def fit(self, train: Histories) -> None:
        self._model = PersonalFrequency.fit(train)

    def score(self, histories: Histories) -> Floats:
        return self._model.score_matrix(histories)
