"""The kinds of harm of this room, for ``shelftalk drill``."""

from __future__ import annotations

from eval.drills.drill import Kind
from ui.drills.feedback import kill_feedback
from ui.drills.floods import flood_chats, flood_leave, flood_line, flood_soak
from ui.drills.messages import feed_messages, feed_real

KINDS = {
    "kill-feedback": Kind(kill_feedback, few=2, many=60),
    "rubbish-messages": Kind(feed_messages, few=80, many=5000),
    "rubbish-real": Kind(feed_real, few=0, many=200, control=False),
    "flood-chats": Kind(flood_chats, few=50, many=50),
    "flood-line": Kind(flood_line, few=60, many=150),
    "flood-leave": Kind(flood_leave, few=2, many=10),
    "flood-soak": Kind(flood_soak, few=240, many=5000),
}
