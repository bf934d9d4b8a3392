"""Trained: the weights that ship, beside this file, and the networks that they belong to.

>>> from convcli.files.trained import read_trained
>>> read_trained("digits").graph.outputs
('fc-1',)
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from convcli import lazy

if TYPE_CHECKING:
    from convcli.files.trained.bundle import Bundle as Bundle
    from convcli.files.trained.bundle import read_trained as read_trained
    from convcli.files.trained.bundle import weights_path as weights_path

__getattr__, __dir__ = lazy.handing_out(
    __name__,
    {"convcli.files.trained.bundle": ("Bundle", "read_trained", "weights_path")},
)
