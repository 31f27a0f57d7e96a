"""What may be in the name of a file on every system: Windows refuses some signs, and the names of its devices."""

from __future__ import annotations

from selfeval_xl.lazy import lazy

REFUSED = lazy(r'[\x00-\x1f\x7f<>:"/\\|?*]+')
_DEVICE = lazy(r"(?i)(con|prn|aux|nul|com[0-9¹²³]|lpt[0-9¹²³]) *(\.|$)")


def is_device(name: str) -> bool:
    """Whether Windows takes a file of this name for a device, as it does whatever the ending is (``aux.xlsx``)."""
    return _DEVICE.match(name) is not None
