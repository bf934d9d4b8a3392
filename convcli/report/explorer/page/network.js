// The network panel: columns of maps, the unit in hand with what it sees and what it is the sum of, the verdict, the pad.

/** All that the panel holds: the network with its numbers, what went in, what came out, the columns. */
const walk = { network: null, picture: null, outputs: null, columns: [], source: "", softmax: true, channel: null, pad: null };

async function prepareNetwork() {
  if (!DATA.network) return;
  const network = decodedNetwork(DATA.network);
  const { size, samples } = network.input.pixels;
  walk.picture = { height: size[0], width: size[1], colours: size[2], samples: new Uint8Array(await inflated(bytesOf(samples))) };
  for (const layer of network.layers) {
    if (layer.maps) layer.maps.bytes = new Uint8Array(await inflated(bytesOf(layer.maps.pixels)));
  }
  walk.network = network;
  walk.source = network.input.picture;
  computeNetwork(network.input.numbers);
}

/** The network on an input, in the page; or what was computed before it was written. */
function computeNetwork(input) {
  const { network } = walk;
  if (network.recomputed) walk.outputs = { input, layers: forwardPass(network, input) };
}

/** The network on pixels that were drawn: 0 to 255 each. */
function runDrawn(pixels, name) {
  const { network, picture } = walk;
  picture.samples = Uint8Array.from(pixels);
  walk.source = name || say("your drawing");
  computeNetwork(Float32Array.from(pixels, (value) => Math.fround(value) * Math.fround(network.pad.scale)));
  paintColumns();
  showNetworkUnit();
  showVerdict();
  sayVerdict();
}

/** Column 0 is the input, column i + 1 layer i. */
function makeColumns() {
  const { network } = walk;
  const input = columnLayout(network.input.size, [0], [1, 1, 1], Math.max(2, walk.picture.colours));
  const columns = [{ place: -1, layout: input }];
  network.layers.forEach((layer, place) => {
    const shown = layer.maps ? layer.maps.numbers : shownOf(layer, walk.outputs.layers[place]);
    const every = layer.maps ? layer.maps.every : [1, 1, 1];
    columns.push({ place, layout: columnLayout(layer.size, shown || numbersShown(layer, every), every) });
  });
  return columns;
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
  const values = { low: shortNumber(low), high: shortNumber(high) };
  return low < 0 ? say("{low} to {high}; mid-grey is 0", values) : say("{low} to {high}; black is 0", values);
}

/** The unit in hand: {place, unit}, inside its layer whatever the state says. */
function unitInHand() {
  const { network } = walk;
  const given = store.get().network || {};
  const whole = (value, most) => (Number.isInteger(value) ? Math.max(0, Math.min(most, value)) : 0);
  const place = whole(given.layer, network.layers.length - 1);
  const { layout } = walk.columns[place + 1];
  const unit = layout.size.map((length, axis) => whole((given.unit || [])[axis], length - 1));
  if (!layout.shown.includes(unit[0])) unit[0] = layout.shown[0];
  return { place, unit };
}

/** Take a unit in hand. */
function holdUnit(place, unit) {
  const now = unitInHand();
  if (now.place === place && String(now.unit) === String(unit)) return;
  walk.channel = null;
  store.set({ network: { layer: place, unit } });
}

/** Draw the columns that something is marked on, and those that were marked before. */
function paintMarks() {
  const { network, columns } = walk;
  const { place, unit } = unitInHand();
  const sources = sourcesOfUnit(network, place, unit) || [];
  const field = fieldOfUnit(network.layers[place], unit);
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
  const { network, outputs, card } = walk;
  const { place, unit } = unitInHand();
  const layer = network.layers[place];
  const name = unitName(layer.size, unit);
  const seen = fieldWords(network, fieldOfUnit(layer, unit));
  paintMarks();
  card.title.replaceChildren(bdi(layer.name), `, ${name}: `, make("output", "number", unitValueWords(place, unit)));
  card.field.textContent = seen;
  const sum = network.recomputed ? sumLine(network, place, unit, outputs) : [readWords(place, unit)];
  card.sum.replaceChildren(...sum);
  card.window.replaceChildren(...(network.recomputed && layer.do.name === "conv" ? windowOfHeld(place, unit) : []));
  walk.said = `${layer.name}, ${name}: ${unitValueWords(place, unit)}. ${seen}`;
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
  if (!maps) return shortNumber(outputs.layers[place][indexOfUnit(size, unit)]);
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
  return say("It reads {n} numbers of the layers before it, framed.", { n: grouped(count) });
}

function classesNow() {
  const { network, outputs, softmax } = walk;
  const values = network.recomputed ? outputs.layers[network.verdict.layer] : network.verdict.values;
  return verdictOf(network.verdict, values, softmax);
}

function showVerdict() {
  const { network, verdict } = walk;
  if (!network.verdict) return;
  verdict.source.replaceChildren(say("What it says of "), bdi(walk.source));
  verdict.bars.show(classesNow());
  verdict.meaning.textContent = meaningOf(network.verdict, walk.softmax);
}

function sayVerdict() {
  if (walk.network.verdict) announce(verdictWords(classesNow()));
}

/** For tests and scripts: the layers, the verdict, the maps of one layer as rows of rows, and what went in. */
function networkRecord() {
  const { network, outputs, picture } = walk;
  if (!network) return null;
  const held = unitInHand();
  return {
    name: network.name,
    recomputed: network.recomputed,
    layers: network.layers.map(({ name, kind, output, size, inputs }) => ({ name, type: kind, output, size, inputs })),
    verdict: network.verdict && classesNow(),
    pixels: Array.from(picture.samples),
    unit: held,
    field: (place, unit) => fieldOfUnit(network.layers[place], unit),
    sources: (place, unit) => sourcesOfUnit(network, place, unit),
    sum: (place, unit) => sumOfUnit(network, place, unit, outputs),
    maps: (place) => (network.recomputed ? Array.from(outputs.layers[place]) : null),
  };
}
