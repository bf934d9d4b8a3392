// Views: a picture of cells on two canvases, the pixels below and what is pointed at above.

const MARGIN = 8; // CSS pixels that the upper canvas reaches beyond the lower: rings at an edge stay whole

/** A view: {figure, stage, base, over, about}; the stage takes the keyboard and the pointer. */
function makeView(id, name, label) {
  const base = make("canvas", "base");
  const over = make("canvas", "over");
  const stage = make("div", "stage", base, over);
  stage.id = `stage-${id}`;
  stage.tabIndex = 0;
  stage.setAttribute("role", "application");
  stage.setAttribute("aria-label", label);
  stage.setAttribute("aria-describedby", "bench-keys");
  const title = make("h3", "", name);
  const about = make("p", "quiet about");
  const figure = make("figure", `view view-${id}`, make("figcaption", "", title, about), stage);
  return { figure, stage, base, over, about, cell: 1 };
}

/** Give a view a part of its cells and their size in CSS pixels. */
function placeView(view, part, cell) {
  view.part = part;
  view.cell = cell;
  view.width = part.width * cell;
  view.height = part.height * cell;
  view.stage.style.width = `${view.width}px`;
  view.stage.style.height = `${view.height}px`;
}

/** Paint the view's part of a source, one pixel of which is one cell. */
function paintBase(view, source) {
  const context = sized(view.base, view.width, view.height);
  context.clearRect(0, 0, view.width, view.height);
  copyPart(context, view, source);
  return context;
}

/** Copy the view's part of a source: crisp where it is enlarged, smooth where it is made smaller. */
function copyPart(context, view, source) {
  const { part, width, height } = view;
  context.imageSmoothingEnabled = view.cell < 1;
  context.imageSmoothingQuality = "high";
  context.drawImage(source, part.left, part.top, part.width, part.height, 0, 0, width, height);
}

/** The box, in CSS pixels, of cells of a view. */
function boxOf(view, top, left, height = 1, width = 1) {
  const { part, cell } = view;
  return { x: (left - part.left) * cell, y: (top - part.top) * cell, width: width * cell, height: height * cell };
}

/** Dim and hatch what of the input lies beyond the picture, and draw the picture's edge. */
function paintRim(context, view, padding, picture) {
  const [top, bottom, left, right] = padding;
  if (!(top || bottom || left || right)) return;
  const inner = boxOf(view, top, left, picture.height, picture.width);
  context.save();
  context.beginPath();
  context.rect(0, 0, view.width, view.height);
  context.rect(inner.x, inner.y, inner.width, inner.height);
  context.clip("evenodd");
  context.fillStyle = themed("veil");
  context.fillRect(0, 0, view.width, view.height);
  context.fillStyle = hatching(context, themed("hatch"));
  context.fillRect(0, 0, view.width, view.height);
  context.restore();
  context.strokeStyle = themed("edge");
  context.lineWidth = 1;
  context.strokeRect(inner.x - 0.5, inner.y - 0.5, inner.width + 1, inner.height + 1);
}

/** Lines between the cells, where these are large. */
function paintRules(context, view) {
  if (view.cell < 20) return;
  context.strokeStyle = themed("rule");
  context.lineWidth = 1;
  context.beginPath();
  for (let r = 1; r < view.part.height; r++) {
    context.moveTo(0, Math.round(r * view.cell) + 0.5);
    context.lineTo(view.width, Math.round(r * view.cell) + 0.5);
  }
  for (let c = 1; c < view.part.width; c++) {
    context.moveTo(Math.round(c * view.cell) + 0.5, 0);
    context.lineTo(Math.round(c * view.cell) + 0.5, view.height);
  }
  context.stroke();
}

/** Numbers in the cells, where these are large: numbers(row, column) of the view's cells gives {value, level of its ground}, or null. */
function paintNumbers(context, view) {
  if (view.cell < NUMBERED_CELL || !view.numbers) return;
  const { part, cell } = view;
  const shown = [];
  for (let r = 0; r < part.height; r++) {
    for (let c = 0; c < part.width; c++) {
      const number = view.numbers(part.top + r, part.left + c);
      if (number) shown.push({ r, c, words: cellNumber(number.value), dark: number.level > 117 });
    }
  }
  const longest = shown.reduce((most, { words }) => Math.max(most, words.length), 2);
  context.font = `500 ${Math.max(8, Math.min(cell * 0.4, (cell * 1.55) / longest, 17))}px ${themed("font")}`;
  context.textAlign = "center";
  context.textBaseline = "middle";
  for (const { r, c, words, dark } of shown) {
    context.fillStyle = dark ? "#000000" : "#ffffff";
    context.fillText(words, (c + 0.5) * cell, (r + 0.5) * cell);
  }
}

/** A number for a small cell: three significant digits, never fewer before the point. */
function cellNumber(value) {
  if (!Number.isFinite(value) || Number.isInteger(value)) return plain(value);
  const digits = Math.max(3, Math.floor(Math.log10(Math.abs(value))) + 1);
  return significant(value, digits, Math.abs(value) >= 1).replace(/^(-?)0\./, "$1.");
}

/** The view's cell under a pointer; null outside. */
function cellUnder(view, event) {
  const box = view.base.getBoundingClientRect();
  const row = Math.floor((event.clientY - box.top) / view.cell);
  const column = Math.floor((event.clientX - box.left) / view.cell);
  if (row < 0 || column < 0 || row >= view.part.height || column >= view.part.width) return null;
  return [view.part.top + row, view.part.left + column];
}
