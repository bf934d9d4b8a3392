// Around the kernel's grid: its size, what is done to it as a whole, and the flip that a convolution makes.

const kernelTools = { rows: null, columns: null, deep: null, modes: [], turned: null, words: null };

function mountKernelTools() {
  const press = (words, change, about) => {
    const button = makeButton(words, () => changeKernel(change(store.get().kernel)));
    button.title = about;
    return button;
  };
  const buttons = make("div", "row tools",
    press(say("flip"), flipped, say("turn it by half a turn: upside down and left to right")),
    press(say("negate"), negated, say("turn every sign")),
    press(say("normalise"), normalised, say("divide by the sum; by the sum of |weights| where the sum is 0")),
    press(say("all zeros"), zeroed, say("every weight 0")),
    makeButton(say("undo"), undoKernel));
  return make("div", "kernel-tools", mountSize(), buttons, mountDeep());
}

function mountSize() {
  kernelTools.rows = sizeField(say("rows"), (count, shape) => [count, shape.width]);
  kernelTools.columns = sizeField(say("columns"), (count, shape) => [shape.height, count]);
  return make("div", "row size", kernelTools.rows.label, kernelTools.columns.label, kernelTools.rows.fault);
}

/** Rows or columns, 1 to 9: the weights stay around the anchor. */
function sizeField(name, sides) {
  const input = make("input", "count");
  Object.assign(input, { type: "number", min: 1, max: MOST_SIDE, step: 1 });
  const fault = kernelTools.rows ? kernelTools.rows.fault : make("p", "fault");
  fault.setAttribute("role", "alert");
  input.addEventListener("input", () => {
    const count = Number(input.value);
    const fits = input.value !== "" && Number.isInteger(count) && count >= 1 && count <= MOST_SIDE;
    markFault(input, fault, fits ? "" : say("a kernel here has 1 to {most} rows and columns", { most: MOST_SIDE }));
    const { kernel } = store.get();
    if (fits) attempt(input, fault, () => changeKernel(resized(kernel, ...sides(count, kernelShape(kernel)))));
  });
  return { input, fault, label: make("label", "", name, input) };
}

/** A grid for each channel, of a picture with several. */
function mountDeep() {
  if (store.picture().channels === 1) return "";
  const box = make("input");
  box.type = "checkbox";
  kernelTools.deep = box;
  box.addEventListener("change", () => {
    const { kernel } = store.get();
    const { channels } = store.picture();
    changeKernel(box.checked ? Array.from({ length: channels }, () => eachWeight(kernel, (w) => w)) : kernel[0]);
  });
  return make("label", "", box, say("weights for each channel, their sums added up"));
}

/** Correlation or convolution. */
function mountModes() {
  const choice = (mode, words) => {
    const radio = make("input");
    Object.assign(radio, { type: "radio", name: "mode", value: mode });
    radio.addEventListener("change", () => store.set({ mode }));
    kernelTools.modes.push(radio);
    return make("label", "", radio, words);
  };
  kernelTools.modes = [];
  kernelTools.words = make("p", "hint mode-words");
  const choices = make("div", "row", choice("correlate", say("correlation")), choice("convolve", say("convolution")));
  return make("fieldset", "modes", make("legend", "unseen", say("slid over the picture as")), choices);
}

/** The kernel as it is multiplied, beside the one that is edited. */
function mountTurned() {
  kernelTools.turned = make("div", "turned-grids");
  return make("figure", "turned-figure", make("figcaption", "hint", say("as multiplied")), kernelTools.turned);
}

function updateKernelTools(state, changed) {
  const shape = kernelShape(state.kernel);
  showValue(kernelTools.rows.input, shape.height);
  showValue(kernelTools.columns.input, shape.width);
  if (kernelTools.deep) kernelTools.deep.checked = shape.channels !== null;
  kernelTools.modes.forEach((radio) => { radio.checked = radio.value === state.mode; });
  showTurned(state, changed.has("mode") && !changed.has("theme"));
  kernelTools.words.textContent = modeWords(state);
}

function modeWords(state) {
  const turned = state.mode === "convolve"
    ? say("Convolution is correlation with the flipped kernel: half a turn first, then slid over the picture.")
    : say("Correlation slides the kernel over the picture as it is written, without a flip.");
  const same = sameWeights(flipped(state.kernel), state.kernel) ? ` ${say("Of this kernel both are the same.")}` : "";
  return turned + same;
}

/** The kernel as it is multiplied, small; after a change of mode it comes round by half a turn. */
function showTurned(state, turns) {
  const planes = planesOf(applied(state));
  const large = Math.max(planes[0].length, planes[0][0].length) > MOST_SIDE;
  kernelTools.turned.parentElement.hidden = large;
  if (large) return;
  const largest = Math.max(...planes.flat(2).map(Math.abs));
  const grids = planes.map((plane) => turnedGrid(plane, largest));
  kernelTools.turned.replaceChildren(...grids);
  if (turns) grids.forEach((grid) => turnAround(grid, state.mode === "convolve" ? -180 : 180));
}

function turnedGrid(plane, largest) {
  const small = plane[0].length > 5;
  const grid = make("div", small ? "turned small" : "turned", ...plane.flat().map((weight) => turnedCell(weight, largest, small)));
  grid.style.setProperty("--columns", plane[0].length);
  grid.setAttribute("role", "img");
  const rows = plane.map((row) => row.map(weightWords).join(" ")).join("; ");
  grid.setAttribute("aria-label", say("as it is multiplied: {rows}", { rows }));
  return grid;
}

function turnedCell(weight, largest, small) {
  const words = weightWords(weight).replace("-", "−");
  const sign = weight > 0 ? "+" : weight < 0 ? "−" : "0";
  const cell = make("span", "turned-cell", words.length > (small ? 2 : 4) ? sign : words);
  cell.style.background = weightTint(weight, largest);
  return cell;
}

/** From half a turn away to where it is, numbers upright all the way; at once where motion is unwelcome. */
function turnAround(grid, degrees) {
  if (matchMedia("(prefers-reduced-motion: reduce)").matches) return;
  const timing = { duration: 900, easing: "cubic-bezier(0.4, 0, 0.2, 1)" };
  grid.animate([{ transform: `rotate(${degrees}deg)` }, { transform: "rotate(0deg)" }], timing);
  for (const cell of grid.children) cell.animate([{ transform: `rotate(${-degrees}deg)` }, { transform: "rotate(0deg)" }], timing);
}
