"""Learning: the kernel and bias that turn one picture into another.

>>> from convcli.core.learning import learn
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from convcli import lazy

if TYPE_CHECKING:
    from convcli.core.learning.lesson import Lesson as Lesson
    from convcli.core.learning.lesson import learn as learn

__getattr__, __dir__ = lazy.handing_out(__name__, {"convcli.core.learning.lesson": ("Lesson", "learn")})
