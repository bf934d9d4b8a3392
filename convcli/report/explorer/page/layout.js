// Layout: which part of input and output the workbench shows, and how large; and which sums an output cell is made of.
//
// Three grids of cells: the input with its border (framed: row 0 is the border's first), the sums, and the output, which
// is the sums or what pooling leaves of them.

const LARGEST_CELL = 56; // CSS pixels
const NUMBERED_CELL = 30; // from which on cells show their numbers
const ZOOMS = [0, 12, 36]; // cells in CSS pixels; 0: the whole picture

/** The pooling of the state, as of windows of one sum where there is none. */
function poolOf(state) {
  return (state.pool && parsePool(state.pool)) || { kind: "none", size: [1, 1], stride: [1, 1] };
}

/** The output cell that sum `at` belongs to; null where no pooling window takes it. */
function cellOf(state, at) {
  const { size, stride } = poolOf(state);
  const { height, width } = store.response();
  const cell = at.map((p, axis) => Math.min(Math.floor(p / stride[axis]), [height, width][axis] - 1));
  return cell.every((p, axis) => at[axis] - p * stride[axis] < size[axis]) ? cell : null;
}

/** The sum that an output cell is best explained by: of a maximum the largest, else the first. */
function sumOf(state, cell, map = 0) {
  const { kind, size, stride } = poolOf(state);
  const { height, width, values } = store.sums();
  let best = [cell[0] * stride[0], cell[1] * stride[1]];
  if (kind !== "max") return best;
  const value = ([r, c]) => values[(map * height + r) * width + c];
  for (let i = 0; i < size[0]; i++) {
    for (let j = 0; j < size[1]; j++) {
      const at = [cell[0] * stride[0] + i, cell[1] * stride[1] + j];
      if (value(at) > value(best)) best = at;
    }
  }
  return best;
}

/** Framed input positions along an axis that `count` outputs reach, and how many a further output adds. */
function reachAlong(state, axis) {
  const shape = kernelShape(state.kernel);
  const k = axis === 0 ? shape.height : shape.width;
  const { size, stride } = poolOf(state);
  const extent = state.dilation[axis] * (k - 1) + 1;
  return {
    first: (size[axis] - 1) * state.stride[axis] + extent,
    each: stride[axis] * state.stride[axis],
  };
}

/** Cells [start, count] of an axis: around a place, where not all are to be seen; they stay where the place is seen already. */
function spanAround(place, count, most, before = null) {
  if (most >= count) return [0, count];
  const shown = Math.max(1, most);
  if (before && before[1] === shown && place >= before[0] && place < before[0] + shown && before[0] + shown <= count) return before;
  return [Math.max(0, Math.min(count - shown, place - (shown >> 1))), shown];
}

/**
 * What is shown: {cell, outCell, input, output}, the last two {top, left, height, width} in framed and output cells.
 *
 * room: {width, height} in CSS pixels for one of the two pictures.  before: the layout until now.
 */
function layoutOf(state, room, before) {
  const padded = store.padded();
  const response = store.response();
  const whole = Math.min(room.width / padded.width, room.height / padded.height, LARGEST_CELL);
  const zoomed = state.zoom > whole && whole < NUMBERED_CELL;
  const cell = zoomed ? state.zoom : whole;
  const place = cellOf(state, state.at) || [0, 0];
  const spans = [response.height, response.width].map((count, axis) => {
    if (!zoomed) return [0, count];
    const { first, each } = reachAlong(state, axis);
    const cells = Math.floor([room.height, room.width][axis] / cell);
    return spanAround(place[axis], count, Math.floor((cells - first) / each) + 1, before && before.spans[axis]);
  });
  const [[top, height], [left, width]] = spans;
  const down = reachAlong(state, 0);
  const across = reachAlong(state, 1);
  const part = {
    top: top * down.each,
    left: left * across.each,
    height: (height - 1) * down.each + down.first,
    width: (width - 1) * across.each + across.first,
  };
  const input = zoomed ? part : { top: 0, left: 0, height: padded.height, width: padded.width };
  const fits = Math.min(room.width / width, room.height / height, LARGEST_CELL);
  const small = width * cell < 0.6 * Math.min(room.width, input.width * cell);
  return { cell, outCell: small ? fits : Math.min(cell, fits), input, output: { top, left, height, width }, spans, zoomed };
}
