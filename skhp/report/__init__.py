"""What a person takes away from a finished search: leaderboards, frames and tables."""

from ._frames import ENGINES, frame_of
from ._leaderboard import Leaderboard, leaderboard_of
from ._panel import panel_of

__all__ = ["ENGINES", "Leaderboard", "frame_of", "leaderboard_of", "panel_of"]
