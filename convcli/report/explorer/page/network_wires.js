// Wires: which layers a layer reads that do not stand beside it, as arcs over the columns.

const WIRE_STEP = 11; // CSS pixels from one arc to the next, higher ones for the longer
const WIRE_LEVELS = 5;

/** What is read over the heads of other columns: [{from, to}], from -1 the input. */
function farJoins(network) {
  return network.layers.flatMap((layer, to) => layer.inputs.filter((from) => from < to - 1).map((from) => ({ from, to })));
}

const drawnShape = (tag, attributes) => {
  const shape = document.createElementNS("http://www.w3.org/2000/svg", tag);
  for (const [key, value] of Object.entries(attributes)) shape.setAttribute(key, String(value));
  return shape;
};

/** The arcs, which `drawWires` lays once the columns have their places. */
function makeWires(joins) {
  const height = WIRE_STEP * (WIRE_LEVELS + 1);
  const svg = drawnShape("svg", { class: "wires", height, "aria-hidden": "true" });
  walk.wires = { svg, height, joins: joins.map((join) => ({ ...join, path: drawnShape("path", { class: "wire" }) })) };
  svg.append(...walk.wires.joins.map(({ path }) => path));
  return svg;
}

/** Lay the arcs from column to column; the arcs of a layer's own stand beside each other. */
function drawWires() {
  if (!walk.wires) return;
  const { svg, height, joins } = walk.wires;
  svg.setAttribute("width", String(svg.parentElement.scrollWidth));
  const left = (place) => walk.columns[place + 1].figure.offsetLeft;
  for (const { from, to, path } of joins) {
    const [start, end] = [left(from) + 34, left(to) + 16];
    const top = height - WIRE_STEP * Math.min(WIRE_LEVELS, to - from - 1);
    const bend = Math.min(12, height - top);
    path.setAttribute("d", `M${start} ${height} V${top + bend} q0 ${-bend} ${bend} ${-bend} H${end - bend} q${bend} 0 ${bend} ${bend} V${height}`);
  }
}

/** The arcs into the layer in hand stand out. */
function markWires(place) {
  if (!walk.wires) return;
  for (const { to, path } of walk.wires.joins) path.classList.toggle("read", to === place);
}
