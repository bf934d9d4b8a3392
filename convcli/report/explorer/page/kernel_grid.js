// The kernel as a grid: typed, dragged, scrolled, moved through by arrow keys.  One grid for each channel's weights.

const DRAG_STEP = 10; // CSS pixels of a finger for one step
const UNFINISHED = /^[+-]?(\d*\.?)?(\d+e[+-]?)?$|\/[+-]?$|^\s*$/i; // what may become a number: "-", "1/", "1e-"
const gridShown = { holder: null, shape: "", inputs: [], channels: [], fault: null, drag: null, building: false };

function mountKernelGrid() {
  gridShown.holder = make("div", "kernel-grids");
  gridShown.fault = make("p", "fault");
  gridShown.fault.id = "kernel-fault";
  gridShown.fault.setAttribute("role", "alert");
  gridShown.shape = "";
  return make("div", "", gridShown.holder, gridShown.fault);
}

/** The grids anew where the shape changed, else their numbers alone. */
function updateKernelGrid(state) {
  const shape = kernelShape(state.kernel);
  const planes = planesOf(state.kernel);
  const key = JSON.stringify(shape);
  let held = null;
  if (key !== gridShown.shape) {
    gridShown.building = true; // a cell that goes loses its focus, which is nobody's doing
    held = buildGrids(shape, planes);
    gridShown.building = false;
    gridShown.shape = key;
  }
  const largest = Math.max(...planes.flat(2).map(Math.abs));
  gridShown.inputs.forEach((input) => showWeight(input, planes[input.channel][input.i][input.j], largest));
  markPointed(state);
  gridShown.channels.forEach((canvas, index) => paintWeights(canvas, planes[index], largest));
  if (held) held.focus(); // a kernel of another size under the hands of who edits it
}

/** The weight that is pointed at here or in the workbench, in every channel. */
function markPointed({ weight, mode, kernel }) {
  const { height, width } = kernelShape(kernel);
  const at = weight && (mode === "convolve" ? [height - 1 - weight[0], width - 1 - weight[1]] : weight);
  for (const input of gridShown.inputs) {
    input.parentElement.classList.toggle("pointed", Boolean(at) && input.i === at[0] && input.j === at[1]);
  }
}

function buildGrids(shape, planes) {
  const held = gridShown.inputs.find((input) => input === document.activeElement);
  gridShown.inputs = [];
  gridShown.channels = [];
  const editable = Math.max(shape.height, shape.width) <= MOST_SIDE;
  const grids = planes.map((plane, channel) => {
    const name = shape.channels === null ? "" : channelName(channel, planes.length);
    const grid = editable ? buildGrid(plane, channel, name) : buildPicture(plane, name);
    const figure = make("figure", "kernel-figure", ...(name ? [make("figcaption", "", name)] : []), grid);
    figure.style.setProperty("--columns", plane[0].length);
    return figure;
  });
  gridShown.holder.replaceChildren(...grids);
  gridShown.holder.classList.toggle("large", Math.max(shape.height, shape.width) > 5);
  if (gridShown.inputs.length) gridShown.inputs[0].tabIndex = 0;
  return held && gridShown.inputs.find(({ channel, i, j }) => channel === held.channel && i === held.i && j === held.j);
}

function buildGrid(plane, channel, name) {
  const grid = make("div", "kernel-grid");
  grid.setAttribute("role", "grid");
  const size = `${plane.length} × ${plane[0].length}`;
  grid.setAttribute("aria-label", name ? say("kernel, {size}, {name}", { size, name }) : say("kernel, {size}", { size }));
  plane.forEach((row, i) => {
    const line = make("div", "kernel-row", ...row.map((_, j) => buildCell(channel, i, j, plane)));
    line.setAttribute("role", "row");
    grid.append(line);
  });
  return grid;
}

function buildCell(channel, i, j, plane) {
  const input = make("input", "weight");
  const cell = make("div", "kernel-cell", input);
  cell.setAttribute("role", "gridcell");
  if (i === plane.length >> 1 && j === plane[0].length >> 1) cell.classList.add("anchor");
  Object.assign(input, { type: "text", tabIndex: -1, autocomplete: "off", spellcheck: false, inputMode: "text", channel, i, j });
  input.setAttribute("autocapitalize", "off");
  input.addEventListener("focus", () => focusWeight(input));
  input.addEventListener("blur", () => leaveWeight(input));
  input.addEventListener("input", () => typeWeight(input));
  input.addEventListener("keydown", (event) => keyInWeight(event, input));
  input.addEventListener("paste", (event) => pasteIntoWeight(event, input));
  input.addEventListener("wheel", (event) => scrollWeight(event, input), { passive: false });
  cell.addEventListener("pointerenter", () => pointAtWeight(input));
  cell.addEventListener("pointerleave", () => pointAtWeight(document.activeElement.weightKey ? document.activeElement : null));
  input.addEventListener("pointerdown", (event) => startDrag(event, input));
  input.addEventListener("pointermove", (event) => dragWeight(event, input));
  for (const end of ["pointerup", "pointercancel"]) input.addEventListener(end, () => endDrag(input));
  input.weightKey = true;
  gridShown.inputs.push(input);
  return cell;
}

