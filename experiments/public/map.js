/**
 * The map of the page: cells of 100 m, borders, names and facilities, drawn with a pen (pens.js) on a canvas or as SVG.
 *
 * World coordinates are cells, x to the east and y to the north; screen coordinates are CSS pixels from the top left.
 */

const EDGE = "#5a5a5a", STREET = "#111111", CHOSEN = "#d4006a", INK = "#1b1b1b", ADDED = "#ffd400";
const LAND = 228; // grey of cells without a value
const FAINT = 0.25; // of cells outside the street that was chosen
const FURTHEST = 24; // zoom
const NAMES_FROM = 16; // pixels of a cell from which facilities have names
const BAR = { wide: 220, high: 12, room: 46 }; // the strip below the map with the colours
const ROW = 20; // pixels of a row of the legend of facilities
const OUTSIDE = -2; // no unit has this number
const METRES = 100; // of a cell

/** Base64 text as a typed array. */
export function decode(text, Type) {
  return new Type(Uint8Array.from(atob(text), (c) => c.charCodeAt(0)).buffer);
}

/** What stays until boundaries or the language change: cells, who they belong to, borders, and where names stand. */
export class Ground {
  constructor({ width, height, x, y, community, street, communities, streets }) {
    Object.assign(this, { width, height, communities, streets });
    this.x = decode(x, Int16Array);
    this.y = decode(y, Int16Array);
    this.community = decode(community, Int16Array);
    this.street = decode(street, Int16Array);
    this.at = new Int32Array(width * height).fill(-1);
    this.x.forEach((x_, k) => { this.at[this.y[k] * width + x_] = k; });
    this.borders = this.outline(this.community);
    this.streetBorders = this.outline(this.street);
    this.names = [
      ...this.middles(this.street, streets).map((name) => ({ ...name, street: true })),
      ...this.middles(this.community, communities),
    ];
  }

  /** Cell at a point of the world, or -1. */
  cell(x, y) {
    const column = Math.floor(x), row = Math.floor(y);
    const inside = column >= 0 && row >= 0 && column < this.width && row < this.height;
    return inside ? this.at[row * this.width + column] : -1;
  }

  /** Sides of cells across which a value changes, as an SVG path. */
  outline(of) {
    const value = (x, y) => { const k = this.cell(x, y); return k < 0 ? OUTSIDE : of[k]; };
    const parts = [];
    for (let y = 0; y <= this.height; y++) {
      for (let x = 0; x <= this.width; x++) {
        if (value(x, y) !== value(x - 1, y)) parts.push(`M${x} ${y}V${y + 1}`);
        if (value(x, y) !== value(x, y - 1)) parts.push(`M${x} ${y}H${x + 1}`);
      }
    }
    return parts.join("");
  }

  /** Middle and number of cells of each unit that has any. */
  middles(of, names) {
    const sums = names.map((text) => ({ text, x: 0, y: 0, cells: 0 }));
    of.forEach((unit, k) => {
      if (unit < 0 || (of === this.street && this.community[k] < 0)) return;
      sums[unit].x += this.x[k] + 0.5;
      sums[unit].y += this.y[k] + 0.5;
      sums[unit].cells += 1;
    });
    return sums.map((s, unit) => ({ ...s, unit, x: s.x / s.cells, y: s.y / s.cells })).filter((s) => s.cells);
  }
}

/** Ends of the colours: those of the layer, the same for every week and plan, or stretched over what there is. */
export function ends(values, scale, view) {
  const change = view.compare === "difference";
  if (!view.stretch) return change ? [-scale.change, scale.change] : [scale.low, scale.high];
  const found = [];
  values.policy.forEach((value, k) => {
    const other = values.baseline ? values.baseline[k] : NaN;
    if (change) { if (!Number.isNaN(value - other)) found.push(Math.abs(value - other)); return; }
    if (!Number.isNaN(value)) found.push(value);
    if (!Number.isNaN(other)) found.push(other);
  });
  found.sort((a, b) => a - b);
  const part = (share) => found[Math.round(share * (found.length - 1))] ?? 0;
  if (change) { const limit = Math.max(part(0.99), scale.change / 1000); return [-limit, limit]; }
  return part(0.99) > part(0.01) ? [part(0.01), part(0.99)] : [scale.low, scale.high];
}

