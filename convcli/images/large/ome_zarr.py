"""What an OME-Zarr says of itself: its axes, its levels, and how large a pixel is.

Source: OME-Zarr 0.5 (https://ngff.openmicroscopy.org/0.5).
"""

from __future__ import annotations

from typing import Any

from convcli import __version__

MICROMETRES = 25_400  # of an inch


def group(name: str, has_channels: bool, levels: int, dpi: tuple[float, float] | None) -> dict[str, Any]:
    """The metadata of the group, as JSON has it.

    Args:
        name: of the picture.
        has_channels: whether an axis c stands before y and x.
        levels: how many; each half of the one before, its samples means of 2 × 2.
        dpi: pixels per inch, across and down, where they are known.
    """
    space: dict[str, Any] = {"type": "space"} if dpi is None else {"type": "space", "unit": "micrometer"}
    channel = [{"name": "c", "type": "channel"}] if has_channels else []
    across, down = (1.0, 1.0) if dpi is None else (MICROMETRES / dpi[0], MICROMETRES / dpi[1])
    pixel = [1.0] * has_channels + [down, across]
    scales = {
        "name": name,
        "axes": [*channel, {"name": "y", **space}, {"name": "x", **space}],
        "datasets": [_dataset(level, pixel, has_channels) for level in range(levels)],
        "type": "mean",
        "metadata": {"description": "means of 2 x 2 samples, whole numbers rounded half up",
                     "method": "convcli", "version": __version__},
    }  # fmt: skip
    attributes = {"ome": {"version": "0.5", "multiscales": [scales]}}
    return {"zarr_format": 3, "node_type": "group", "attributes": attributes}


def _dataset(level: int, pixel: list[float], has_channels: bool) -> dict[str, Any]:
    """A level: the middle of its first pixel is that of the pixels whose mean it is."""
    factor = 2**level
    scale = [size if axis < has_channels else size * factor for axis, size in enumerate(pixel)]
    moved = [0.0 if axis < has_channels else size * (factor - 1) / 2 for axis, size in enumerate(pixel)]
    changes: list[dict[str, Any]] = [{"type": "scale", "scale": scale}]
    if level:
        changes.append({"type": "translation", "translation": moved})
    return {"path": str(level), "coordinateTransformations": changes}
