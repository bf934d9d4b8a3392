// The state as the part of an address behind "#": readable, versioned, and refused whole where anything in it is wrong.
//
//   #v=1&k=-1,0,1;-2,0,2;-1,0,1&n=sobel-x&m=convolve&b=reflect&st=2x1
//
// What is not written has the command line's own default, so that a link does not depend on how a page began.

const LINK_VERSION = "1";
const LONGEST_LINK = 60_000; // characters: weights of nine channels with all their digits, and some more
const LONGEST_NAME = 300;

const wholeText = (least, most) => (text) => {
  if (!/^\d{1,6}$/.test(text) || Number(text) < least || Number(text) > most) throw new Error(text);
  return Number(text);
};
const pairFrom = (least, most) => (text) => {
  const sides = text.split("x").map(wholeText(least, most));
  if (sides.length > 2) throw new Error(text);
  return [sides[0], sides[sides.length - 1]];
};
const oneOf = (...choices) => (text) => {
  if (!choices.includes(text)) throw new Error(text);
  return text;
};
const listFrom = (count, each) => (text) => {
  const parts = text.split(",");
  if (parts.length !== count) throw new Error(text);
  return parts.map(each);
};
const nameFrom = (text) => {
  if (text.length > LONGEST_NAME) throw new Error(text.slice(0, 40));
  return text;
};

/** One row a key of the state: its letters in the link, what it is when unsaid, how it is written and read. */
const LINKED = [
  { key: "n", of: "name", unsaid: "", write: (name) => encodeURIComponent(wellFormed(name)), read: nameFrom },
  { key: "m", of: "mode", unsaid: "correlate", write: String, read: oneOf("correlate", "convolve") },
  { key: "b", of: "border", unsaid: "edge", write: String, read: oneOf("edge", "zero", "symmetric", "reflect", "wrap") },
  { key: "f", of: "fill", unsaid: 0, write: numberText, read: readNumber },
  { key: "s", of: "size", unsaid: "same", write: String, read: oneOf("same", "valid", "full") },
  { key: "p", of: "padding", unsaid: null, write: (sides) => sides.join(","), read: listFrom(4, wholeText(0, 999999)) },
  { key: "st", of: "stride", unsaid: [1, 1], write: pairText, read: pairFrom(1, 999999) },
  { key: "d", of: "dilation", unsaid: [1, 1], write: pairText, read: pairFrom(1, 999999) },
  { key: "i", of: "bias", unsaid: 0, write: numberText, read: readNumber },
  { key: "r", of: "relu", unsaid: false, write: () => "1", read: (text) => oneOf("1")(text) === "1" },
  { key: "o", of: "pool", unsaid: null, write: String, read: nameFrom },
  { key: "y", of: "display", unsaid: "auto", write: String, read: nameFrom },
  { key: "c", of: "colormap", unsaid: "gray", write: String, read: nameFrom },
  { key: "ch", of: "channels", unsaid: "each", write: String, read: oneOf("each", "sum") },
  { key: "at", of: "at", unsaid: null, write: (at) => at.join(","), read: listFrom(2, wholeText(0, 999999)) },
  { key: "e", of: "equivariance", unsaid: EQUIVARIANCE, write: equivarianceToLink, read: equivarianceFromLink },
  { key: "u", of: "unit", unsaid: null, write: (unit) => unit.join(","), read: listFrom(4, wholeText(0, 999999)) },
  { key: "g", of: "drawn", unsaid: null, write: String, read: nameFrom },
];

/** Half a character of a broken name would make encodeURIComponent throw. */
const wellFormed = (text) => text.replace(/[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g, "\ufffd");

const weightsToLink = (weights) =>
  planesOf(weights).map((plane) => plane.map((row) => row.map(numberText).join(",")).join(";")).join("~");

function weightsFromLink(text) {
  const planes = text.split("~").map((plane) => plane.split(";").map((row) => row.split(",").map(readNumber)));
  const [height, width] = [planes[0].length, planes[0][0].length];
  const fits = planes.every((plane) => plane.length === height && plane.every((row) => row.length === width));
  if (!fits) throw new Error(text.slice(0, 40));
  return planes.length > 1 ? planes : planes[0];
}

/** The state behind "#": only what differs from the defaults, and always the kernel. */
function writeLink(state) {
  const said = LINKED.filter(({ of, unsaid }) => state[of] !== undefined && !sameWeights(state[of] ?? unsaid, unsaid));
  const words = said.map(({ key, of, write }) => `${key}=${write(state[of]).replaceAll("%20", "+").replaceAll("'", "%27")}`);
  return [`#v=${LINK_VERSION}`, `k=${weightsToLink(state.kernel)}`, ...words].join("&");
}

/** The change of state that a link asks for; null for a bare address; an Error with a sentence for a damaged one. */
function readLink(hash) {
  if (hash === "" || hash === "#") return null;
  if (hash.length > LONGEST_LINK) throw new Error(say("the link is damaged: it is too long"));
  const given = new Map();
  for (const part of hash.slice(1).split("&")) {
    const cut = part.indexOf("=");
    if (cut < 1 || given.has(part.slice(0, cut))) throw new Error(say("the link is damaged at “{part}”", { part: part.slice(0, 40) }));
    given.set(part.slice(0, cut), part.slice(cut + 1));
  }
  if (given.get("v") !== LINK_VERSION) throw new Error(say("the link is of no version that this page knows"));
  given.delete("v");
  return changeFrom(given);
}

function changeFrom(given) {
  if (!given.has("k")) throw new Error(say("the link is damaged: it has no kernel"));
  const change = { kernel: readPart("k", given.get("k"), weightsFromLink) };
  for (const { key, of, unsaid, read } of LINKED) {
    if (given.has(key)) change[of] = readPart(key, given.get(key), read);
    else if (unsaid !== null || of !== "at") change[of] = unsaid;
    given.delete(key);
  }
  given.delete("k");
  if (given.size) throw new Error(say("the link is damaged at “{part}”", { part: [...given.keys()][0].slice(0, 40) }));
  return change;
}

function readPart(key, text, read) {
  try {
    return read(decodeURIComponent(text.replaceAll("+", key === "n" ? " " : "+")));
  } catch (error) {
    if (!(error.constructor === Error || error instanceof URIError)) throw error;
    throw new Error(say("the link is damaged at “{part}”", { part: `${key}=${text}`.slice(0, 40) }));
  }
}
