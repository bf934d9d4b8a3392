"""What is drawn of a pass while it goes on: tiles of the layers that are shown, sheets of each, one layer's values."""

from __future__ import annotations

import os
from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from convcli.cli.arguments.drawings import write_drawing
from convcli.cli.commands.run.asked import RunOptions
from convcli.core.display.mapping import to_pixels
from convcli.core.forward.layer_rows import Layers
from convcli.core.forward.observing import LayerSeen
from convcli.errors import OptionError, UsageError
from convcli.files import check_target, make_folders
from convcli.images.naming import safe_name
from convcli.report.forward.layer_sheet import layer_sheet
from convcli.report.forward.lecture import Line
from convcli.report.forward.map_tiles import tiles_of

if TYPE_CHECKING:
    from convcli.core.arrays import Array, Bytes
    from convcli.core.forward.preparing import Prepared

ON_ONE_SHEET, ON_THEIR_OWN = 12, 64  # maps of a layer
MOST_LINES = 24  # layers of one sheet
QUIET = {"relu", "relu6", "leaky-relu", "elu", "gelu", "silu", "hard-swish", "batchnorm", "dropout", "lrn", "Identity"}


def check_drawn(options: RunOptions) -> None:
    """Refuse, before anything is read, what would draw nothing.

    Raises:
        UsageError, OptionError.
    """
    folder = options.maps_folder
    drawn = folder is not None or _is_sheet(options.output)
    if options.most_maps is not None and not drawn:
        raise UsageError("--most-maps is of what is drawn; give -o sheet.png or --maps FOLDER/")
    if not drawn and (options.colormap != "gray" or options.sheet_scale != "shared"):
        option = "--colormap" if options.colormap != "gray" else "--sheet-scale"
        raise UsageError(f"{option} is of what is drawn; give -o sheet.png or --maps FOLDER/")
    if folder is not None and (
        folder == "-" or (os.path.splitext(folder.rstrip("/"))[1] and not os.path.isdir(folder))
    ):
        raise OptionError("--maps", folder, "give a folder, as in maps/; one sheet of all layers is -o sheet.png")


def maps_targets(options: RunOptions, layers: Layers) -> dict[str, str]:
    """The file of each layer's own sheet; none without --maps.

    Raises:
        OutputError: a folder that cannot be made, or files that may not be replaced.
    """
    folder = options.maps_folder
    if folder is None:
        return {}
    rows = [row for row in layers.network.rows if not options.only or row.name in options.only]
    digits = max(2, len(str(len(layers.network.rows))))
    places = {row.name: place for place, row in enumerate(layers.network.rows, 1)}
    targets = {
        row.name: os.path.join(folder, f"{places[row.name]:0{digits}d}-{safe_name(row.name)}.png") for row in rows
    }
    make_folders(folder)
    for target in targets.values():
        check_target(target, force=options.force)
    return targets


def _is_sheet(output: str | None) -> bool:
    return output is not None and not output.lower().endswith(".npy")


class Drawn:
    """What is kept of a pass, and written while it goes on.

    Attributes:
        lines: the layers of the one sheet.
        values: of the one layer whose numbers are wanted.
        files: sheets that were written.
    """

    def __init__(self, options: RunOptions, layers: Layers, targets: dict[str, str]) -> None:
        self.options, self.targets = options, targets
        self.chosen = set(_chosen(options, layers)) if _is_sheet(options.output) else set()
        self.lines: list[Line] = []
        self.values: Array | None = None
        self.files: list[str] = []

    def take(self, seen: LayerSeen, output: Array) -> None:
        """Keep of a layer what will be wanted."""
        name, options = seen.row.name, self.options
        each = options.sheet_scale == "each"
        if name in self.options.only and not self.chosen:
            self.values = output
        if name in self.chosen:
            alone = len(options.only) == 1
            most = options.most_maps or (ON_THEIR_OWN if alone else ON_ONE_SHEET)
            self.lines.append(Line(seen, tiles_of(seen, output, most, each=each, colours=options.colormap)))
        if name in self.targets:
            tiles = tiles_of(seen, output, options.most_maps or ON_THEIR_OWN, each=each, colours=options.colormap)
            silent = options.changed(quiet=True, dpi=None, drawing_scale=None)
            write_drawing(layer_sheet(seen, tiles, options.colormap), self.targets[name], silent)
            self.files.append(self.targets[name])

    def picture(self, given: Prepared) -> Bytes | None:
        """The network's input as pixels, in the picture's own colours."""
        if given.seen is None:
            return None
        seen = given.seen if given.seen.shape[2] in (1, 3) else given.seen[:, :, : 3 if given.seen.shape[2] > 3 else 1]
        pixels = to_pixels(np.array(seen, np.float32), "clip" if given.eight_bits else "stretch")
        return np.asarray(pixels, np.uint8)


def _chosen(options: RunOptions, layers: Layers) -> list[str]:
    """The layers of one sheet: those that were asked for, all, or as many as a sheet holds.

    Of many, those that a layer follows which only changes their numbers one by one are left out first, then
    every so many of the rest.
    """
    names = [row.name for row in layers.network.rows]
    if options.only:
        return [name for name in names if name in options.only]
    if len(names) <= MOST_LINES:
        return names
    followed = {row.inputs[0] for row in layers.network.rows if row.kind in QUIET}
    ends = [name for name in names if name not in followed]
    places = np.linspace(0, len(ends) - 1, min(MOST_LINES, len(ends))).round().astype(int)
    return [ends[place] for place in places]


def shown_lines(drawn: Drawn, layers: Sequence[LayerSeen]) -> list[str]:
    """What the one sheet leaves out."""
    if len(drawn.lines) == len(layers) or drawn.options.only:
        return []
    return [f"{len(drawn.lines)} of {len(layers)} layers are shown; --layer NAME shows others"]
