"""The topic `large`: pictures larger than memory."""

from __future__ import annotations

from convcli.cli.help import registry_rows


def large() -> str:
    """Pictures larger than memory, which apply reads and writes by rows (--memory, --region, --range)."""
    return f"""\
A picture that is larger than is comfortable to hold (256 MiB of samples), or has more pixels than --max-pixels, is
read, correlated and written band by band where its format and the output's can:

  {"format":<22} {"read":<5} {"written":<22} {"options":<32} extra
{registry_rows.large()}

The bytes are those of a picture that is held whole, whatever the memory and the threads:

  convcli apply scan.npy -k gaussian:sigma=3 -o smooth.tif
  convcli apply scan.tif -k sobel-x --display signed --range -400,400 -o edges.tif --memory 512M

--memory SIZE bounds the threads and what is kept; too little for one band is refused with what is needed.
--resume goes on with a Zarr that was interrupted: stripes that are there are kept, the others computed. Another
input, kernel or option is refused with what differs. Displays that need a range look for it once more.
--region ROW,COLUMN,HEIGHT,WIDTH reads that part alone, of any input; borders begin at its edges.
signed, stretch and magnitude go through the rows twice, first for the range of the responses; --range LO,HI gives it.
A TIFF beyond 4 GiB becomes BigTIFF. A PNM or .npy from stdin that is too large is kept in a temporary file.

Alpha weighs the colours and --missing leaves samples out as ever; TIFF keeps alpha, and Zarr, .npy and PNM have none.
Alpha is gone through once before: where all of it is opaque, the colours are filtered as of a picture without.

Not done by rows, and refused by name where the picture cannot be held: a sheet of several maps, previews, and formats
that are compressed as a whole, such as PNG and JPEG.
"""
