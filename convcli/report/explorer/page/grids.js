// Grids: window × kernel = products, a number a cell; of larger kernels a tint a cell, its number where it is pointed at.

const MOST_NUMBERED = 9; // rows or columns of grids that show their numbers

/** One grid, {element, fill(cells), at(event)}: cells are {words, exact, tint, level, beyond, weight}, row by row. */
function makeGrid(title, height, width, room) {
  const caption = make("div", "grid-title", title);
  const numbered = Math.max(height, width) <= MOST_NUMBERED;
  const body = numbered ? makeNumbered(height, width) : makeTinted(height, width, room);
  const element = make("div", `grid ${numbered ? "" : "tinted"}`, caption, body.element);
  return { element, caption, body: body.element, fill: body.fill, mark: body.mark, cellAt: body.cellAt };
}

function makeNumbered(height, width) {
  const table = make("table", `cells wide-${width}`);
  const cells = [];
  for (let r = 0; r < height; r++) {
    const line = table.insertRow();
    cells.push(Array.from({ length: width }, () => line.insertCell()));
  }
  const show = (td, cell) => {
    if (td.textContent !== cell.words) td.textContent = cell.words;
    td.classList.toggle("long", cell.words.length > 5);
    td.style.background = cell.ground || "";
    td.style.color = cell.ink || "";
    td.classList.toggle("beyond", Boolean(cell.beyond));
    td.title = cell.exact === cell.words ? "" : cell.exact;
  };
  return {
    element: table,
    fill: (rows) => rows.forEach((row, r) => row.forEach((cell, c) => show(cells[r][c], cell))),
    mark: (place) => cells.forEach((row, r) => row.forEach((td, c) => td.classList.toggle("met", isAt(place, r, c)))),
    cellAt: (event) => {
      const td = event.target.closest("td");
      return td && table.contains(td) ? [td.parentElement.rowIndex, td.cellIndex] : null;
    },
  };
}

function isAt(place, r, c) {
  return Boolean(place) && place[0] === r && place[1] === c;
}

function makeTinted(height, width, room) {
  const canvas = make("canvas", "tints");
  const says = make("output", "says", " ");
  const side = Math.max(4, Math.min(13, Math.floor((room > 500 ? room / 3 - 60 : room - 30) / Math.max(height, width))));
  let rows = [];
  let met = null;
  const paint = () => {
    const context = sized(canvas, width * side, height * side);
    context.clearRect(0, 0, width * side, height * side);
    rows.forEach((row, r) => row.forEach((cell, c) => {
      context.fillStyle = cell.ground;
      context.fillRect(c * side, r * side, side, side);
      if (cell.beyond) {
        context.fillStyle = hatching(context, "rgba(127, 127, 127, 0.75)", 4);
        context.fillRect(c * side, r * side, side, side);
      }
    }));
    if (met) frameBox(context, { x: met[1] * side, y: met[0] * side, width: side, height: side }, themed("feeds"));
    const cell = met && rows[met[0]] && rows[met[0]][met[1]];
    says.textContent = cell ? `[${met[0]}, ${met[1]}]  ${cell.exact}` : " ";
  };
  return {
    element: make("div", "tinted-body", canvas, says),
    fill: (given) => {
      rows = given;
      paint();
    },
    mark: (place) => {
      met = place && place[0] < height && place[1] < width ? place : null;
      paint();
    },
    cellAt: (event) => {
      if (event.target !== canvas) return null;
      const box = canvas.getBoundingClientRect();
      const place = [Math.floor((event.clientY - box.top) / side), Math.floor((event.clientX - box.left) / side)];
      return place[0] >= 0 && place[1] >= 0 && place[0] < height && place[1] < width ? place : null;
    },
  };
}

/** Cells of a window: each in its own grey, bracketed and hatched where it came from the border rule. */
function windowCells(part, tones) {
  const line = { slope: TOP, low: tones.low, high: tones.high, offset: 0 };
  const cell = (value, beyond) => {
    const level = levelOf(value, line);
    const words = cellNumber(value);
    return {
      words: beyond ? `[${words}]` : words,
      exact: beyond ? `[${plain(value)}]` : plain(value),
      ground: `rgb(${level}, ${level}, ${level})`,
      ink: level > 117 ? "#000000" : "#ffffff",
      beyond,
    };
  };
  return part.window.map((row, i) => row.map((value, j) => cell(value, part.beyond[i][j])));
}

/** Cells of weights or of products: red where positive, blue where negative, with their signs. */
function signedCells(rows, words, exact) {
  const largest = Math.max(...rows.flat().map(Math.abs));
  return rows.map((row) => row.map((value) => ({
    words: words(value), exact: exact(value), ground: weightTint(value, Number.isFinite(largest) ? largest : 1),
  })));
}

/** The three grids of one channel, {element, fill(part, state), mark(weight), kernelBody}. */
function makeTriple({ height, width }, room) {
  const [window, kernel, products] = ["window", "kernel", "products"].map((title) => makeGrid(say(title), height, width, room));
  const after = (sign, grid) => make("div", "signed", make("span", "sign", sign), grid.element);
  const heading = make("h4", "channel-name");
  const row = make("div", "triple", window.element, after("×", kernel), after("=", products));
  const sum = make("div", "sum mono");
  return {
    element: make("div", "channel", heading, row, sum),
    kernel,
    grids: [window, kernel, products],
    fill(part, state, title, lines) {
      heading.textContent = title;
      heading.hidden = !title;
      kernel.caption.textContent = say(state.mode === "convolve" ? "flipped kernel" : "kernel");
      window.fill(windowCells(part, store.picture().tones));
      kernel.fill(signedCells(part.kernel, weightWords, weightWords));
      products.fill(signedCells(part.products, cellNumber, plain));
      sum.replaceChildren(...lines.map(sumParagraph));
    },
    mark(weight) {
      [window, kernel, products].forEach((grid) => grid.mark(weight));
    },
  };
}

/** A line of a sum: broken before a plus, its value standing out. */
function sumParagraph(words) {
  const line = make("p", "sum-line");
  const cut = Math.max(words.lastIndexOf(" = "), words.lastIndexOf(" ≈ "));
  const [terms, value] = cut < 0 ? [words, ""] : [words.slice(0, cut), words.slice(cut + 1)];
  line.append(terms, value ? " " : "", make("strong", "value", value));
  return line;
}
