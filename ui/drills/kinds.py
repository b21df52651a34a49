"""The kinds of harm of this room, for ``shelftalk drill``."""

from __future__ import annotations

from eval.drills.drill import Kind
from ui.drills.feedback import kill_feedback
from ui.drills.messages import feed_messages, feed_real

KINDS = {
    "kill-feedback": Kind(kill_feedback, few=2, many=60),
    "rubbish-messages": Kind(feed_messages, few=80, many=5000),
    "rubbish-real": Kind(feed_real, few=0, many=200, control=False),
}
