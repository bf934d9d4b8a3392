// The facts of the kernel in hand, in words, as it changes.

const factsShown = { list: null };

/** The list of facts, empty until the first update. */
function mountFacts() {
  factsShown.list = make("dl", "facts");
  factsShown.list.setAttribute("aria-label", say("facts of the kernel"));
  return factsShown.list;
}

function updateFacts(state) {
  const facts = kernelFacts(state.kernel);
  const rows = [
    [say("called"), ...calledWords(state)],
    [say("sum"), sumWords(facts)],
    [say("sum of |weights|"), roundedWords(facts.l1)],
    facts.channels === null ? [say("rank"), rankWords(facts)] : [say("patterns"), patternWords(facts)],
    ...(facts.factors ? [[say("column × row"), factorsShown(facts.factors)]] : []),
    [say("convolution"), turnWords(facts)],
    [say("symmetry"), symmetryWords(facts)],
  ];
  factsShown.list.replaceChildren(...rows.flatMap(([name, ...words]) => [make("dt", "", name), make("dd", "", ...words)]));
}

/** A number of six digits; the rest of them where it has more is a matter of its own. */
const roundedWords = (value) => (isRounded(value, weightWords(value)) ? `≈ ${weightWords(value)}` : weightWords(value));

function sumWords({ sum }) {
  if (sum === 0) return say("0: a constant picture gives 0");
  return Math.abs(sum - 1) < 1e-12 ? say("1: a constant picture keeps its value") : roundedWords(sum);
}

const rankWords = (facts) =>
  facts.rank === 1 ? say("1: separable, one pass down and one across") : say("{rank}: not separable", { rank: facts.rank });

const patternWords = (facts) =>
  facts.rank === 1 ? say("1: one pattern, weighted channel by channel") : String(facts.rank);

function factorsShown({ column, row }) {
  const short = (value) => (weightWords(value).length > 6 ? plain(Number(value.toPrecision(4))) : weightWords(value));
  const words = (factor) => `[${factor.map(short).join(" ")}]`;
  const shown = make("span", "factors", `${words(column)}ᵀ × ${words(row)}`);
  const rounded = [...column, ...row].some((value) => isRounded(value, short(value)));
  return rounded ? make("span", "", "≈ ", shown) : shown;
}

function turnWords({ symmetries, antisymmetries }) {
  if (symmetries.includes("rotate180")) return say("the same as correlation: half a turn changes nothing");
  if (antisymmetries.includes("rotate180")) return say("the negative of correlation: half a turn changes the sign");
  return say("differs from correlation");
}

function symmetryWords({ symmetries, antisymmetries }) {
  const named = (moves, phrase) => (moves.length ? [say(phrase, { moves: listed(moves.map(moveWords)) })] : []);
  const words = [...named(symmetries, "unchanged by {moves}"), ...named(antisymmetries, "negated by {moves}")];
  return words.length ? words.join(" · ") : say("none");
}

function moveWords(move) {
  const words = {
    "rotate180": say("half a turn"),
    "flip-x": say("mirroring left to right"),
    "flip-y": say("mirroring upside down"),
    "transpose": say("swapping rows and columns"),
  };
  return words[move];
}

/** Its name, or that of what it is a multiple of. */
function calledWords(state) {
  const known = knownKernel(state.kernel);
  if (!known) return [say("no name: a kernel of your own")];
  const meaning = known.row.about ? [` · ${say(known.row.about)}`] : [];
  if (known.times === 1) return [bdi(known.row.name), ...meaning];
  return [`${weightWords(known.times)} × `, bdi(known.row.name), ...meaning];
}
