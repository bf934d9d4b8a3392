"""The topic of `convcli help` that speaks of Python."""

from __future__ import annotations


def python() -> str:
    """From Python, and in a notebook."""
    return """\
Arrays in, arrays out; nothing is printed or written, and no operand changes:

  >>> import convcli
  >>> picture = [[0, 1, 2], [3, 4, 5], [6, 7, 8]]
  >>> convcli.correlate(picture, [[0, 1], [2, 3]], size="valid").tolist()
  [[19, 25], [37, 43]]
  >>> convcli.convolve(picture, [[0, 1], [2, 3]], size="valid").tolist()
  [[5, 11], [23, 29]]

A picture's samples, and a kernel of the catalogue:

  >>> from convcli import images
  >>> photo = images.read("sample:coffee").pixels
  >>> edges = convcli.correlate(photo, convcli.kernel("sobel-x"), border="reflect")
  >>> photo.shape, photo.dtype.name, edges.shape, edges.dtype.name
  ((400, 600, 3), 'uint8', (400, 600, 3), 'int32')

In a notebook a line that begins with ! runs the command, and IPython.display.Image shows what it wrote:

  !convcli apply photo.jpg -k sobel-x -o edges.png

Other programs read --json, one object a line: see 'convcli help pipes'.
"""
