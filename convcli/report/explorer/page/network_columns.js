// A network's columns: each layer's maps as small multiples on one canvas, where a unit stands on it, and what is marked.

const COLUMN_HEIGHT = 420; // CSS pixels that a column's maps are laid out for
const LABELLED_TILE = 22; // of a single number among few
const TALLEST_SHEET = 8192; // rows of a canvas, in every browser that people have

/** How a layer's maps lie on its canvas, in CSS pixels: {size, shown, every, zoom, tile, gap, across, width, height}. */
function columnLayout({ size, shown, every, factor, side = 144 }) {
  const [, height, width] = size;
  const numbers = height * width === 1;
  const count = shown.length;
  const zoom = numbers ? Math.round(numberZoom(count) * factor) : mapZoom(height, width, count, factor, side);
  const gap = numbers ? 2 : 4;
  const tile = { width: width * zoom, height: height * zoom };
  const down = Math.max(1, Math.min(count, Math.floor((COLUMN_HEIGHT * factor + gap) / (tile.height + gap))));
  const across = Math.ceil(count / down);
  const rows = Math.ceil(count / across);
  return {
    size, shown, every, zoom, tile, gap, across, count,
    width: across * (tile.width + gap) + gap,
    height: rows * (tile.height + gap) + gap,
  };
}

const numberZoom = (count) => (count <= 16 ? LABELLED_TILE : count <= 512 ? 14 : 8);

/** CSS pixels for each unit of a map: whole where maps are small, so that they are crisp. */
function mapZoom(height, width, count, factor, side) {
  const longest = Math.max(height, width);
  const wanted = factor * (count === 1 ? side : longest <= 16 ? 48 : longest <= 32 ? 64 : 96);
  return wanted >= longest ? Math.floor(wanted / longest) : wanted / longest;
}

/** The top left corner of the index-th tile. */
function tileCorner(layout, index) {
  const { across, tile, gap } = layout;
  const [down, along] = [Math.floor(index / across), index % across];
  return { x: gap + along * (tile.width + gap), y: gap + down * (tile.height + gap) };
}

/** The unit under a point of the canvas: [channel, row, column]; the nearest one. */
function unitAtPoint(layout, x, y) {
  const { across, tile, gap, count, zoom } = layout;
  const clamp = (value, most) => Math.max(0, Math.min(most, value));
  const along = clamp(Math.floor((x - gap / 2) / (tile.width + gap)), across - 1);
  const down = clamp(Math.floor((y - gap / 2) / (tile.height + gap)), Math.ceil(count / across) - 1);
  const index = clamp(down * across + along, count - 1);
  const corner = tileCorner(layout, index);
  const [, height, width] = layout.size;
  const row = clamp(Math.floor((y - corner.y) / zoom), height - 1);
  const column = clamp(Math.floor((x - corner.x) / zoom), width - 1);
  return [layout.shown[index], row, column];
}

/** The unit a step away, over the edges of maps into the next one of the canvas; null where there is none. */
function unitBeside(layout, [channel, row, column], [down, along]) {
  const [, height, width] = layout.size;
  const { across, count, shown } = layout;
  let index = shown.indexOf(channel);
  let [r, c] = [row + down * layout.every[1], column + along * layout.every[2]];
  if (c < 0 || c >= width) {
    if (along > 0 ? (index + 1) % across === 0 : index % across === 0) return null;
    index += along;
    c = along > 0 ? 0 : width - 1;
  }
  if (r < 0 || r >= height) {
    index += down * across;
    r = down > 0 ? 0 : height - 1;
  }
  return index < 0 || index >= count ? null : [shown[index], r, c];
}

/** A layer's maps painted: a canvas off the page, in the screen's own pixels. */
function paintedColumn(layout, tiles) {
  const canvas = document.createElement("canvas");
  const context = sized(canvas, layout.width, layout.height);
  const [, height, width] = layout.size;
  const single = height * width === 1;
  const [wide, high] = [tiles[0].width, tiles[0].height];
  const each = Math.max(1, Math.floor(TALLEST_SHEET / high));
  let sheet = null;
  context.imageSmoothingEnabled = layout.zoom * layout.every[1] < 1;
  context.strokeStyle = themed("line");
  context.lineWidth = single ? 1 : 0.5;
  tiles.forEach((_, index) => {
    const { x, y } = tileCorner(layout, index);
    if (index % each === 0) sheet = stackedTiles(tiles.slice(index, index + each));
    context.drawImage(sheet, 0, (index % each) * high, wide, high, x, y, layout.tile.width, layout.tile.height);
    context.strokeRect(x - 0.5, y - 0.5, layout.tile.width + 1, layout.tile.height + 1);
  });
  return canvas;
}

