// The parameter ladder, shown: the same layer fully connected, sparse and shared, its numbers and bars on a log scale.

const LADDER = ["fc", "sparse", "shared"];
const FLOAT32_BYTES = 4;
const ladderShown = { words: null, body: null, note: null };

function mountLadder(section) {
  const columns = [say("layer"), say("parameters"), say("connections = multiplications"), say("bytes")];
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
  const costs = ladder(picture, state.kernel, state); // exact: a page's numbers stay far below 2^53
  const grid = outputSize(picture, kernelShape(state.kernel), state);
  const { height, width } = kernelShape(state.kernel);
  const numbers = { inputs: grouped(costs.inputs), units: grouped(costs.units), window: grouped(costs.window),
    rows: grid.height, columns: grid.width, size: `${height} × ${width}`, channels: picture.channels };
  ladderShown.words.textContent = picture.channels > 1
    ? say("As a layer with one filter: {inputs} inputs, {rows} × {columns} = {units} units, each with a window of {size} in {channels} channels = {window} inputs.", numbers)
    : say("As a layer with one filter: {inputs} inputs, {rows} × {columns} = {units} units, each with a window of {size} = {window} inputs.", numbers);
  ladderShown.body.replaceChildren(...LADDER.map((kind) => ladderRow(kind, costs)));
  ladderShown.note.textContent = sharingWords(costs);
}

/** Bars are of log10 of the weights, so that a step to the left is a factor. */
function ladderRow(kind, costs) {
  const names = { fc: say("fully connected"), sparse: say("sparse: windows"), shared: say("shared: one window") };
  const abouts = { fc: say("each unit joined to each input"), sparse: say("each unit its own weights for its window"),
    shared: say("one kernel for all: a convolution layer") };
  const cost = costs[kind];
  const head = make("th", "", make("span", "rung", names[kind]), make("span", "hint", abouts[kind]));
  head.scope = "row";
  const bar = make("span", "bar");
  bar.style.width = `${(100 * Math.log10(2 * cost.weights)) / Math.log10(2 * costs.fc.weights)}%`;
  const cell = (name, value, ...more) => {
    const made = make("td", "number", ...more, grouped(value));
    made.dataset.name = name;
    return made;
  };
  return make("tr", `rung-${kind}`, head, cell(say("parameters"), cost.parameters, make("span", "bar-ground", bar)),
    cell(say("connections = multiplications"), cost.macs), cell(say("bytes"), FLOAT32_BYTES * cost.parameters));
}

function sharingWords({ fc, sparse, shared }) {
  const local = timesWords(fc.weights, sparse.weights);
  const kept = timesWords(sparse.weights, shared.weights);
  return say("Windows leave {local} of the weights, sharing {shared} of those; the multiplications stay as many as with windows. Bars: weights, on a logarithmic scale. Bytes: float32.", { local, shared: kept });
}

/** One part of so many, to three digits. */
function timesWords(before, after) {
  if (before === after) return say("all");
  if (before < after) return say("{n} times as many", { n: plain(Number((after / before).toPrecision(3))) });
  const ratio = before / after;
  const times = ratio < 100 ? plain(Number(ratio.toPrecision(3))) : grouped(Math.round(ratio));
  return before % after === 0 ? `1/${times}` : `≈ 1/${times}`;
}

panels.push({
  id: "ladder",
  mount: mountLadder,
  update(state, changed) {
    const matters = ["kernel", "size", "padding", "stride", "dilation", "bias", "theme"];
    if (matters.some((key) => changed.has(key))) updateLadder(state);
  },
});
