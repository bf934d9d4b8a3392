// f: the correlation in hand with its pooling, or with weights of its own at every place; where its outputs stand, and
// what it does along each axis.  As convcli's core/equivariance/conv_layer: no bias, no ReLU, which move no pixel.

const NORMALS = 4096; // of the table that unshared weights are drawn from

/** The layer of the state: {kernel as it is multiplied, options, pool, unshared}. */
function layerOf(state) {
  const { border, fill, size, padding, stride, dilation, channels } = state;
  const options = { border, fill, size, padding, stride, dilation, channels, bias: 0 };
  const pool = state.pool && parsePool(state.pool);
  return { kernel: applied(state), options, pool: pool || null, unshared: state.equivariance.unshared };
}

/** The layer with some of its options changed. */
const withOptions = (layer, options) => ({ ...layer, options: { ...layer.options, ...options } });

/** Pixels of the picture between neighbouring outputs, down and across. */
function stepsOf({ options, pool }) {
  return [0, 1].map((axis) => options.stride[axis] * (pool ? pool.stride[axis] : 1));
}

/** The layer's output, {height, width, maps, values}, or an Error where it has none. */
function runLayer(layer, picture) {
  const { kernel, options, pool } = layer;
  checkFits({ ...options, kernel, pool: pool && `${pool.kind}:${pool.size.join("x")},stride=${pool.stride.join("x")}` }, picture);
  const padded = paddedPicture(picture, paddingOf(options, kernelShape(kernel)), options.border, options.fill);
  const sums = layer.unshared ? unsharedSums(padded, kernel, options) : correlate(padded, kernel, options);
  return pool ? pooled(sums, pool) : sums;
}

/** Normal numbers, the same ones every time: Box and Muller of a congruential generator's. */
const normals = (() => {
  let table = null;
  const uniform = (seed) => {
    let bits = seed;
    return () => ((bits = (Math.imul(bits, 1664525) + 1013904223) >>> 0) + 0.5) / 2 ** 32;
  };
  return () => {
    if (table) return table;
    const next = uniform(19);
    table = Float64Array.from({ length: NORMALS }, () => Math.sqrt(-2 * Math.log(next())) * Math.cos(2 * Math.PI * next()));
    return table;
  };
})();

/** A whole number of 32 bits, scrambled. */
function scrambled(bits) {
  let x = Math.imul(bits ^ (bits >>> 16), 0x45d9f3b);
  x = Math.imul(x ^ (x >>> 16), 0x45d9f3b);
  return (x ^ (x >>> 16)) >>> 0;
}

/** The sums of weights that are not shared: every place has its own, of the kernel's root mean square. */
function unsharedSums(padded, kernel, options) {
  const shape = kernelShape(kernel);
  const { stride, dilation } = options;
  const height = outputLength(padded.height, shape.height, 0, 0, stride[0], dilation[0]);
  const width = outputLength(padded.width, shape.width, 0, 0, stride[1], dilation[1]);
  const adds = shape.channels !== null || options.channels === "sum";
  const depth = adds ? padded.channels : 1;
  const flat = kernel.flat(2);
  const scale = Math.sqrt(flat.reduce((sum, w) => sum + w * w, 0) / flat.length);
  const { offsets } = tapsOf(Array(depth).fill(Array(shape.height).fill(Array(shape.width).fill(1))), padded, dilation);
  const maps = adds ? 1 : padded.channels;
  const values = new Float64Array(maps * height * width);
  const table = normals();
  const plane = padded.height * padded.width;
  for (let r = 0; r < height; r++) {
    for (let c = 0; c < width; c++) {
      const start = r * stride[0] * padded.width + c * stride[1];
      let draw = scrambled(r * 65_536 + c + 1);
      for (let t = 0; t < offsets.length; t++) {
        draw = (Math.imul(draw, 1664525) + 1013904223) >>> 0;
        const weight = scale * table[draw >>> 20];
        for (let map = 0; map < maps; map++) {
          values[(map * height + r) * width + c] += weight * padded.samples[map * plane + start + offsets[t]];
        }
      }
    }
  }
  return { height, width, maps, values };
}

/** What the layer does along rows (down) and along columns (across): stages {taps, dilation, stride, before, after, rule}. */
function stagesOf(layer, picture) {
  const { kernel, options, pool } = layer;
  const shape = kernelShape(kernel);
  const [top, bottom, left, right] = paddingOf(options, shape);
  const rule = { border: options.border, fill: options.fill };
  const along = (axis, taps, before, after) => {
    const stages = [{ taps, dilation: options.dilation[axis], stride: options.stride[axis], before, after, rule }];
    if (pool) stages.push({ taps: pool.size[axis], dilation: 1, stride: pool.stride[axis], before: 0, after: 0, rule: null });
    return usedStages(stages, axis === 0 ? picture.height : picture.width);
  };
  return [along(0, shape.height, top, bottom), along(1, shape.width, left, right)];
}

/** The same with steps no larger than makes a difference: of a single window, of a single tap. */
function usedStages(stages, n) {
  let length = n;
  return stages.map((stage) => {
    const dilation = stage.taps > 1 ? stage.dilation : 1;
    const beyond = length + stage.before + stage.after - spanOf(stage.taps, dilation) + 1;
    const used = { ...stage, dilation, stride: Math.min(stage.stride, Math.max(1, beyond)) };
    length = stageLength(used, length);
    return used;
  });
}

const spanOf = (taps, dilation) => dilation * (taps - 1) + 1;

/** Outputs of a stage for n inputs. */
const stageLength = ({ taps, before, after, stride, dilation }, n) => outputLength(n, taps, before, after, stride, dilation);

/** Where the outputs stand: in the middle of what they see. */
function axesOf(stages, picture) {
  return [picture.height, picture.width].map((n, axis) => {
    let [length, step, before, view] = [n, 1, 0, 1];
    for (const stage of stages[axis]) {
      before += stage.before * step;
      view += (spanOf(stage.taps, stage.dilation) - 1) * step;
      step *= stage.stride;
      length = stageLength(stage, length);
    }
    return { length, picture: n, step, origin: (view - 1) / 2 - before };
  });
}

/** A picture's own axes. */
const pictureAxes = ({ height, width }) => [height, width].map((n) => ({ length: n, picture: n, step: 1, origin: 0 }));
