// State: one plain object, what follows from it, and who wants to know.  No drawing here.

const panels = [];

const DEFAULTS = {
  kernel: [[-1, 0, 1], [-2, 0, 2], [-1, 0, 1]],
  name: "sobel-x",
  mode: "correlate",
  border: "edge",
  fill: 0,
  size: "same",
  padding: null,
  stride: [1, 1],
  dilation: [1, 1],
  bias: 0,
  relu: false,
  pool: null,
  display: "auto",
  colormap: "gray",
  channels: "each",
  at: null,
  place: null,
  weight: null,
  channel: 0, // whose arithmetic is shown, where channels do not add up
  zoom: 0, // CSS pixels of a cell; 0 shows the whole picture
  equivariance: { ...EQUIVARIANCE },
  film: { playing: false, speed: 8 },
  panel: null,
};
const IN_PADDED = ["border", "fill", "size", "padding", "dilation", "kernel"];
const IN_SUMS = [...IN_PADDED, "mode", "stride", "bias", "channels"];
const IN_RESPONSE = [...IN_SUMS, "relu", "pool"];

const store = (() => {
  let state = { ...DEFAULTS };
  let picture = null;
  let kept = {};
  const listeners = [];

  const keep = (name, compute) => (name in kept ? kept[name] : (kept[name] = compute()));
  const padding = () => paddingOf(state, kernelShape(state.kernel));

  function forget(changed) {
    const any = (keys) => keys.some((key) => changed.has(key));
    if (any(IN_RESPONSE)) delete kept.response;
    if (any(IN_SUMS)) delete kept.sums;
    if (any(["fill", "border"]) || (kept.padded && String(kept.padded.padding) !== String(padding()))) delete kept.padded;
  }

  return {
    /** The state; never changed in place. */
    get: () => state,

    /** Take the picture in hand and the first state. */
    begin(given, first) {
      picture = given;
      const next = { ...DEFAULTS, equivariance: tellingShift(picture), ...checkedPatch(first) };
      checkFits(next, picture);
      state = next;
      state = withPlace({ ...next, at: next.at || tellingPlace(next, store.sums()) }, picture);
    },

    /** Change some of it, or throw an Error with a sentence and change nothing; listeners are told at once. */
    set(patch) {
      const next = { ...state, ...checkedPatch(patch) };
      checkFits(next, picture);
      const settled = withPlace(next, picture);
      const changed = new Set(Object.keys(settled).filter((key) => settled[key] !== state[key]));
      state = settled;
      forget(changed);
      if (changed.size) listeners.forEach((listener) => listener(state, changed));
    },

    /** listener(state, changedKeys: Set), after every change. */
    on: (listener) => listeners.push(listener),

    /** {height, width, channels, dtype, samples}: planes one behind the other, samples[(channel * height + r) * width + c]. */
    picture: () => picture,

    /** The picture with its border, laid out as the picture is. */
    padded: () => keep("padded", () => paddedPicture(picture, padding(), state.border, state.fill)),

    /** {height, width, maps, values}: correlation + bias, before ReLU and pooling. */
    sums: () => keep("sums", () => correlate(store.padded(), applied(state), state)),

    /** The same after ReLU and pooling: what `convcli apply` writes. */
    response: () =>
      keep("response", () => {
        const made = state.relu ? rectified(store.sums()) : store.sums();
        return state.pool ? pooled(made, parsePool(state.pool)) : made;
      }),
  };
})();

/** The output that shows most: of weights that sum to 0 where the first map answers strongest, else the middle. */
function tellingPlace(state, { height, width, values }) {
  if (kernelSum(state.kernel) !== 0) return [height >> 1, width >> 1];
  let best = 0;
  for (let i = 1; i < height * width; i++) if (Math.abs(values[i]) > Math.abs(values[best])) best = i;
  return values[best] ? [Math.floor(best / width), best % width] : [height >> 1, width >> 1];
}

/** The state with its output pixel inside the output, in the middle at first; and with a shift that leaves some of the picture. */
function withPlace(state, picture) {
  const { height, width } = outputSize(picture, kernelShape(state.kernel), state);
  const at = state.at || [height >> 1, width >> 1];
  const inside = [Math.max(0, Math.min(height - 1, at[0])), Math.max(0, Math.min(width - 1, at[1]))];
  const settled = { ...state, equivariance: shiftWithin(state.equivariance, picture) };
  return state.at && inside[0] === at[0] && inside[1] === at[1] ? settled : { ...settled, at: inside };
}
