"""Addresses of a network, told from names of files; nothing is fetched here."""

from __future__ import annotations

import os
import re

_ADDRESS = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*(://|::)")


def is_address(text: str) -> bool:
    """Whether a text is an address, and nothing on this machine has that name.

    >>> is_address("s3://bucket/slide.tif"), is_address("sample:coffee"), is_address("slide.tif")
    (True, False, False)
    """
    return _ADDRESS.match(text) is not None and "\0" not in text and not os.path.lexists(text)
