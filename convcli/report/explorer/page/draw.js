// Draw: canvas helpers that all panels share.  Colours come from the style sheet, so that both themes work.

let themeColours = null;

/** A colour of the style sheet by its custom property: themed("window") is --window. */
function themed(name) {
  if (!themeColours) themeColours = {};
  if (!(name in themeColours)) {
    themeColours[name] = getComputedStyle(document.documentElement).getPropertyValue(`--${name}`).trim();
  }
  return themeColours[name];
}

/** An element with a class and children: strings become text. */
function make(tag, className = "", ...children) {
  const element = document.createElement(tag);
  if (className) element.className = className;
  element.append(...children);
  return element;
}

/** A button with its words and what it does. */
function makeButton(words, onPress, className = "") {
  const button = make("button", className, words);
  button.type = "button";
  button.addEventListener("click", onPress);
  return button;
}

/** A name of a file or a kernel: shown as it is, and apart from the direction of the words around it. */
function bdi(name) {
  return make("bdi", "name", name);
}

/** Give a canvas so many CSS pixels, at the screen's own resolution; its context, scaled to CSS pixels. */
function sized(canvas, width, height) {
  const ratio = window.devicePixelRatio || 1;
  const [across, down] = [Math.max(1, Math.round(width * ratio)), Math.max(1, Math.round(height * ratio))];
  if (canvas.width !== across || canvas.height !== down) [canvas.width, canvas.height] = [across, down];
  canvas.style.width = `${width}px`;
  canvas.style.height = `${height}px`;
  const context = canvas.getContext("2d");
  context.setTransform(ratio, 0, 0, ratio, 0, 0);
  return context;
}

/** A canvas off the page that holds pixels (RGBA), one a pixel. */
function pixelCanvas(pixels, width, height, canvas = document.createElement("canvas")) {
  if (canvas.width !== width || canvas.height !== height) [canvas.width, canvas.height] = [width, height];
  canvas.getContext("2d").putImageData(new ImageData(pixels, width, height), 0, 0);
  return canvas;
}

/** Paint maps into a canvas of so many CSS pixels: {height, width, maps, values} on a display's line, crisp. */
function paintPlane(canvas, response, line, width, height, map = "gray") {
  const source = pixelCanvas(toPixels(response, line, map), response.width, response.height);
  const context = sized(canvas, width, height);
  context.imageSmoothingEnabled = width < response.width;
  context.clearRect(0, 0, width, height);
  context.drawImage(source, 0, 0, width, height);
}

/** A ring around a box of CSS pixels, in a colour between two lines that stand out of any picture. */
function frameBox(context, box, colour, thick = 2) {
  const { x, y, width, height } = box;
  for (const [style, line] of [["rgba(0,0,0,0.75)", thick + 2], ["rgba(255,255,255,0.9)", thick + 1], [colour, thick]]) {
    context.strokeStyle = style;
    context.lineWidth = line;
    context.strokeRect(x - thick / 2, y - thick / 2, width + thick, height + thick);
  }
}

/** A pattern of oblique lines: what comes from the border rule, in every picture and grid. */
function hatching(context, colour, gap = 6) {
  const tile = document.createElement("canvas");
  const ratio = window.devicePixelRatio || 1;
  tile.width = tile.height = Math.round(gap * ratio);
  const pen = tile.getContext("2d");
  pen.strokeStyle = colour;
  pen.lineWidth = ratio;
  const side = tile.width;
  for (const shift of [-side, 0, side]) {
    pen.beginPath();
    pen.moveTo(shift - 1, side + 1);
    pen.lineTo(shift + side + 1, -1);
    pen.stroke();
  }
  const pattern = context.createPattern(tile, "repeat");
  pattern.setTransform(new DOMMatrix().scale(1 / ratio));
  return pattern;
}

/** The tint of a weight: red where positive, blue where negative, as convcli's drawings; paler where smaller. */
function weightTint(weight, largest) {
  const share = largest > 0 ? Math.min(1, Math.abs(weight) / largest) : 0;
  const base = weight > 0 ? themed("positive-tint") : themed("negative-tint");
  return share === 0 ? themed("surface") : `color-mix(in srgb, ${base} ${Math.round(15 + 85 * share)}%, ${themed("surface")})`;
}
