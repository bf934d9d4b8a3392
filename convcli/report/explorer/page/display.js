// Display: from a response, in the picture's units, to pixels and colours; as convcli's core/display.
//
// Every display is a line v -> slope * (v - low) / (high - low) + offset, or of |v|.  Pixels are written into clamped
// bytes, which round half to even, clamp, and make NaN black by themselves.

const TOP = 255;
const MIDDLE = 128;

/** Each display's line, of the least and the largest response. */
const DISPLAYS = {
  clip: () => ({ slope: 1, low: 0, high: 1, offset: 0 }),
  abs: () => ({ slope: 1, low: 0, high: 1, offset: 0, absolute: true }),
  offset: () => ({ slope: 1, low: 0, high: 1, offset: MIDDLE }),
  signed: (low, high) => {
    const peak = Math.max(Math.abs(low), Math.abs(high));
    return { slope: peak > 0 ? MIDDLE - 1 : 0, low: 0, high: peak || 1, offset: MIDDLE };
  },
  magnitude: (low, high) => {
    const peak = Math.max(Math.abs(low), Math.abs(high));
    return { slope: peak > 0 ? TOP : 0, low: 0, high: peak || 1, offset: 0, absolute: true };
  },
  stretch: (low, high) => ({ slope: high > low ? TOP : 0, low, high: high > low ? high : low + 1, offset: 0 }),
};
const NEEDS_RANGE = ["signed", "magnitude", "stretch"];
const NEARLY_ZERO = 0.02; // of the L1 norm, as core/display/suiting.py has measured

/** Colour maps: parts of equal length, each through its colours in even steps (core/display/colormaps.py). */
const COLORMAPS = {
  gray: ["000000 ffffff"],
  diverging: ["053061 2166ac 4393c3 92c5de d1e5f0 ffffff", "ffffff fddbc7 f4a582 d6604d b2182b 67001f"],
  viridis: ["440154 48176a 482a7a 433d85 3d4e8a 355e8d 2e6d8e 297b8e 23898e " +
    "1e978b 20a586 2db37d 46c070 64cb5e 88d548 b0dd2f d8e217 fde725"],
};

/** The display that "auto" stands for: signed where the weights nearly cancel, magnitude of such after a ReLU, else clip;
 *  of samples that are no bytes, whose white nobody knows, stretch, as in explain's figures. */
function displayOf(state, picture) {
  if (state.display !== "auto") return state.display;
  const flat = state.kernel.flat(2);
  const sum = flat.reduce((total, w) => total + w, 0);
  const norm = flat.reduce((total, w) => total + Math.abs(w), 0);
  const signed = Math.abs(sum) <= NEARLY_ZERO * norm || (sum < 0 && state.bias <= 0);
  if (!signed) return picture.dtype.startsWith("uint") ? "clip" : "stretch";
  return state.relu ? "magnitude" : "signed";
}

/** The least and the largest finite value: [0, 0] where there is none. */
function finiteRange(values) {
  let low = Infinity;
  let high = -Infinity;
  for (let i = 0; i < values.length; i++) {
    const v = values[i];
    if (v < low && v !== -Infinity) low = v;
    if (v > high && v !== Infinity) high = v;
  }
  return low <= high ? [low, high] : [0, 0];
}

/** The line of a display's name for responses of a picture.  Clipped, 16 bits and floats go by the picture's own scale. */
function lineOf(display, values, picture) {
  const white = picture.tones ? picture.tones.high : 255;
  const black = picture.tones ? picture.tones.low : 0;
  if (display === "clip") return { slope: TOP, low: black, high: white, offset: 0 };
  if (display === "abs") return { slope: TOP, low: 0, high: white - black, offset: 0, absolute: true };
  if (display === "offset") return { slope: TOP, low: 0, high: white - black, offset: MIDDLE };
  const [low, high] = NEEDS_RANGE.includes(display) ? finiteRange(values) : [0, 0];
  return DISPLAYS[display](low, high);
}

/** The responses that are black and white: all that 8 and 16 bits hold, of other samples the least and the largest. */
function tonesOf(picture) {
  if (picture.dtype === "uint8") return { low: 0, high: 255 };
  let [low, high] = finiteRange(picture.samples);
  if (picture.dtype === "uint16") return { low: 0, high: high >= 65536 / 8 ? 65535 : high || 1 };
  if (low >= 0 && high >= 0.5 && high <= 1) return { low: 0, high: 1 };
  if (low === high) [low, high] = [Math.min(low, 0), Math.max(high, low + 1)];
  return { low, high };
}

/** The level, 0 to 255, of one number. */
function levelOf(value, line) {
  const v = line.absolute ? Math.abs(value) : value;
  const level = (line.slope * (v - line.low)) / (line.high - line.low) + line.offset;
  const floor = Math.floor(level);
  const rounded = level - floor === 0.5 ? floor + (floor % 2) : Math.round(level);
  return Math.max(0, Math.min(TOP, rounded || 0));
}

/** Pixels (RGBA) of maps that lie one behind the other: three are red, green and blue, of others the first is shown. */
function toPixels(response, line, map = "gray") {
  const { height, width, maps, values } = response;
  const count = height * width;
  const pixels = new Uint8ClampedArray(4 * count);
  const factor = line.slope / (line.high - line.low);
  const first = factor === 1 ? line.offset - line.low : 0;
  for (let channel = 0; channel < 3; channel++) {
    const from = maps === 3 ? channel * count : 0;
    if (line.absolute) {
      for (let i = 0, p = channel; i < count; i++, p += 4) pixels[p] = (line.slope * Math.abs(values[from + i])) / (line.high - line.low);
    } else if (factor === 1) {
      for (let i = 0, p = channel; i < count; i++, p += 4) pixels[p] = values[from + i] + first;
    } else {
      const { low, offset, slope } = line;
      const run = line.high - low;
      for (let i = 0, p = channel; i < count; i++, p += 4) pixels[p] = (slope * (values[from + i] - low)) / run + offset;
    }
  }
  for (let p = 3; p < pixels.length; p += 4) pixels[p] = 255;
  if (map !== "gray" && maps !== 3) coloured(pixels, colourTable(map));
  return pixels;
}

/** Grey pixels through a table of colours, in place. */
function coloured(pixels, table) {
  for (let p = 0; p < pixels.length; p += 4) {
    const entry = 3 * pixels[p];
    pixels[p] = table[entry];
    pixels[p + 1] = table[entry + 1];
    pixels[p + 2] = table[entry + 2];
  }
}

/** 256 colours of a map, red, green, blue one after the other. */
function colourTable(name) {
  const ramps = COLORMAPS[name];
  const table = new Uint8ClampedArray(3 * 256);
  ramps.forEach((ramp, part) => {
    const start = Math.floor((256 * part) / ramps.length);
    const stop = Math.floor((256 * (part + 1)) / ramps.length);
    const anchors = ramp.split(" ").map((hex) => [0, 2, 4].map((at) => parseInt(hex.slice(at, at + 2), 16)));
    for (let entry = start; entry < stop; entry++) {
      const place = ((entry - start) * (anchors.length - 1)) / (stop - start - 1);
      const below = Math.min(Math.floor(place), anchors.length - 2);
      for (let c = 0; c < 3; c++) {
        table[3 * entry + c] = anchors[below][c] + (place - below) * (anchors[below + 1][c] - anchors[below][c]);
      }
    }
  });
  return table;
}
