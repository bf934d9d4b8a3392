// Page: puts the panels into the page and hands out `window.convcli`.  The last of the scripts.

/** Rows of rows (of channels, where there are several) of the response of the kernel in hand. */
function responseRows() {
  const { height, width, maps, values } = store.response();
  const cell = (r, c) => (map) => values[(map * height + r) * width + c];
  const numbers = Array.from({ length: maps }, (_, map) => map);
  const pixel = (r, c) => (maps === 1 ? cell(r, c)(0) : numbers.map(cell(r, c)));
  return Array.from({ length: height }, (_, r) => Array.from({ length: width }, (__, c) => pixel(r, c)));
}

/** Heading and panels in the page's language, from nothing. */
function mountAll() {
  writeHeading();
  mountLanguages(document.getElementById("languages"));
  mountPanels();
  redrawAll();
}

function mountPanels() {
  for (const panel of panels) {
    const section = document.getElementById(`panel-${panel.id}`);
    if (!section) continue;
    section.replaceChildren();
    panel.mount(section);
    panel.mounted = true;
  }
  for (const section of document.querySelectorAll(".panel")) section.hidden = section.childElementCount === 0;
}

function updatePanels(state, changed) {
  for (const panel of panels) if (panel.mounted) panel.update(state, changed);
}

/** Everything anew: at first, when the theme changes, when the window has another size. */
function redrawAll() {
  themeColours = null;
  updatePanels(store.get(), new Set([...Object.keys(store.get()), "theme"]));
}

function writeHeading() {
  const picture = store.picture();
  document.getElementById("heading").textContent = say("Take hold of the convolution");
  const size = say("{width} × {height} pixels", picture) + (picture.channels > 1 ? `, ${say("{channels} channels", picture)}` : "");
  const about = document.getElementById("about-picture");
  about.replaceChildren(bdi(picture.name), ` · ${size}`);
  if (picture.shrunk) {
    const [height, width] = picture.shrunk.from;
    about.append(` · ${say("made smaller from {width} × {height}: every number here is of the smaller picture", { width, height })}`);
  }
}

async function begin() {
  const picture = await decodedPicture(DATA.picture);
  store.begin({ ...picture, tones: tonesOf(picture) }, DATA.state || {});
  for (const panel of panels) if (panel.prepare) await panel.prepare();
  mountAll();
  store.on(updatePanels);
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", redrawAll);
  let waiting = 0;
  window.addEventListener("resize", () => {
    cancelAnimationFrame(waiting);
    waiting = requestAnimationFrame(redrawAll);
  });
}

const ready = begin();
ready.catch((error) => {
  const failure = document.getElementById("failure");
  failure.textContent = `${say("This page could not begin")}: ${error.message}`;
  failure.hidden = false;
});

window.convcli = {
  state: () => JSON.parse(JSON.stringify(store.get())),
  set: (patch) => store.set("kernel" in patch && !("name" in patch) ? { ...patch, name: nameOf(patch.kernel) } : patch),
  response: responseRows,
  explain: (row, column, channel = 0) => explainRecord(store.get(), store.picture(), [row, column], channel),
  ...Object.assign({}, ...panels.map((panel) => panel.offers || {})),
  ready,
};
