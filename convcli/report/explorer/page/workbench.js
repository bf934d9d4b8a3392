// The workbench: input and output side by side, the window's arithmetic below, and the film.

let bench = null;

/** Whether the film is on its way. */
function filmRuns() {
  return store.get().film.playing;
}

function mountWorkbench(section) {
  const input = makeView("input", say("Input"), say("Input: arrow keys point at a pixel and show the outputs that it feeds"));
  const output = makeView("output", say("Output"), say("Output: arrow keys move the window; Shift, PageUp and PageDown by ten"));
  const hint = make("p", "quiet hint");
  hint.id = "bench-keys";
  const pictures = make("div", "pictures", input.figure, output.figure);
  const arithmetic = makeArithmeticView();
  const formula = make("div", "formula");
  bench = { section, input, output, hint, pictures, arithmetic, formula, layout: null, source: {} };
  bench.film = makeFilm({ layout: () => bench.layout, hideAll: hideOutputs, reveal: revealOutputs, showAll: paintOutput });
  bench.zoom = makeZoom();
  const below = make("div", "below", hint, bench.zoom.element);
  const heading = make("h2", "unseen", say("Workbench"));
  section.append(heading, pictures, below, bench.film.element, arithmetic.element, formula);
  pointAtOutputs(output, () => bench.film.pause());
  pointAtInputs(input);
}

/** Buttons for how close the pictures are seen. */
function makeZoom() {
  const names = [say("Whole picture"), say("Closer"), say("With numbers")];
  const buttons = ZOOMS.map((zoom, i) => makeButton(names[i], () => store.set({ zoom })));
  const element = make("div", "zoom row", ...buttons);
  element.setAttribute("role", "group");
  element.setAttribute("aria-label", say("How close"));
  const update = (state) => buttons.forEach((button, i) => button.setAttribute("aria-pressed", String(ZOOMS[i] === state.zoom)));
  return { element, update };
}

/** Room for each of the two pictures, in CSS pixels. */
function roomOf() {
  const side = bench.input.figure.clientWidth;
  return { width: Math.max(120, side), height: Math.max(200, Math.min(side, window.innerHeight * 0.62)) };
}

function updateWorkbench(state, changed) {
  const any = (...keys) => keys.some((key) => changed.has(key));
  const sums = any(...IN_RESPONSE, "theme");
  if (sums || any("display", "colormap")) bench.film.reset();
  const layout = layoutOf(state, roomOf(), bench.layout);
  const moved = !bench.layout || String(layout.spans) !== String(bench.layout.spans) || layout.cell !== bench.layout.cell;
  bench.layout = layout;
  if (moved && !sums) bench.film.reset();
  if (sums || moved || any("theme")) placeViews(layout);
  const padded = store.padded() !== bench.source.padded; // a kernel of the same size has the same border
  if (padded || moved || any("theme")) paintInput(padded);
  if (sums || moved || any("display", "colormap")) paintOutput(sums || any("display", "colormap"));
  if (sums || moved || any("at", "place", "weight", "channel", "display", "colormap")) {
    drawInputOver(bench.input, state);
    drawOutputOver(bench.output, state);
    bench.hint.textContent = hintWords(state);
  }
  if (sums || any("at", "channel")) bench.arithmetic.update(state);
  else if (any("weight")) bench.arithmetic.mark(state.weight);
  if (any("film", "theme")) bench.film.update(state);
  if (any("zoom", "theme")) bench.zoom.update(state);
  if (sums || moved || any("display", "channel")) writeSizes(state);
}

function placeViews(layout) {
  placeView(bench.input, layout.input, layout.cell);
  placeView(bench.output, layout.output, layout.outCell);
}

/** The input with its border, in the picture's own colours. */
function paintInput(anew) {
  const [picture, padded, view] = [store.picture(), store.padded(), bench.input];
  const line = { slope: TOP, low: picture.tones.low, high: picture.tones.high, offset: 0 };
  const planes = { height: padded.height, width: padded.width, maps: padded.channels, values: padded.samples };
  if (anew) {
    bench.source.padded = padded;
    bench.source.input = pixelCanvas(toPixels(planes, line), padded.width, padded.height, bench.source.input);
  }
  const context = paintBase(view, bench.source.input);
  const numbers = numbersOf(planes, line);
  view.numbers = (r, c) => {
    const [top, , left] = padded.padding;
    const inside = r >= top && c >= left && r < top + picture.height && c < left + picture.width;
    const number = numbers(r, c);
    return inside ? number : { ...number, level: 0.5 * number.level + 0.5 * (themed("theme") === "dark" ? 20 : 246) };
  };
  paintRim(context, view, padded.padding, picture);
  paintRules(context, view);
}

