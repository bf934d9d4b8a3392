// The network panel: columns of maps, the unit in hand with what it sees and what it is the sum of, the verdict, the pad.

/** All that the panel holds: the network with its numbers, what went in, what came out, the columns. */
const walk = { network: null, picture: null, outputs: null, columns: [], source: "", softmax: true, channel: null, own: null };

async function prepareNetwork() {
  if (!DATA.network) return;
  const network = decodedNetwork(DATA.network);
  const { size, samples } = network.input.pixels;
  walk.picture = { height: size[0], width: size[1], colours: size[2], samples: new Uint8Array(await inflated(bytesOf(samples))) };
  for (const layer of network.layers) {
    if (layer.maps) layer.maps.bytes = new Uint8Array(await inflated(bytesOf(layer.maps.pixels)));
  }
  walk.first = walk.picture.samples;
  walk.network = network;
  walk.source = network.input.picture;
  computeNetwork(network.input.numbers);
}

/** The network on an input, in the page; or what was computed before it was written. */
function computeNetwork(input) {
  const { network } = walk;
  if (network.recomputed) walk.outputs = { input, layers: forwardPass(network, input) };
}

/** The network on pixels of 0 to 255; null brings back the picture that it came with. */
function runPixels(pixels, name) {
  const { network, picture } = walk;
  picture.samples = pixels ? Uint8Array.from(pixels) : walk.first;
  walk.source = pixels ? name || say("your drawing") : network.input.picture;
  const scaled = (value) => Math.fround(value) * Math.fround(network.pad.scale);
  computeNetwork(pixels ? Float32Array.from(pixels, scaled) : network.input.numbers);
  paintColumns();
  showNetworkUnit();
  showVerdict();
  announce(verdictWords(classesNow()));
}

/** What was drawn here becomes the state's, for links to hold. */
function takeDrawn(pixels, name) {
  walk.own = hexOfPixels(pixels);
  walk.ownName = name;
  store.set({ drawn: walk.own });
}

/** The state's drawing through the network: one's own, or one that came with a link. */
function showDrawn({ drawn }) {
  const own = drawn === walk.own;
  const pixels = drawn && pixelsOfHex(drawn);
  if (!own) walk.pad.begin(pixels || walk.first);
  walk.own = drawn;
  const sample = walk.network.pad.samples.find((one) => drawn && hexOfPixels(one.pixels) === drawn);
  runPixels(pixels, own ? walk.ownName : sample && sample.name);
}

/** Column 0 is the input, column i + 1 layer i. */
function makeColumns() {
  const { network } = walk;
  return [{ place: -1 }, ...network.layers.map((_, place) => ({ place, shown: mapsShown(place) }))];
}

/** Which maps, or numbers, of a layer are shown: those that came, or of many the strongest at first. */
function mapsShown(place) {
  const layer = walk.network.layers[place];
  const shown = layer.maps ? layer.maps.numbers : shownOf(layer, walk.outputs.layers[place]);
  return shown || numbersShown(layer, layer.maps.every);
}

/** Columns as large as the window's type. */
function layColumns() {
  const factor = Math.max(1, parseFloat(getComputedStyle(document.documentElement).fontSize) / 16);
  for (const column of walk.columns) {
    const layer = walk.network.layers[column.place];
    const every = layer && layer.maps ? layer.maps.every : [1, 1, 1];
    const whole = { size: walk.network.input.size, shown: [0], every: [1, 1, 1], factor, side: walk.scroller.clientWidth < 560 ? 96 : 144 };
    column.layout = columnLayout(layer ? { size: layer.size, shown: column.shown, every, factor } : whole);
  }
}

const MOST_MAPS = 32; // of a layer that is computed in the page

/** Which maps of a layer are shown: all, or of many the ones with the largest numbers. */
function shownOf({ size: [channels, height, width] }, values) {
  if (height * width === 1 || channels <= MOST_MAPS) return wholeAxis(channels);
  const largest = wholeAxis(channels).map((k) => finiteRange(values.subarray(k * height * width, (k + 1) * height * width))[1]);
  return wholeAxis(channels).sort((a, b) => largest[b] - largest[a] || a - b).slice(0, MOST_MAPS).sort((a, b) => a - b);
}

const numbersShown = ({ size }, every) => wholeAxis(Math.ceil(size[0] / every[0])).map((i) => i * every[0]);

function paintColumns() {
  layColumns();
  for (const column of walk.columns) {
    column.base = paintedColumn(column.layout, tilesOfColumn(column));
    column.marked = true;
  }
  for (const column of walk.columns) {
    if (column.place >= 0) column.range.textContent = rangeWords(column.place);
  }
}

function tilesOfColumn({ place, layout }) {
  if (place < 0) return [greyTile(walk.picture.samples, walk.picture, walk.picture.colours)];
  const { maps } = walk.network.layers[place];
  return maps ? tilesOfPixels(layout, maps.bytes) : tilesOfOutput(layout, walk.outputs.layers[place]);
}

/** The least and the largest number of a layer. */
function rangeOfLayer(place) {
  const { maps } = walk.network.layers[place];
  return maps ? [maps.low, maps.high] : finiteRange(walk.outputs.layers[place]);
}

function rangeWords(place) {
  const [low, high] = rangeOfLayer(place);
  const values = { low: fourDigits(low), high: fourDigits(high) };
  return low < 0 ? say("{low} to {high}; mid-grey is 0", values) : say("{low} to {high}; black is 0", values);
}

