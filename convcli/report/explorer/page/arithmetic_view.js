// The arithmetic in words and grids, below the two pictures: of the output in hand, channel by channel where these add up.

/** {element, update(state)}. */
function makeArithmeticView() {
  const where = make("h3", "where");
  const rules = make("p", "quiet rules");
  const tabs = make("div", "tabs row");
  tabs.setAttribute("role", "group");
  const body = make("div", "channels");
  const total = make("div", "sum mono total");
  const after = make("p", "after");
  const legend = make("p", "quiet legend", make("span", "swatch beyond"), " ", say("[ ]: from beyond the edge, by the border rule"));
  const element = make("div", "arithmetic", where, rules, tabs, body, total, after, legend);
  let triples = [];
  let built = "";

  function build(state, count) {
    const shape = kernelShape(state.kernel);
    const room = element.clientWidth || 600;
    const wanted = `${shape.height}x${shape.width}x${count} in ${Math.round(room / 80)}`;
    if (built === wanted) return;
    built = wanted;
    triples = Array.from({ length: count }, () => makeTriple(shape, room));
    body.replaceChildren(...triples.map((triple) => triple.element));
    triples.forEach((triple) => pointAtWeights(triple));
  }

  function updateTabs(state, adds) {
    const { channels } = store.picture();
    tabs.hidden = adds || channels === 1;
    if (tabs.hidden) return;
    if (tabs.childElementCount !== channels) {
      tabs.setAttribute("aria-label", say("channel shown"));
      const button = (_, c) => makeButton("", () => store.set({ channel: c }));
      tabs.replaceChildren(...Array.from({ length: channels }, button));
    }
    [...tabs.children].forEach((button, c) => {
      button.textContent = channelName(c, channels);
      button.setAttribute("aria-pressed", String(c === state.channel));
    });
  }

  return {
    element,
    update(state) {
      const step = stepAt(state, store.picture(), state.at, shownChannel(state));
      build(state, step.parts.length);
      updateTabs(state, step.adds);
      where.textContent = whereWords(state, step.value);
      rules.textContent = placeWords(step.parts[0]);
      const several = step.parts.length > 1;
      step.parts.forEach((part, c) => {
        const lines = several ? sumLines(part, 0, part.sum) : sumLines(part, step.bias, step.value);
        triples[c].fill(part, state, several ? channelName(part.channel, step.parts.length) : "", lines);
        triples[c].mark(state.weight);
      });
      total.replaceChildren(...(several ? [sumParagraph(channelsSum(step))] : []));
      const afterWords = afterLines(state, step.value);
      after.textContent = afterWords.join(" · ");
      after.hidden = !afterWords.length;
      legend.hidden = !step.parts.some((part) => part.beyond.flat().some(Boolean));
    },
    mark: (weight) => triples.forEach((triple) => triple.mark(weight)),
  };
}

/** Which output it is, and its value; before ReLU and pooling it is a sum on its way. */
function whereWords(state, value) {
  const [row, column] = state.at;
  const words = state.relu || state.pool ? "sum [{row}, {column}] = {value}" : "output [{row}, {column}] = {value}";
  return say(words, { row, column, value: plain(value) });
}

/** The channel whose arithmetic is shown. */
function shownChannel(state) {
  return Math.min(state.channel, store.picture().channels - 1);
}

/** Which rows and columns of the input the window covers. */
function placeWords({ rows, columns }) {
  const along = (positions, one, several, stepped) => {
    const [first, last, step] = [positions[0], positions[positions.length - 1], positions[1] - positions[0]];
    if (positions.length === 1) return say(one, { first });
    return say(step === 1 ? several : stepped, { first, last, step });
  };
  const down = along(rows, "row {first}", "rows {first} to {last}", "rows {first} to {last} in steps of {step}");
  const across = along(columns, "column {first}", "columns {first} to {last}", "columns {first} to {last} in steps of {step}");
  return say("input {rows}, {columns}", { rows: down, columns: across });
}

/** What ReLU and pooling make of the sum, in words. */
function afterLines(state, value) {
  const lines = [];
  if (state.relu) lines.push(`ReLU: max(0, ${plain(value)}) = ${plain(Math.max(0, value))}`);
  const cell = state.pool && cellOf(state, state.at);
  if (state.pool && !cell) lines.push(say("no pooling window takes this sum"));
  if (!cell) return lines;
  const { kind, size, stride } = poolOf(state);
  const { height, width, values } = store.sums();
  const map = store.sums().maps > 1 ? shownChannel(state) : 0;
  const terms = [];
  for (let i = 0; i < size[0]; i++) {
    for (let j = 0; j < size[1]; j++) {
      const v = values[(map * height + cell[0] * stride[0] + i) * width + cell[1] * stride[1] + j];
      terms.push(plain(state.relu ? Math.max(0, v) : v));
    }
  }
  const pooledMap = store.response();
  const result = plain(pooledMap.values[(map * pooledMap.height + cell[0]) * pooledMap.width + cell[1]]);
  const shown = terms.length > 9 ? [...terms.slice(0, 8), "…"] : terms;
  lines.push(`${say(kind === "max" ? "max pooling" : "mean pooling")}: ${kind}(${shown.join(", ")}) = ${result}`);
  return lines;
}
