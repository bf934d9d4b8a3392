// Packed: bytes of several planes as the digits of one float64, so that one product serves them all.  Whole weights
// alone: sums of whole numbers below 2^53 are exact in any order, and the digits come apart again by rounding.

const PACKINGS = [
  { planes: 3, digit: 2 ** 17 }, // sums up to 2^16 in magnitude: 2^16 (1 + 2^17 + 2^34) is below 2^53
  { planes: 2, digit: 2 ** 26 }, // sums up to 2^25
];

/** How many planes a float64 holds, for sums of such weights: one of PACKINGS; null where each plane has to go alone. */
function packingFor(padded, flat) {
  if (padded.channels < 2 || !padded.whole || !flat.every(Number.isInteger)) return null;
  const largest = 255 * flat.reduce((sum, w) => sum + Math.abs(w), 0);
  return PACKINGS.find(({ planes, digit }) => planes <= padded.channels && largest < digit / 2) || null;
}

/** The padded picture's planes, so many a number; kept with it, for a kernel edit does not change it. */
function packedPlanes(padded, { planes, digit }) {
  const kept = (padded.packed = padded.packed || {});
  if (kept[planes]) return kept[planes];
  const count = padded.height * padded.width;
  const groups = Math.ceil(padded.channels / planes);
  const samples = new Float64Array(groups * count);
  for (let channel = 0; channel < padded.channels; channel++) {
    const [to, from, scale] = [Math.floor(channel / planes) * count, channel * count, digit ** (channel % planes)];
    for (let i = 0; i < count; i++) samples[to + i] += scale * padded.samples[from + i];
  }
  kept[planes] = { ...padded, channels: groups, samples, packed: null };
  return kept[planes];
}

/** The sums of packed planes, taken apart into one map for each. */
function unpack(sums, values, { planes, digit }, maps) {
  const count = values.length / maps;
  const part = 1 / digit; // a power of two: products with it are exact
  for (let map = 0; map < maps; map += planes) {
    const from = Math.floor(map / planes) * count;
    const [first, second, third] = [0, 1, 2].map((plane) => (map + plane) * count);
    if (planes === 3 && map + 2 < maps) {
      for (let i = 0; i < count; i++) {
        const sum = sums[from + i];
        const upper = Math.floor(sum * part + 0.5);
        const top = Math.floor(upper * part + 0.5);
        values[first + i] = sum - upper * digit;
        values[second + i] = upper - top * digit;
        values[third + i] = top;
      }
    } else if (map + 1 < maps) {
      for (let i = 0; i < count; i++) {
        const sum = sums[from + i];
        const upper = Math.floor(sum * part + 0.5);
        values[first + i] = sum - upper * digit;
        values[second + i] = upper;
      }
    } else {
      values.set(sums.subarray(from, from + count), first);
    }
  }
}
