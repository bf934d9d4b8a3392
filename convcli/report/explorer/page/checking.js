// Checking: what a caller may say of the state, made into the state's own form, or one sentence that says the rule.

const MOST_VALUES = 2 ** 24; // of a padded picture, or of an output: more would stall the page

const CHECKS = {
  kernel: checkedKernel,
  name: (value) => String(value),
  mode: (value) => checkedChoice("mode", value, ["correlate", "convolve"]),
  fill: (value) => checkedNumber("fill", value),
  size: (value) => checkedChoice("size", value, SIZES),
  padding: checkedPadding,
  stride: (value) => checkedPair("stride", value),
  dilation: (value) => checkedPair("dilation", value),
  bias: (value) => checkedNumber("bias", value),
  relu: (value) => value === true || value === "true",
  pool: checkedPool,
  display: (value) => checkedChoice("display", value, ["auto", ...Object.keys(DISPLAYS)]),
  colormap: (value) => checkedChoice("colour map", value, Object.keys(COLORMAPS)),
  equivariance: (value) => checkedEquivariance(value),
  channels: (value) => checkedChoice("channels", value, ["each", "sum"]),
};

/** The patch in the state's own form. */
function checkedPatch(patch) {
  const checked = "border" in patch ? checkedBorder(patch.border) : {};
  for (const [key, value] of Object.entries(patch)) {
    if (key !== "border") checked[key] = CHECKS[key] ? CHECKS[key](value) : value;
  }
  if ("size" in patch && !("padding" in patch)) checked.padding = null;
  return checked;
}

function checkedChoice(name, value, choices) {
  if (choices.includes(value)) return value;
  throw new Error(say("{name} is {value}; choose from {choices}", { name, value, choices: choices.join(", ") }));
}

function checkedNumber(name, value) {
  const number = typeof value === "string" && value.trim() !== "" ? Number(value) : value;
  if (typeof number === "number" && Number.isFinite(number)) return number;
  throw new Error(say("{name} is {value}; give a finite number", { name, value }));
}

function checkedPair(name, value) {
  const pair = Array.isArray(value) ? value : [value, value];
  if (pair.length === 2 && pair.every((side) => Number.isSafeInteger(side) && side >= 1)) return [...pair];
  throw new Error(say("{name} is {value}; give a whole number of at least 1, or two: [rows, columns]", { name, value }));
}

function checkedPadding(value) {
  if (value === null) return null;
  const sides = Array.isArray(value) ? value : [value, value, value, value];
  if (sides.length === 4 && sides.every((side) => Number.isSafeInteger(side) && side >= 0)) return [...sides];
  const rule = "padding is {value}; give a whole number of at least 0, or four: [top, bottom, left, right]";
  throw new Error(say(rule, { value }));
}

function checkedBorder(value) {
  if (typeof value === "string" && value.startsWith("constant:")) {
    return { border: "zero", fill: checkedNumber("constant", value.slice("constant:".length)) };
  }
  return { border: checkedChoice("border", value, Object.keys(BORDERS)), fill: 0 };
}

function checkedPool(value) {
  if (value === null || value === "" || value === "none") return null;
  if (typeof value === "string" && parsePool(value)) return value.trim().toLowerCase();
  const rule = "pool is {value}; give max or avg with its window, as in max:2, avg:2x3 or max:3,stride=2";
  throw new Error(say(rule, { value }));
}

function checkedKernel(value) {
  const finite = (row, width) =>
    Array.isArray(row) && row.length === width && width > 0 && row.every((w) => typeof w === "number" && Number.isFinite(w));
  const plane = (rows) => Array.isArray(rows) && rows.length > 0 && rows.every((row) => finite(row, rows[0].length));
  if (plane(value)) return value.map((row) => [...row]);
  const alike = (planes) => planes.every((p) => p.length === planes[0].length && p[0].length === planes[0][0].length);
  if (Array.isArray(value) && value.length > 0 && value.every(plane) && alike(value)) {
    return value.map((rows) => rows.map((row) => [...row]));
  }
  throw new Error(say("a kernel is rows of finite numbers, all rows of one length; or one such grid for each channel"));
}

/** Refuse what cannot be computed: other channels than the picture's, a window larger than the input, too much of it. */
function checkFits(state, picture) {
  const shape = kernelShape(state.kernel);
  if (shape.channels !== null && shape.channels !== picture.channels) {
    const counts = { weights: shape.channels, channels: picture.channels };
    throw new Error(say("the kernel has weights for {weights} channels and the picture has {channels}", counts));
  }
  const [top, bottom, left, right] = paddingOf(state, shape);
  const size = outputSize(picture, shape, state);
  const axes = [
    [size.height, shape.height, state.dilation[0], picture.height + top + bottom],
    [size.width, shape.width, state.dilation[1], picture.width + left + right],
  ];
  for (const [outputs, taps, dilation, padded] of axes) {
    if (outputs >= 1) continue;
    const numbers = { span: dilation * (taps - 1) + 1, padded };
    throw new Error(say("the window spans {span} positions and the input with its padding has only {padded}", numbers));
  }
  if (axes[0][3] * axes[1][3] * picture.channels > MOST_VALUES) {
    throw new Error(say("the picture with its padding would have {height} × {width} pixels: too many for this page",
      { height: axes[0][3], width: axes[1][3] }));
  }
  const pool = state.pool && parsePool(state.pool);
  if (pool && (pool.size[0] > size.height || pool.size[1] > size.width)) {
    const sizes = { pool: state.pool, height: size.height, width: size.width };
    throw new Error(say("pooling {pool} needs a larger map than {height} × {width}", sizes));
  }
}
