"""Channels: each takes a message and either has delivered it or says in Chinese why not."""

from noveto.warnings.channels.base import Channel, SendError
from noveto.warnings.channels.open import open_channel

__all__ = ["Channel", "SendError", "open_channel"]
