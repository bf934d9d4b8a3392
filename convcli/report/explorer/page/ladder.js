// The parameter ladder, shown: the same layer fully connected, sparse and shared, its numbers and bars on a log scale.

const ladderShown = { words: null, body: null, note: null };

function mountLadder(section) {
  const columns = [say("layer"), say("weights"), say("connections"), say("multiplications"), say("bytes")];
  const head = make("tr", "", ...columns.map((name) => {
    const cell = make("th", "", name);
    cell.scope = "col";
    return cell;
  }));
  ladderShown.words = make("p", "hint");
  ladderShown.body = make("tbody");
  ladderShown.note = make("p", "hint");
  const table = make("table", "ladder", make("thead", "", head), ladderShown.body);
  section.append(make("h2", "", say("The parameter ladder")), ladderShown.words, table, ladderShown.note);
}

function updateLadder(state) {
  const picture = store.picture();
  const ladder = ladderOf(picture, state);
  const { height, width } = kernelShape(state.kernel);
  const numbers = { inputs: grouped(ladder.inputs), units: grouped(ladder.units), window: grouped(ladder.window),
    rows: ladder.grid.height, columns: ladder.grid.width, size: `${height} × ${width}`, channels: picture.channels };
  ladderShown.words.textContent = picture.channels > 1
    ? say("As a layer with one filter: {inputs} inputs, {rows} × {columns} = {units} units, each with a window of {size} in {channels} channels = {window} inputs.", numbers)
    : say("As a layer with one filter: {inputs} inputs, {rows} × {columns} = {units} units, each with a window of {size} = {window} inputs.", numbers);
  ladderShown.body.replaceChildren(...LADDER.map((kind) => ladderRow(kind, ladder)));
  ladderShown.note.textContent = sharingWords(ladder);
}

/** Bars are of log10 of the weights, so that a step to the left is a factor. */
function ladderRow(kind, ladder) {
  const names = { fc: say("fully connected"), sparse: say("sparse: windows"), shared: say("shared: one window") };
  const abouts = { fc: say("each unit joined to each input"), sparse: say("each unit its own weights for its window"),
    shared: say("one kernel for all: a convolution layer") };
  const cost = ladder.layers[kind];
  const head = make("th", "", make("span", "rung", names[kind]), make("span", "hint", abouts[kind]));
  head.scope = "row";
  const bar = make("span", "bar");
  bar.style.width = `${100 * (log10(cost.weights) + 0.3) / (log10(ladder.layers.fc.weights) + 0.3)}%`;
  const cell = (name, value, ...more) => {
    const made = make("td", "number", ...more, grouped(value));
    made.dataset.name = name;
    return made;
  };
  return make("tr", `rung-${kind}`, head, cell(say("weights"), cost.parameters, make("span", "bar-ground", bar)),
    cell(say("connections"), cost.connections), cell(say("multiplications"), cost.macs), cell(say("bytes"), cost.bytes));
}

/** log10 of a whole number of any size. */
function log10(n) {
  const digits = String(n);
  return Math.log10(Number(digits.slice(0, 15))) + Math.max(0, digits.length - 15);
}

function sharingWords({ layers }) {
  const local = timesWords(layers.fc.weights, layers.sparse.weights);
  const shared = timesWords(layers.sparse.weights, layers.shared.weights);
  const words = say("Windows leave {local} of the weights, sharing {shared} of those; the multiplications stay as many as with windows. Bars: weights, on a logarithmic scale. Bytes: float32.", { local, shared });
  return words;
}

/** One part of so many, to three digits. */
function timesWords(before, after) {
  if (before === after) return say("all");
  if (before < after) return say("{n} times as many", { n: plain(Number(after) / Number(before)) });
  const exact = before % after === 0n ? grouped(before / after) : "";
  return exact ? `1/${exact}` : `≈ 1/${grouped(Math.round(Number(before) / Number(after)))}`;
}

panels.push({
  id: "ladder",
  mount: mountLadder,
  update(state, changed) {
    const matters = ["kernel", "size", "padding", "stride", "dilation", "bias", "theme"];
    if (matters.some((key) => changed.has(key))) updateLadder(state);
  },
});