/** Tiles one below the other in one canvas: a layer is put there at once, not map by map. */
function stackedTiles(tiles) {
  const { width, height } = tiles[0];
  const samples = new Uint8ClampedArray(4 * width * height * tiles.length);
  tiles.forEach((tile, index) => samples.set(tile.samples, 4 * width * height * index));
  return pixelCanvas(samples, width, height * tiles.length);
}

/** The tiles of a layer that was computed here: on one scale, mid-grey 0 where it has negative numbers. */
function tilesOfOutput(layout, values) {
  const [, height, width] = layout.size;
  const [low, high] = finiteRange(values);
  const line = scaleOfLayer(low, high);
  return layout.shown.map((channel) => {
    const map = values.subarray(channel * height * width, (channel + 1) * height * width);
    return { samples: toPixels({ height, width, maps: 1, values: map }, line), width, height };
  });
}

/** The display of a layer's numbers, as `convcli run` draws them. */
const scaleOfLayer = (low, high) => (low < 0 ? DISPLAYS.signed(low, high) : DISPLAYS.magnitude(low, high));

/** Grey pixels that came with the page, tile by tile. */
function tilesOfPixels(layout, bytes) {
  const [, height, width] = layout.size;
  const shape = { height: Math.ceil(height / layout.every[1]), width: Math.ceil(width / layout.every[2]) };
  const plane = shape.height * shape.width;
  return layout.shown.map((_, index) => greyTile(bytes.subarray(index * plane, (index + 1) * plane), shape));
}

function greyTile(bytes, { height, width }, colours = 1) {
  const samples = new Uint8ClampedArray(4 * height * width);
  for (let i = 0; i < height * width; i++) {
    for (let channel = 0; channel < 3; channel++) samples[4 * i + channel] = bytes[i * colours + (colours === 3 ? channel : 0)];
    samples[4 * i + 3] = 255;
  }
  return { samples, height, width };
}

/** The boxes of consecutive positions: [[first, count]]. */
function runsOfPositions(positions) {
  const runs = [];
  for (const position of positions) {
    const last = runs[runs.length - 1];
    if (last && last[0] + last[1] === position) last[1] += 1;
    else runs.push([position, 1]);
  }
  return runs;
}

/** Where rows and columns of a map stand on the canvas: boxes in CSS pixels. */
function boxesOf(layout, index, rows, columns) {
  const corner = tileCorner(layout, index);
  const { zoom } = layout;
  return runsOfPositions(rows).flatMap(([r, high]) =>
    runsOfPositions(columns).map(([c, wide]) => {
      const [width, height] = [Math.max(3, wide * zoom), Math.max(3, high * zoom)];
      return { x: corner.x + c * zoom, y: corner.y + r * zoom, width, height };
    }),
  );
}

/** Everything that is read of a layer: every unit of every map that is shown. */
function readsAll(layout, source) {
  const [channels, height, width] = layout.size;
  return source.channels.length === channels && source.rows.length === height && source.columns.length === width;
}

/** Mark what is read: a frame round each stretch, or one round all of it. */
function markSource(context, layout, source, colours) {
  const colour = themed("window");
  if (readsAll(layout, source)) {
    frameBox(context, { x: 3, y: 3, width: layout.width - 6, height: layout.height - 6 }, colour);
    return;
  }
  layout.shown.forEach((channel, index) => {
    if (colours === 1 && !source.channels.includes(channel)) return;
    for (const box of boxesOf(layout, index, source.rows, source.columns)) frameBox(context, box, colour);
  });
}

/** Mark a receptive field: tinted, its edge dashed. */
function markField(context, layout, { rows, columns }) {
  if (!rows || !columns) return;
  const stretch = ([first, last]) => numbersFrom(first, last - first + 1);
  const [box] = boxesOf(layout, 0, stretch(rows), stretch(columns));
  context.fillStyle = themed("feeds");
  context.globalAlpha = 0.35;
  context.fillRect(box.x, box.y, box.width, box.height);
  context.globalAlpha = 1;
  for (const [style, thick, dash] of [["rgba(0,0,0,0.8)", 5, []], [themed("feeds-tint"), 3, [6, 4]]]) {
    context.strokeStyle = style;
    context.lineWidth = thick;
    context.setLineDash(dash);
    context.strokeRect(box.x, box.y, box.width, box.height);
  }
  context.setLineDash([]);
}

/** Mark the unit in hand. */
function markUnit(context, layout, [channel, row, column]) {
  const [box] = boxesOf(layout, layout.shown.indexOf(channel), [row], [column]);
  frameBox(context, box, themed("output"), 3);
}
