// Why two routes differ: each suspect is taken away and both routes are run again.  As convcli's core/equivariance/causes.

/** [{name, without, ledger, helps}], the most telling first; nothing is run where it holds. */
function causesOf(picture, layer, move, ledger) {
  if (ledger.holds) return [];
  const found = [];
  for (const [name, without, otherLayer, otherMove] of suspectsOf(layer, move)) {
    const left = ledgerWithout(picture, otherLayer, otherMove);
    if (left) found.push({ name, without, ledger: left, helps: isLess(left, ledger) });
  }
  if (found.length > 1 && !found.some((cause) => cause.ledger.holds)) {
    const all = allTogether(layer, move);
    const left = all && ledgerWithout(picture, all, move);
    if (left) found.push({ name: "all of these", without: "all of these", ledger: left, helps: isLess(left, ledger) });
  }
  const order = (cause) => (cause.ledger.holds ? 0 : 2) + (cause.helps ? 0 : 1);
  return found.sort((one, other) => order(one) - order(other));
}

const isLess = (left, whole) => left.holds || left.interior.rms_error < whole.interior.rms_error;

/** The ledger of another run; null where its routes have no output to compare. */
function ledgerWithout(picture, layer, move) {
  try {
    return runRoutes(picture, layer, move).ledger;
  } catch (error) {
    if (error.constructor !== Error) throw error;
    return null;
  }
}

/** [name, what is changed, in the command's words, layer, move] of everything that may be at fault. */
function suspectsOf(layer, move) {
  const { options, pool, unshared } = layer;
  const found = [];
  if (unshared) found.push(["unshared weights", "the kernel shared by all places", { ...layer, unshared: false }, move]);
  const strided = ["stride phase", "--stride 1", withOptions(layer, { stride: [1, 1] }), move];
  const unpooled = ["pooling", "no --pool", { ...layer, pool: null }, move];
  if (move.kind === "shift") {
    if (!isAligned(move, options.stride)) found.push(strided);
    if (pool && !isAligned(move, stepsOf(layer))) found.push(unpooled);
    return found;
  }
  if (move.kind === "turn") {
    const degrees = modulo(halfToEven(move.degrees / 90) * 90, 360);
    found.push(["rotation", `--transform rotate:${degrees}`, layer, { ...move, degrees }]);
    return found;
  }
  const shape = kernelShape(layer.kernel);
  if (!hasSymmetry(layer.kernel, move.name)) {
    found.push(["kernel symmetry", "the kernel made symmetric", { ...layer, kernel: symmetrised(layer.kernel, move.name) }, move]);
  }
  if (shape.height % 2 === 0 || shape.width % 2 === 0 || options.padding) {
    found.push(["anchor", "--size valid", withOptions(layer, { size: "valid", padding: null }), move]);
  }
  const [down, across] = options.dilation;
  if (GRID_MOVES[move.name][0] && down !== across) {
    found.push(["dilation", `--dilation ${across}`, withOptions(layer, { dilation: [across, across] }), move]);
  }
  if (Math.max(...options.stride) > 1) found.push(strided);
  if (pool) found.push(unpooled);
  return found;
}

/** Everything that may be at fault taken away at once, stride and pooling too; null for rotations by an angle. */
function allTogether(layer, move) {
  const still = withOptions({ ...layer, pool: null, unshared: false }, { stride: [1, 1] });
  if (move.kind === "shift") return still;
  if (move.kind === "turn") return null;
  const across = layer.options.dilation[1];
  const dilation = GRID_MOVES[move.name][0] ? [across, across] : layer.options.dilation;
  return withOptions({ ...still, kernel: symmetrised(layer.kernel, move.name) }, { size: "valid", padding: null, dilation });
}

function halfToEven(value) {
  const floor = Math.floor(value);
  return value - floor === 0.5 ? floor + (floor % 2) : Math.round(value);
}

/** One plane of weights moved as a picture is. */
function turnedPlane(plane, name) {
  const stack = { height: plane.length, width: plane[0].length, maps: 1, values: Float64Array.from(plane.flat()) };
  const { height, width, values } = turnedStack(stack, name);
  return Array.from({ length: height }, (_, r) => Array.from(values.subarray(r * width, (r + 1) * width)));
}

/** 1 where the move leaves the weights as they are, -1 where it makes them their negative, else 0; up to rounding. */
function symmetrySign(kernel, name) {
  const allowed = ROUNDING * magnitudes(kernel);
  const like = (sign) => planesOf(kernel).every((plane) => {
    const turned = turnedPlane(plane, name);
    return turned.length === plane.length && turned[0].length === plane[0].length &&
      plane.every((row, r) => row.every((w, c) => Math.abs(sign * w - turned[r][c]) <= allowed));
  });
  return like(1) ? 1 : magnitudes(kernel) > 0 && like(-1) ? -1 : 0;
}

const hasSymmetry = (kernel, name) => symmetrySign(kernel, name) === 1;

/** The mean of the kernel's images under repeated moves, which has the symmetry; under a turn in a square. */
function symmetrised(kernel, name) {
  return eachPlane(kernel, (plane) => {
    const images = [GRID_MOVES[name][0] ? inSquare(plane) : plane];
    for (let turn = 0; turn < 3; turn++) images.push(turnedPlane(images[turn], name));
    return images[0].map((row, r) => row.map((_, c) => images.reduce((sum, image) => sum + image[r][c], 0) / images.length));
  });
}

/** The weights with zeros around, so that the anchors k // 2 of rows and columns stand together. */
function inSquare(plane) {
  const side = Math.max(plane.length, plane[0].length);
  const [top, left] = [(side >> 1) - (plane.length >> 1), (side >> 1) - (plane[0].length >> 1)];
  return Array.from({ length: side }, (_, r) => Array.from({ length: side }, (__, c) => (plane[r - top] || [])[c - left] || 0));
}
