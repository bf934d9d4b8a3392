// The border band: which outputs padding, fill or loss can reach, told before anything is run.
//
// Along each axis every output is followed back through the layer, on both routes, to the positions of the picture that
// its taps read.  A line (a row or a column) is clean where both routes read original pixels only; it is bound to agree
// where padding or fill is read, but the same comes out.  The band holds the lines that are neither.  As convcli's
// core/equivariance/band and taps.

const CONSTANT = -(2 ** 30); // a code, and those below it: constants where a position would stand; this one is 0
const SLACK = 1e-9;

const lengthAfter = (n, stages) => stages.reduce((length, stage) => stageLength(stage, length), n);
const stepAfter = (stages) => stages.reduce((step, stage) => step * stage.stride, 1);

/** The stages, last first, each with the number of its inputs. */
function backwards(stages, n) {
  let length = n;
  return stages.map((stage) => {
    const inputs = length;
    length = stageLength(stage, length);
    return { ...stage, inputs };
  }).reverse();
}

/** First and last position that an output reads; far outside where any stage reads its own padding. */
function reachOf(output, stages, n) {
  let [first, last, padded] = [output, output, false];
  for (const stage of backwards(stages, n)) {
    first = first * stage.stride - stage.before;
    last = last * stage.stride - stage.before + spanOf(stage.taps, stage.dilation) - 1;
    padded = padded || first < 0 || last >= stage.inputs;
  }
  return padded ? [-n - 1, 2 * n] : [first, last];
}

const isCleanLine = (output, stages, n) => {
  const [first, last] = reachOf(output, stages, n);
  return first >= 0 && last < n;
};

/** Codes of the constants of padding, of the shifted picture's fill, and of the shifted output's. */
function codesFor(padding, fill) {
  const constants = new Set([padding, fill].filter((rule) => rule && rule.border === "zero").map((rule) => rule.fill));
  if ([...constants].every((value) => value === 0)) return { padding: CONSTANT, fill: CONSTANT, output: CONSTANT };
  if (constants.size === 1) return { padding: CONSTANT - 1, fill: CONSTANT - 1, output: CONSTANT - 2 };
  return { padding: CONSTANT - 1, fill: CONSTANT - 2, output: CONSTANT - 3 };
}

const ALL_ZERO = codesFor(null, null);

/** The position of the picture behind every tap of an output, or the code of a constant. */
function tapSources(output, stages, n, codes = ALL_ZERO) {
  let places = [output === OUTSIDE ? codes.output : output];
  for (const { taps, dilation, stride, before, rule, inputs } of backwards(stages, n)) {
    places = places.flatMap((place) => Array.from({ length: taps }, (_, i) => {
      if (place <= CONSTANT) return place;
      const read = place * stride + i * dilation - before;
      const source = rule ? borderIndex(rule.border, read, inputs) : read;
      return source === OUTSIDE ? codes.padding : source;
    }));
  }
  return places;
}

/** The positions of the picture behind positions of the shifted picture. */
function throughFill(places, amount, n, rule, code) {
  return places.map((place) => {
    if (place <= CONSTANT) return place;
    const source = borderIndex(rule.border, place - amount, n);
    return source === OUTSIDE ? code : source;
  });
}

/** Whether the taps, put together where they read the same, weigh every position alike on both routes. */
function sameSums(ours, theirs, lines) {
  const allowed = ROUNDING * lines.flat().reduce((sum, w) => sum + Math.abs(w), 0);
  const totals = new Map();
  const add = (place, line, sign) => {
    if (place === CONSTANT) return;
    const total = totals.get(place) || new Float64Array(line.length);
    line.forEach((w, k) => { total[k] += sign * w; });
    totals.set(place, total);
  };
  ours.forEach((place, tap) => add(place, lines[tap], 1));
  theirs.forEach((place, tap) => add(place, lines[tap], -1));
  return [...totals.values()].every((total) => total.every((w) => Math.abs(w) <= allowed));
}

/** The weights that meet one row of the window (axis 0) or one column of it: a list for each. */
function linesOfWeights(kernel, axis) {
  const { height, width } = kernelShape(kernel);
  const planes = planesOf(kernel);
  if (axis === 0) return Array.from({ length: height }, (_, i) => planes.flatMap((plane) => plane[i]));
  return Array.from({ length: width }, (_, j) => planes.flatMap((plane) => plane.map((row) => row[j])));
}