/** Pictures of one pixel a cell for each side that is shown: [policy or difference] or [baseline, policy]. */
function rasters(ground, values, scale, view, ramps) {
  const [low, high] = ends(values, scale, view);
  const change = view.compare === "difference";
  const ramp = change ? ramps.change : ramps.level;
  const sides = view.compare === "swipe" && values.baseline ? [values.baseline, values.policy] : [values.policy];
  return sides.map((side) => {
    const canvas = document.createElement("canvas");
    canvas.width = ground.width;
    canvas.height = ground.height;
    const context = canvas.getContext("2d"), image = context.createImageData(ground.width, ground.height);
    for (let k = 0; k < ground.x.length; k++) {
      const value = change ? side[k] - values.baseline[k] : side[k];
      const at = 4 * ((ground.height - 1 - ground.y[k]) * ground.width + ground.x[k]);
      const known = !Number.isNaN(value);
      const place = known ? 3 * Math.max(0, Math.min(255, Math.round((255 * (value - low)) / (high - low)))) : 0;
      for (let c = 0; c < 3; c++) image.data[at + c] = known ? ramp[place + c] : LAND;
      image.data[at + 3] = view.street === null || ground.street[k] === view.street ? 255 : 255 * FAINT;
    }
    context.putImageData(image, 0, 0);
    return canvas;
  });
}

/** Where the world is on the screen; a zoom of 1 shows all of it. */
export class Camera {
  constructor() { this.reset(); }

  reset() { Object.assign(this, { zoom: 1, dx: 0, dy: 0 }); }

  /** Fit a ground into a window of some width and height; `dx`, `dy`: cells that the middle was moved by. */
  fit(ground, width, height) {
    Object.assign(this, { width, height });
    this.scale = this.zoom * Math.min(width / (ground.width + 2), height / (ground.height + 2));
    this.middle = [ground.width / 2 + this.dx, ground.height / 2 + this.dy];
    this.bounds = [ground.width / 2, ground.height / 2];
  }

  toScreen(x, y) {
    return [this.width / 2 + (x - this.middle[0]) * this.scale, this.height / 2 - (y - this.middle[1]) * this.scale];
  }

  toWorld(left, top) {
    return [this.middle[0] + (left - this.width / 2) / this.scale, this.middle[1] - (top - this.height / 2) / this.scale];
  }

  pan(right, down) {
    this.dx = Math.max(-this.bounds[0], Math.min(this.bounds[0], this.dx - right / this.scale));
    this.dy = Math.max(-this.bounds[1], Math.min(this.bounds[1], this.dy + down / this.scale));
  }

  /** Zoom by a factor and leave the world under a point of the screen where it is. */
  zoomAt(factor, left, top) {
    const zoom = Math.max(1, Math.min(FURTHEST, this.zoom * factor)), grown = zoom / this.zoom;
    const right = left - this.width / 2, down = top - this.height / 2;
    this.dx += (right / this.scale) * (1 - 1 / grown);
    this.dy -= (down / this.scale) * (1 - 1 / grown);
    this.scale *= grown;
    this.zoom = zoom;
    this.pan(0, 0);
    if (zoom === 1) this.reset();
  }
}

/** The whole picture. `state`: what map.vue gathers. Returns the height that the legend below the map takes. */
export function draw(pen, camera, state) {
  const { ground, view } = state;
  const right = camera.width, low = camera.height;
  pen.box(0, 0, right, low + legendHeight(state, right), "#ffffff");
  pen.clip(0, 0, right, low, () => {
    const sides = rasters(ground, state.values, state.scale, view, state.ramps);
    const [left, top] = camera.toScreen(0, ground.height);
    const size = [ground.width * camera.scale, ground.height * camera.scale];
    const cut = sides.length > 1 ? state.swipe * right : 0;
    if (cut) pen.clip(0, 0, cut, low, () => pen.image(sides[0], left, top, ...size));
    pen.clip(cut, 0, right - cut, low, () => pen.image(sides.at(-1), left, top, ...size));
    pen.path(ground.borders, camera, EDGE, camera.scale > 12 ? 1 : 0.5);
    pen.path(ground.streetBorders, camera, STREET, 1.4);
    if (view.community !== null) {
      const chosen = ground.outline(ground.community.map((unit) => (unit === view.community ? 1 : OUTSIDE)));
      pen.path(chosen, camera, "#ffffff", 5);
      pen.path(chosen, camera, CHOSEN, 2.5);
    }
    const taken = [];
    const marks = symbols(camera, state);
    for (const mark of marks) pen.symbol(mark.symbol, mark.left, mark.top, mark.size, mark.added ? ADDED : "#ffffff");
    names(pen, camera, state, taken);
    if (camera.scale >= NAMES_FROM) for (const m of marks) write(pen, taken, m.name, m.left, m.top + m.size + 9, 11);
    if (sides.length > 1) swipe(pen, cut, low, state.words);
    scaleBar(pen, camera, low);
  });
  legend(pen, state, right, low);
}

function swipe(pen, cut, low, words) {
  pen.box(cut - 1, 0, 2, low, INK);
  pen.text(words.baseline, cut - 8, 16, { size: 13, align: "end", bold: true });
  pen.text(words.policy, cut + 8, 16, { size: 13, align: "start", bold: true });
}

/**
 * Facilities that are shown with their place on the screen; those of one cell stand round its middle. Each is its kind,
 * cell, whether it was added, and name; where the map has no cell for it a place [x, y] stands fifth.
 */
