// Arithmetic: correlation, ReLU and pooling on planes of float64.  Planes lie one behind the other, (maps, rows, columns).

const LARGE = 25; // weights from which on it is worth asking for factors

/** Weights (h, w) or (C, h, w) as a flat list of channels. */
function planesOf(weights) {
  return kernelShape(weights).channels === null ? [weights] : weights;
}

/** The kernel turned upside down and left to right, each channel by itself. */
function flipped(weights) {
  const turn = (plane) => plane.map((row) => [...row].reverse()).reverse();
  return kernelShape(weights).channels === null ? turn(weights) : weights.map(turn);
}

/** The kernel as it is multiplied: flipped for a convolution. */
function applied(state) {
  return state.mode === "convolve" ? flipped(state.kernel) : state.kernel;
}

/** The picture with its border: {height, width, channels, samples, padding, whole: bytes all}; float32 where that holds
 *  every value. */
function paddedPicture(picture, padding, border, fill) {
  const [top, bottom, left, right] = padding;
  const height = top + picture.height + bottom;
  const width = left + picture.width + right;
  const single = picture.dtype !== "float64" && Math.fround(fill) === fill;
  const samples = new (single ? Float32Array : Float64Array)(picture.channels * height * width);
  const columns = Int32Array.from({ length: width }, (_, c) => borderIndex(border, c - left, picture.width));
  for (let channel = 0, to = 0; channel < picture.channels; channel++) {
    for (let r = 0; r < height; r++, to += width) {
      const row = borderIndex(border, r - top, picture.height);
      if (row === OUTSIDE) {
        samples.fill(fill, to, to + width);
        continue;
      }
      const from = (channel * picture.height + row) * picture.width;
      for (let c = 0; c < left; c++) samples[to + c] = columns[c] < 0 ? fill : picture.samples[from + columns[c]];
      samples.set(picture.samples.subarray(from, from + picture.width), to + left);
      for (let c = left + picture.width; c < width; c++) {
        samples[to + c] = columns[c] < 0 ? fill : picture.samples[from + columns[c]];
      }
    }
  }
  const whole = picture.dtype === "uint8" && Number.isInteger(fill) && fill >= 0 && fill <= 255;
  return { height, width, channels: picture.channels, samples, padding, whole };
}

/** Whole weights and the divisor that makes them the given ones (9 for ninths), so that sums are exact. */
function asFraction(weights) {
  const flat = weights.flat(2);
  for (let divisor = 1; divisor <= 1024; divisor++) {
    if (flat.every((w) => Math.abs(w) * divisor < 2 ** 31 && isNear(w * divisor, Math.round(w * divisor)))) {
      const whole = (value) => (Array.isArray(value) ? value.map(whole) : Math.round(value * divisor));
      return { weights: whole(weights), divisor };
    }
  }
  return { weights, divisor: 1 };
}

function isNear(value, whole) {
  return Math.abs(value - whole) <= 4e-16 * Math.abs(whole);
}

/**
 * Correlate: {height, width, maps, values}.  Weights per channel, or channels "sum", add up to one map.
 *
 * kernel: as it is multiplied, (h, w) or (C, h, w).  padded: from `paddedPicture`, of the same options.
 */
function correlate(padded, kernel, options) {
  const shape = kernelShape(kernel);
  const { stride, dilation } = options;
  const height = outputLength(padded.height, shape.height, 0, 0, stride[0], dilation[0]);
  const width = outputLength(padded.width, shape.width, 0, 0, stride[1], dilation[1]);
  const { weights, divisor } = asFraction(kernel);
  const adds = shape.channels !== null || options.channels === "sum";
  const planes = adds && shape.channels === null ? Array(padded.channels).fill(weights) : planesOf(weights);
  const maps = adds ? 1 : padded.channels;
  const values = new Float64Array(maps * height * width);
  const factors = shape.channels === null && factorsOf(weights);
  const packing = !adds && packingFor(padded, weights.flat());
  if (packing) correlatePacked(padded, planes, values, { height, width, maps }, options, packing);
  else if (factors) correlateFactors(padded, factors, values, height, width, options);
  else correlateTaps(padded, planes, values, { height, width, maps }, options);
  finish(values, divisor, options.bias);
  return { height, width, maps, values };
}

/** Correlate tap by tap, whatever the weights are. */
function correlateTaps(padded, planes, values, { height, width, maps }, { stride, dilation }) {
  const taps = inRuns(tapsOf(planes, padded, dilation), stride[1]);
  for (let map = 0, to = 0; map < maps; map++) {
    for (let r = 0; r < height; r++, to += width) {
      const start = (map * padded.height + r * stride[0]) * padded.width;
      addAll(values.subarray(to, to + width), padded.samples, start, stride[1], taps);
    }
  }
}

