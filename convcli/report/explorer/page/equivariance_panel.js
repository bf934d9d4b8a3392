// The equivariance panel: the picture in hand, both routes, their difference, the figures and the cause in words.

const ROUTE_KEYS = [...IN_RESPONSE, "equivariance", "display", "colormap", "theme"];
const IDLE = 800; // ms after the last change: what nobody sees is drawn then
const REST = 250; // ms after the last change: then the suspects are tried
const CAUSE_WORDS = {
  "stride phase": "the stride: outputs stand some pixels apart, and the shift is no multiple of that",
  "pooling": "pooling: its windows stand some outputs apart, and the shift is no multiple of that",
  "unshared weights": "unshared weights: every place multiplies by weights of its own",
  "rotation": "the rotation: no kernel on the grid turns by itself",
  "kernel symmetry": "the kernel: it does not look the same after this move",
  "anchor": "the window: it does not reach as far to one side as to the other",
  "dilation": "the dilation: it is not the same down and across",
  "all of these": "all of these together",
};
const routes = { views: [], dirty: true, seen: false, observer: null, waiting: 0, resting: 0 };

function mountEquivariance(section) {
  const [moved, first, second, difference] = [
    routeView("g(x)", say("moved")), routeView("f(g(x))", say("moved, then filtered")),
    routeView("g(f(x))", say("filtered, then moved")), routeView("|f(g(x)) − g(f(x))|", say("where they differ")),
  ];
  Object.assign(routes, { views: [moved, first, second, difference], dirty: true, seen: false, controls: makeMoveControls() });
  takeInHand(moved);
  routes.verdict = make("p", "eq-verdict");
  routes.figures = make("tbody");
  routes.band = make("p", "quiet");
  routes.causes = make("ul", "eq-causes");
  routes.note = make("p", "hint");
  const head = make("tr", "", ...[say("part"), say("places"), say("differ"), say("largest error")].map((name) => {
    const cell = make("th", "", name);
    cell.scope = "col";
    return cell;
  }));
  section.append(make("h2", "", say("Equivariance by hand")),
    make("p", "quiet", say("Drag the picture, or press arrow keys on it. f filters, g moves: of a convolution both orders give the same, but for a band at the edge.")),
    make("div", "eq-views", ...routes.views.map(({ figure }) => figure)), routes.controls.element,
    make("div", "eq-words", make("div", "eq-said", routes.verdict, routes.causes, routes.band, routes.note),
      make("table", "eq-figures", make("thead", "", head), routes.figures)),
    lineBlock("equivariance", "convcli equivariance", say("compares the two routes")));
  watchPanel(section);
}

/** {figure, stage, canvas, about}. */
function routeView(formula, words) {
  const canvas = make("canvas");
  const stage = make("div", "eq-stage", canvas);
  const about = make("span", "quiet");
  const figure = make("figure", "eq-view", make("figcaption", "", make("strong", "mono", formula), " ", make("span", "", words), " ", about), stage);
  canvas.setAttribute("role", "img");
  canvas.setAttribute("aria-label", `${formula}: ${words}`);
  return { figure, stage, canvas, about };
}

function takeInHand(view) {
  Object.assign(view.stage, { tabIndex: 0, id: "stage-moved" });
  view.stage.setAttribute("role", "application");
  view.stage.setAttribute("aria-label", say("The picture in hand: arrow keys move it, with Shift by ten; Home puts it back"));
  view.stage.classList.add("in-hand");
  moveByKeys(view.stage);
  moveByPointer(view.stage, () => view.scale || 1);
}

/** Out of sight nothing is computed while changes come; it is made up for at the latest when the panel comes into view. */
function watchPanel(section) {
  if (routes.observer) routes.observer.disconnect();
  routes.observer = new IntersectionObserver((entries) => {
    routes.seen = entries[entries.length - 1].isIntersecting;
    if (routes.seen && routes.dirty) drawRoutes();
  }, { rootMargin: "100px" });
  routes.observer.observe(section);
}

function updateEquivariance(state, changed) {
  if (!ROUTE_KEYS.some((key) => changed.has(key))) return;
  routes.controls.show(state);
  share.lines.equivariance.textContent = equivarianceLine(state);
  routes.dirty = true;
  clearTimeout(routes.waiting);
  if (routes.seen && changed.has("equivariance")) drawRoutes();
  else routes.waiting = setTimeout(drawRoutes, routes.seen ? 30 : IDLE); // the workbench's frame comes first
}

function drawRoutes() {
  routes.dirty = false;
  clearTimeout(routes.waiting);
  clearTimeout(routes.resting);
  const state = store.get();
  const { found, fault } = studied();
  routes.causes.replaceChildren();
  for (const { figure } of routes.views.slice(1)) figure.hidden = !found;
  routes.figures.parentElement.hidden = !found;
  if (found) {
    paintRoutes(state, found);
    writeFigures(found.ledger);
  } else {
    paintRoute(routes.views[0], movedPicture(store.picture(), moveOf(state)), pictureLine());
    routes.band.textContent = "";
  }
  routes.verdict.textContent = found ? routesVerdict(found) : fault;
  routes.verdict.dataset.holds = found ? String(found.ledger.holds) : "no";
  routes.note.textContent = noteWords(state);
  routes.resting = setTimeout(tellCauses, REST);
}

/** What the routes leave out, and what the command does otherwise. */
function noteWords(state) {
  const words = [];
  if (state.bias !== 0 || state.relu) words.push(say("Bias and ReLU are left out here: they move no pixel."));
  if (state.equivariance.unshared) words.push(say("The command draws unshared weights of its own: its band is the same, its errors are others."));
  return words.join(" ");
}

