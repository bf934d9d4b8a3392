// The lines for a shell that do what the page does: `apply`, `explain` and `params`, for this state and this picture.

const PLAIN_WORD = /^[A-Za-z0-9_@%+=:,./-]+$/;
const LITERAL = /^[\s\d+\-.eE/,;]+$/; // a matrix that is typed, not a file's name

// What a terminal obeys, what no one sees, and what turns the direction of reading, so that a line reads as another.
// eslint-disable-next-line no-control-regex
const UNSEEN = /[\u0000-\u001f\u007f-\u009f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ud800-\udfff]/;

/** A word as `sh` takes it apart again: bare, in single quotes, or by its bytes where they would mislead. */
function quoted(word) {
  if (PLAIN_WORD.test(word)) return word;
  if (UNSEEN.test(word.replace(/[\ud800-\udbff][\udc00-\udfff]/g, ""))) {
    return `"$(printf '${octal(word)}')"`;
  }
  return `'${word.replaceAll("'", "'\\''")}'`;
}

/** All bytes of a text as printf's octal escapes; lone surrogates are the bytes that a file's name has beside UTF-8. */
function octal(word) {
  const bytes = [...word].flatMap((character) => {
    const code = character.codePointAt(0);
    return code >= 0xdc80 && code <= 0xdcff ? [code - 0xdc00] : [...new TextEncoder().encode(character)];
  });
  return bytes.map((byte) => `\\${byte.toString(8).padStart(3, "0")}`).join("");
}

/** How `-k` gets this kernel: {value}, and what is piped into it where weights per channel fit no literal. */
function kernelArgument(weights) {
  const named = [...DATA.kernels, ...DATA.catalogue].find((row) => row.given && sameWeights(row.weights, weights));
  if (named) return { value: quoted(named.given), piped: "" };
  if (kernelShape(weights).channels === null) return { value: `'${matrixText(weights)}'`, piped: "" };
  return { value: "@-", piped: `printf %s '${JSON.stringify([weights])}' | ` };
}

/** A plain kernel whose responses to all channels are added up. */
const isSummed = (state) =>
  state.channels === "sum" && DATA.picture.channels > 1 && kernelShape(state.kernel).channels === null;

/** The picture as it was given; a name that begins with a dash would be an option. */
function sourceArgument() {
  const source = DATA.picture.source;
  if (source === null || source === undefined) return quoted(DATA.picture.name || "PICTURE");
  return quoted(source.startsWith("-") && source !== "-" && !LITERAL.test(source) ? `./${source}` : source);
}

const pairText = ([down, across]) => (down === across ? String(down) : `${down}x${across}`);

/** --border, as the command line has it: a fill is the border zero with another number. */
const borderText = (state) => (state.border === "zero" && state.fill ? `constant:${numberText(state.fill)}` : state.border);

/** The options of the window that are not what the command takes without them. */
function windowOptions(state, { borders = true } = {}) {
  const usual = state.size === "full" && !state.padding ? "zero" : "edge";
  return [
    borders && borderText(state) !== usual && `--border ${borderText(state)}`,
    state.padding ? `--padding ${paddingText(state.padding)}` : state.size !== "same" && `--size ${state.size}`,
    pairText(state.stride) !== "1" && `--stride ${pairText(state.stride)}`,
    pairText(state.dilation) !== "1" && `--dilation ${pairText(state.dilation)}`,
  ].filter(Boolean);
}

const paddingText = (sides) => (sides.every((side) => side === sides[0]) ? String(sides[0]) : sides.join(","));

/** `convcli apply`: the picture that the page shows. */
function applyLine(state, output = "out.png") {
  const kernel = kernelArgument(state.kernel);
  const words = [
    `${kernel.piped}convcli apply ${sourceArgument()} -k ${kernel.value}`,
    state.mode === "convolve" && "--convolve",
    state.bias !== 0 && `--bias=${numberText(state.bias)}`,
    ...windowOptions(state),
    isSummed(state) && "--channels sum",
    DATA.picture.lost.colour && "--channels gray",
    DATA.picture.lost.alpha && "--alpha drop",
    state.relu && "--relu",
    state.pool && `--pool ${quoted(state.pool)}`,
    state.display !== "auto" && `--display ${state.display}`,
    state.colormap && state.colormap !== "gray" && `--colormap ${state.colormap}`,
    `-o ${output}`,
  ];
  return words.filter(Boolean).join(" ");
}

/** `convcli explain`: the sum at one place of the response. */
function explainLine(state, at, channel) {
  const weights = isSummed(state) ? Array(DATA.picture.channels).fill(state.kernel) : state.kernel;
  const kernel = kernelArgument(weights);
  const plane = kernelShape(weights).channels === null;
  const words = [
    `${kernel.piped}convcli explain ${sourceArgument()} -k ${kernel.value} --at ${at.join(",")}`,
    DATA.picture.channels > 1 && plane && `--channel ${channel}`,
    DATA.picture.lost.colour && "--channel gray",
    state.mode === "convolve" && "--convolve",
    state.bias !== 0 && `--bias=${numberText(state.bias)}`,
    ...windowOptions(state),
  ];
  return words.filter(Boolean).join(" ");
}

/** `convcli params`: the ladder. */
function paramsLine(state) {
  const { height, width, channels } = DATA.picture;
  const plane = planesOf(state.kernel)[0];
  const words = [
    `convcli params ${height}x${width}${channels > 1 ? `x${channels}` : ""} --kernel ${plane.length}x${plane[0].length}`,
    ...windowOptions(state, { borders: false }),
    state.bias !== 0 && "--bias",
  ];
  return words.filter(Boolean).join(" ");
}
