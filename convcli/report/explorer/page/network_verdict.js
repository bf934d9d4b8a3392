// A network's verdict: its classes as bars, as probabilities only where they are some.

const MEANINGS_OF_OUTPUT = {
  Softmax: "probabilities, by the network's own softmax",
  LogSoftmax: "probabilities, the exponentials of the network's log-softmax",
  Sigmoid: "sigmoids, each of its own: no probabilities that sum to 1",
};
const MOST_BARS = 10;

/** The classes, largest first: [{label, index, value, probability}]; probability null where it is none. */
function verdictOf(verdict, values, softmax) {
  const numbers = Array.from(values);
  const shares = { Softmax: numbers, LogSoftmax: numbers.map(Math.exp) }[verdict.ends] || (softmax && sharesOf(numbers)) || null;
  const classes = numbers.map((value, index) => ({
    label: verdict.labels ? verdict.labels[index] : String(index),
    index,
    value,
    probability: shares ? shares[index] : null,
  }));
  const rank = (one) => (Number.isNaN(one.value) ? -Infinity : one.value);
  return classes.sort((one, other) => rank(other) - rank(one) || one.index - other.index);
}

/** What the numbers are, in words. */
function meaningOf(verdict, softmax) {
  if (MEANINGS_OF_OUTPUT[verdict.ends]) return say(MEANINGS_OF_OUTPUT[verdict.ends]);
  return softmax ? say("probabilities, by a softmax of its numbers") : say("logits, no probabilities: the network ends without softmax");
}

/** A class's number in words: 99.2 %. */
function shareWords({ probability, value }) {
  if (probability === null) return fourDigits(value);
  const percent = 100 * probability;
  if (percent < 0.05) return percent > 0 ? "< 0.1 %" : "0 %";
  return `${percent >= 99.95 && percent < 100 ? "> 99.9" : percent.toFixed(1)} %`;
}

/** To four digits. */
const fourDigits = (value) => (Number.isFinite(value) ? plain(Number(value.toPrecision(4))) : plain(value));

/** The bars, made once; `show(classes)` writes into them.  Few classes keep their order, of many the largest are shown. */
function verdictBars(list) {
  return {
    show(classes) {
      const shown = classes.length > MOST_BARS ? classes.slice(0, MOST_BARS) : [...classes].sort((a, b) => a.index - b.index);
      const largest = Math.max(...shown.map((one) => Math.abs(one.value)), 0);
      list.replaceChildren(...shown.map((one) => barOf(one, one === classes[0], largest)));
    },
  };
}

function barOf(one, first, largest) {
  const share = one.probability === null ? (largest > 0 ? Math.max(0, one.value) / largest : 0) : one.probability;
  const fill = make("span", "verdict-fill");
  fill.style.inlineSize = `${Math.max(0, Math.min(1, share)) * 100}%`;
  const track = make("span", "verdict-track", fill);
  const item = make("li", first ? "verdict-bar first" : "verdict-bar", make("span", "verdict-label", bdi(one.label)), track,
    make("span", "verdict-value number", shareWords(one)));
  return item;
}

/** The first classes as a sentence for screen readers. */
function verdictWords(classes) {
  const said = (one) => `${one.label}: ${shareWords(one)}`;
  return say("Verdict {first}; then {second}", { first: said(classes[0]), second: said(classes[1]) });
}

/** The classes of what is in hand. */
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

/** For tests and scripts: the layers, the verdict, one layer's numbers, channel by channel and row by row, and what went in. */
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
