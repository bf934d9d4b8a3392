// Equivariance by hand: the picture is taken and moved, with a pointer or with arrow keys; and the controls of the move.

const MOVE_WORDS = {
  "shift": "shift", "rotate90": "quarter turn", "rotate180": "half turn", "rotate270": "three quarter turns",
  "flip-x": "mirror left to right", "flip-y": "mirror upside down", "transpose": "transpose", "anti-transpose": "anti-transpose",
  "rotate": "rotate by an angle",
};
const FIRST_ANGLE = 15;
const FAR = 10; // steps of a key with Shift, and of a page key

/** Another move in hand; what does not fit is brought within the picture. */
function changeMove(patch) {
  store.set({ equivariance: { ...store.get().equivariance, ...patch } });
}

const angleOf = (move) => (move.startsWith("rotate:") ? Number(move.slice("rotate:".length)) : 0);

/** One step of a key: pixels, or degrees of a rotation. */
function stepMove(down, across) {
  const { move, dx, dy } = store.get().equivariance;
  if (move.startsWith("rotate:")) {
    const degrees = Math.max(-180, Math.min(180, angleOf(move) - across - down));
    changeMove({ move: `rotate:${degrees}` });
  } else {
    changeMove({ move: "shift", ...(move === "shift" ? { dx: dx + across, dy: dy + down } : { dx: across, dy: down }) });
  }
}

/** Arrow keys on the picture; Home puts it back. */
function moveByKeys(stage) {
  const arrows = { ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1], PageUp: [-FAR, 0], PageDown: [FAR, 0] };
  stage.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.altKey || event.metaKey) return;
    if (event.key === "Home") changeMove({ move: "shift", dx: 0, dy: 0 });
    else if (event.key in arrows) stepMove(...arrows[event.key].map((step) => step * (event.shiftKey ? FAR : 1)));
    else return;
    event.preventDefault();
  });
}

/** Mouse, pen and touch: the picture follows, by whole pixels.  `scale()` is CSS pixels of one of the picture's. */
function moveByPointer(stage, scale) {
  let held = null;
  stage.addEventListener("pointerdown", (event) => {
    if (event.button !== 0) return;
    const { move, dx, dy } = store.get().equivariance;
    held = { x: event.clientX, y: event.clientY, dx: move === "shift" ? dx : 0, dy: move === "shift" ? dy : 0, next: null };
    stage.setPointerCapture(event.pointerId);
    stage.classList.add("held");
  });
  stage.addEventListener("pointermove", (event) => {
    if (!held || !stage.hasPointerCapture(event.pointerId)) return;
    const pixels = (length) => Math.round(length / scale());
    const next = { dx: held.dx + pixels(event.clientX - held.x), dy: held.dy + pixels(event.clientY - held.y) };
    const waits = held.next !== null;
    held.next = next;
    if (!waits) requestAnimationFrame(follow); // at most one redraw a frame, however fast the hand is
  });
  for (const end of ["pointerup", "pointercancel"]) {
    stage.addEventListener(end, () => {
      if (held && held.next) follow();
      held = null;
      stage.classList.remove("held");
    });
  }

  function follow() {
    if (!held || !held.next) return;
    const { next } = held;
    held.next = null;
    const { move, dx, dy } = store.get().equivariance;
    if (move !== "shift" || next.dx !== dx || next.dy !== dy) changeMove({ move: "shift", ...next });
  }
}

/** {element, show(state)}: the move, what comes in at the edge, and the switches that break equivariance. */
function makeMoveControls() {
  const kinds = makeField(say("move"), makeSelect(Object.entries(MOVE_WORDS).map(([name, words]) => [name, say(words)])),
    (input) => (changeMove({ move: input.value === "rotate" ? `rotate:${FIRST_ANGLE}` : input.value }), null));
  const amount = (key, name) => makeField(name, numberInput(), (input) => (changeMove({ [key]: readWhole(input.value) }), null));
  const [across, down] = [amount("dx", say("to the right (dx)")), amount("dy", say("down (dy)"))];
  const angle = makeField(say("degrees, counter-clockwise"), numberInput("-360", "360"),
    (input) => (changeMove({ move: `rotate:${readWhole(input.value)}` }), null));
  const rules = [["", say("the border's rule")], ...Object.entries(BORDERS).map(([name, pattern]) => [name, `${name}  ${pattern}`])];
  const fill = makeField(say("comes in at the edge"), makeSelect(rules), (input) => (changeMove({ fill: input.value || null }), null));
  const back = makeButton(say("Put it back"), () => changeMove({ move: "shift", dx: 0, dy: 0 }));
  const switches = makeSwitches();
  const element = make("div", "eq-controls", make("div", "fields eq-move", kinds.block, across.block, down.block, angle.block, fill.block),
    make("div", "row", back, switches.element));
  return { element, show };

  function show(state) {
    const { move, dx, dy, fill: rule } = state.equivariance;
    const turns = move.startsWith("rotate:");
    showValue(kinds.input, turns ? "rotate" : move);
    showValue(across.input, dx);
    showValue(down.input, dy);
    showValue(angle.input, angleOf(move));
    showValue(fill.input, rule || "");
    across.block.hidden = down.block.hidden = move !== "shift";
    angle.block.hidden = !turns;
    fill.block.hidden = move in GRID_MOVES;
    switches.show(state);
  }
}

function numberInput(min = null, max = null) {
  const input = make("input");
  Object.assign(input, { type: "number", step: "1", ...(min === null ? {} : { min, max }) });
  return input;
}

function readWhole(text) {
  if (!/^\s*[+-]?\d{1,6}\s*$/.test(text)) throw new Error(say("give a whole number"));
  return Number(text);
}

/** {element, show}: each of them breaks the equivariance of shifts. */
function makeSwitches() {
  const pair = (side) => [side, side];
  const rows = [
    [say("stride 2"), (state) => Math.max(...state.stride) > 1, (on) => ({ stride: pair(on ? 2 : 1) })],
    [say("max pooling 2 × 2"), (state) => state.pool !== null, (on) => ({ pool: on ? "max:2" : null })],
    [say("unshared weights"), (state) => state.equivariance.unshared,
      (on) => ({ equivariance: { ...store.get().equivariance, unshared: on } })],
  ];
  const fault = make("p", "fault");
  fault.setAttribute("role", "alert");
  const boxes = rows.map(([name, , patch]) => {
    const box = make("input");
    box.type = "checkbox";
    box.addEventListener("change", () => {
      attempt(box, fault, () => store.set(patch(box.checked)));
      show(store.get());
    });
    return { box, label: make("label", "", box, name) };
  });
  const element = make("fieldset", "eq-switches row", make("legend", "", say("What breaks it")), ...boxes.map(({ label }) => label), fault);
  return { element, show };

  function show(state) {
    boxes.forEach(({ box }, i) => { box.checked = rows[i][1](state); });
  }
}
