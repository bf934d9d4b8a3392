// Moves of a picture and, in the same way, of a layer's output: shifts, turns and mirrors of the grid, rotation by an
// angle.  As convcli's core/equivariance/moves and resampling; planes lie one behind the other.
//
// A stack is {height, width, maps, values}.  An axis is {length, picture, step, origin}: sample o of `length` stands at
// step * o + origin on an axis of `picture` pixels.

/** Where each takes its rows and columns from: whether axes change places, whether rows and columns run backwards. */
const GRID_MOVES = {
  "rotate90": [true, false, true],
  "rotate180": [false, true, true],
  "rotate270": [true, true, false],
  "flip-x": [false, false, true],
  "flip-y": [false, true, false],
  "transpose": [true, false, false],
  "anti-transpose": [true, true, true],
};

/** The move of the state: {kind: "shift" | "grid" | "turn", name, ...}. */
function moveOf(state) {
  const { move, dx, dy, fill } = state.equivariance;
  const rule = fill === null ? { border: state.border, fill: state.fill } : { border: fill, fill: 0 };
  if (move === "shift") return { kind: "shift", name: move, dx, dy, rule };
  if (move in GRID_MOVES) return { kind: "grid", name: move, rule };
  return { kind: "turn", name: move, degrees: Number(move.slice("rotate:".length)), rule };
}

/** The stack moved, its samples standing on these axes; a stack of the same kind. */
function movedStack(stack, move, axes) {
  if (move.kind === "grid") return turnedStack(stack, move.name);
  if (move.kind === "turn") return rotatedStack(stack, move, axes);
  const between = { stack: betweenShifts(stack, move, move.dy / axes[0].step, 0) };
  return betweenShifts(between.stack, move, move.dx / axes[1].step, 1);
}

/** Shifted along one axis; between the two whole shifts around the amount, linearly. */
function betweenShifts(stack, { rule }, amount, axis) {
  const below = Math.floor(amount);
  const share = amount - below;
  const whole = (count) => shiftedStack(stack, rule, axis === 0 ? count : 0, axis === 1 ? count : 0);
  if (!share) return below ? whole(below) : stack;
  const [near, far] = [whole(below), whole(below + 1)];
  const values = near.values.map((v, i) => (1 - share) * v + share * far.values[i]);
  return { ...stack, values };
}

/** out[r, c] = in[rule(r - down), rule(c - across)], or the fill. */
function shiftedStack(stack, { border, fill }, down, across) {
  const { height, width, maps } = stack;
  const values = new Float64Array(stack.values.length);
  const columns = Int32Array.from({ length: width }, (_, c) => borderIndex(border, c - across, width));
  const first = Math.max(0, Math.min(width, across)); // from here to last, columns are neighbours in the source too
  const last = Math.max(first, Math.min(width, width + across));
  for (let map = 0, to = 0; map < maps; map++) {
    for (let r = 0; r < height; r++, to += width) {
      const row = borderIndex(border, r - down, height);
      if (row === OUTSIDE) {
        values.fill(fill, to, to + width);
        continue;
      }
      const from = (map * height + row) * width;
      for (let c = 0; c < first; c++) values[to + c] = columns[c] < 0 ? fill : stack.values[from + columns[c]];
      values.set(stack.values.subarray(from + first - across, from + last - across), to + first);
      for (let c = last; c < width; c++) values[to + c] = columns[c] < 0 ? fill : stack.values[from + columns[c]];
    }
  }
  return { ...stack, values };
}

/** The axis of the picture that an axis of the moved one runs along, and whether backwards. */
function sourceAxis(name, axis) {
  const [swaps, ...backwards] = GRID_MOVES[name];
  const source = swaps ? 1 - axis : axis;
  return { source, backwards: backwards[source] };
}

function turnedStack(stack, name) {
  const swaps = GRID_MOVES[name][0];
  const [height, width] = swaps ? [stack.width, stack.height] : [stack.height, stack.width];
  const walks = [0, 1].map((axis) => {
    const { source, backwards } = sourceAxis(name, axis);
    const [length, step] = source === 0 ? [stack.height, stack.width] : [stack.width, 1];
    return backwards ? { start: (length - 1) * step, step: -step } : { start: 0, step };
  });
  const values = new Float64Array(stack.values.length);
  for (let map = 0, to = 0; map < stack.maps; map++) {
    for (let r = 0; r < height; r++) {
      let from = map * height * width + walks[0].start + r * walks[0].step + walks[1].start;
      for (let c = 0; c < width; c++, to++, from += walks[1].step) values[to] = stack.values[from];
    }
  }
  return { ...stack, height, width, values };
}

/** Cosine and sine, exact for quarter turns. */
function turnOf(degrees) {
  const quarter = { 0: [1, 0], 90: [0, 1], 180: [-1, 0], 270: [0, -1] }[modulo(degrees, 360)];
  const angle = (degrees * Math.PI) / 180;
  return quarter || [Math.cos(angle), Math.sin(angle)];
}

/** Where in the picture the value at position (y, x) of the turned one comes from: about its centre, counter-clockwise. */
function turnedPlace(degrees, y, x, axes) {
  const [centreY, centreX] = [(axes[0].picture - 1) / 2, (axes[1].picture - 1) / 2];
  const [cosine, sine] = turnOf(degrees);
  const [down, across] = [y - centreY, x - centreX];
  return [centreY + sine * across + cosine * down, centreX + cosine * across - sine * down];
}

/** Rotated, bilinear between samples; the frame keeps its size, what comes in from outside follows the fill rule. */
function rotatedStack(stack, { degrees, rule }, axes) {
  const { height, width, maps } = stack;
  const values = new Float64Array(stack.values.length);
  const [origin, along, down] = [[0, 0], [0, 1], [1, 0]].map(([r, c]) =>
    turnedPlace(degrees, axes[0].step * r + axes[0].origin, axes[1].step * c + axes[1].origin, axes));
  const place = (axis, r, c) => {
    const at = origin[axis] + r * (down[axis] - origin[axis]) + c * (along[axis] - origin[axis]);
    return (at - axes[axis].origin) / axes[axis].step;
  };
  const sample = (map, row, column) =>
    row === OUTSIDE || column === OUTSIDE ? rule.fill : stack.values[(map * height + row) * width + column];
  for (let r = 0; r < height; r++) {
    for (let c = 0; c < width; c++) {
      const [y, x] = [place(0, r, c), place(1, r, c)];
      const [top, left] = [Math.floor(y), Math.floor(x)];
      const [low, right] = [y - top, x - left];
      const [upper, lower] = [borderIndex(rule.border, top, height), borderIndex(rule.border, top + 1, height)];
      const [here, next] = [borderIndex(rule.border, left, width), borderIndex(rule.border, left + 1, width)];
      for (let map = 0; map < maps; map++) {
        const above = (1 - right) * sample(map, upper, here) + right * sample(map, upper, next);
        const below = (1 - right) * sample(map, lower, here) + right * sample(map, lower, next);
        values[(map * height + r) * width + c] = (1 - low) * above + low * below;
      }
    }
  }
  return { ...stack, values };
}
