// Pointing: mouse, touch and keys on the two pictures and on the weights, made into the state's places.

let heldStill = false; // a click holds the output in hand until the next one

/** Steps of a key: [rows, columns]; null of other keys.  Shift, and PageUp and PageDown, take ten. */
function stepOfKey(event) {
  const far = event.shiftKey ? 10 : 1;
  const steps = {
    ArrowUp: [-far, 0], ArrowDown: [far, 0], ArrowLeft: [0, -far], ArrowRight: [0, far], PageUp: [-10, 0], PageDown: [10, 0],
  };
  return event.ctrlKey || event.metaKey || event.altKey ? null : steps[event.key] || null;
}

function clamped(place, height, width) {
  return [Math.max(0, Math.min(height - 1, place[0])), Math.max(0, Math.min(width - 1, place[1]))];
}

/** Tell of pointer places: onPlace(cell, event) of moves and presses, onLeave() when a mouse has gone. */
function followPointer(view, onPlace, onLeave, onPress) {
  view.stage.addEventListener("pointermove", (event) => {
    if (event.pointerType !== "mouse" && event.buttons === 0) return;
    const cell = cellUnder(view, event);
    if (cell) onPlace(cell, event);
  });
  view.stage.addEventListener("pointerdown", (event) => {
    const cell = cellUnder(view, event);
    if (cell && event.button === 0) onPress(cell, event);
  });
  view.stage.addEventListener("pointerleave", (event) => event.pointerType === "mouse" && onLeave());
}

/** The output: a cell pointed at is in hand; a click holds it, so that the pointer may go elsewhere. */
function pointAtOutputs(view, stopFilm) {
  const take = (cell) => {
    const state = store.get();
    const map = store.sums().maps > 1 ? shownChannel(state) : 0;
    store.set({ at: sumOf(state, cell, map), place: null });
  };
  const press = (cell, event) => {
    stopFilm();
    const held = cellOf(store.get(), store.get().at);
    const same = heldStill && held && held[0] === cell[0] && held[1] === cell[1];
    if (event.pointerType === "mouse") hold(!same);
    take(cell);
    announceSum();
  };
  const hold = (still) => {
    heldStill = still;
    view.stage.classList.toggle("held", still);
  };
  followPointer(view, (cell) => !heldStill && !filmRuns() && take(cell), () => {}, press);
  view.stage.addEventListener("keydown", (event) => {
    if (event.key === "Escape") hold(false);
    const { height, width } = store.response();
    const cell = cellOf(store.get(), store.get().at) || [0, 0];
    const step = stepOfKey(event);
    const ends = { Home: [cell[0], 0], End: [cell[0], width - 1] };
    if (!step && !ends[event.key]) return;
    event.preventDefault();
    stopFilm();
    take(step ? clamped([cell[0] + step[0], cell[1] + step[1]], height, width) : ends[event.key]);
    announceSum();
  });
}

/** The input: a pixel pointed at shows the outputs that it feeds. */
function pointAtInputs(view) {
  const padding = () => paddingOf(store.get(), kernelShape(store.get().kernel));
  const take = ([r, c]) => {
    const picture = store.picture();
    const [top, , left] = padding();
    const place = [r - top, c - left];
    const inside = place[0] >= 0 && place[1] >= 0 && place[0] < picture.height && place[1] < picture.width;
    store.set({ place: inside ? place : null });
  };
  const leave = () => store.set({ place: null });
  followPointer(view, take, leave, (cell) => {
    take(cell);
    if (store.get().place) announce(feedsWords(store.get()));
  });
  view.stage.addEventListener("keydown", (event) => {
    if (event.key === "Escape") return leave();
    const step = stepOfKey(event);
    if (!step) return;
    event.preventDefault();
    const { height, width } = store.picture();
    const from = store.get().place;
    const first = [store.get().at[0] * store.get().stride[0], store.get().at[1] * store.get().stride[1]];
    store.set({ place: clamped(from ? [from[0] + step[0], from[1] + step[1]] : first, height, width) });
    announce(feedsWords(store.get()));
  });
  view.stage.addEventListener("blur", leave);
}

/** A weight of a triple of grids: pointed at, it shows the inputs that it meets; each grid marks its place. */
function pointAtWeights(triple) {
  const { kernel, grids } = triple;
  for (const grid of grids) {
    grid.body.addEventListener("pointermove", (event) => {
      const place = grid.cellAt(event);
      if (place && String(place) !== String(store.get().weight)) store.set({ weight: place });
    });
    grid.body.addEventListener("pointerdown", (event) => store.set({ weight: grid.cellAt(event) }));
    grid.body.addEventListener("pointerleave", (event) => event.pointerType === "mouse" && store.set({ weight: null }));
  }
  kernel.body.tabIndex = 0;
  kernel.body.setAttribute("role", "group");
  kernel.body.setAttribute("aria-label", say("kernel: arrow keys point at a weight"));
  kernel.body.addEventListener("keydown", (event) => {
    if (event.key === "Escape") return store.set({ weight: null });
    const step = stepOfKey(event);
    if (!step) return;
    event.preventDefault();
    const shape = kernelShape(store.get().kernel);
    const from = store.get().weight;
    store.set({ weight: clamped(from ? [from[0] + step[0], from[1] + step[1]] : [0, 0], shape.height, shape.width) });
    announce(weightSays(store.get()));
  });
  kernel.body.addEventListener("blur", () => store.set({ weight: null }));
}

/** Say the sum to screen readers. */
function announceSum() {
  const state = store.get();
  const step = stepAt(state, store.picture(), state.at, shownChannel(state));
  const lines = step.parts.length > 1 ? [channelsSum(step)] : sumLines(step.parts[0], step.bias, step.value);
  announce(`${whereWords(state, step.value)}. ${lines[lines.length - 1].length > 400 ? "" : lines.join("; ")}`);
}

/** How many outputs the input pixel pointed at feeds, in words. */
function feedsWords(state) {
  const [row, column] = state.place;
  const picture = store.picture();
  const value = Array.from({ length: picture.channels }, (_, c) =>
    plain(picture.samples[(c * picture.height + row) * picture.width + column])).join(", ");
  const { rows, columns } = fedCells(state);
  const count = rows.length * columns.length;
  const words = count === 1 ? "input [{row}, {column}] = {value} feeds 1 output" : "input [{row}, {column}] = {value} feeds {count} outputs";
  return say(words, { row, column, value, count: grouped(count) });
}

/** What a weight meets, in words. */
function weightSays(state) {
  const [i, j] = state.weight;
  const kernel = applied(state);
  const plane = kernelShape(kernel).channels === null ? kernel : kernel[shownChannel(state)];
  const met = touches(state.weight, store.picture(), kernelShape(kernel), state);
  const count = met.rows.count * met.columns.count;
  const values = { i, j, value: weightWords(plane[i][j]), count: grouped(count) };
  return say("weight [{i}, {j}] = {value} is shared: it meets {count} inputs, one for each sum", values);
}
