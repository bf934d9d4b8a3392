// Explaining: the arithmetic of one output value, and its words, as `convcli explain` has them.

const MOST_IN_LINE = 25; // in one sum; more are added up row by row
const MOST_WRITTEN = 49; // weights of a kernel whose sum is written out

/** One channel's part: {rows, columns, window, beyond, kernel, given, products, sum}, the sum without the bias. */
function channelStep(state, picture, at, channel, weights, given) {
  const { rows, columns } = windowAt(at, kernelShape(state.kernel), state);
  const inside = (p, n) => p >= 0 && p < n;
  const seen = (r, c) => {
    const [row, column] = [borderIndex(state.border, r, picture.height), borderIndex(state.border, c, picture.width)];
    if (row === OUTSIDE || column === OUTSIDE) return state.fill;
    return picture.samples[(channel * picture.height + row) * picture.width + column];
  };
  const window = rows.map((r) => columns.map((c) => seen(r, c)));
  const beyond = rows.map((r) => columns.map((c) => !inside(r, picture.height) || !inside(c, picture.width)));
  const products = window.map((line, i) => line.map((v, j) => (weights[i][j] === 0 ? 0 : v * weights[i][j] + 0)));
  return { channel, rows, columns, window, beyond, kernel: weights, given, products, sum: exactSum(products.flat()) };
}

/** The arithmetic of output `at`: {at, parts, bias, value, adds}; one part, or one of each channel that is added. */
function stepAt(state, picture, at, channel = 0) {
  const size = outputSize(picture, kernelShape(state.kernel), state);
  if (!(at[0] >= 0 && at[0] < size.height && at[1] >= 0 && at[1] < size.width)) {
    const rule = "the output is {height}x{width}: ROW is 0 to {lastRow}, COL is 0 to {lastColumn}";
    throw new Error(say(rule, { ...size, lastRow: size.height - 1, lastColumn: size.width - 1 }));
  }
  const kernel = applied(state);
  const deep = kernelShape(kernel).channels !== null;
  const adds = deep || state.channels === "sum";
  const channels = adds ? Array.from({ length: picture.channels }, (_, c) => c) : [channel];
  const of = (weights, c) => (deep ? weights[c] : weights);
  const parts = channels.map((c) => channelStep(state, picture, at, c, of(kernel, c), of(state.kernel, c)));
  const value = exactSum([...parts.flatMap((part) => part.products.flat()), state.bias]);
  return { at, parts, bias: state.bias, value, adds };
}

/** One output value with exactly the keys of `convcli explain --json`. */
function explainRecord(state, picture, at, channel = 0) {
  const step = stepAt(state, picture, at, channel);
  const shape = kernelShape(state.kernel);
  const [first] = step.parts;
  const stacked = (key) => step.parts.flatMap((part) => part[key]);
  const oneOrBoth = ([a, b]) => (a === b ? a : [a, b]);
  const part = ({ channel: number, window, kernel, products, sum }) => ({ channel: number, window, kernel, products, sum });
  return {
    command: "explain",
    at: step.at,
    window: stacked("window"),
    kernel: stacked("kernel"),
    products: stacked("products"),
    bias: step.bias,
    value: step.value,
    operation: state.mode === "convolve" ? "convolution" : "correlation",
    anchor: [Math.floor(shape.height / 2), Math.floor(shape.width / 2)],
    given_kernel: stacked("given"),
    rows: stacked("rows"),
    columns: first.columns,
    beyond: stacked("beyond"),
    border: state.border === "zero" && state.fill ? `constant:${state.fill}` : state.border,
    padding: paddingOf(state, shape),
    stride: oneOrBoth(state.stride),
    dilation: oneOrBoth(state.dilation),
    output: outputSize(picture, shape, state),
    ...(step.adds ? { channels: step.parts.map(part) } : {}),
  };
}

/** One product; a sample that came from the border rule stands in square brackets. */
function productWords(sample, weight, beyond) {
  return `${beyond ? `[${plain(sample)}]` : plain(sample)}×${bracketed(weightWords(weight))}`;
}

/** The sum of one part in lines: whole, or row by row; of very many products their sum alone.  `bias` null: none. */
function sumLines(part, bias, value) {
  const terms = part.window.map((line, i) =>
    line.map((sample, j) => productWords(sample, part.kernel[i][j], part.beyond[i][j])).join(" + "));
  const count = part.products.flat().length;
  const rounded = operandsRounded(part, bias);
  const total = `${biasWords(bias)} ${equalsSign(value, rounded)} ${plain(value)}`;
  if (count > MOST_WRITTEN) {
    const first = bias ? `: ${plain(part.sum)}` : "";
    return [`${say("sum of {n} products", { n: grouped(count) })}${first}${total}`];
  }
  if (count <= MOST_IN_LINE) return [terms.join(" + ") + total];
  const sums = part.products.map(exactSum);
  const lines = terms.map((row, i) => `${say("row {i}", { i })}: ${row} ${equalsSign(sums[i], rounded)} ${plain(sums[i])}`);
  return [...lines, `${say("sum of the rows")}: ${sums.map((sum) => bracketed(plain(sum))).join(" + ")}${total}`];
}

/** The channels' sums and the bias, added up. */
function channelsSum(step) {
  const words = step.parts.map((part) => plain(part.sum));
  const numbers = [...step.parts.map((part) => part.sum), step.bias, step.value];
  const equals = numbers.some((number) => isRounded(number, plain(number))) ? "≈" : "=";
  const first = [words[0], ...words.slice(1).map(bracketed)].join(" + ");
  return `${say("sum of the channels")}: ${first}${biasWords(step.bias)} ${equals} ${plain(step.value)}`;
}

function biasWords(bias) {
  return bias ? ` + ${bracketed(plain(bias))} (${say("bias")})` : "";
}

function operandsRounded(part, bias) {
  const samples = [bias || 0, ...part.window.flat()].some((number) => isRounded(number, plain(number)));
  return samples || part.kernel.flat().some((weight) => isRounded(weight, weightWords(weight)));
}

function equalsSign(value, rounded) {
  return rounded || isRounded(value, plain(value)) ? "≈" : "=";
}

/** What a channel is called: of three, by its colour. */
function channelName(index, count) {
  const colours = ["red", "green", "blue"];
  return count === 3 ? say(`channel {n} (${colours[index]})`, { n: index }) : say("channel {n}", { n: index });
}