/** The numbers of the map in hand, cell by cell, each with how light its pixel is, 0 to 255. */
function numbersOf(planes, line, ground = (level) => level) {
  const { height, width, maps, values } = planes;
  const level = (map, r, c) => levelOf(values[(map * height + r) * width + c], line);
  const light = (r, c) => 0.299 * level(0, r, c) + 0.587 * level(1, r, c) + 0.114 * level(2, r, c);
  return (r, c) => {
    const map = maps > 1 ? shownChannel(store.get()) : 0;
    return { value: values[(map * height + r) * width + c], level: maps === 3 ? light(r, c) : ground(level(0, r, c)) };
  };
}

/** The output, all of it; `anew` where its pixels are not those of the last time. */
function paintOutput(anew = false) {
  const [state, response, view] = [store.get(), store.response(), bench.output];
  const line = lineOf(displayOf(state, store.picture()), response.values, store.picture());
  if (anew || !bench.source.output) {
    const pixels = toPixels(response, line, state.colormap);
    bench.source.output = pixelCanvas(pixels, response.width, response.height, bench.source.output);
  }
  const context = paintBase(view, bench.source.output);
  const numbers = numbersOf(response, line, groundLevel(state.colormap));
  view.numbers = (r, c) => (isComputed(r, c) ? numbers(r, c) : null);
  paintRules(context, view);
}

/** How light, 0 to 255, a level is in a colour map. */
function groundLevel(map) {
  if (map === "gray") return (level) => level;
  const table = colourTable(map);
  return (level) => 0.299 * table[3 * level] + 0.587 * table[3 * level + 1] + 0.114 * table[3 * level + 2];
}

/** Whether the film, if one is on, has come to an output. */
function isComputed(row, column) {
  const [until, { top, left, width }] = [bench.film.until(), bench.output.part];
  return until === null || (row - top) * width + column - left < until;
}

/** Nothing computed yet. */
function hideOutputs() {
  const context = sized(bench.output.base, bench.output.width, bench.output.height);
  context.clearRect(0, 0, bench.output.width, bench.output.height);
}

/** Show the outputs of these numbers, in reading order of the part that is shown: the picture again, cut to their cells. */
function revealOutputs(from, to) {
  const { part, cell, base } = bench.output;
  const context = base.getContext("2d");
  const sharp = window.devicePixelRatio || 1; // edges on whole pixels of the screen, so that none is painted twice
  const edge = (cells) => Math.round(cells * cell * sharp) / sharp;
  context.save();
  context.beginPath();
  for (let index = from; index < to;) {
    const [row, column] = [Math.floor(index / part.width), index % part.width];
    const rows = (column === 0 && Math.floor((to - index) / part.width)) || 1;
    const columns = Math.min(part.width - column, to - index);
    context.rect(edge(column), edge(row), edge(column + columns) - edge(column), edge(row + rows) - edge(row));
    index += rows * columns;
  }
  context.clip();
  copyPart(context, bench.output, bench.source.output);
  context.restore();
}

/** What is pointed at, in one line. */
function hintWords(state) {
  if (state.weight) return weightSays(state);
  if (state.place) return feedsWords(state);
  return say("Point at the output to see its window, at the input to see what it feeds, at a weight to see what it meets. A click holds the place.");
}

/** Sizes below the titles, and the formula with its numbers. */
function writeSizes(state) {
  const [picture, padded, response, sums] = [store.picture(), store.padded(), store.response(), store.sums()];
  const framed = padded.padding.some(Boolean) ? `, ${say("with its border {width} × {height}", padded)}` : "";
  const shown = picture.channels > 1 && bench.layout.cell >= NUMBERED_CELL;
  const whose = shown ? ` · ${say("numbers of {channel}", { channel: channelName(shownChannel(state), picture.channels) })}` : "";
  bench.input.about.textContent = `${picture.width} × ${picture.height}${framed}${whose}`;
  const { cell, outCell } = bench.layout;
  const larger = outCell > 1.01 * cell ? ` · ${say("drawn {n} times as large", { n: significant(outCell / cell, 2) })}` : "";
  const pooledFrom = state.pool ? `, ${say("pooled from {width} × {height}", sums)}` : "";
  bench.output.about.textContent = `${response.width} × ${response.height}${pooledFrom} · ${say("display")} ${displayOf(state, picture)}${larger}`;
  const { formula, rows, columns } = sizeFormula(picture, kernelShape(state.kernel), state);
  const line = (name, words) => [make("dt", "", name), make("dd", "mono", words)];
  bench.formula.replaceChildren(
    make("h3", "", say("The output's size")),
    make("dl", "", ...line(say("along an axis"), formula), ...line(say("rows"), rows), ...line(say("columns"), columns)),
  );
}

panels.push({ id: "workbench", title: "Workbench", mount: mountWorkbench, update: updateWorkbench });
