"""The engines: ways to compute the same correlation, each best somewhere.

A new engine is one file beside this one and one line here.  Each is a module
with `NAME`, `cost(problem)` (estimated nanoseconds, or None where it does not
apply) and `prepare(problem)` (a `bands.Runner`).
"""

from __future__ import annotations

from types import ModuleType

from convcli.core.engines import banded, direct, fourier, patches, separable

ENGINES: tuple[ModuleType, ...] = (direct, separable, banded, patches, fourier)
