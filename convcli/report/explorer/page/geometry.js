// Geometry: borders, sizes, and which pixels belong to which.  Plain functions of numbers, as in convcli's core:
//
//   out[r, c] = bias + sum_ij kernel[i, j] * in[r*s + i*d - top, c*s + j*d - left]
//
// An `options` is any object with border, fill, size, padding, stride, dilation, as the state has them.

const BORDERS = {
  edge: "a a a | a b c d | d d d",
  zero: "0 0 0 | a b c d | 0 0 0",
  symmetric: "c b a | a b c d | d c b",
  reflect: "d c b | a b c d | c b a",
  wrap: "b c d | a b c d | a b c",
};
const SIZES = ["same", "valid", "full"];
const OUTSIDE = -1; // the index that means "take the fill value"

/** The remainder that is never negative. */
function modulo(p, n) {
  return ((p % n) + n) % n;
}

/** The position inside an axis of length n that position p repeats, however far outside; OUTSIDE where filled. */
function borderIndex(rule, p, n) {
  if (p >= 0 && p < n) return p;
  if (rule === "zero") return OUTSIDE;
  if (rule === "edge") return p < 0 ? 0 : n - 1;
  if (rule === "wrap") return modulo(p, n);
  const period = rule === "symmetric" ? 2 * n : Math.max(2 * (n - 1), 1);
  const folded = modulo(p, period);
  if (folded < n) return folded;
  return rule === "symmetric" ? period - 1 - folded : period - folded;
}

/** Rows, columns and channels (null of a plain kernel) of weights (h, w) or (C, h, w). */
function kernelShape(weights) {
  const deep = Array.isArray(weights[0][0]);
  const plane = deep ? weights[0] : weights;
  return { channels: deep ? weights.length : null, height: plane.length, width: plane[0].length };
}

/** Padding [top, bottom, left, right]: the one that is given, or that of a named size with the anchor k // 2. */
function paddingOf(options, shape) {
  if (options.padding) return options.padding;
  const along = (k, d) => {
    const reach = d * (k - 1);
    if (options.size === "valid") return [0, 0];
    if (options.size === "full") return [reach, reach];
    const before = d * Math.floor(k / 2);
    return [before, reach - before];
  };
  return [...along(shape.height, options.dilation[0]), ...along(shape.width, options.dilation[1])];
}

/** Outputs along an axis: floor((n + before + after - d(k-1) - 1) / s) + 1; 0 where the window is too large. */
function outputLength(n, k, before, after, stride, dilation) {
  const room = n + before + after - dilation * (k - 1) - 1;
  return room < 0 ? 0 : Math.floor(room / stride) + 1;
}

/** {height, width} of the output, before pooling. */
function outputSize(picture, shape, options) {
  const [top, bottom, left, right] = paddingOf(options, shape);
  const { stride, dilation } = options;
  return {
    height: outputLength(picture.height, shape.height, top, bottom, stride[0], dilation[0]),
    width: outputLength(picture.width, shape.width, left, right, stride[1], dilation[1]),
  };
}

/** The size formula with its numbers put in, a line for each axis. */
function sizeFormula(picture, shape, options) {
  const [top, bottom, left, right] = paddingOf(options, shape);
  const { stride, dilation } = options;
  const line = (n, k, before, after, s, d) =>
    `⌊(${n} + ${before} + ${after} − ${d}·(${k} − 1) − 1) / ${s}⌋ + 1 = ${outputLength(n, k, before, after, s, d)}`;
  return {
    formula: "⌊(n + p₁ + p₂ − d·(k − 1) − 1) / s⌋ + 1",
    rows: line(picture.height, shape.height, top, bottom, stride[0], dilation[0]),
    columns: line(picture.width, shape.width, left, right, stride[1], dilation[1]),
  };
}

/** Input rows and columns that the window of output [r, c] covers; outside the input where the border is asked. */
function windowAt(at, shape, options) {
  const padding = paddingOf(options, shape);
  const { stride, dilation } = options;
  const along = (count, first, d) => Array.from({ length: count }, (_, i) => first + d * i);
  return {
    rows: along(shape.height, at[0] * stride[0] - padding[0], dilation[0]),
    columns: along(shape.width, at[1] * stride[1] - padding[2], dilation[1]),
  };
}

/** Outputs along an axis that a position feeds, as [output, tap]; by its own place alone, or through the border too. */
function feedsAlong(place, n, count, k, before, stride, dilation, rule = null) {
  const pairs = [];
  for (let output = 0; output < count; output++) {
    for (let tap = 0; tap < k; tap++) {
      const p = output * stride + tap * dilation - before;
      if (p === place || (rule && borderIndex(rule, p, n) === place)) pairs.push([output, tap]);
    }
  }
  return pairs;
}

/** Outputs that an input pixel feeds: the pairs [output, tap] of its row and of its column; every row with every column. */
function feeds(place, picture, shape, options, { throughBorder = true } = {}) {
  const size = outputSize(picture, shape, options);
  const [top, , left] = paddingOf(options, shape);
  const { stride, dilation } = options;
  const rule = throughBorder ? options.border : null;
  return {
    rows: feedsAlong(place[0], picture.height, size.height, shape.height, top, stride[0], dilation[0], rule),
    columns: feedsAlong(place[1], picture.width, size.width, shape.width, left, stride[1], dilation[1], rule),
  };
}

/** Input positions that one weight meets, over all outputs: first, last and step along each axis. */
function touches(weight, picture, shape, options) {
  const size = outputSize(picture, shape, options);
  const [top, , left] = paddingOf(options, shape);
  const { stride, dilation } = options;
  const along = (tap, count, before, s, d) => {
    const first = tap * d - before;
    return { first, last: first + (count - 1) * s, step: s, count };
  };
  return {
    rows: along(weight[0], size.height, top, stride[0], dilation[0]),
    columns: along(weight[1], size.width, left, stride[1], dilation[1]),
  };
}
