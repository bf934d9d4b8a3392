// Hands on the kernel's grid: keys, wheel, drag, paste.

const MOST_UNDONE = 100;
const ONE_CHANGE = 800; // ms: what follows so soon in one cell, keystrokes and a drag's steps, is undone together
const undone = [];
let lastChange = { of: null, when: 0 };
const WEIGHT_KEYS = {
  ArrowUp: [-1, 0],
  ArrowDown: [1, 0],
  ArrowLeft: [0, -1],
  ArrowRight: [0, 1],
};

/** Keep the kernel that is about to change, for "undo". */
function rememberKernel(of) {
  const { kernel, name } = store.get();
  const now = performance.now();
  if (!of || lastChange.of !== of || now - lastChange.when > ONE_CHANGE) undone.push({ kernel, name });
  if (undone.length > MOST_UNDONE) undone.shift();
  lastChange = { of, when: now };
}

function undoKernel() {
  const before = undone.pop();
  lastChange = { of: null, when: 0 };
  if (before) store.set(before);
  else announce(say("nothing to undo"));
}

function keyInWeight(event, input) {
  const fine = event.shiftKey;
  if (event.key === "PageUp" || event.key === "PageDown") turnWeight(event, input, event.key === "PageUp" ? 1 : -1, fine);
  else if (event.altKey && (event.key === "ArrowUp" || event.key === "ArrowDown")) {
    turnWeight(event, input, event.key === "ArrowUp" ? 1 : -1, fine);
  } else if (event.key === "Enter") enterWeight(event, input);
  else if (event.key === "Escape") escapeWeight(input);
  else if ((event.ctrlKey || event.metaKey) && event.key === "z") {
    event.preventDefault();
    undoKernel();
  } else if (WEIGHT_KEYS[event.key] && !fine && !event.ctrlKey && !event.metaKey) moveFrom(event, input);
  else if ((event.key === "Home" || event.key === "End") && event.ctrlKey) goTo(event, input, event.key === "End" ? [99, 99] : [-99, -99]);
}

/** Arrow keys go to the next cell; sideways only once the caret has come to the end of what is being typed. */
function moveFrom(event, input) {
  const [down, across] = WEIGHT_KEYS[event.key];
  const [start, end, length] = [input.selectionStart, input.selectionEnd, input.value.length];
  const whole = start === 0 && end === length;
  const atEdge = start === end && (across < 0 ? start === 0 : end === length);
  if (across && input.typing && !whole && !atEdge) return;
  goTo(event, input, [down, across]);
}

function goTo(event, input, [down, across]) {
  event.preventDefault();
  const { height, width } = kernelShape(store.get().kernel);
  const [i, j] = [bounded(input.i + down, height), bounded(input.j + across, width)];
  const next = gridShown.inputs.find((other) => other.channel === input.channel && other.i === i && other.j === j);
  if (next !== input) next.focus();
  else input.select();
}

const bounded = (index, count) => Math.max(0, Math.min(count - 1, index));

function enterWeight(event, input) {
  settleWeight(input);
  if (!input.hasAttribute("aria-invalid")) goTo(event, input, event.shiftKey ? [-1, 0] : [1, 0]);
}

/** The number that stood there before it was typed over. */
function escapeWeight(input) {
  input.typing = false;
  clearFault(input);
  input.value = numberText(input.weight);
  input.select();
}

function turnWeight(event, input, count, fine) {
  event.preventDefault();
  input.typing = false;
  setWeight(input, stepped(input.weight, count, stepOf(store.get().kernel).over, fine));
  input.select();
}

/** The wheel changes the cell that has the focus; over any other it scrolls the page, as everywhere. */
function scrollWeight(event, input) {
  if (document.activeElement !== input) return;
  const notch = event.deltaY || event.deltaX; // with Shift some systems scroll sideways
  if (notch) turnWeight(event, input, notch < 0 ? 1 : -1, event.shiftKey);
}

function startDrag(event, input) {
  if (event.button !== 0) return;
  gridShown.drag = { from: event.clientY, weight: input.weight, over: stepOf(store.get().kernel).over, moved: false };
  input.setPointerCapture(event.pointerId);
}

function dragWeight(event, input) {
  const drag = gridShown.drag;
  if (!drag || !input.hasPointerCapture(event.pointerId)) return;
  const count = Math.trunc((drag.from - event.clientY) / DRAG_STEP);
  if (!drag.moved && count === 0) return;
  drag.moved = true;
  input.parentElement.classList.add("dragged");
  input.typing = false;
  setWeight(input, stepped(drag.weight, count, drag.over, event.shiftKey));
}

function endDrag(input) {
  if (gridShown.drag && gridShown.drag.moved) input.select();
  gridShown.drag = null;
  input.parentElement.classList.remove("dragged");
}

/** A whole matrix may be pasted: it becomes the kernel. */
function pasteIntoWeight(event, input) {
  const text = event.clipboardData.getData("text");
  if (!/[;\n\t]|\S[ ,]+\S/.test(text.trim())) return;
  event.preventDefault();
  try {
    const rows = readMatrix(text);
    if (Math.max(rows.length, rows[0].length) > MOST_SIDE) {
      throw new Error(say("A grid edits up to {most} × {most} weights", { most: MOST_SIDE }));
    }
    changeKernel(rows);
    announce(say("kernel, {size}", { size: `${rows.length} × ${rows[0].length}` }));
  } catch (error) {
    showFault(input, sentenceOf(error));
  }
}
