// Facts about a kernel and its layer: rank, factors, and the ladder from fully connected to shared weights.

const ROUNDING = 1e-12; // relative: computed kernels carry rounding errors

/** Singular values of a matrix (rows of numbers), the largest first: one-sided Jacobi rotations of its columns. */
function singularValues(matrix) {
  const wide = matrix.length < matrix[0].length;
  const columns = wide ? matrix.map((row) => [...row]) : matrix[0].map((_, j) => matrix.map((row) => row[j]));
  const dot = (a, b) => a.reduce((total, x, i) => total + x * b[i], 0);
  for (let sweep = 0, turned = true; turned && sweep < 60; sweep++) {
    turned = false;
    for (let p = 0; p < columns.length; p++) {
      for (let q = p + 1; q < columns.length; q++) turned = rotated(columns[p], columns[q], dot) || turned;
    }
  }
  return columns.map((column) => Math.sqrt(dot(column, column))).sort((a, b) => b - a);
}

/** Turn two columns until they are orthogonal; whether they had to be. */
function rotated(one, other, dot) {
  const [alpha, beta, gamma] = [dot(one, one), dot(other, other), dot(one, other)];
  if (Math.abs(gamma) <= 1e-16 * Math.sqrt(alpha * beta) || gamma === 0) return false;
  const zeta = (beta - alpha) / (2 * gamma);
  const t = (zeta >= 0 ? 1 : -1) / (Math.abs(zeta) + Math.sqrt(1 + zeta * zeta));
  const cos = 1 / Math.sqrt(1 + t * t);
  const sin = cos * t;
  for (let i = 0; i < one.length; i++) {
    const [x, y] = [one[i], other[i]];
    one[i] = cos * x - sin * y;
    other[i] = sin * x + cos * y;
  }
  return true;
}

/** Rank of a kernel as a matrix; of weights per channel, of (channels, rows * columns). */
function rank(weights) {
  const matrix = kernelShape(weights).channels === null ? weights : weights.map((plane) => plane.flat());
  const values = singularValues(matrix);
  const size = Math.max(matrix.length, matrix[0].length);
  return values[0] ? values.filter((value) => value > ROUNDING * size * values[0]).length : 0;
}

/** {column, row} whose outer product is the kernel, where its rank is 1; else null. */
function separability(weights) {
  if (kernelShape(weights).channels !== null || rank(weights) !== 1) return null;
  let [top, i, j] = [0, 0, 0];
  weights.forEach((line, r) => line.forEach((w, c) => { if (Math.abs(w) > top) [top, i, j] = [Math.abs(w), r, c]; }));
  const whole = weights.flat().every(Number.isInteger) && top < 2 ** 53;
  let row = [...weights[i]];
  let column = weights.map((line) => line[j] / weights[i][j]);
  let scale;
  if (whole) {
    const divisor = row.map(Math.abs).reduce(commonDivisor);
    row = row.map((w) => w / divisor);
    column = weights.map((line) => line[j] / row[j]);
    scale = Math.sign(smoothingSum(column) || smoothingSum(row) || 1);
  } else {
    scale = smoothingSum(column) || 1 / (smoothingSum(row) || 1);
  }
  return { column: column.map((w) => w / scale + 0), row: row.map((w) => w * scale + 0) };
}

function commonDivisor(a, b) {
  while (b) [a, b] = [b, a % b];
  return a;
}

/** The sum of a factor, 0 where it is rounding only. */
function smoothingSum(factor) {
  const total = factor.reduce((sum, w) => sum + w, 0);
  return Math.abs(total) > ROUNDING * factor.reduce((sum, w) => sum + Math.abs(w), 0) ? total : 0;
}

/** The sum of the weights; 0 where it is rounding only. */
function kernelSum(weights) {
  const flat = weights.flat(2);
  const total = exactSum(flat);
  return Math.abs(total) <= ROUNDING * flat.reduce((sum, w) => sum + Math.abs(w), 0) ? 0 : total;
}

/** One layer three ways, as `convcli params` counts it: {inputs, window, units, fc, sparse, shared}, each of the last
 *  three {weights, biases, parameters, macs}.  One filter over all channels of the picture. */
function ladder(picture, weights, options) {
  const shape = kernelShape(weights);
  const size = outputSize(picture, shape, options);
  const inputs = picture.height * picture.width * picture.channels;
  const units = size.height * size.width;
  const window = shape.height * shape.width * picture.channels;
  const biased = options.bias ? 1 : 0;
  const cost = (count, biases, macs) => ({ weights: count, biases, parameters: count + biases, macs });
  return {
    inputs,
    window,
    units,
    fc: cost(inputs * units, biased * units, inputs * units),
    sparse: cost(window * units, biased * units, window * units),
    shared: cost(window, biased, window * units),
  };
}
