// Overlays: what is pointed at, over input and output: the window, the outputs that a pixel feeds, a weight's inputs.

/** A clean sheet over a view. */
function clearedOver(view) {
  const context = sized(view.over, view.width + 2 * MARGIN, view.height + 2 * MARGIN);
  context.clearRect(0, 0, view.width + 2 * MARGIN, view.height + 2 * MARGIN);
  context.translate(MARGIN, MARGIN);
  return context;
}

/** Shade cells: a lattice of rows with columns, each of one cell of the view. */
function shadeCells(context, view, rows, columns, colour, strength) {
  context.save();
  context.globalAlpha = strength;
  context.fillStyle = colour;
  for (const r of rows) {
    for (const c of columns) {
      const { x, y, width, height } = boxOf(view, r, c);
      const [left, top] = [Math.round(x), Math.round(y)];
      context.fillRect(left, top, Math.round(x + width) - left, Math.round(y + height) - top);
    }
  }
  context.restore();
}

/** The box around cells from first to last, at least so large that it is seen. */
function ringCells(context, view, rows, columns, colour, thick = 3) {
  const [top, left] = [Math.min(...rows), Math.min(...columns)];
  const box = boxOf(view, top, left, Math.max(...rows) - top + 1, Math.max(...columns) - left + 1);
  const least = 7;
  const grow = (size) => Math.max(0, (least - size) / 2);
  const [gx, gy] = [grow(box.width), grow(box.height)];
  frameBox(context, { x: box.x - gx, y: box.y - gy, width: box.width + 2 * gx, height: box.height + 2 * gy }, colour, thick);
}

/** The input's overlay: the window of the output in hand, the pixel pointed at, the inputs that a weight meets. */
function drawInputOver(view, state) {
  const context = clearedOver(view);
  const shape = kernelShape(state.kernel);
  const padding = paddingOf(state, shape);
  const framed = ({ rows, columns }) => ({ rows: rows.map((r) => r + padding[0]), columns: columns.map((c) => c + padding[2]) });
  const window = framed(windowAt(state.at, shape, state));
  if (state.weight && state.weight[0] < shape.height && state.weight[1] < shape.width) {
    drawTouched(context, view, state, padding);
  }
  if (view.cell >= 3) shadeCells(context, view, window.rows, window.columns, themed("window"), 0.35);
  paintNumbers(context, view);
  ringCells(context, view, window.rows, window.columns, themed("window"));
  if (state.weight && state.weight[0] < shape.height && state.weight[1] < shape.width) {
    const [i, j] = state.weight;
    ringCells(context, view, [window.rows[i]], [window.columns[j]], themed("feeds"));
  }
  if (state.place) ringCells(context, view, [state.place[0] + padding[0]], [state.place[1] + padding[2]], themed("feeds"));
}

/** All inputs that the weight pointed at meets, as the window slides: shared, it is multiplied with each of them. */
function drawTouched(context, view, state, padding) {
  const met = touches(state.weight, store.picture(), kernelShape(state.kernel), state);
  const along = ({ first, step, count }, before, start, length) => {
    const places = [];
    for (let n = 0; n < count; n++) {
      const p = first + n * step + before;
      if (p >= start && p < start + length) places.push(p);
    }
    return places;
  };
  const rows = along(met.rows, padding[0], view.part.top, view.part.height);
  const columns = along(met.columns, padding[2], view.part.left, view.part.width);
  if (!rows.length || !columns.length) return;
  if ((met.rows.step === 1 && met.columns.step === 1) || view.cell < 2) {
    const [down, across] = [rows[rows.length - 1] - rows[0] + 1, columns[columns.length - 1] - columns[0] + 1];
    const box = boxOf(view, rows[0], columns[0], down, across);
    context.save();
    context.globalAlpha = 0.35;
    context.fillStyle = themed("feeds");
    context.fillRect(box.x, box.y, box.width, box.height);
    context.restore();
    return;
  }
  shadeCells(context, view, rows, columns, themed("feeds"), 0.5);
}

/** The output's overlay: the cell in hand, and those that the input pixel pointed at feeds. */
function drawOutputOver(view, state) {
  const context = clearedOver(view);
  const { rows, columns } = state.place ? fedCells(state) : { rows: [], columns: [] };
  shadeCells(context, view, rows, columns, themed("feeds"), 0.55);
  paintNumbers(context, view);
  const [downs, acrosses] = [runsOf(rows, state.dilation[0]), runsOf(columns, state.dilation[1])];
  for (const down of downs) for (const across of acrosses) ringCells(context, view, down, across, themed("feeds"), 2);
  const cell = cellOf(state, state.at);
  if (cell) ringCells(context, view, [cell[0]], [cell[1]], themed("output"));
}

/** Numbers in runs of neighbours: through the border a pixel may feed outputs far apart. */
function runsOf(numbers, gap) {
  const runs = [];
  for (const number of [...numbers].sort((a, b) => a - b)) {
    const last = runs[runs.length - 1];
    if (last && number - last[last.length - 1] <= gap) last.push(number);
    else runs.push([number]);
  }
  return runs;
}

/** Rows and columns of the output cells that the pixel pointed at feeds, each once. */
function fedCells(state) {
  const fed = feeds(state.place, store.picture(), kernelShape(state.kernel), state);
  const once = (pairs, axis) => {
    const cells = new Set();
    for (const [p] of pairs) {
      const cell = cellOf(state, axis === 0 ? [p, 0] : [0, p]);
      if (cell) cells.add(cell[axis]);
    }
    return [...cells];
  };
  return { rows: once(fed.rows, 0), columns: once(fed.columns, 1) };
}
