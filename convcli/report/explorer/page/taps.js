// Taps: a kernel's weights with their distances from the window's first sample, and rows of products added up.

const RUN = 5; // neighbouring taps whose samples wait in registers while a row goes by: one load for five products

/** Weights that are not 0, each with the distance of its sample from the window's first: {offsets, values}. */
function tapsOf(planes, padded, dilation) {
  const offsets = [];
  const values = [];
  planes.forEach((plane, channel) => {
    plane.forEach((row, i) => {
      row.forEach((weight, j) => {
        if (weight === 0) return;
        offsets.push((channel * padded.height + i * dilation[0]) * padded.width + j * dilation[1]);
        values.push(weight);
      });
    });
  });
  return { offsets, values };
}

/** Taps in runs of RUN neighbours, two runs at a time, one run that may be over, and the rest. */
function inRuns({ offsets, values }, step) {
  const runs = [];
  const rest = { offsets: [], values: [] };
  for (let t = 0; t < offsets.length;) {
    if (step === 1 && offsets[t + RUN - 1] === offsets[t] + RUN - 1) {
      runs.push({ offset: offsets[t], weights: values.slice(t, t + RUN) });
      t += RUN;
    } else {
      rest.offsets.push(offsets[t]);
      rest.values.push(values[t]);
      t += 1;
    }
  }
  return { runs, rest };
}

/** line[c] += the products of all taps. */
function addAll(line, samples, start, step, { runs, rest }) {
  let t = 0;
  for (; t + 2 <= runs.length; t += 2) addTwoRuns(line, samples, start, runs[t], runs[t + 1]);
  if (t < runs.length) addRun(line, samples, start, runs[t]);
  addTaps(line, samples, start, step, rest.offsets, rest.values);
}

function addRun(line, samples, start, { offset, weights: [a, b, c, d, e] }) {
  const count = line.length;
  let p = start + offset;
  let s0 = samples[p], s1 = samples[p + 1], s2 = samples[p + 2], s3 = samples[p + 3];
  p += 4;
  for (let x = 0; x < count; x++, p++) {
    const s4 = samples[p];
    line[x] += a * s0 + b * s1 + c * s2 + d * s3 + e * s4;
    s0 = s1; s1 = s2; s2 = s3; s3 = s4;
  }
}

function addTwoRuns(line, samples, start, one, other) {
  const count = line.length;
  const [a, b, c, d, e] = one.weights;
  const [f, g, h, i, j] = other.weights;
  let p = start + one.offset + 4;
  let q = start + other.offset + 4;
  let s0 = samples[p - 4], s1 = samples[p - 3], s2 = samples[p - 2], s3 = samples[p - 1];
  let t0 = samples[q - 4], t1 = samples[q - 3], t2 = samples[q - 2], t3 = samples[q - 1];
  for (let x = 0; x < count; x++, p++, q++) {
    const s4 = samples[p], t4 = samples[q];
    line[x] += a * s0 + b * s1 + c * s2 + d * s3 + e * s4 + f * t0 + g * t1 + h * t2 + i * t3 + j * t4;
    s0 = s1; s1 = s2; s2 = s3; s3 = s4;
    t0 = t1; t1 = t2; t2 = t3; t3 = t4;
  }
}

/** line[c] += the taps' products, six taps at a time: one pass over a row that stays in the cache. */
function addTaps(line, samples, start, step, offsets, values) {
  const count = line.length;
  let t = 0;
  for (; t + 6 <= offsets.length; t += 6) {
    const [a, b, c, d, e, f] = [values[t], values[t + 1], values[t + 2], values[t + 3], values[t + 4], values[t + 5]];
    const oa = offsets[t], ob = offsets[t + 1], oc = offsets[t + 2];
    const od = offsets[t + 3], oe = offsets[t + 4], of = offsets[t + 5];
    for (let x = 0, p = start; x < count; x++, p += step) {
      line[x] += a * samples[p + oa] + b * samples[p + ob] + c * samples[p + oc] +
        d * samples[p + od] + e * samples[p + oe] + f * samples[p + of];
    }
  }
  for (; t + 2 <= offsets.length; t += 2) {
    const a = values[t], b = values[t + 1], oa = offsets[t], ob = offsets[t + 1];
    for (let x = 0, p = start; x < count; x++, p += step) line[x] += a * samples[p + oa] + b * samples[p + ob];
  }
  if (t < offsets.length) {
    const a = values[t], oa = offsets[t];
    for (let x = 0, p = start; x < count; x++, p += step) line[x] += a * samples[p + oa];
  }
}
