// Weights as people type them and as `-k` reads them: numbers and fractions, exact in both directions.

const LONGEST_NUMBER = 1000; // characters; no float64 needs more
const DECIMAL = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i;

/** The number that a text stands for: 2, -0.5, 1e-3 or 1/9; an Error with a sentence for any other. */
function readNumber(text) {
  const token = text.trim().replace(/[\u2212\uFE63\uFF0D]/g, "-"); // minus signs as word processors write them
  const shown = token.length > 40 ? `${token.slice(0, 40)}…` : token;
  if (!token) throw new Error(say("a number is missing; write 2, -0.5, 1e-3 or 1/9"));
  const parts = token.split("/");
  if (token.length > LONGEST_NUMBER || parts.length > 2 || !parts.every((part) => DECIMAL.test(part))) {
    throw new Error(say("“{text}” is not a number; write 2, -0.5, 1e-3 or 1/9", { text: shown }));
  }
  if (parts.length === 2 && Number(parts[1]) === 0) throw new Error(say("“{text}” divides by zero", { text: shown }));
  const value = parts.length === 2 ? Number(parts[0]) / Number(parts[1]) : Number(parts[0]);
  if (!Number.isFinite(value)) throw new Error(say("“{text}” is too large; numbers go up to 1.8e308", { text: shown }));
  return value;
}

/** The rows of a matrix as `-k` takes them: rows by ";" or by line, numbers by blanks, tabs or commas. */
function readMatrix(text) {
  const rows = text.split(/[;\n\r]+/).filter((row) => row.trim());
  const matrix = rows.map((row) => row.trim().split(/\s*,\s*|\s+/).map(readNumber));
  if (!matrix.length || matrix.some((row) => row.length !== matrix[0].length)) {
    throw new Error(say("rows of a kernel have one length; write 0 1; 2 3"));
  }
  return matrix;
}

/** The shortest text that reads back as exactly this number: a fraction where a decimal would be long. */
function numberText(value) {
  if (Object.is(value, -0)) return "-0.0"; // as a whole number it would lose its sign
  const decimal = String(value);
  const fraction = decimal.length > 6 ? exactFraction(value) : null;
  return fraction && fraction.length < decimal.length ? fraction : decimal;
}

function exactFraction(value) {
  for (let below = 2; below <= LARGEST_DIVISOR; below += 1) {
    const above = Math.round(value * below);
    if (above !== 0 && above / below === value) return `${above}/${below}`;
  }
  return null;
}

/** Rows as `-k` reads them. */
function matrixText(rows) {
  return rows.map((row) => row.map(numberText).join(" ")).join("; ");
}

/** Whether two kernels have the same shape and the same weights. */
function sameWeights(one, other) {
  return JSON.stringify(one) === JSON.stringify(other);
}

/** The sentence of an Error that we throw at nonsense; a fault of the page's own stays one. */
function sentenceOf(error) {
  if (error.constructor !== Error) throw error;
  return error.message;
}
