// The unit in hand, in words and small tables: its value, what it sees, and the sum that it is.

const MOST_UNIT_TERMS = 5;

/** What people call a unit: "map 3 at 7,2", "number 12", as `convcli run` does. */
function unitName(size, [channel, row, column]) {
  if (size[1] * size[2] === 1) return say("number {channel}", { channel });
  return say("map {channel} at {row},{column}", { channel, row, column });
}

/** Rows and columns of the input that a unit sees, as a sentence. */
function fieldWords(network, field) {
  if (!field.rows || !field.columns) return say("It sees padding alone.");
  if (seesEverything(network, field)) return say("It sees all of the input.");
  const words = ([first, last]) => (first === last ? String(first) : `${first}..${last}`);
  const values = { rows: words(field.rows), columns: words(field.columns) };
  return say("It sees rows {rows} and columns {columns} of the input.", values);
}

/** A layer's name, or the input's, as a node. */
function layerName(network, place) {
  return place < 0 ? make("span", "", say("the input")) : bdi(network.layers[place].name);
}

/** What a layer does, of its numbers, as parts of a line: strings and nodes. */
function unitSum(network, place, unit, outputs) {
  const layer = network.layers[place];
  const sources = sourcesOfUnit(network, place, unit);
  const value = fourDigits(outputs.layers[place][indexOfUnit(layer.size, unit)]);
  const numbers = sources.flatMap((source) => numbersRead(network, source, outputs));
  const write = SUM_LINES[layer.do.name];
  return [...write({ network, place, unit, outputs, layer, sources, numbers }), make("strong", "", ` = ${value}`)];
}

/** Numbers with commas, of many the first few. */
function someNumbers(numbers) {
  const shown = numbers.slice(0, 9).map(fourDigits).join(", ");
  return numbers.length > 9 ? `${shown} … (${numbers.length})` : shown;
}

const ofWindow = (words) => ({ numbers }) => [say(words, { numbers: someNumbers(numbers) })];

const SUM_LINES = {
  conv: termsLine,
  dense: termsLine,
  pool: (unit) => ofWindow(unit.layer.do.how === "max" ? "the largest of {numbers}" : "the mean of {numbers}")(unit),
  "global-pool": (unit) => ofWindow(unit.layer.do.how === "max" ? "the largest of {numbers}" : "the mean of {numbers}")(unit),
  scale: ({ layer, unit, numbers }) => {
    const [factor, shift] = [layer.do.factor[unit[0]], layer.do.shift[unit[0]]].map(fourDigits);
    return [`${bracketed(fourDigits(numbers[0]))} × ${bracketed(factor)} + ${bracketed(shift)}`];
  },
  curve: ({ layer, numbers }) => {
    const given = fourDigits(numbers[0]);
    return [layer.do.curve === "relu" ? `max(0, ${given})` : `${layer.do.curve}(${given})`];
  },
  merge: mergeLine,
  softmax: ({ network, sources, unit, outputs, numbers }) => {
    const own = outputOf(network, sources[0].place, outputs)[indexOfUnit(sizeOfLayer(network, sources[0].place), unit)];
    return [say("exp({own}) by the sum of the exponentials of all {count} numbers", { own: fourDigits(own), count: numbers.length })];
  },
  concat: ({ network, sources }) => [say("the same number as in "), layerName(network, sources[0].place)],
  same: ({ network, sources }) => {
    const { place, channels, rows, columns } = sources[0];
    const name = unitName(sizeOfLayer(network, place), [channels[0], rows[0], columns[0]]);
    return [say("the same number as in "), layerName(network, place), `, ${name}`];
  },
};

const MERGE_SIGNS = { add: " + ", subtract: " - ", multiply: " × ", divide: " / " };

function mergeLine({ network, layer, unit, outputs }) {
  const given = layer.of.map((place) => (place === null ? null : outputOf(network, place, outputs)));
  const sizes = layer.of.map((place) => sizeOfLayer(network, place));
  const words = given.map((_, index) => {
    const { values, size } = operandOf(layer.do, given, sizes, index);
    return bracketed(fourDigits(values[stretchedIndex(size, ...unit)]));
  });
  return [words.join(MERGE_SIGNS[layer.do.how])];
}

/** The sum over the maps that come in: the largest shares, the rest together, the bias. */
function termsLine({ network, place, unit, outputs }) {
  const { terms, bias } = sumOfUnit(network, place, unit, outputs);
  const ranked = [...terms].sort((a, b) => Math.abs(b.value) - Math.abs(a.value));
  const shown = ranked.slice(0, MOST_UNIT_TERMS);
  const rest = ranked.slice(MOST_UNIT_TERMS);
  const single = countOfSize(sizeOfLayer(network, network.layers[place].of[0])) === terms.length;
  const parts = shown.map((term) => {
    const words = single ? say("number {channel}", term) : say("map {channel}", term);
    return make("span", "net-term", `${bracketed(fourDigits(term.value))} `, make("small", "", words));
  });
  if (rest.length) {
    const sum = rest.reduce((total, term) => total + term.value, 0);
    parts.push(make("span", "net-term", `${bracketed(fourDigits(sum))} `, make("small", "", say("{n} others", { n: rest.length }))));
  }
  if (bias !== null) parts.push(make("span", "net-term", `${bracketed(fourDigits(bias))} `, make("small", "", say("bias"))));
  return parts.flatMap((part, i) => (i ? [" + ", part] : [part]));
}

/** Window × kernel = products of one of the maps that a conv unit reads. */
function windowTables(network, place, unit, outputs, channel) {
  const { window, kernel, products } = windowOfUnit(network, place, unit, outputs, channel);
  const largest = (rows) => Math.max(...rows.flat().map(Math.abs));
  const tint = (rows) => (value) => weightTint(value, largest(rows));
  const total = fourDigits(products.flat().reduce((a, b) => a + b, 0));
  return make("div", "window-tables",
    numbersOfTable(say("window of map {channel}", { channel }), window, () => ""),
    make("span", "sign", "×"),
    numbersOfTable(say("kernel"), kernel, tint(kernel)),
    make("span", "sign", "="),
    numbersOfTable(say("products, their sum {total}", { total }), products, tint(products)));
}

/** Rows of numbers as a table with a caption; null is padding, hatched and said. */
function numbersOfTable(caption, rows, colour) {
  const table = make("table", "numbers-table", make("caption", "", caption));
  for (const row of rows) {
    const line = make("tr");
    for (const value of row) {
      const cell = make("td", value === null ? "number padding" : "number", value === null ? "0" : fourDigits(Number(value.toPrecision(3))));
      if (value === null) cell.title = say("padding");
      else cell.style.background = colour(value);
      line.append(cell);
    }
    table.append(line);
  }
  return table;
}

/** The map whose share of a conv unit's sum is the largest. */
function strongestTerm(network, place, unit, outputs) {
  const { terms } = sumOfUnit(network, place, unit, outputs);
  return terms.reduce((most, term) => (Math.abs(term.value) > Math.abs(most.value) ? term : most), terms[0]).channel;
}

/** A select that says which of the maps is shown as window × kernel. */
function mapChoice(channels, chosen, onChange) {
  const select = make("select", "");
  for (const channel of channels) {
    const option = make("option", "", say("map {channel}", { channel }));
    option.value = String(channel);
    option.selected = channel === chosen;
    select.append(option);
  }
  select.addEventListener("change", () => onChange(Number(select.value)));
  return make("label", "", say("window and kernel of"), select);
}
