// The network panel put into the page, and its events: pointer, touch, keys.

function mountNetwork(section) {
  const { network } = walk;
  if (!network) return;
  walk.columns = makeColumns();
  const scroller = make("div", "net-scroller");
  walk.scroller = scroller;
  layColumns();
  const strip = make("div", "net-columns", ...walk.columns.map(makeColumn));
  const joins = farJoins(network);
  if (joins.length) strip.prepend(makeWires(joins));
  scroller.append(strip);
  scroller.tabIndex = 0;
  scroller.setAttribute("role", "region");
  scroller.setAttribute("aria-label", say("The layers of the network, in order"));
  const keys = make("p", "quiet net-keys", say("Point at a unit, or use keys: arrows move over the maps, Page Up and Page Down to the layer before and after, Home and End to the first and last."));
  keys.id = "network-keys";
  section.append(make("h2", "", say("A network walked through: "), bdi(network.name)), aboutNetwork(), makeTop(),
    legendOfColumns(), scroller, makeUnitCard(), keys);
}

function aboutNetwork() {
  const { network } = walk;
  const about = make("p", "quiet", say("The input is "), bdi(network.input.picture), `: ${network.input.said.join(", ")}. `);
  about.append(network.recomputed ? say("Recomputed in the page: yes.") : `${say("Recomputed in the page: no;")} ${whyNot(network.why)}`);
  return about;
}

const WHY_NOT = {
  operator: "the page does not compute {what}; the maps are convcli's own, in 256 greys.",
  weights: "its weights take {found} bytes and a page holds {most}; the maps are convcli's own, in 256 greys.",
  macs: "it takes {found} multiplications and a page does {most}; the maps are convcli's own, in 256 greys.",
  numbers: "its layers give {found} numbers and a page holds {most}; the maps are convcli's own, in 256 greys.",
};

const whyNot = (why) => say(WHY_NOT[why.reason], why);

/** What the frames mean; each has a form of its own beside its colour. */
function legendOfColumns() {
  const entry = (kind, words) => make("li", "", make("span", `net-swatch ${kind}`), words);
  return make("ul", "net-legend", entry("held", say("the unit in hand")), entry("read", say("what it reads in the layer before")),
    entry("field", say("what it sees of the input: its receptive field")));
}

/** The pad and the verdict, side by side. */
function makeTop() {
  const { network } = walk;
  const top = make("div", "network-top");
  if (network.pad) {
    walk.pad = makePad(network, takeDrawn);
    walk.pad.begin(walk.picture.samples);
    top.append(walk.pad.root);
  }
  if (network.verdict) top.append(makeVerdict());
  top.hidden = top.childElementCount === 0;
  return top;
}

function makeVerdict() {
  const list = make("ol", "verdict-bars");
  walk.verdict = { bars: verdictBars(list), source: make("h3"), meaning: make("p", "quiet") };
  const side = make("div", "verdict-side", walk.verdict.source, list, walk.verdict.meaning);
  if (!MEANINGS_OF_OUTPUT[walk.network.verdict.ends]) {
    const box = make("input");
    box.type = "checkbox";
    box.checked = walk.softmax;
    box.addEventListener("change", () => {
      walk.softmax = box.checked;
      showVerdict();
    });
    side.append(make("label", "", box, say("as probabilities (softmax)")));
  }
  return side;
}

function makeUnitCard() {
  walk.card = { title: make("h3"), field: make("p"), sum: make("p", "sum network-sum"), window: make("div", "network-window") };
  const { title, field, sum, window } = walk.card;
  return make("div", "unit-card", title, field, sum, window);
}

/** One column: its name, what it is, its maps, their range. */
function makeColumn(column) {
  const { network } = walk;
  const layer = network.layers[column.place];
  column.canvas = make("canvas", "net-maps");
  column.canvas.setAttribute("role", "application");
  column.canvas.setAttribute("aria-describedby", "network-keys");
  column.range = make("p", "quiet number");
  const head = make("figcaption", "", make("strong", "", layerName(network, column.place)), make("span", "quiet", columnWords(column)));
  if (layer) head.append(...sourceWords(network, column.place));
  column.figure = make("figure", layer ? "net-column" : "net-column input", head, column.canvas, column.range);
  column.canvas.setAttribute("aria-label", layer ? `${layer.name}: ${columnWords(column)}` : say("the input"));
  if (layer) listenToColumn(column);
  return column.figure;
}

