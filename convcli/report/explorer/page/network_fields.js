// What a unit of a network looks at: its field in the input, what it reads in the layers before it, and the sum it is.
// A unit is [channel, row, column] of its layer's output.

/** First and last position that a unit sees along an axis of the input, or null: padding alone. */
function spanSeen(axis, at) {
  if (axis.all) return [0, axis.n - 1];
  if (axis.exact) {
    const span = axis.exact[at < axis.exact.length ? at : 0];
    return span[1] < span[0] ? null : span;
  }
  const phase = axis.spans[at % axis.spans.length];
  if (!phase) return null;
  const moved = Math.floor(at / axis.spans.length) * axis.step;
  const [first, last] = [phase[0] + moved, phase[1] + moved];
  if (first >= axis.n || last < 0) return null;
  return [Math.max(0, first), Math.min(axis.n - 1, last)];
}

/** Rows and columns of the input that a unit sees: {rows: [first, last] | null, columns}. */
function fieldOfUnit(layer, [channel, row, column]) {
  let at = [row, column];
  if (layer.grid.length === 2) {
    const place = channel % (layer.grid[0] * layer.grid[1]);
    at = [Math.floor(place / layer.grid[1]), place % layer.grid[1]];
  }
  const spans = layer.sees.map((axis, i) => spanSeen(axis, at[i]));
  const [rows, columns] = spans.length === 1 ? [[0, 0], spans[0]] : spans;
  return { rows: rows || null, columns: columns || null };
}

/** Whether a field is all of the input. */
function seesEverything(network, { rows, columns }) {
  const [, height, width] = network.input.size;
  return Boolean(rows && columns) && rows[0] === 0 && columns[0] === 0 && rows[1] === height - 1 && columns[1] === width - 1;
}

const wholeAxis = (length) => Array.from({ length }, (_, i) => i);
const numbersFrom = (first, count) => Array.from({ length: count }, (_, i) => first + i);
const atUnit = ([channel, row, column]) => ({ channels: [channel], rows: [row], columns: [column] });
const everyUnit = ([channels, height, width]) => ({
  channels: wholeAxis(channels),
  rows: wholeAxis(height),
  columns: wholeAxis(width),
});

/** What a unit reads in an operand of each kind of layer, {channels, rows, columns} in lists; null for nothing. */
const READ_BY = {
  conv(layer, [f, r, c], size) {
    const rule = layer.do;
    const each = size[0] / rule.groups;
    const first = Math.floor(f / (layer.size[0] / rule.groups)) * each;
    return { channels: numbersFrom(first, each), ...windowRead(rule, r, c, size) };
  },
  pool: (layer, [k, r, c], size) => ({ channels: [k], ...windowRead(layer.do, r, c, size) }),
  "global-pool": (layer, [k], size) => ({ ...everyUnit(size), channels: [k] }),
  dense: (layer, unit, size) => everyUnit(size),
  scale: (layer, unit) => atUnit(unit),
  curve: (layer, unit) => atUnit(unit),
  merge: (layer, unit, size) => atUnit(unit.map((at, axis) => (size[axis] === 1 ? 0 : at))),
  softmax: (layer, [, r, c], size) =>
    layer.do.all ? everyUnit(size) : { channels: wholeAxis(size[0]), rows: [r], columns: [c] },
  concat(layer, [k, r, c], size, before) {
    return k >= before && k < before + size[0] ? atUnit([k - before, r, c]) : null;
  },
  same: (layer, unit, size) => atUnit(placeOfIndex(indexOfUnit(layer.size, unit), size[1], size[2])),
};

function windowRead(rule, r, c, size) {
  const positions = (axis, at) => tapsInside(rule, axis, at, size[axis + 1]).map(([, position]) => position);
  return { rows: positions(0, r), columns: positions(1, c) };
}

/** Where a unit lies in its layer's array. */
function indexOfUnit([, height, width], [channel, row, column]) {
  return (channel * height + row) * width + column;
}

/** What a unit reads: [{place, channels, rows, columns}], place -1 the input; null where it is not known. */
function sourcesOfUnit(network, place, unit) {
  const layer = network.layers[place];
  if (!layer.do) return null;
  const sources = [];
  let before = 0;
  for (const from of layer.of) {
    if (from === null) continue;
    const size = sizeOfLayer(network, from);
    const read = READ_BY[layer.do.name](layer, unit, size, before);
    before += size[0];
    if (read) sources.push({ place: from, ...read });
  }
  return sources;
}

/** The numbers of a conv unit's window over one of its input's maps, its kernel, and their products, rows of rows. */
function windowOfUnit(network, place, unit, outputs, channel) {
  const { do: rule, of, size: out } = network.layers[place];
  const [channels, height, width] = sizeOfLayer(network, of[0]);
  const [high, wide] = rule.kernel;
  const each = channels / rule.groups;
  const local = channel - Math.floor(unit[0] / (out[0] / rule.groups)) * each;
  const maps = outputOf(network, of[0], outputs);
  const grid = (make) => Array.from({ length: high }, (_, i) => Array.from({ length: wide }, (__, j) => make(i, j)));
  const at = (axis, tap) => unit[axis + 1] * rule.stride[axis] - rule.before[axis] + tap * rule.dilation[axis];
  const window = grid((i, j) => {
    const [y, x] = [at(0, i), at(1, j)];
    return y < 0 || x < 0 || y >= height || x >= width ? null : maps[(channel * height + y) * width + x];
  });
  const kernel = grid((i, j) => rule.weights[((unit[0] * each + local) * high + i) * wide + j]);
  return { window, kernel, products: grid((i, j) => (window[i][j] === null ? 0 : window[i][j] * kernel[i][j])) };
}

/** A layer's output, or the input. */
function outputOf(network, place, outputs) {
  return place < 0 ? outputs.input : outputs.layers[place];
}

/** The sum that a unit is: {terms: [{place, channel, value}], bias, value}, a term for each map that it adds up. */
function sumOfUnit(network, place, unit, outputs) {
  const layer = network.layers[place];
  const value = outputs.layers[place][indexOfUnit(layer.size, unit)];
  const rule = layer.do;
  if (rule.name === "conv") {
    const { channels } = sourcesOfUnit(network, place, unit)[0];
    const terms = channels.map((channel) => {
      const { products } = windowOfUnit(network, place, unit, outputs, channel);
      return { place: layer.of[0], channel, value: products.flat().reduce((a, b) => a + b, 0) };
    });
    return { terms, bias: rule.bias ? rule.bias[unit[0]] : null, value };
  }
  if (rule.name === "dense") {
    const given = outputOf(network, layer.of[0], outputs);
    const terms = Array.from(given, (number, i) => {
      return { place: layer.of[0], channel: i, value: number * rule.weights[unit[0] * given.length + i] };
    });
    return { terms, bias: rule.bias ? rule.bias[unit[0]] : null, value };
  }
  return { terms: [], bias: null, value };
}

/** The numbers that a unit reads, in order. */
function numbersRead(network, source, outputs) {
  const [, height, width] = sizeOfLayer(network, source.place);
  const values = outputOf(network, source.place, outputs);
  const numbers = [];
  for (const k of source.channels) {
    for (const r of source.rows) for (const c of source.columns) numbers.push(values[(k * height + r) * width + c]);
  }
  return numbers;
}
