"""The kinds of harm of this room, for ``shelftalk drill``."""

from __future__ import annotations

from eval.drills.drill import Kind
from ui.drills.messages import feed_messages, feed_real

KINDS = {
    "rubbish-messages": Kind(feed_messages, few=80, many=5000),
    "rubbish-real": Kind(feed_real, few=0, many=200, control=False),
}