const pictureLine = () => {
  const { tones } = store.picture();
  return { slope: TOP, low: tones.low, high: tones.high, offset: 0 };
};

function paintRoutes(state, { moved, moveThenLayer, layerThenMove, ledger }) {
  const [picture, first, second, difference] = routes.views;
  const line = lineOf(displayOf(state, store.picture()), layerThenMove.values, store.picture());
  paintRoute(picture, { ...moved, maps: moved.channels, values: moved.samples }, pictureLine());
  paintRoute(first, moveThenLayer, line, state.colormap);
  paintRoute(second, layerThenMove, line, state.colormap);
  const largest = Math.max(ledger.interior.max_error, ledger.border.max_error);
  const white = Number.isFinite(largest) && largest > 0 ? largest : 1;
  const { height, width } = layerThenMove;
  paintRoute(difference, { height, width, maps: 1, values: ledger.differences }, { slope: TOP, low: 0, high: white, offset: 0 });
  difference.about.textContent = largest > 0 ? say("white is {value}", { value: errorWords(largest) }) : say("0 everywhere");
  outlineInterior(difference, ledger);
}

/** One picture, as wide as its figure, no higher than half the window. */
function paintRoute(view, stack, line, colormap = "gray") {
  const planes = stack.values ? stack : { ...stack, maps: stack.channels, values: stack.samples };
  const room = view.figure.clientWidth || 240;
  const scale = Math.min(room / planes.width, Math.max(160, window.innerHeight * 0.5) / planes.height);
  view.scale = scale;
  paintPlane(view.canvas, planes, line, planes.width * scale, planes.height * scale, colormap);
}

/** The band hatched, a dashed line around the interior: what lies outside, padding and fill can reach. */
function outlineInterior(view, { rows, columns, border, interior }) {
  if (!border.pixels) return;
  const context = view.canvas.getContext("2d");
  const [width, height] = [parseFloat(view.canvas.style.width), parseFloat(view.canvas.style.height)];
  const { scale } = view;
  const box = [columns[0] * scale, rows[0] * scale, (columns[1] - columns[0]) * scale, (rows[1] - rows[0]) * scale];
  context.save();
  context.beginPath();
  context.rect(0, 0, width, height);
  if (interior.pixels) context.rect(...box);
  context.clip("evenodd");
  context.fillStyle = hatching(context, "rgba(255, 190, 90, 0.5)", 8);
  context.fillRect(0, 0, width, height);
  context.restore();
  if (!interior.pixels) return;
  context.strokeStyle = "#ffbe5a";
  context.lineWidth = 1.5;
  context.setLineDash([5, 4]);
  context.strokeRect(...box);
  context.setLineDash([]);
}

function writeFigures({ interior, border, band }) {
  const row = (name, part) => {
    const head = make("th", "", name);
    head.scope = "row";
    const cell = (value) => make("td", "number", value);
    const error = part.pixels ? errorWords(part.max_error) : "–";
    return make("tr", "", head, cell(grouped(part.pixels)), cell(grouped(part.mismatched)), cell(error));
  };
  routes.figures.replaceChildren(row(say("interior"), interior), row(say("border band"), border));
  routes.band.textContent = border.pixels
    ? say("Predicted border band, before anything is run: top {top}, bottom {bottom}, left {left}, right {right}.", band)
    : say("Predicted border band: none; padding and fill change nothing.");
}

const errorWords = (error) => (Number.isFinite(error) ? plain(error) : "∞");

/** Whether it holds, in one sentence, with its figures. */
function routesVerdict(found) {
  const { interior, holds } = found.ledger;
  const numbers = { count: grouped(interior.mismatched), places: grouped(interior.pixels), error: errorWords(interior.max_error) };
  if (!interior.pixels) return say("Nothing to compare: padding or fill can reach every place of the output.");
  if (holds && interior.max_error === 0) return `✓ ${say("It holds: f(g(x)) = g(f(x)) exactly, at all {places} places of the interior.", numbers)}`;
  if (holds) return `✓ ${say("It holds: f(g(x)) = g(f(x)) up to rounding ({error}), at all {places} places of the interior.", numbers)}`;
  const sign = changesSign(found) ? ` ${say("The one is the negative of the other: this kernel changes sign.")}` : "";
  return `≠ ${say("It does not hold: {count} of {places} places of the interior differ, by up to {error}.", numbers)}${sign}`;
}

/** Once the hand rests: why, each suspect taken away; and screen readers hear how it stands. */
function tellCauses() {
  if (!routes.seen || routes.dirty) return;
  const causes = studiedCauses();
  routes.causes.replaceChildren(...causes.map((cause) => make("li", "", causeWords(cause, causes))));
  const first = causes.length ? ` ${causeWords(causes[0], causes)}` : "";
  if (routes.stageTold !== routes.verdict.textContent + first) announce(routes.verdict.textContent + first);
  routes.stageTold = routes.verdict.textContent + first;
}

function causeWords({ name, ledger, helps }) {
  const words = { cause: say(CAUSE_WORDS[name]), error: errorWords(ledger.interior.max_error) };
  if (ledger.holds) return say("The cause: {cause}. Without it, it holds.", words);
  if (helps) return say("Part of it: {cause}. Without it, {error} is left.", words);
  return say("Not by itself: {cause}. Without it, {error} is left.", words);
}

panels.push({
  id: "equivariance",
  mount: mountEquivariance,
  update: updateEquivariance,
  offers: { equivariance: equivarianceRecord },
});