/** The unit in hand: {place, unit}, inside its layer whatever the state says; at first in the middle of the first. */
function unitInHand() {
  const { network } = walk;
  const [layer, ...given] = store.get().unit || [0];
  const place = Math.min(layer, network.layers.length - 1);
  const { size } = network.layers[place];
  const { shown } = walk.columns[place + 1];
  const unit = size.map((length, axis) => Math.min(length - 1, given[axis] ?? (axis ? length >> 1 : 0)));
  if (!shown.includes(unit[0])) unit[0] = shown[0];
  return { place, unit };
}

/** Take a unit in hand. */
function holdUnit(place, unit) {
  const now = unitInHand();
  if (now.place !== place || String(now.unit) !== String(unit)) store.set({ unit: [place, ...unit] });
}

/** Draw the columns that something is marked on, and those that were marked before. */
function paintMarks() {
  const { network, columns } = walk;
  const { place, unit } = unitInHand();
  const sources = sourcesOfUnit(network, place, unit) || [];
  const field = fieldOfUnit(network.layers[place], unit);
  markWires(place);
  for (const column of columns) {
    const own = column.place === place;
    const read = sources.filter((source) => source.place === column.place);
    const marks = own || column.place < 0 || read.length > 0;
    column.canvas.tabIndex = own ? 0 : -1;
    column.figure.classList.toggle("held", own);
    column.figure.classList.toggle("read", read.length > 0);
    if (!marks && !column.marked) continue;
    column.marked = marks;
    const { layout } = column;
    const context = sized(column.canvas, layout.width, layout.height);
    context.clearRect(0, 0, layout.width, layout.height);
    context.drawImage(column.base, 0, 0, layout.width, layout.height);
    if (column.place < 0) markField(context, layout, field);
    for (const source of read) markSource(context, layout, source, column.place < 0 ? layout.count + 1 : 1);
    if (own) markUnit(context, layout, unit);
  }
}

/** The unit in hand in words: its value, what it sees, its sum. */
function showNetworkUnit() {
  const { network, outputs, card, columns } = walk;
  const { place, unit } = unitInHand();
  const layer = network.layers[place];
  const name = unitName(layer.size, unit);
  const seen = fieldWords(network, fieldOfUnit(layer, unit));
  if (walk.held !== `${place} ${unit}`) walk.channel = null; // another unit: its strongest map comes first
  if (walk.held !== `${place} ${unit}`) revealColumn(columns[place + 1]);
  walk.held = `${place} ${unit}`;
  paintMarks();
  card.title.replaceChildren(bdi(layer.name), `, ${name}: `, make("output", "number", unitValueWords(place, unit)));
  card.field.textContent = seen;
  const sum = network.recomputed ? unitSum(network, place, unit, outputs) : [readWords(place, unit)];
  card.sum.replaceChildren(...sum);
  card.window.replaceChildren(...(network.recomputed && layer.do.name === "conv" ? windowOfHeld(place, unit) : []));
  walk.said = `${layer.name}, ${name}: ${unitValueWords(place, unit)}. ${seen}`;
}

/** Scroll the columns, and nothing else, to where one of them is whole beside the input, which stays in sight. */
function revealColumn({ figure, place }) {
  const { scroller, columns } = walk;
  if (place < 0) return;
  const room = scroller.clientWidth;
  const start = columns[0].figure.offsetWidth + 12;
  const [first, last] = [figure.offsetLeft - scroller.scrollLeft, figure.offsetLeft + figure.offsetWidth - scroller.scrollLeft];
  if (last > room) scroller.scrollLeft += Math.min(first - start, last - room);
  else if (first < start) scroller.scrollLeft += first - start;
}

function windowOfHeld(place, unit) {
  const { network, outputs } = walk;
  const { channels } = sourcesOfUnit(network, place, unit)[0];
  if (!channels.includes(walk.channel)) walk.channel = strongestTerm(network, place, unit, outputs);
  const choose = (channel) => {
    walk.channel = channel;
    showNetworkUnit();
    walk.card.window.querySelector("select").focus();
  };
  const choice = channels.length > 1 ? [mapChoice(channels, walk.channel, choose)] : [];
  return [...choice, windowTables(network, place, unit, outputs, walk.channel)];
}

/** A unit's number: exact where the page computes it, else what its grey says. */
function unitValueWords(place, unit) {
  const { network, outputs, columns } = walk;
  const { size, maps } = network.layers[place];
  if (!maps) return fourDigits(outputs.layers[place][indexOfUnit(size, unit)]);
  const { layout } = columns[place + 1];
  const shape = [Math.ceil(size[1] / layout.every[1]), Math.ceil(size[2] / layout.every[2])];
  const [r, c] = [Math.floor(unit[1] / layout.every[1]), Math.floor(unit[2] / layout.every[2])];
  const grey = maps.bytes[(layout.shown.indexOf(unit[0]) * shape[0] + r) * shape[1] + c];
  const line = scaleOfLayer(maps.low, maps.high);
  return say("about {value}", { value: plain(Number(((((grey - line.offset) / (line.slope || 1)) * line.high)).toPrecision(2))) });
}

/** What a unit reads, where its numbers are not in the page. */
function readWords(place, unit) {
  const sources = sourcesOfUnit(walk.network, place, unit);
  if (!sources) return say("What it reads is not followed in the page.");
  const count = sources.reduce((sum, { channels, rows, columns }) => sum + channels.length * rows.length * columns.length, 0);
  return say("Numbers that it reads in the layers before it, framed there: {n}", { n: grouped(count) });
}
