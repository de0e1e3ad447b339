/** Two pens with the same strokes: one draws on a canvas, the other writes SVG, so that what is kept is what is seen. */

const FONT = "system-ui, 'Report Sans', 'Noto Sans SC', 'Noto Sans CJK SC', 'Microsoft YaHei', sans-serif", INK = "#1b1b1b";
const around = (n, turn, ...radii) => Array.from({ length: n * radii.length }, (_, k) => {
  const angle = turn + (2 * Math.PI * k) / (n * radii.length), r = radii[k % radii.length];
  return [r * Math.sin(angle), -r * Math.cos(angle)];
});
const PLUS = [[-0.4, -1], [0.4, -1], [0.4, -0.4], [1, -0.4], [1, 0.4], [0.4, 0.4], [0.4, 1], [-0.4, 1], [-0.4, 0.4],
  [-1, 0.4], [-1, -0.4], [-0.4, -0.4]];
const turned = (points, a) => points.map(([x, y]) => [x * Math.cos(a) - y * Math.sin(a), x * Math.sin(a) + y * Math.cos(a)]);

/** Corners of the symbols, of radius 1. */
export const SYMBOLS = {
  circle: around(24, 0, 1),
  plus: PLUS,
  cross: turned(PLUS, Math.PI / 4),
  hexagon: around(6, 0, 1.1),
  square: around(4, Math.PI / 4, 1.2),
  diamond: around(4, 0, 1.2),
  thin: around(4, 0, 1.3).map(([x, y]) => [0.65 * x, y]),
  up: around(3, 0, 1.25),
  down: around(3, Math.PI, 1.25),
  left: around(3, -Math.PI / 2, 1.25),
  star: around(5, 0, 1.6, 0.7),
  pentagon: around(5, 0, 1.15),
};

const corners = (name, left, top, size) => SYMBOLS[name].map(([x, y]) => [left + x * size, top + y * size]);

/** Draws on a canvas that is `dense` times as fine as CSS pixels. */
export class CanvasPen {
  constructor(context, dense = 1) {
    Object.assign(this, { context, dense, paths: new Map() });
    context.setTransform(dense, 0, 0, dense, 0, 0);
    context.imageSmoothingEnabled = false;
    context.lineJoin = "round";
  }

  box(left, top, wide, high, colour) {
    this.context.fillStyle = colour;
    this.context.fillRect(left, top, wide, high);
  }

  clip(left, top, wide, high, inside) {
    this.context.save();
    this.context.beginPath();
    this.context.rect(left, top, wide, high);
    this.context.clip();
    inside();
    this.context.restore();
  }

  image(canvas, left, top, wide, high) { this.context.drawImage(canvas, left, top, wide, high); }

  /** An SVG path in coordinates of the world. */
  path(text, camera, colour, width) {
    const { context, dense } = this, [left, top] = camera.toScreen(0, 0), s = camera.scale;
    context.save();
    context.setTransform(dense * s, 0, 0, -dense * s, dense * left, dense * top);
    context.strokeStyle = colour;
    context.lineWidth = width / s;
    context.stroke(CanvasPen.compiled(text));
    context.restore();
  }

  symbol(name, left, top, size, fill) {
    const { context } = this;
    context.beginPath();
    for (const corner of corners(name, left, top, size)) context.lineTo(...corner);
    context.closePath();
    context.fillStyle = fill;
    context.fill();
    context.strokeStyle = INK;
    context.lineWidth = 1;
    context.stroke();
  }

  width(text, size, bold = false) {
    this.context.font = `${bold ? 600 : 400} ${size}px ${FONT}`;
    return this.context.measureText(text).width;
  }

  text(text, left, top, { size, align, bold = false }) {
    const { context } = this;
    context.font = `${bold ? 600 : 400} ${size}px ${FONT}`;
    context.textAlign = align === "middle" ? "center" : align;
    context.textBaseline = "middle";
    context.strokeStyle = "rgba(255,255,255,0.9)";
    context.lineWidth = 3;
    context.strokeText(text, left, top);
    context.fillStyle = INK;
    context.fillText(text, left, top);
  }
}

const kept = new Map();
CanvasPen.compiled = (text) => { // borders are the same in every frame
  if (!kept.has(text)) {
    if (kept.size > 8) kept.clear();
    kept.set(text, new Path2D(text));
  }
  return kept.get(text);
};

const escaped = (text) => String(text).replace(/[&<>"]/g, (c) => `&#${c.charCodeAt(0)};`);
const short = (value) => Number(value.toFixed(2));

/** Writes SVG; `measure` is a canvas context, for widths of texts. */
export class SvgPen {
  constructor(measure) { Object.assign(this, { ruler: new CanvasPen(measure), parts: [], clips: 0 }); }

  box(left, top, wide, high, colour) {
    this.parts.push(`<rect x="${short(left)}" y="${short(top)}" width="${short(wide)}" height="${short(high)}" fill="${colour}"/>`);
  }

  clip(left, top, wide, high, inside) {
    const id = `clip${++this.clips}`;
    this.parts.push(`<clipPath id="${id}"><rect x="${left}" y="${top}" width="${wide}" height="${high}"/></clipPath><g clip-path="url(#${id})">`);
    inside();
    this.parts.push("</g>");
  }

  image(canvas, left, top, wide, high) {
    this.parts.push(`<image href="${canvas.toDataURL()}" x="${short(left)}" y="${short(top)}" width="${short(wide)}" height="${short(high)}" preserveAspectRatio="none" style="image-rendering:pixelated"/>`);
  }

  path(text, camera, colour, width) {
    const [left, top] = camera.toScreen(0, 0), s = camera.scale;
    this.parts.push(`<path d="${text}" transform="matrix(${s} 0 0 ${-s} ${short(left)} ${short(top)})" fill="none" stroke="${colour}" stroke-width="${width}" vector-effect="non-scaling-stroke"/>`);
  }

  symbol(name, left, top, size, fill) {
    const points = corners(name, left, top, size).map((corner) => corner.map(short).join(",")).join(" ");
    this.parts.push(`<polygon points="${points}" fill="${fill}" stroke="${INK}"/>`);
  }

  width(text, size, bold) { return this.ruler.width(text, size, bold); }

  text(text, left, top, { size, align, bold = false }) {
    this.parts.push(`<text x="${short(left)}" y="${short(top)}" font-size="${size}" font-weight="${bold ? 600 : 400}" text-anchor="${align}" dominant-baseline="central" fill="${INK}" stroke="#ffffff" stroke-width="3" stroke-linejoin="round" paint-order="stroke">${escaped(text)}</text>`);
  }

  /** The file. */
  file(wide, high, title) {
    return `<svg xmlns="http://www.w3.org/2000/svg" width="${wide}" height="${high}" viewBox="0 0 ${wide} ${high}" font-family="${escaped(FONT)}"><title>${escaped(title)}</title>${this.parts.join("")}</svg>`;
  }
}
