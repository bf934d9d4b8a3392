// Out of the page: the command lines, a link, the picture, the numbers.

const LINK_PAUSE = 300; // ms: browsers refuse addresses that change many times a second
const share = { lines: {}, link: null, notice: null, notes: null, waiting: 0, begun: false };

function mountShare(section) {
  const lines = [
    ["apply", say("makes this picture"), "apply"],
    ["explain", say("writes out the sum of the output pixel in hand"), "explain"],
    ["params", say("counts the ladder"), "params"],
  ];
  share.notice = make("p", "fault");
  share.notice.setAttribute("role", "alert");
  share.notes = make("p", "hint");
  const commands = lines.map(([key, about, name]) => lineBlock(key, `convcli ${name}`, about));
  const files = make("div", "row", makeButton(say("save picture (PNG)"), savePicture),
    makeButton(say("save numbers (CSV)"), () => saveNumbers("csv")), makeButton(say("save numbers (JSON)"), () => saveNumbers("json")));
  section.append(make("h2", "", say("Take it with you")), share.notice, make("div", "ways",
    make("div", "way", make("h3", "", say("As a command")), ...commands, share.notes),
    make("div", "way", make("h3", "", say("As a link")), lineBlock("link", say("link"), say("opens this page in this state")),
      make("h3", "", say("As a file")), files)));
  if (share.begun) return; // made anew for another language
  share.begun = true;
  window.addEventListener("hashchange", openLink);
  openLink();
}

/** A line of text to take along, and a button that copies it. */
function lineBlock(key, name, about) {
  const code = make("pre", "line");
  Object.assign(code, { tabIndex: 0, dir: "ltr" });
  code.setAttribute("role", "group");
  code.setAttribute("aria-label", name);
  const said = make("span", "hint");
  said.setAttribute("role", "status");
  const button = makeButton(say("copy"), () => copyLine(code, said));
  button.setAttribute("aria-label", `${say("copy")}: ${name}`);
  button.classList.add("copy");
  share.lines[key] = code;
  return make("div", "line-block", make("div", "row", make("span", "line-about", about), button, said), code);
}

/** Copy it; where the browser refuses, select it, so that one key does. */
async function copyLine(code, said) {
  selectAll(code);
  let copied = document.execCommand("copy");
  if (!copied && navigator.clipboard) {
    copied = await navigator.clipboard.writeText(code.textContent).then(() => true, () => false);
  }
  said.textContent = copied ? say("copied") : say("selected: Ctrl+C copies it");
  setTimeout(() => { said.textContent = ""; }, 4000);
}

function selectAll(element) {
  const range = document.createRange();
  range.selectNodeContents(element);
  getSelection().removeAllRanges();
  getSelection().addRange(range);
}

function updateShare(state) {
  putLine("apply", applyLine(state));
  putLine("explain", explainLine(state, state.at, shownChannel(state)));
  putLine("params", paramsLine(state));
  share.notes.textContent = commandNotes().join(" ");
  const hash = writeLink(state);
  putLine("link", location.href.split("#")[0].startsWith("about:") ? hash : location.href.split("#")[0] + hash);
  clearTimeout(share.waiting);
  share.waiting = setTimeout(() => keepLink(hash), LINK_PAUSE);
}

/** A line that stays as it is keeps what is selected of it. */
function putLine(key, text) {
  const line = share.lines[key];
  if (line.textContent !== text) line.textContent = text;
}

/** What a command line cannot say. */
function commandNotes() {
  const { picture } = DATA;
  const notes = [];
  if (picture.shrunk) notes.push(say("The command reads the picture as it is in its file; here it was made smaller, so that numbers differ."));
  if (picture.source === "-") notes.push(say("The picture came from standard input: put its file in place of -."));
  else if (!picture.source) notes.push(say("The picture came from a program: save it, and name its file here."));
  if (picture.dtype !== "uint8") notes.push(say("The saved picture has 8 bits; the command writes what the picture's own samples allow."));
  return notes;
}

/** Put the state into the address, without a step in the history. */
function keepLink(hash) {
  if (location.hash === hash) return;
  try {
    history.replaceState(null, "", hash);
  } catch (error) {
    if (!(error instanceof DOMException)) throw error; // a frame without an origin has no address of its own
  }
}

/** The state that the address asks for; a damaged one changes nothing, and is said. */
function openLink(event = null) {
  clearTimeout(share.waiting); // the address is about to be what was asked for
  try {
    const change = readLink(event ? new URL(event.newURL).hash : location.hash);
    if (change) store.set(change);
    share.notice.textContent = "";
  } catch (error) {
    share.notice.textContent = say("{fault}; the page shows its own state instead.", { fault: sentenceOf(error) });
  }
}

/** The output as it is displayed, one pixel for each value. */
function savePicture() {
  const state = store.get();
  const response = store.response();
  const line = lineOf(displayOf(state, store.picture()), response.values, store.picture());
  const pixels = toPixels(response, line, state.colormap);
  pixelCanvas(pixels, response.width, response.height).toBlob((blob) => saveFile(blob, "png"));
}

function saveNumbers(kind) {
  const rows = responseRows();
  const csv = () => rows.map((row) => row.flat().map(String).join(",")).join("\n") + "\n";
  const text = kind === "csv" ? csv() : JSON.stringify({ command: applyLine(store.get()), response: rows });
  saveFile(new Blob([text], { type: kind === "csv" ? "text/csv" : "application/json" }), kind);
}

function saveFile(blob, suffix) {
  const link = make("a");
  link.href = URL.createObjectURL(blob);
  link.download = `${fileStem()}.${suffix}`;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
}

/** The picture's name and the kernel's, in letters that every file system takes. */
function fileStem() {
  const words = [DATA.picture.name.replace(/^sample:/, "").replace(/\.[a-z0-9]+$/i, ""), store.get().name];
  return words.map((word) => word.replace(/[^\p{L}\p{N}=.-]+/gu, "-").replace(/^[-.]+|-+$/g, "").slice(0, 60)).filter(Boolean).join("-") || "output";
}

panels.push({
  id: "share",
  mount: mountShare,
  update: (state) => updateShare(state),
});