function columnWords({ place, layout }) {
  const [channels, height, width] = layout.size;
  if (place < 0) return say("{height} × {width} pixels", { height, width });
  if (height * width === 1) return say("{channels} numbers", { channels });
  const all = say("{channels} maps of {height} × {width}", { channels, height, width });
  return layout.shown.length < channels ? `${all}; ${say("the {n} strongest", { n: layout.shown.length })}` : all;
}

/** Where a layer's numbers come from, when that is not the column before it alone; and how it is written. */
function sourceWords(network, place) {
  const { inputs, text } = network.layers[place];
  const parts = [make("code", "quiet", text)];
  if (inputs.length === 1 && inputs[0] === place - 1) return parts;
  const names = inputs.flatMap((from, i) => (i ? [", ", layerName(network, from)] : [layerName(network, from)]));
  return [...parts, make("span", "net-joins", say("from "), ...names)];
}

function listenToColumn(column) {
  const { canvas, place } = column;
  const point = (event) => {
    const { layout } = column;
    const box = canvas.getBoundingClientRect();
    const [x, y] = [((event.clientX - box.left) / box.width) * layout.width, ((event.clientY - box.top) / box.height) * layout.height];
    holdUnit(place, unitAtPoint(layout, x, y));
  };
  canvas.addEventListener("pointermove", (event) => event.pointerType === "mouse" && point(event));
  canvas.addEventListener("pointerdown", point);
  canvas.addEventListener("focus", () => unitInHand().place !== place && holdUnit(place, firstUnit(column)));
  canvas.addEventListener("keydown", (event) => {
    if (!stepByKey(event)) return;
    event.preventDefault();
    const held = unitInHand();
    const next = walk.columns[held.place + 1];
    if (document.activeElement !== next.canvas) next.canvas.focus({ preventScroll: true });
    announce(walk.said);
  });
}

const firstUnit = ({ layout }) => [layout.shown[0], 0, 0];

const UNIT_STEPS = { ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1] };

/** Move the unit in hand as a key says; whether it was such a key. */
function stepByKey(event) {
  const { place, unit } = unitInHand();
  const last = walk.network.layers.length - 1;
  const layers = { PageUp: Math.max(0, place - 1), PageDown: Math.min(last, place + 1), Home: 0, End: last };
  if (event.key in UNIT_STEPS) {
    const next = unitBeside(walk.columns[place + 1].layout, unit, UNIT_STEPS[event.key]);
    if (next) holdUnit(place, next);
    return true;
  }
  if (!(event.key in layers)) return false;
  if (layers[event.key] !== place) holdUnit(layers[event.key], unitInLayer(layers[event.key], unit));
  return true;
}

/** The unit of another layer at the same place, or near it. */
function unitInLayer(place, [channel, row, column]) {
  const { layout } = walk.columns[place + 1];
  const [, height, width] = layout.size;
  const index = Math.min(layout.count - 1, Math.max(0, layout.shown.indexOf(channel)));
  return [layout.shown[index], Math.min(row, height - 1), Math.min(column, width - 1)];
}

/** [layer, channel, row, column], or null for the first. */
CHECKS.unit = (value) => {
  const whole = Array.isArray(value) && value.length === 4 && value.every((place) => Number.isSafeInteger(place) && place >= 0);
  if (value === null || whole) return value && [...value];
  throw new Error(say("unit is {value}; give [layer, channel, row, column], each from 0", { value }));
};

/** Pixels of a drawing, 0 to 255 row by row, as a list or in two hexadecimal digits each; null for none. */
CHECKS.drawn = (value) => {
  if (value === null) return null;
  const count = walk.network && walk.network.pad ? countOfSize(walk.network.input.size) : 0;
  const text = Array.isArray(value) && value.every((v) => Number.isInteger(v) && v >= 0 && v < 256) ? hexOfPixels(value) : value;
  if (count && typeof text === "string" && text.length === 2 * count && /^[0-9a-f]+$/.test(text)) return text;
  if (!count) throw new Error(say("this page has no sheet to draw on"));
  throw new Error(say("drawn is no drawing; give {count} pixels from 0 to 255", { count }));
};

panels.push({
  id: "network",
  title: "Network",
  prepare: prepareNetwork,
  offers: { network: networkRecord },
  mount: mountNetwork,
  update(state, changed) {
    if (!walk.network || !["unit", "drawn", "theme"].some((key) => changed.has(key))) return;
    if (changed.has("drawn") && walk.pad && (state.drawn || null) !== (walk.shownDrawn || null)) {
      walk.shownDrawn = state.drawn;
      showDrawn(state);
    }
    if (changed.has("theme")) {
      paintColumns();
      drawWires();
      showVerdict();
      if (walk.pad) walk.pad.paint();
    }
    showNetworkUnit();
  },
});
