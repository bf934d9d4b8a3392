// The pad: a sheet to draw on with mouse, finger or keys; its pixels go through the network at every stroke.

const PAD_STEP = 1; // little squares for each press of an arrow key; with Shift four

/** A pad for the network; `onPixels(pixels, name)` is told at every change, name null for what was drawn here. */
function makePad(network, onPixels) {
  const { finer, brush, samples } = network.pad;
  const rows = network.input.size[1];
  const side = rows * finer;
  const pad = { strokes: [], base: null, pen: [side / 2, side / 4], down: false, centred: true, focused: false };
  const canvas = make("canvas", "net-pad");
  canvas.tabIndex = 0;
  canvas.setAttribute("role", "application");
  canvas.setAttribute("aria-label", say("Sheet to draw a digit on"));
  canvas.setAttribute("aria-describedby", "pad-keys");

  const strokesSeen = () => (pad.centred ? centredStrokes(pad.strokes, side, brush) : pad.strokes);

  function pixels() {
    const drawn = pixelsOfSheet(inkedSheet(strokesSeen(), side, brush), rows, finer);
    return pad.base ? drawn.map((value, i) => Math.max(value, pad.base[i])) : drawn;
  }

  function paint() {
    const shown = canvas.clientWidth || 256;
    paintPad(canvas, shown, pad, { side, rows, brush });
  }

  function changed(name = null) {
    paint();
    onPixels(pixels(), name);
  }

  function clear() {
    Object.assign(pad, { strokes: [], base: null, down: false });
    changed();
  }

  function undo() {
    if (pad.strokes.length) pad.strokes.pop();
    else pad.base = null;
    changed();
  }

  function take(sample) {
    Object.assign(pad, { strokes: [], base: Uint8ClampedArray.from(sample.pixels), down: false });
    changed(sample.name);
  }

  listenToPen(canvas, pad, side, changed);
  listenToPenKeys(canvas, pad, side, { changed, paint, clear, undo });
  const centre = make("input");
  centre.type = "checkbox";
  centre.checked = pad.centred;
  centre.addEventListener("change", () => {
    pad.centred = centre.checked;
    changed();
  });
  const examples = samples.map((sample) => {
    const button = makeButton("", () => take(sample), "net-example");
    const picture = greyTile(sample.pixels, { height: rows, width: rows });
    const face = pixelCanvas(picture.samples, rows, rows);
    button.append(face, bdi(sample.name));
    return button;
  });
  const keys = make("p", "quiet net-keys", say("Draw with the mouse or a finger; or with keys: arrows move the pen (Shift: faster), Space sets it down and lifts it, Backspace takes a stroke back, Delete clears."));
  keys.id = "pad-keys";
  const root = make("div", "pad-side",
    make("h3", "", say("Draw a digit")),
    canvas,
    make("div", "row", makeButton(say("Clear"), clear), makeButton(say("Undo"), undo),
      make("label", "", centre, say("size and place as in the training pictures"))),
    make("div", "row net-examples", ...examples),
    keys);
  const begin = (given) => {
    Object.assign(pad, { strokes: [], base: Uint8ClampedArray.from(given), down: false });
    paint();
  };
  return { root, paint, begin };
}

function paintPad(canvas, shown, pad, { side, rows, brush }) {
  const context = sized(canvas, shown, shown);
  canvas.style.width = canvas.style.height = "";
  const unit = shown / side;
  context.fillStyle = "#000000";
  context.fillRect(0, 0, shown, shown);
  if (pad.base) {
    const picture = greyTile(pad.base, { height: rows, width: rows });
    context.imageSmoothingEnabled = false;
    context.drawImage(pixelCanvas(picture.samples, rows, rows), 0, 0, shown, shown);
  }
  context.strokeStyle = "rgba(255, 255, 255, 0.16)";
  context.lineWidth = 1;
  for (let line = 1; line < rows; line++) {
    const at = Math.round((line * shown) / rows) + 0.5;
    context.strokeRect(at, -1, 0, shown + 2);
    context.strokeRect(-1, at, shown + 2, 0);
  }
  Object.assign(context, { strokeStyle: "#ffffff", lineWidth: brush * unit, lineCap: "round", lineJoin: "round" });
  for (const stroke of pad.strokes) {
    context.beginPath();
    stroke.forEach(([x, y], i) => (i ? context.lineTo(x * unit, y * unit) : context.moveTo(x * unit, y * unit)));
    if (stroke.length === 1) context.lineTo(stroke[0][0] * unit, stroke[0][1] * unit);
    context.stroke();
  }
  if (pad.focused) paintPen(context, pad, unit, brush);
}

/** The pen of the keys: a ring, filled while it is down. */
function paintPen(context, pad, unit, brush) {
  const [x, y] = pad.pen.map((value) => value * unit);
  for (const [style, thick] of [["#000000", 5], [themed("window"), 3]]) {
    context.beginPath();
    context.arc(x, y, (brush / 2) * unit, 0, 2 * Math.PI);
    Object.assign(context, { strokeStyle: style, lineWidth: thick });
    context.stroke();
  }
  if (!pad.down) return;
  context.fillStyle = themed("window");
  context.fill();
}

function listenToPen(canvas, pad, side, changed) {
  const place = (event) => {
    const box = canvas.getBoundingClientRect();
    return [((event.clientX - box.left) / box.width) * side, ((event.clientY - box.top) / box.height) * side];
  };
  let drawing = null;
  canvas.addEventListener("pointerdown", (event) => {
    if (event.button !== 0) return;
    event.preventDefault();
    canvas.setPointerCapture(event.pointerId);
    drawing = [place(event)];
    pad.strokes.push(drawing);
    pad.focused = false;
    changed();
  });
  canvas.addEventListener("pointermove", (event) => {
    if (!drawing) return;
    drawing.push(...(event.getCoalescedEvents ? event.getCoalescedEvents() : []).map(place), place(event));
    changed();
  });
  for (const end of ["pointerup", "pointercancel"]) canvas.addEventListener(end, () => (drawing = null));
}

const PEN_STEPS = { ArrowUp: [0, -1], ArrowDown: [0, 1], ArrowLeft: [-1, 0], ArrowRight: [1, 0] };

function listenToPenKeys(canvas, pad, side, { changed, paint, clear, undo }) {
  const move = ([dx, dy], step) => {
    pad.pen = [pad.pen[0] + dx * step, pad.pen[1] + dy * step].map((value) => Math.max(0, Math.min(side, value)));
    if (pad.down) pad.strokes[pad.strokes.length - 1].push([...pad.pen]);
  };
  const press = () => {
    pad.down = !pad.down;
    if (pad.down) pad.strokes.push([[...pad.pen]]);
    announce(pad.down ? say("pen down") : say("pen up"));
  };
  canvas.addEventListener("keydown", (event) => {
    const arrow = PEN_STEPS[event.key];
    if (arrow) move(arrow, event.shiftKey ? 4 * PAD_STEP : PAD_STEP);
    else if (event.key === " ") press();
    else if (event.key === "Backspace") undo();
    else if (event.key === "Delete") clear();
    else return;
    event.preventDefault();
    pad.focused = true;
    if (pad.down) changed();
    else paint();
  });
  canvas.addEventListener("focus", () => {
    pad.focused = canvas.matches(":focus-visible");
    paint();
  });
  canvas.addEventListener("blur", () => {
    Object.assign(pad, { focused: false, down: false });
    paint();
  });
}