/** Correlate several planes of bytes at once, whole weights. */
function correlatePacked(padded, planes, values, { height, width, maps }, options, packing) {
  const packed = packedPlanes(padded, packing);
  const sums = new Float64Array(packed.channels * height * width);
  const factors = factorsOf(planes[0]);
  if (factors) correlateFactors(packed, factors, sums, height, width, options);
  else correlateTaps(packed, planes, sums, { height, width, maps: packed.channels }, options);
  unpack(sums, values, packing, maps);
}

/** Correlate each map with a column and a row of weights whose outer product is the kernel: h + w products, not h * w. */
function correlateFactors(padded, factors, values, height, width, options) {
  const { stride, dilation } = options;
  const line = new Float64Array(padded.width);
  const down = tapsOf([factors.column.map((w) => [w])], padded, dilation);
  const across = tapsOf([[factors.row]], padded, dilation);
  const maps = options.channels === "sum" ? 1 : padded.channels;
  for (let channel = 0; channel < padded.channels; channel++) {
    for (let r = 0; r < height; r++) {
      line.fill(0);
      addTaps(line, padded.samples, (channel * padded.height + r * stride[0]) * padded.width, 1, down.offsets, down.values);
      const to = ((maps === 1 ? 0 : channel) * height + r) * width;
      addTaps(values.subarray(to, to + width), line, 0, stride[1], across.offsets, across.values);
    }
  }
}

/** {column, row} whose outer product is a large plane of weights, whole ones exactly; null where there is none. */
function factorsOf(plane) {
  if (plane.length * plane[0].length < LARGE) return null;
  const flat = plane.flat();
  const top = flat.reduce((best, w) => Math.max(best, Math.abs(w)), 0);
  const i = plane.findIndex((row) => row.some((w) => Math.abs(w) === top));
  const j = plane[i].findIndex((w) => Math.abs(w) === top);
  if (top === 0) return null;
  const whole = flat.every(Number.isInteger);
  const divisor = whole ? plane[i].map(Math.abs).reduce(commonDivisor) : 1;
  const row = plane[i].map((w) => w / divisor);
  const column = plane.map((line) => line[j] / row[j]);
  const error = whole ? 0 : 4e-16 * top;
  return plane.every((line, r) => line.every((w, c) => Math.abs(column[r] * row[c] - w) <= error)) ? { column, row } : null;
}

/** values / divisor + bias, in place. */
function finish(values, divisor, bias) {
  if (divisor !== 1) for (let i = 0; i < values.length; i++) values[i] /= divisor;
  if (bias !== 0) for (let i = 0; i < values.length; i++) values[i] += bias;
}

/** The response with what is negative made 0. */
function rectified(response) {
  const values = response.values.map((v) => (v < 0 ? 0 : v));
  return { ...response, values };
}

/** {kind, size: [h, w], stride: [r, c]} of a text such as "max:2", "avg:2x3" or "max:3,stride=2"; null where it is none. */
function parsePool(text) {
  const found = /^\s*(max|avg):(\d+)(?:x(\d+))?(?:\s*,\s*stride\s*=\s*(\d+)(?:x(\d+))?)?\s*$/i.exec(text);
  if (!found) return null;
  const pair = (a, b) => [Number(a), Number(b === undefined ? a : b)];
  const size = pair(found[2], found[3]);
  const stride = found[4] === undefined ? size : pair(found[4], found[5]);
  return [...size, ...stride].every((n) => n >= 1) ? { kind: found[1].toLowerCase(), size, stride } : null;
}

/** Pool each map by itself, the window fully inside: the largest value, or the mean; NaN where the window holds one. */
function pooled(response, pool) {
  const { size, stride } = pool;
  const height = outputLength(response.height, size[0], 0, 0, stride[0], 1);
  const width = outputLength(response.width, size[1], 0, 0, stride[1], 1);
  const values = new Float64Array(response.maps * height * width);
  const largest = pool.kind === "max";
  for (let map = 0, to = 0; map < response.maps; map++) {
    for (let r = 0; r < height; r++) {
      for (let c = 0; c < width; c++, to++) {
        let joined = largest ? -Infinity : 0;
        for (let i = 0; i < size[0]; i++) {
          const from = (map * response.height + r * stride[0] + i) * response.width + c * stride[1];
          for (let j = 0; j < size[1]; j++) {
            const v = response.values[from + j];
            joined = largest ? (v > joined || v !== v ? v : joined !== joined ? joined : Math.max(joined, v)) : joined + v;
          }
        }
        values[to] = largest ? joined : joined / (size[0] * size[1]);
      }
    }
  }
  return { height, width, maps: response.maps, values };
}
