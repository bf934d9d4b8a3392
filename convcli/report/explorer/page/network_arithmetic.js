// A network's arithmetic: what each layer makes of what comes in.  Maps lie (channel, row, column) in one Float32Array;
// a sum is added up in double precision and kept in single, as the weights are.

/** float32 of base64, little-endian. */
function floatsOf(text) {
  const bytes = bytesOf(text);
  const view = new DataView(bytes.buffer);
  return Float32Array.from({ length: bytes.length / 4 }, (_, i) => view.getFloat32(4 * i, true));
}

const NUMBERS_OF_A_LAYER = /^(weights|bias|factor|shift|constant\d+)$/;

/** The network with its numbers decoded, once; `do` of each layer holds typed arrays. */
function decodedNetwork(given) {
  const layers = given.layers.map((layer) => {
    const done = layer.do && { ...layer.do };
    for (const key of Object.keys(done || {})) {
      if (NUMBERS_OF_A_LAYER.test(key) && typeof done[key] === "string") done[key] = floatsOf(done[key]);
    }
    return { ...layer, do: done };
  });
  const numbers = given.input.numbers && floatsOf(given.input.numbers);
  return { ...given, layers, input: { ...given.input, numbers } };
}

const countOfSize = ([channels, height, width]) => channels * height * width;

/** All layers' outputs for an input, in order: [Float32Array]. */
function forwardPass(network, input) {
  const outputs = [];
  for (const layer of network.layers) {
    const given = layer.of.map((place) => (place === null ? null : place < 0 ? input : outputs[place]));
    const sizes = layer.of.map((place) => sizeOfLayer(network, place));
    outputs.push(LAYER_RULES[layer.do.name](layer.do, given, sizes, layer.size));
  }
  return outputs;
}

/** (channels, rows, columns) of a layer's output; of the input where the place is -1. */
function sizeOfLayer(network, place) {
  if (place === null || place === undefined) return null;
  return place < 0 ? network.input.size : network.layers[place].size;
}

/** Rows, or columns, that tap after tap of a window looks at: [tap, position], those in the padding left out. */
function tapsInside(rule, axis, at, length) {
  const taps = [];
  const start = at * rule.stride[axis] - rule.before[axis];
  for (let tap = 0; tap < rule.kernel[axis]; tap++) {
    const position = start + tap * rule.dilation[axis];
    if (position >= 0 && position < length) taps.push([tap, position]);
  }
  return taps;
}

/** Taps of every output row and of every output column. */
function windowTaps(rule, [, height, width], [, outHeight, outWidth]) {
  const along = (axis, count, length) => Array.from({ length: count }, (_, at) => tapsInside(rule, axis, at, length));
  return [along(0, outHeight, height), along(1, outWidth, width)];
}

/** bias[f] + sum of weights[f, k, i, j] * in[group(f) + k, r*s + i*d - top, c*s + j*d - left]. */
function convolved(rule, [maps], [size], out) {
  const [channels, height, width] = size;
  const [filters, outHeight, outWidth] = out;
  const [high, wide] = rule.kernel;
  const each = channels / rule.groups;
  const [rows, columns] = windowTaps(rule, size, out);
  const made = new Float32Array(countOfSize(out));
  const sums = new Float64Array(outHeight * outWidth);
  for (let f = 0; f < filters; f++) {
    const first = Math.floor(f / (filters / rule.groups)) * each;
    sums.fill(rule.bias ? rule.bias[f] : 0);
    for (let k = 0; k < each; k++) {
      const weights = rule.weights.subarray((f * each + k) * high * wide, (f * each + k + 1) * high * wide);
      addCorrelated(sums, maps.subarray((first + k) * height * width), width, weights, wide, rows, columns);
    }
    made.set(sums, f * outHeight * outWidth);
  }
  return made;
}

/** Add one map's correlation with one kernel to the sums. */
function addCorrelated(sums, map, width, weights, wide, rows, columns) {
  for (let r = 0; r < rows.length; r++) {
    for (let c = 0; c < columns.length; c++) {
      let sum = 0;
      for (const [i, y] of rows[r]) {
        for (const [j, x] of columns[c]) sum += weights[i * wide + j] * map[y * width + x];
      }
      sums[r * columns.length + c] += sum;
    }
  }
}

/** The largest of each window, or its mean over as many samples as count. */
function pooledMaps(rule, [maps], [size], out) {
  const [channels, height, width] = size;
  const [, outHeight, outWidth] = out;
  const [rows, columns] = windowTaps(rule, size, out);
  const made = new Float32Array(countOfSize(out));
  for (let k = 0; k < channels; k++) {
    for (let r = 0; r < outHeight; r++) {
      for (let c = 0; c < outWidth; c++) {
        let most = -Infinity;
        let sum = 0;
        for (const [, y] of rows[r]) {
          for (const [, x] of columns[c]) {
            const value = maps[(k * height + y) * width + x];
            sum += value;
            if (value > most || Number.isNaN(value)) most = value;
          }
        }
        const counted = rule.how === "mean" ? Math.max(1, rule.counts[0][r] * rule.counts[1][c]) : 1;
        made[(k * outHeight + r) * outWidth + c] = rule.how === "max" ? most : sum / counted;
      }
    }
  }
  return made;
}

