// Facts of a kernel: sum, norm, rank, its two factors, its symmetries, and what it is called.

/** Moves of a plane that may leave it as it is, or negate it: half a turn, mirrors, the transpose. */
const PLANE_MOVES = {
  "rotate180": (plane) => flipped(plane),
  "flip-x": (plane) => plane.map((row) => [...row].reverse()),
  "flip-y": (plane) => [...plane].reverse(),
  "transpose": (plane) => plane[0].map((_, c) => plane.map((row) => row[c])),
};

function isMovedTo(weights, move, sign) {
  const moved = eachPlane(weights, PLANE_MOVES[move]);
  const [one, other] = [weights.flat(2), moved.flat(2)];
  const tolerance = one.every(Number.isInteger) ? 0 : ROUNDING * Math.max(...one.map(Math.abs));
  const [from, to] = [kernelShape(weights), kernelShape(moved)];
  const alike = from.height === to.height && from.width === to.width;
  return alike && one.every((w, index) => Math.abs(w - sign * other[index]) <= tolerance);
}

/** {sum, l1, rank, factors, channels, symmetries, antisymmetries} of a kernel, plain or with weights per channel. */
function kernelFacts(weights) {
  const channels = kernelShape(weights).channels;
  const moves = Object.keys(PLANE_MOVES);
  const blank = weights.flat(2).every((w) => w === 0);
  return {
    sum: kernelSum(weights),
    l1: magnitudes(weights),
    rank: rank(weights),
    channels,
    factors: separability(weights),
    symmetries: moves.filter((move) => isMovedTo(weights, move, 1)),
    antisymmetries: blank ? [] : moves.filter((move) => isMovedTo(weights, move, -1)),
  };
}

/** A kernel of the catalogue or of -k that this one is, or is a multiple of: {row, times}; null where there is none. */
function knownKernel(weights) {
  const flat = weights.flat(2);
  if (flat.every((w) => w === 0)) return null;
  const found = [...DATA.kernels, ...DATA.catalogue].map((row) => ({ row, times: multipleOf(weights, row.weights) }));
  const known = found.filter(({ times }) => times !== null);
  return known.find(({ times }) => times === 1) || known[0] || null;
}

function multipleOf(weights, known) {
  if (JSON.stringify(kernelShape(weights)) !== JSON.stringify(kernelShape(known))) return null;
  const [one, other] = [weights.flat(2), known.flat(2)];
  const at = other.findIndex((w) => w !== 0);
  if (at < 0) return null;
  const times = one[at] / other[at];
  const scale = ROUNDING * Math.max(...one.map(Math.abs));
  if (times === 0 || !one.every((w, index) => Math.abs(w - times * other[index]) <= scale)) return null;
  return Math.abs(times - 1) <= ROUNDING ? 1 : times;
}
