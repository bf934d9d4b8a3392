// Ink: strokes on a sheet, and the pixels that the network takes of it.  A sheet has `finer` rows and columns for each
// of the network's; as the training pictures were made, a pixel is the share of its little squares that are inked.

/** How far a point is from a segment. */
function distanceTo([x, y], [x1, y1], [x2, y2]) {
  const [dx, dy] = [x2 - x1, y2 - y1];
  const length = dx * dx + dy * dy;
  const t = length > 0 ? Math.max(0, Math.min(1, ((x - x1) * dx + (y - y1) * dy) / length)) : 0;
  return Math.hypot(x - x1 - t * dx, y - y1 - t * dy);
}

/** The sheet's little squares whose centres the brush has passed: Uint8Array of side * side, 1 where inked. */
function inkedSheet(strokes, side, brush) {
  const inked = new Uint8Array(side * side);
  for (const stroke of strokes) {
    for (let i = 0; i < stroke.length; i++) {
      inkSegment(inked, side, brush / 2, stroke[Math.max(0, i - 1)], stroke[i]);
    }
  }
  return inked;
}

function inkSegment(inked, side, reach, from, to) {
  const ends = (axis) => {
    const first = Math.floor(Math.min(from[axis], to[axis]) - reach);
    return [Math.max(0, first), Math.min(side - 1, Math.ceil(Math.max(from[axis], to[axis]) + reach))];
  };
  const [[left, right], [top, bottom]] = [ends(0), ends(1)];
  for (let y = top; y <= bottom; y++) {
    for (let x = left; x <= right; x++) {
      if (distanceTo([x + 0.5, y + 0.5], from, to) <= reach) inked[y * side + x] = 1;
    }
  }
}

/** Pixels, 0 to 255, of a sheet of so many squares a pixel: rounded half to even, as NumPy's rint. */
function pixelsOfSheet(inked, rows, finer) {
  const side = rows * finer;
  const pixels = new Uint8ClampedArray(rows * rows); // rounds so by itself
  for (let r = 0; r < rows; r++) {
    for (let c = 0; c < rows; c++) {
      let count = 0;
      for (let i = 0; i < finer; i++) {
        for (let j = 0; j < finer; j++) count += inked[(r * finer + i) * side + c * finer + j];
      }
      pixels[r * rows + c] = (count * 255) / (finer * finer);
    }
  }
  return pixels;
}

const MOST_ENLARGED = 4;

/** The strokes as high as the sheet and in its middle, as the training pictures are: the brush stays as thick. */
function centredStrokes(strokes, side, brush) {
  const points = strokes.flat();
  if (!points.length) return strokes;
  const range = (axis) => [Math.min(...points.map((p) => p[axis])), Math.max(...points.map((p) => p[axis]))];
  const [[left, right], [top, bottom]] = [range(0), range(1)];
  const room = side - brush;
  const scale = Math.min(MOST_ENLARGED, room / Math.max(bottom - top, right - left, 1e-9));
  const place = (value, low, high) => side / 2 + (value - (low + high) / 2) * scale;
  return strokes.map((stroke) => stroke.map(([x, y]) => [place(x, left, right), place(y, top, bottom)]));
}

const hexOfPixels = (pixels) => Array.from(pixels, (value) => value.toString(16).padStart(2, "0")).join("");
const pixelsOfHex = (text) => Uint8ClampedArray.from(text.match(/../g), (pair) => parseInt(pair, 16));
