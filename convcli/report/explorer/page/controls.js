// Controls: border, size, stride, dilation, bias, ReLU, pooling, display; each one live, each refusal in its place.

const controls = {};

function mountControls() {
  controls.fields = [borderField(), fillField(), sizeOfOutputField(), paddingField(), pairField("stride", say("stride")),
    pairField("dilation", say("dilation")), biasField(), reluField(), poolField(), poolWindowField(), displayField(),
    colormapField(), ...(store.picture().channels > 1 ? [channelsField()] : [])];
  controls.formula = make("p", "formula");
  const group = (name, ...fields) => {
    const [heading, body] = [make("h3", "", name), make("div", "fields", ...fields.map((key) => controls[key]).filter(Boolean))];
    return make("section", "control-group", heading, body);
  };
  return make("div", "control-groups",
    group(say("Window"), "border", "fill", "size", "padding", "stride", "dilation"),
    group(say("After the sum"), "bias", "relu", "pool", "poolWindow"),
    group(say("Pixels"), "channels", "display", "colormap"));
}

/** A field by its key, with what shows the state in it. */
function register(key, field, show) {
  controls[key] = field.block;
  return { ...field, key, show };
}

function borderField() {
  const choices = Object.entries(BORDERS).map(([name, pattern]) => [name, `${name}  ${pattern}`]);
  const field = makeField(say("border"), makeSelect(choices), (input) => ({ border: input.value }), { wide: true });
  return register("border", field, (state) => showValue(field.input, state.border));
}

function fillField() {
  const field = makeField(say("filled with"), makeTextInput(), (input) => ({ border: "zero", fill: readNumber(input.value) }));
  return register("fill", field, (state) => {
    field.block.hidden = state.border !== "zero";
    showValue(field.input, numberText(state.fill));
  });
}

function sizeOfOutputField() {
  const choices = [["same", say("same: as large as the picture")], ["valid", say("valid: whole windows only")],
    ["full", say("full: every window that touches it")], ["padding", say("by the padding below")]];
  const field = makeField(say("output size"), makeSelect(choices), (input) => {
    const shape = kernelShape(store.get().kernel);
    if (input.value !== "padding") return { size: input.value, padding: null };
    return { padding: paddingOf(store.get(), shape) };
  }, { wide: true });
  return register("size", field, (state) => showValue(field.input, state.padding ? "padding" : state.size));
}

function paddingField() {
  const field = makeField(say("padding"), makeTextInput(say("N or top,bottom,left,right")), (input) => ({ padding: readPadding(input.value) }),
    { wide: true });
  return register("padding", field, (state) => {
    field.block.hidden = !state.padding;
    if (document.activeElement !== field.input) field.input.value = state.padding ? paddingText(state.padding) : "";
  });
}

function pairField(key, name) {
  const field = makeField(name, makeTextInput(), (input) => ({ [key]: readPair(input.value) }));
  field.input.inputMode = "text";
  stepByArrows(field.input, (pair, by) => pair.map((side) => Math.max(1, side + by)));
  return register(key, field, (state) => showValue(field.input, pairText(state[key])));
}

/** Arrow keys in a text field of a pair, as in a number's. */
function stepByArrows(input, change) {
  input.addEventListener("keydown", (event) => {
    const by = { ArrowUp: 1, ArrowDown: -1 }[event.key];
    if (!by || input.hasAttribute("aria-invalid")) return;
    event.preventDefault();
    input.value = pairText(change(readPair(input.value), by));
    input.dispatchEvent(new Event("input"));
  });
}

function biasField() {
  const field = makeField(say("bias"), makeTextInput(), (input) => ({ bias: readNumber(input.value) }));
  return register("bias", field, (state) => showValue(field.input, numberText(state.bias)));
}

function reluField() {
  const box = make("input");
  box.type = "checkbox";
  const field = makeField(say("ReLU: negative becomes 0"), box, (input) => ({ relu: input.checked }), { event: "change", wide: true });
  field.block.classList.add("check");
  return register("relu", field, (state) => { box.checked = state.relu; });
}

function poolField() {
  const choices = [["", say("none")], ["max", say("max: the largest of each window")], ["avg", say("avg: the mean of each window")]];
  const field = makeField(say("pooling"), makeSelect(choices), (input) => {
    const window = store.get().pool ? store.get().pool.split(":")[1] : "2";
    return { pool: input.value ? `${input.value}:${window}` : null };
  }, { wide: true });
  return register("pool", field, (state) => showValue(field.input, state.pool ? state.pool.split(":")[0] : ""));
}

function poolWindowField() {
  const field = makeField(say("pooling window"), makeTextInput(say("2, 2x3 or 3,stride=2")), (input) => {
    const kind = (store.get().pool || "max:2").split(":")[0];
    if (!parsePool(`${kind}:${input.value}`)) throw new Error(say("give the window, as in 2, 2x3 or 3,stride=2"));
    return { pool: `${kind}:${input.value}` };
  }, { wide: true });
  return register("poolWindow", field, (state) => {
    field.block.hidden = !state.pool;
    if (document.activeElement !== field.input) field.input.value = state.pool ? state.pool.split(":")[1] : "";
  });
}

function displayField() {
  const words = {
    auto: say("auto: what suits the kernel"), clip: say("clip: v, rounded and clamped"), abs: say("abs: |v|, clamped"),
    offset: say("offset: v + 128, mid-grey is 0"), signed: say("signed: mid-grey is 0, scaled"),
    magnitude: say("magnitude: |v|, the largest is white"), stretch: say("stretch: smallest black, largest white"),
  };
  const choices = ["auto", ...Object.keys(DISPLAYS)].map((name) => [name, words[name] || name]);
  const field = makeField(say("display"), makeSelect(choices), (input) => ({ display: input.value }), { wide: true });
  return register("display", field, (state) => showValue(field.input, state.display));
}

function colormapField() {
  const words = { gray: say("grey"), diverging: say("diverging: white is 0"), viridis: "viridis" };
  const choices = Object.keys(COLORMAPS).map((name) => [name, words[name] || name]);
  const field = makeField(say("colours"), makeSelect(choices), (input) => ({ colormap: input.value }), { wide: true });
  return register("colormap", field, (state) => {
    field.input.disabled = store.response().maps > 1;
    showValue(field.input, state.colormap);
  });
}

function channelsField() {
  const choices = [["each", say("each by itself")], ["sum", say("added up: one map, as a layer does")]];
  const field = makeField(say("channels"), makeSelect(choices), (input) => ({ channels: input.value }), { wide: true });
  return register("channels", field, (state) => {
    const deep = kernelShape(state.kernel).channels !== null;
    field.input.disabled = deep;
    showValue(field.input, deep ? "sum" : state.channels);
  });
}

/** Every field as the state has it; a sentence stays only while its field still holds what it is about. */
function updateControls(state) {
  for (const field of controls.fields) {
    field.show(state);
    if (document.activeElement !== field.input) markFault(field.input, field.fault, "");
  }
}