export function symbols(camera, { ground, facilities, kinds, view }) {
  const shown = facilities.filter(([kind]) => kinds[kind].on), inCell = new Map();
  for (const facility of shown) inCell.set(facility[1], [...(inCell.get(facility[1]) ?? []), facility]);
  const size = Math.max(3.5, Math.min(9, camera.scale * 0.6)), found = [];
  for (const [cell, many] of inCell) {
    if (view.street !== null && ground.street[cell] !== view.street) continue;
    const [x, y] = many[0][4] ?? [ground.x[cell], ground.y[cell]], [left, top] = camera.toScreen(x + 0.5, y + 0.5);
    const apart = many.length > 1 ? Math.min(0.3 * camera.scale, 14) : 0;
    many.forEach(([kind, , added, name], k) => {
      const turn = (2 * Math.PI * k) / many.length;
      const place = { left: left + apart * Math.cos(turn), top: top + apart * Math.sin(turn) };
      found.push({ ...place, size, name, kind, added, symbol: kinds[kind].symbol });
    });
  }
  return found;
}

/** Names of streets, and those of communities where there is room for them. */
function names(pen, camera, { ground, view }, taken) {
  for (const name of ground.names) {
    const across = Math.sqrt(name.cells) * camera.scale;
    const size = name.street ? 14 : 12;
    if (!name.street && pen.width(name.text, size) > across * 1.5) continue;
    if (name.street && (across > 900 || (view.street !== null && view.street !== name.unit))) continue;
    write(pen, taken, name.text, ...camera.toScreen(name.x, name.y), size, name.street);
  }
}

/** A name, unless it would lie over another. */
function write(pen, taken, text, left, top, size, bold = false) {
  const half = pen.width(text, size, bold) / 2 + 2;
  const box = [left - half, top - size / 2 - 2, left + half, top + size / 2 + 2];
  if (taken.some((b) => box[0] < b[2] && b[0] < box[2] && box[1] < b[3] && b[1] < box[3])) return;
  taken.push(box);
  pen.text(text, left, top, { size, align: "middle", bold });
}

function scaleBar(pen, camera, low) {
  const metres = [100, 200, 500, 1000, 2000, 5000].findLast((m) => (m / METRES) * camera.scale <= 120) ?? 100;
  const long = (metres / METRES) * camera.scale, top = low - 12;
  pen.box(8, top - 20, long + 16, 28, "rgba(255,255,255,0.85)");
  pen.box(16, top, long, 2, INK);
  pen.box(16, top - 5, 2, 7, INK);
  pen.box(14 + long, top - 5, 2, 7, INK);
  pen.text(metres < 1000 ? `${metres} m` : `${metres / 1000} km`, 16 + long / 2, top - 11, { size: 11, align: "middle" });
}

/** Rows of the legend of facilities: as many entries in a row as have room. */
function rows({ kinds, words }, wide) {
  const shown = kinds.filter((kind) => kind.on), entries = shown.map((kind) => [kind.symbol, "#ffffff", kind.label]);
  if (shown.length && words.added) entries.push(["circle", ADDED, words.added]); // a map may have none
  const out = [[]];
  let left = 10;
  for (const [symbol, fill, text] of entries) {
    const long = 26 + [...text].reduce((sum, c) => sum + (c.charCodeAt(0) > 0x2e7f ? 12 : 6.8), 0);
    if (left + long > wide && out.at(-1).length) { out.push([]); left = 10; }
    out.at(-1).push({ symbol, fill, text, left });
    left += long + 10;
  }
  return out;
}

/** Height of what stands below the map, pixels. */
export function legendHeight(state, wide) {
  return BAR.room + ROW * rows(state, wide).length;
}

function legend(pen, state, wide, low) {
  const { scale, view, ramps, words, number } = state, [from, to] = ends(state.values, scale, view);
  const change = view.compare === "difference", ramp = change ? ramps.change : ramps.level;
  const long = Math.min(BAR.wide, wide - 140), top = low + 8;
  for (let k = 0; k < long; k++) {
    const at = 3 * Math.round((255 * k) / (long - 1));
    pen.box(10 + k, top, 1.2, BAR.high, `rgb(${ramp[at]},${ramp[at + 1]},${ramp[at + 2]})`);
  }
  const ticks = [from, (from + to) / 2, to];
  ticks.forEach((value, k) => {
    const left = 10 + (k * long) / 2;
    pen.box(Math.min(left, 9 + long), top + BAR.high, 1, 4, INK);
    pen.text(number(value, scale.places, change), left, top + BAR.high + 11, { size: 11, align: k ? "middle" : "start" });
  });
  pen.text(words.unit, 24 + long, top + BAR.high / 2, { size: 12, align: "start" });
  rows(state, wide).forEach((row, r) => {
    for (const entry of row) {
      const middle = low + BAR.room + ROW * (r + 0.4);
      pen.symbol(entry.symbol, entry.left + 6, middle, 5, entry.fill);
      pen.text(entry.text, entry.left + 16, middle, { size: 12, align: "start" });
    }
  });
}
