"""The key of an output: what its samples depend on, so that an interrupted one is only gone on with as it was begun."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator

from convcli import __version__
from convcli.cli.commands.apply.asked import ApplyOptions
from convcli.cli.commands.apply.pipeline import Settings
from convcli.images.picture import Picture


def key_of(picture: Picture, settings: Settings, options: ApplyOptions) -> str:
    """Lines of a name and a value: the input and its date, the kernels, all else that is done to it, this version."""
    kernels = [
        (kernel.name, kernel.anchor, kernel.weights.shape, kernel.weights.tobytes()) for kernel in settings.kernels
    ]
    names = ", ".join(kernel.name for kernel in settings.kernels)
    said = {
        "version": __version__,
        "input": _identity(picture.source),
        "kernels": f"{names} ({_digest(kernels)})",
        **{name: str(value) for name, value in _said(settings, options).items()},
    }
    return "\n".join(f"{name}: {' '.join(value.split())}" for name, value in said.items())


def _digest(value: object) -> str:
    return hashlib.sha256(repr(value).encode()).hexdigest()[:16]


def _said(settings: Settings, options: ApplyOptions) -> dict[str, object]:
    """What the samples depend on, by the names of options; values that are the same in every process."""
    window, border = settings.options.window, settings.options.window.border
    missing = settings.seeing.missing
    return {
        "border": f"{border.name}:{border.fill}" if border.fills else border.name,
        "window size": window.size,
        "padding": window.padding and tuple(window.padding),
        "stride": window.stride,
        "dilation": window.dilation,
        "bias": settings.options.bias,
        "channels": settings.options.channels,
        "groups": settings.options.groups,
        "precision": settings.options.precision,
        "combine": settings.combine,
        "relu": settings.relu,
        "pool": settings.pool and tuple(vars(settings.pool).values()),
        "display": settings.display,
        "colormap": settings.colormap,
        "range": settings.range,
        "alpha": settings.seeing.alpha,
        "missing": missing and tuple(missing),
        "linear": settings.seeing.linear,
        "region": options.region and tuple(options.region),
        "level": options.level,
        "layout": options.layout,
    }


def _identity(source: str) -> str:
    """The file, its size and its date; of a folder those of all that is in it; of what is no file, its name."""
    if not os.path.lexists(source):
        return source
    path = os.path.abspath(source)
    if os.path.isdir(source):
        return f"{_digest(sorted(_inside(source)))} {path}"
    status = os.stat(source)
    return f"{status.st_size} bytes, dated {status.st_mtime_ns}, {path}"


def _inside(folder: str) -> Iterator[tuple[str, int, int]]:
    """Every file of a folder that is a picture, its size and its date."""
    for root, _, names in os.walk(folder):
        for name in names:
            path = os.path.join(root, name)
            status = os.lstat(path)
            yield os.path.relpath(path, folder), status.st_size, status.st_mtime_ns
