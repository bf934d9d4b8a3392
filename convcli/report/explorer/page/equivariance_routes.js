// Two routes to one output: f(g(x)) and g(f(x)), and the ledger of where they agree.  As convcli's
// core/equivariance/routes and ledger.

const ERRORS_ADD_UP = 4; // two routes, and twice the bound of a sum of products (Higham, 2002, section 3.1)

/** Run both routes: {moved, moveThenLayer, layerThenMove, ledger, steps}, or an Error where there is nothing to compare. */
function runRoutes(picture, layer, move, still = null) {
  const steps = stepsOf(layer);
  checkMove(move, picture, steps);
  const stages = stagesOf(layer, picture);
  const axes = axesOf(stages, picture);
  const layerThenMove = movedStack(still || runLayer(layer, picture), move, axes);
  const moved = movedPicture(picture, move);
  const moveThenLayer = runLayer(layer, moved);
  if (moveThenLayer.height !== layerThenMove.height || moveThenLayer.width !== layerThenMove.width) {
    const size = ({ height, width }) => `${height} × ${width}`;
    throw new Error(say("one route gives {first} outputs, the other {second}; use a square kernel and the output size “same”",
      { first: size(layerThenMove), second: size(moveThenLayer) }));
  }
  const band = predictedBand(layer, move, stages, axes);
  const tolerance = toleranceOf(picture, layer, move, steps);
  return { moved, moveThenLayer, layerThenMove, steps, ledger: ledgerOf(layerThenMove, moveThenLayer, band, tolerance) };
}

/** g(x), as a picture; between pixels in float32, as convcli interpolates samples that it holds. */
function movedPicture(picture, move) {
  const stack = movedStack({ ...picture, maps: picture.channels, values: picture.samples }, move, pictureAxes(picture));
  const rounds = move.kind === "turn" && picture.dtype !== "float64";
  const dtype = rounds ? "float32" : picture.dtype;
  const samples = rounds ? stack.values.map(Math.fround) : stack.values;
  return { height: stack.height, width: stack.width, channels: picture.channels, tones: picture.tones, dtype, samples };
}

/** Refuse a shift that leaves nothing of the picture, and turns that meet other rows and columns. */
function checkMove(move, { height, width }, steps) {
  if (move.kind === "shift") {
    for (const [name, amount, length] of [["dx", move.dx, width], ["dy", move.dy, height]]) {
      if (Math.abs(amount) < length) continue;
      throw new Error(say("{name} is {value}; the picture has {length} pixels that way: shift by less", { name, value: amount, length }));
    }
  }
  if (move.kind !== "grid" || !GRID_MOVES[move.name][0]) return;
  if (steps[0] !== steps[1]) {
    throw new Error(say("{move} makes rows of columns: use one stride and one pooling for both", { move: move.name }));
  }
  if (height !== width && steps[0] > 1) {
    throw new Error(say("{move} of a picture that is not square meets other rows and columns at a stride: use none, nor pooling", { move: move.name }));
  }
}

/** Whether both routes are whole numbers, as convcli computes them too. */
function isExact(picture, layer, move, steps) {
  const whole = [...layer.kernel.flat(2), ...[layer.options, move.rule].map((rule) => (rule.border === "zero" ? rule.fill : 0))];
  return picture.dtype.startsWith("uint") && whole.every(Number.isInteger) && !layer.unshared && move.kind !== "turn" &&
    isAligned(move, steps) && (layer.pool === null || layer.pool.kind === "max");
}

/** Whether the move takes outputs to outputs: a shift by a multiple of the step in both directions. */
function isAligned(move, steps) {
  if (move.kind === "turn") return false;
  return move.kind === "grid" || (move.dy % steps[0] === 0 && move.dx % steps[1] === 0);
}

/** 0 where both routes are whole numbers; else the bound of the rounding errors of both, in float64. */
function toleranceOf(picture, layer, move, steps) {
  if (isExact(picture, layer, move, steps)) return 0;
  const shape = kernelShape(layer.kernel);
  const depth = shape.channels || (layer.options.channels === "sum" ? picture.channels : 1);
  const repeats = shape.channels === null ? depth : 1;
  const pool = layer.pool ? layer.pool.size[0] * layer.pool.size[1] : 0;
  const terms = depth * shape.height * shape.width + (move.kind === "turn" ? 4 : 0) + pool;
  const gain = repeats * layer.kernel.flat(2).reduce((sum, w) => sum + Math.abs(w), 0);
  const fills = [layer.options, move.rule].map((rule) => (rule.border === "zero" ? Math.abs(rule.fill) : 0));
  const [low, high] = finiteRange(picture.samples);
  return ERRORS_ADD_UP * Number.EPSILON * terms * gain * Math.max(Math.abs(low), Math.abs(high), ...fills);
}

/** |one - other|: 0 where both are the same NaN or infinity, infinite where one alone is. */
function magnitudeOf(one, other) {
  const difference = Math.abs(one - other);
  if (difference === difference) return difference;
  return one === other || (one !== one && other !== other) ? 0 : Infinity;
}

/** The ledger: {holds, interior, border, band, tolerance, opposite, differences}; the last, place by place, over all maps. */
function ledgerOf(first, second, band, tolerance) {
  const { height, width, maps } = first;
  const count = height * width;
  const differences = new Float64Array(count);
  const rows = [band.top, Math.max(band.top, height - band.bottom)];
  const columns = [band.left, Math.max(band.left, width - band.right)];
  const parts = [tally(), tally()];
  for (let r = 0, at = 0; r < height; r++) {
    const inRows = r >= rows[0] && r < rows[1];
    for (let c = 0; c < width; c++, at++) {
      const part = parts[inRows && c >= columns[0] && c < columns[1] ? 0 : 1];
      let largest = 0;
      for (let i = at; i < maps * count; i += count) {
        const difference = first.values[i] === second.values[i] ? 0 : magnitudeOf(first.values[i], second.values[i]);
        if (difference > largest) largest = difference;
        part.squares += difference * difference;
      }
      differences[at] = largest;
      if (largest > tolerance) part.mismatched += 1;
      if (largest > part.max) part.max = largest;
    }
  }
  const inside = Math.max(0, rows[1] - rows[0]) * Math.max(0, columns[1] - columns[0]);
  const [interior, border] = [partOf(parts[0], inside, maps), partOf(parts[1], count - inside, maps)];
  const holds = interior.mismatched === 0;
  return { holds, interior, border, band, tolerance, differences, rows, columns };
}

const tally = () => ({ mismatched: 0, max: 0, squares: 0 });

function partOf({ mismatched, max, squares }, pixels, maps) {
  const rms = pixels && Number.isFinite(squares) ? Math.sqrt(squares / (pixels * maps)) : max;
  return { pixels, mismatched, max_error: max, rms_error: rms };
}

/** Whether the second route gives the negative of the first in the interior, and not 0 everywhere. */
function isOpposite(first, second, { rows, columns, tolerance }) {
  const { height, width, maps } = first;
  let some = false;
  for (let map = 0; map < maps; map++) {
    for (let r = rows[0]; r < rows[1]; r++) {
      for (let c = columns[0]; c < columns[1]; c++) {
        const i = (map * height + r) * width + c;
        if (magnitudeOf(first.values[i], -second.values[i]) > tolerance) return false;
        some = some || first.values[i] !== 0;
      }
    }
  }
  return some;
}
