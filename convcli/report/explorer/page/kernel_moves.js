// What can be done to a kernel as a whole: weights in, new weights out.  Weights per channel are moved alike.

const MOST_SIDE = 9; // rows and columns that the grid edits

/** One function for each plane of a kernel, plain or with weights per channel. */
const eachPlane = (weights, change) =>
  kernelShape(weights).channels === null ? change(weights) : weights.map((plane) => change(plane));

const eachWeight = (weights, change) => eachPlane(weights, (plane) => plane.map((row) => row.map((w) => change(w) + 0)));

/** A weight put in place of another. */
const withWeight = (weights, channel, i, j, value) => {
  const put = (plane) => plane.map((row, r) => (r === i ? row.map((w, c) => (c === j ? value : w)) : row));
  return kernelShape(weights).channels === null ? put(weights) : weights.map((plane, c) => (c === channel ? put(plane) : plane));
};

/** Another length along an axis, the anchor k // 2 staying where it is: zeros join, or weights go, on the side it asks. */
function stretched(list, length, blank) {
  const made = [...list];
  while (made.length < length) {
    if (made.length % 2) made.unshift(blank());
    else made.push(blank());
  }
  while (made.length > length) {
    if (made.length % 2) made.pop();
    else made.shift();
  }
  return made;
}

/** The kernel with so many rows and columns; what it does with --size same stays when it grows. */
function resized(weights, height, width) {
  return eachPlane(weights, (plane) => {
    const wide = plane.map((row) => stretched(row, width, () => 0));
    return stretched(wide, height, () => Array(width).fill(0));
  });
}

const negated = (weights) => eachWeight(weights, (w) => -w);
const zeroed = (weights) => eachWeight(weights, () => 0);

/** The sum of |weights|. */
const magnitudes = (weights) => weights.flat(2).reduce((total, w) => total + Math.abs(w), 0);

/** Divided by their sum, or by their magnitudes where they sum to 0; as they are where all are 0. */
function normalised(weights) {
  const divisor = kernelSum(weights) || magnitudes(weights);
  return divisor ? eachWeight(weights, (w) => w / divisor) : weights;
}

/** By how much a key or a notch changes a weight: 1 of whole numbers, 1/9 of ninths, else a hundredth. */
function stepOf(weights) {
  if (weights.flat(2).every((w) => w === 0)) return { over: 1 };
  const { divisor, weights: whole } = asFraction(weights);
  const exact = whole.flat(2).every((w) => Number.isInteger(w));
  return { over: exact && divisor <= 64 ? divisor : 100 };
}

/** A weight changed by so many steps, a fine one being a tenth; on the steps' own grid where it stands on it. */
function stepped(value, count, over, fine) {
  const parts = fine ? over * 10 : over;
  const whole = Math.round(value * parts);
  if (Math.abs(value * parts - whole) < 1e-9) return (whole + count) / parts + 0;
  return Number((value + count / parts).toPrecision(12)) + 0;
}

/** The name of these weights: that of -k or of the catalogue, or "kernel", as the command line calls what is typed. */
function nameOf(weights) {
  const named = [...DATA.kernels, ...DATA.catalogue].find((row) => sameWeights(row.weights, weights));
  return named ? named.name : "kernel";
}
