// The study: both routes of the state in hand, kept until something that matters changes; its record and its command.

const EQUIVARIANCE = { move: "shift", dx: 1, dy: 0, fill: null, unshared: false };
const LARGEST_ANGLE = 360;
const study = { key: "", found: null, fault: "", causes: null, stillKey: "", still: null };

/** What may be said of the state's key "equivariance": any of its parts, the rest as it was in the beginning. */
function checkedEquivariance(value) {
  const given = { ...EQUIVARIANCE, ...value };
  const unknown = Object.keys(given).find((key) => !(key in EQUIVARIANCE));
  if (unknown) checkedChoice("equivariance", unknown, Object.keys(EQUIVARIANCE));
  for (const name of ["dx", "dy"]) {
    if (Number.isSafeInteger(given[name])) continue;
    throw new Error(say("{name} is {value}; give a whole number of pixels", { name, value: given[name] }));
  }
  if (given.fill !== null) checkedChoice("fill", given.fill, Object.keys(BORDERS));
  const angle = /^rotate:(-?\d+(?:\.\d+)?)$/.exec(given.move);
  if (!angle || Math.abs(Number(angle[1])) > LARGEST_ANGLE) {
    checkedChoice("move", given.move, ["shift", ...Object.keys(GRID_MOVES), "rotate:DEG"].filter((name) => name !== "rotate:DEG" || !angle));
  }
  return { ...given, unshared: given.unshared === true };
}

/** A shift that is seen, and odd to the right, so that a stride of 2 breaks it. */
function tellingShift({ height, width }) {
  const dx = Math.floor(width / 12);
  return shiftWithin({ ...EQUIVARIANCE, dx: dx % 2 ? dx : dx + 1, dy: Math.floor(height / 24) }, { height, width });
}

/** The same where the shift leaves a pixel of the picture, else with one that does. */
function shiftWithin(equivariance, { height, width }) {
  const within = (amount, length) => Math.max(1 - length, Math.min(length - 1, amount));
  const [dx, dy] = [within(equivariance.dx, width), within(equivariance.dy, height)];
  return dx === equivariance.dx && dy === equivariance.dy ? equivariance : { ...equivariance, dx, dy };
}

/** {found, fault}: the two routes of the state, or the sentence that says why there are none. */
function studied() {
  const state = store.get();
  const layer = layerOf(state);
  const move = moveOf(state);
  const key = JSON.stringify([layer, move]);
  if (key === study.key) return study;
  Object.assign(study, { key, found: null, fault: "", causes: null });
  try {
    study.found = { layer, move, ...runRoutes(store.picture(), layer, move, stillResponse(state, layer)) };
  } catch (error) {
    study.fault = sentenceOf(error);
  }
  return study;
}

/** f(x), which no move changes. */
function stillResponse(state, layer) {
  if (state.bias === 0 && !state.relu && !layer.unshared) return store.response();
  const key = JSON.stringify(layer);
  if (key !== study.stillKey) Object.assign(study, { stillKey: key, still: runLayer(layer, store.picture()) });
  return study.still;
}

/** The move as a part of a link: its name, dx, dy, what comes in at the edge, whether weights are unshared. */
function equivarianceToLink({ move, dx, dy, fill, unshared }) {
  return [move, dx, dy, fill || "", unshared ? 1 : 0].join(",");
}

function equivarianceFromLink(text) {
  const [move, dx, dy, fill, unshared, ...more] = text.split(",");
  if (more.length || !["0", "1"].includes(unshared) || ![dx, dy].every((amount) => /^-?\d{1,6}$/.test(amount))) throw new Error(text);
  return checkedEquivariance({ move, dx: Number(dx), dy: Number(dy), fill: fill || null, unshared: unshared === "1" });
}

/** Why it does not hold: every suspect costs two more routes, so they are run when somebody asks. */
function studiedCauses() {
  const { found } = studied();
  if (found && !study.causes) study.causes = causesOf(store.picture(), found.layer, found.move, found.ledger);
  return study.causes || [];
}

/** The record of the state in hand, in the keys of `convcli equivariance --json`. */
function equivarianceRecord() {
  const { found, fault } = studied();
  if (!found) throw new Error(fault);
  const { move, ledger, steps } = found;
  const shift = move.kind === "shift";
  const { tolerance, interior, border, band } = ledger;
  return {
    transform: move.name,
    dx: shift ? move.dx : null,
    dy: shift ? move.dy : null,
    holds: ledger.holds,
    interior: { pixels: interior.pixels, max_error: interior.max_error, tolerance, mismatched: interior.mismatched, rms_error: interior.rms_error },
    border: { pixels: border.pixels, max_error: border.max_error, mismatched: border.mismatched, predicted_band: band, rms_error: border.rms_error },
    output_shift: shift ? { dx: move.dx / steps[1], dy: move.dy / steps[0] } : null,
    changes_sign: changesSign(found),
    causes: studiedCauses().map(({ name, without, ledger: left, helps }) => ({
      name, without, holds: left.holds, max_error: left.interior.max_error, rms_error: left.interior.rms_error, helps,
    })),
  };
}

/** Whether one route gives the negative of the other, as an odd kernel does when it is mirrored. */
function changesSign({ move, ledger, layerThenMove, moveThenLayer }) {
  return move.kind !== "shift" && !ledger.holds && isOpposite(layerThenMove, moveThenLayer, ledger);
}

/** `convcli equivariance`: these two routes. */
function equivarianceLine(state) {
  const { move, dx, dy, fill, unshared } = state.equivariance;
  const kernel = kernelArgument(applied(state)); // the command correlates
  const exact = isExact(store.picture(), layerOf(state), moveOf(state), stepsOf(layerOf(state)));
  const words = [
    `${kernel.piped}convcli equivariance ${sourceArgument()} -k ${kernel.value}`,
    move === "shift" ? `--dx ${dx} --dy ${dy}` : `--transform ${move}`,
    fill !== null && !(move in GRID_MOVES) && `--fill ${fill}`,
    ...windowOptions(state),
    isSummed(state) && "--channels sum",
    DATA.picture.lost.colour && "--channels gray",
    state.pool && `--pool ${quoted(state.pool)}`,
    unshared && "--unshared",
    !exact && !unshared && "--precision float64",
  ];
  return words.filter(Boolean).join(" ");
}