/** Lines along an axis under a shift: {clean, band}. */
function shiftedLines(layer, move, axis, stages, n) {
  const amount = axis === 0 ? move.dy : move.dx;
  const outputs = lengthAfter(n, stages);
  const moved = amount / stepAfter(stages);
  const codes = codesFor(stages[0].rule, move.rule);
  const linear = !layer.pool && !layer.unshared ? linesOfWeights(layer.kernel, axis) : null;
  const lines = { clean: [], band: [] };
  for (let o = 0; o < outputs; o++) {
    const [low, high] = [Math.floor(o - moved), Math.ceil(o - moved)];
    const [first, last] = reachOf(o, stages, n);
    const clean = first >= Math.max(0, amount) && last <= n - 1 + Math.min(0, amount) && low >= 0 && high < outputs &&
      reachOf(Math.max(0, low), stages, n)[0] >= 0 && reachOf(high, stages, n)[1] <= n - 1;
    lines.clean.push(clean);
    lines.band.push(!clean && (moved % 1 !== 0 || layer.unshared || !agrees(o, { moved, amount, outputs, codes, linear })));
  }
  return lines;

  function agrees(o, { moved: by, amount: pixels, outputs: count, codes: constants, linear: weights }) {
    const ours = throughFill(tapSources(o, stages, n, constants), pixels, n, move.rule, constants.fill);
    const theirs = tapSources(borderIndex(move.rule.border, o - by, count), stages, n, constants);
    if (ours.every((place, tap) => place === theirs[tap])) return true;
    // A constant that was put into the output is no sum of the kernel's weights.
    const summed = constants.output === CONSTANT || theirs.every((place) => place !== constants.output);
    return Boolean(weights) && summed && sameSums(ours, theirs, weights);
  }
}

/** Lines along an axis of the turned picture: {clean, band}; the border is not as symmetric as the move. */
function turnedLines(name, axis, stages, axes) {
  const { source, backwards: back } = sourceAxis(name, axis);
  const n = axes[source].picture;
  const outputs = lengthAfter(n, stages[source]);
  const lines = { clean: [], band: [] };
  for (let o = 0; o < outputs; o++) {
    const there = back ? outputs - 1 - o : o;
    const clean = isCleanLine(o, stages[axis], n) && isCleanLine(there, stages[source], n);
    const theirs = tapSources(there, stages[source], n);
    let ours = tapSources(o, stages[axis], n);
    if (back) ours = ours.map((place) => (place <= CONSTANT ? place : n - 1 - place)).reverse();
    lines.clean.push(clean);
    lines.band.push(!clean && (ours.length !== theirs.length || ours.some((place, tap) => place !== theirs[tap])));
  }
  return lines;
}

/** The narrowest widths at both ends that hold all lines of the band. */
function frameOf({ clean, band }) {
  const n = clean.length;
  const inside = clean.includes(true) ? clean : longestRun(band.map((line) => !line));
  if (!inside.includes(true)) return [n, 0];
  const [first, last] = [inside.indexOf(true), inside.lastIndexOf(true)];
  const before = band.slice(0, first).lastIndexOf(true) + 1;
  const after = band.slice(last + 1).indexOf(true);
  return [before, after < 0 ? 0 : n - last - 1 - after];
}

/** The longest run of true, alone. */
function longestRun(mask) {
  let [best, start] = [[0, 0], 0];
  mask.forEach((value, i) => {
    if (!value) start = i + 1;
    else if (i + 1 - start > best[1] - best[0]) best = [start, i + 1];
  });
  return mask.map((_, i) => i >= best[0] && i < best[1]);
}

/** The band's width on each side, in outputs: {top, bottom, left, right}. */
function predictedBand(layer, move, stages, axes) {
  if (move.kind === "turn") return rotatedBand(move, stages, axes);
  const sides = [0, 1].map((axis) => frameOf(move.kind === "grid"
    ? turnedLines(move.name, axis, stages, axes)
    : shiftedLines(layer, move, axis, stages[axis], axes[axis].picture)));
  return { top: sides[0][0], bottom: sides[0][1], left: sides[1][0], right: sides[1][1] };
}

/** The smallest frame, as wide in proportion on all sides, whose inside reads original pixels only. */
function rotatedBand(move, stages, axes) {
  const half = axes.map(({ length }) => length / 2);
  const widest = Math.ceil(Math.max(...half));
  for (let width = 0; width < widest; width++) {
    const [down, across] = half.map((h) => Math.ceil((width * h) / Math.max(...half)));
    const rows = [down, axes[0].length - 1 - down];
    const columns = [across, axes[1].length - 1 - across];
    if (rows[0] > rows[1] || columns[0] > columns[1]) break;
    const corners = rows.flatMap((row) => columns.map((column) => [row, column]));
    if (corners.every((corner) => isCleanCorner(corner, move, stages, axes))) {
      return { top: down, bottom: down, left: across, right: across };
    }
  }
  return { top: axes[0].length, bottom: 0, left: axes[1].length, right: 0 };
}

/** Whether both routes read the picture alone at an output; what they read is convex, so the corners speak for all. */
function isCleanCorner(corner, { degrees }, stages, axes) {
  const spans = corner.map((o, axis) => reachOf(o, stages[axis], axes[axis].picture));
  const inside = (position, axis) =>
    spans[axis][0] >= 0 && spans[axis][1] < axes[axis].picture && position >= -SLACK && position <= axes[axis].picture - 1 + SLACK;
  for (const y of spans[0]) {
    for (const x of spans[1]) if (!turnedPlace(degrees, y, x, axes).every(inside)) return false;
  }
  const [y, x] = corner.map((o, axis) => o * axes[axis].step + axes[axis].origin);
  return turnedPlace(degrees, y, x, axes).every((position, axis) => {
    const { origin, step, length, picture } = axes[axis];
    const o = (position - origin) / step;
    const [low, high] = [Math.floor(o + SLACK), Math.ceil(o - SLACK)];
    return low >= 0 && high < length && [low, high].every((line) => isCleanLine(line, stages[axis], picture));
  });
}
