"""The key of an output: what its samples depend on, so that an interrupted one is only gone on with as it was begun."""

from __future__ import annotations

import hashlib
import os
from dataclasses import replace

from convcli import __version__
from convcli.cli.commands.apply.asked import ApplyOptions
from convcli.cli.commands.apply.pipeline import Settings
from convcli.images.picture import Picture


def key_of(picture: Picture, settings: Settings, options: ApplyOptions) -> str:
    """Lines of a name and a value: the input and its date, the kernels, all else that is done to it, this version."""
    weights = [(kernel.name, kernel.weights.shape, kernel.weights.tobytes()) for kernel in settings.kernels]
    how = (options.region, options.level, options.linear, options.alpha, options.layout, options.tile, options.pyramid)
    names = ", ".join(kernel.name for kernel in settings.kernels)
    said = {
        "version": __version__,
        "input": " ".join(map(str, _identity(picture))),
        "kernels": f"{names} ({_digest(weights)})",
        "options": _digest((_said(settings), how)),
    }
    return "\n".join(f"{name}: {' '.join(value.split())}" for name, value in said.items())


def _digest(value: object) -> str:
    return hashlib.sha256(repr(value).encode()).hexdigest()[:16]


def _said(settings: Settings) -> str:
    """Every setting but the kernels, which have no text of their own."""
    fields = {name: value for name, value in vars(settings).items() if name != "kernels"}
    return repr({**fields, "options": replace(settings.options, jobs=None)})


def _identity(picture: Picture) -> tuple[object, ...]:
    """The file, its size and its date; of what is no file, its name."""
    shape = (*picture.pixels.shape, picture.pixels.dtype.str)
    if not os.path.lexists(picture.source):
        return (picture.source, shape)
    status = os.stat(picture.source)
    return (os.path.abspath(picture.source), status.st_size, status.st_mtime_ns, shape)