function pooledGlobally(rule, [maps], [[channels, height, width]]) {
  return Float32Array.from({ length: channels }, (_, k) => {
    const map = maps.subarray(k * height * width, (k + 1) * height * width);
    if (rule.how === "max") return map.reduce((most, value) => Math.max(most, value), -Infinity);
    return map.reduce((sum, value) => sum + value, 0) / (height * width);
  });
}

/** bias[u] + sum of weights[u, i] * in[i]. */
function fullyConnected(rule, [given], sizes, [units]) {
  const count = given.length;
  return Float32Array.from({ length: units }, (_, u) => {
    let sum = rule.bias ? rule.bias[u] : 0;
    for (let i = 0; i < count; i++) sum += rule.weights[u * count + i] * given[i];
    return sum;
  });
}

function scaledMaps(rule, [maps], [[, height, width]]) {
  const plane = height * width;
  return maps.map((value, i) => Math.fround(value * rule.factor[Math.floor(i / plane)]) + rule.shift[Math.floor(i / plane)]);
}

const MERGED_NUMBERS = {
  add: (a, b) => a + b,
  subtract: (a, b) => a - b,
  multiply: (a, b) => a * b,
  divide: (a, b) => a / b,
};

/** What stands at a place of an operand that is stretched over the output. */
function stretchedIndex([channels, height, width], k, r, c) {
  return ((channels === 1 ? 0 : k) * height + (height === 1 ? 0 : r)) * width + (width === 1 ? 0 : c);
}

/** An operand of a merge: a layer's output, or numbers of the network's own; {values, size}. */
function operandOf(rule, given, sizes, index) {
  if (given[index]) return { values: given[index], size: sizes[index] };
  return { values: rule[`constant${index}`], size: rule.constants[index] };
}

/** Operands added, subtracted, multiplied or divided, number by number. */
function mergedMaps(rule, given, sizes, out) {
  const [, height, width] = out;
  const made = new Float32Array(countOfSize(out));
  const operands = given.map((_, index) => operandOf(rule, given, sizes, index));
  for (let i = 0; i < made.length; i++) {
    const [k, r, c] = placeOfIndex(i, height, width);
    const at = ({ values, size }) => values[stretchedIndex(size, k, r, c)];
    made[i] = operands.slice(1).reduce((sum, one) => Math.fround(MERGED_NUMBERS[rule.how](sum, at(one))), at(operands[0]));
  }
  return made;
}

/** Channel, row and column of the i-th number. */
function placeOfIndex(i, height, width) {
  return [Math.floor(i / (height * width)), Math.floor(i / width) % height, i % width];
}

function concatenatedMaps(rule, given, sizes, out) {
  const made = new Float32Array(countOfSize(out));
  let end = 0;
  for (const maps of given) {
    made.set(maps, end);
    end += maps.length;
  }
  return made;
}

/** exp(x) / sum of exp(x), over the channels at each place, or over everything; or its logarithm. */
function softmaxed(rule, [given], [size]) {
  const [channels, height, width] = rule.all ? [given.length, 1, 1] : size;
  const plane = height * width;
  const made = new Float32Array(given.length);
  for (let p = 0; p < plane; p++) {
    const values = Array.from({ length: channels }, (_, k) => given[k * plane + p]);
    logSharesOf(values).forEach((log, k) => (made[k * plane + p] = rule.log ? log : Math.exp(log)));
  }
  return made;
}

/** Logarithms of exponentials that sum to 1. */
function logSharesOf(values) {
  const most = values.reduce((a, b) => Math.max(a, b), -Infinity);
  const rest = Math.log(values.reduce((sum, value) => sum + Math.exp(value - most), 0));
  return values.map((value) => value - most - rest);
}

/** Exponentials that sum to 1. */
const sharesOf = (values) => logSharesOf(values).map(Math.exp);

const sigmoid = (x) => 1 / (1 + Math.exp(-x));
const clampedBetween = (x, least, most) => Math.min(Math.max(x, least), most);

const CURVES = {
  relu: (x) => Math.max(0, x),
  "leaky-relu": (x, { alpha }) => (x < 0 ? alpha * x : x),
  elu: (x, { alpha }) => (x < 0 ? alpha * Math.expm1(x) : x),
  sigmoid,
  "hard-sigmoid": (x, { alpha, beta }) => clampedBetween(alpha * x + beta, 0, 1),
  "hard-swish": (x) => x * clampedBetween(x / 6 + 0.5, 0, 1),
  swish: (x, { alpha }) => x * sigmoid(alpha * x),
  tanh: Math.tanh,
  softplus: (x) => (x > 30 ? x : Math.log1p(Math.exp(x))),
  clip: (x, { min, max }) => clampedBetween(x, min === null ? -Infinity : min, max === null ? Infinity : max),
};

const LAYER_RULES = {
  conv: convolved,
  pool: pooledMaps,
  "global-pool": pooledGlobally,
  dense: fullyConnected,
  scale: scaledMaps,
  merge: mergedMaps,
  concat: concatenatedMaps,
  softmax: softmaxed,
  curve: (rule, [given]) => given.map((value) => CURVES[rule.curve](value, rule)),
  same: (rule, [given]) => given,
};