/** A kernel that is too large to be edited weight by weight, as a picture. */
function buildPicture(plane, name) {
  const canvas = make("canvas", "kernel-picture");
  canvas.setAttribute("role", "img");
  const size = `${plane.length} × ${plane[0].length}`;
  canvas.setAttribute("aria-label", name ? say("kernel, {size}, {name}", { size, name }) : say("kernel, {size}", { size }));
  gridShown.channels.push(canvas);
  const rule = say("A grid edits up to {most} × {most} weights; make it smaller, or choose another kernel.", { most: MOST_SIDE });
  return make("div", "", canvas, make("p", "hint", rule));
}

function paintWeights(canvas, plane, largest) {
  const unit = Math.max(2, Math.floor(240 / Math.max(plane.length, plane[0].length)));
  const context = sized(canvas, unit * plane[0].length, unit * plane.length);
  plane.forEach((row, i) => row.forEach((weight, j) => {
    context.fillStyle = weightTint(weight, largest);
    context.fillRect(j * unit, i * unit, unit, unit);
  }));
}

/** Letters as large as the cell allows. */
function fitLetters(input) {
  input.style.setProperty("--letters", Math.max(3, input.value.length));
}

/** As short as a cell needs: a fraction of few letters, else two or three digits; the focus brings all of them. */
function cellWords(weight) {
  const words = weightWords(weight);
  const { width } = kernelShape(store.get().kernel);
  const short = words.length > (width > 5 ? 5 : 7) ? significant(weight, width > 5 ? 2 : 3).replace(/^(-?)0\./, "$1.") : words;
  return short.replace("-", "−");
}

/** One cell: its number as people read it, or, where it is being typed, as it was typed. */
function showWeight(input, weight, largest) {
  const words = weightWords(weight);
  const cell = input.parentElement;
  if (!Object.is(input.weight, weight) || !input.typing) {
    input.typing = false;
    input.value = document.activeElement === input ? numberText(weight) : cellWords(weight);
  }
  input.weight = weight;
  fitLetters(input);
  cell.dataset.sign = weight > 0 ? "+" : weight < 0 ? "−" : "0";
  cell.style.setProperty("--tint", weightTint(weight, largest));
  const place = say("weight in row {i}, column {j}", { i: input.i, j: input.j });
  input.setAttribute("aria-label", place);
  input.title = isRounded(weight, words) ? numberText(weight) : "";
  if (!input.typing) clearFault(input);
}

/** Tell the state which weight is pointed at, as it is multiplied: turned about for a convolution. */
function pointAtWeight(input) {
  const { kernel, mode, weight } = store.get();
  const { height, width } = kernelShape(kernel);
  const at = input && (mode === "convolve" ? [height - 1 - input.i, width - 1 - input.j] : [input.i, input.j]);
  if (String(at) !== String(weight)) store.set({ weight: at });
}

/** Another kernel in hand; `of` is the cell whose changes in a row are undone together. */
function changeKernel(kernel, of = null) {
  rememberKernel(of);
  store.set({ kernel, name: nameOf(kernel) });
}

function setWeight(input, value) {
  if (Object.is(value, input.weight)) return;
  input.weight = value;
  changeKernel(withWeight(store.get().kernel, input.channel, input.i, input.j, value), input);
  announce(say("row {i}, column {j}: {value}", { i: input.i, j: input.j, value: plain(value) }));
}

function focusWeight(input) {
  gridShown.inputs.forEach((other) => { other.tabIndex = other === input ? 0 : -1; });
  if (!input.typing) input.value = numberText(input.weight);
  fitLetters(input);
  input.select();
  pointAtWeight(input);
}

function leaveWeight(input) {
  if (gridShown.building) return;
  if (input.typing) settleWeight(input);
  if (!input.typing) input.value = cellWords(input.weight);
  fitLetters(input);
  pointAtWeight(null);
}

/** Every keystroke that makes a number changes the kernel; what may still become one waits. */
function typeWeight(input) {
  input.typing = true;
  try {
    const value = readNumber(input.value);
    clearFault(input);
    setWeight(input, value);
    input.typing = true;
  } catch (error) {
    if (UNFINISHED.test(input.value)) clearFault(input);
    else showFault(input, sentenceOf(error));
  }
}

/** The number that stands there, or why it is none: the kernel then keeps the last one. */
function settleWeight(input) {
  try {
    setWeight(input, readNumber(input.value));
    input.typing = false;
    clearFault(input);
  } catch (error) {
    showFault(input, sentenceOf(error));
  }
}

function showFault(input, words) {
  input.setAttribute("aria-invalid", "true");
  input.setAttribute("aria-describedby", gridShown.fault.id);
  gridShown.fault.textContent = say("{fault}. The kernel keeps {value} there.", { fault: words, value: plain(input.weight) });
  gridShown.fault.for = input;
}

function clearFault(input) {
  input.removeAttribute("aria-invalid");
  input.removeAttribute("aria-describedby");
  if (gridShown.fault.for === input) gridShown.fault.textContent = "";
}
