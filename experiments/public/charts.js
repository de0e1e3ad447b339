/** Axes of charts over the weeks of a scenario, and how a chart is saved. */

const DAY = 86400000;

/** A date some weeks after the first Monday. */
export function dateOf(start, week) {
  return new Date(Date.parse(`${start}T00:00:00Z`) + 7 * DAY * week);
}

/** Round numbers between two ends, about so many. */
export function ticks(low, high, about) {
  const raw = (high - low) / about, power = 10 ** Math.floor(Math.log10(raw));
  const step = power * [1, 2, 2.5, 5, 10].find((nice) => nice * power >= raw * 0.999);
  const first = Math.ceil(low / step - 1e-9), last = Math.floor(high / step + 1e-9);
  return Array.from({ length: last - first + 1 }, (_, k) => ({ value: (first + k) * step, places: places(step) }));
}

const places = (step) => Math.max(0, -Math.floor(Math.log10(step) + 1e-9) + (/^2\.?5/.test(String(step / 10 ** Math.floor(Math.log10(step)))) ? 1 : 0));

/** First days of months that an axis of some weeks names, with their place in weeks. */
export function months(start, weeks, room) {
  const first = dateOf(start, 0), every = [1, 3, 6, 12, 24].find((m) => (weeks / 4.35 / m) * 62 <= room) ?? 24, found = [];
  for (let k = 0; k <= weeks / 4.3 + 12; k++) {
    const day = new Date(Date.UTC(first.getUTCFullYear(), k, 1)), week = (day - first) / (7 * DAY);
    const counts = every <= 12 ? day.getUTCMonth() % every === 0 : day.getUTCMonth() === 0 && day.getUTCFullYear() % 2 === 0;
    if (week >= 0 && week <= weeks && counts) found.push({ week, text: day.toISOString().slice(0, every >= 12 ? 4 : 7) });
  }
  return found;
}

/** An SVG path through the weeks; `x`, `y`: from week and value to pixels. */
export function line(values, x, y) {
  let apart = true;
  return values.map((value, week) => {
    if (value === null) { apart = true; return ""; }
    const part = `${apart ? "M" : "L"}${x(week).toFixed(1)} ${y(value).toFixed(1)}`;
    apart = false;
    return part;
  }).join("");
}

/** Pixels that a text of a legend takes, about. */
export function widthOf(text) {
  return [...text].reduce((sum, c) => sum + (c.charCodeAt(0) > 0x2e7f ? 12 : 6.9), 0);
}

/** Entries of a legend beside each other as they fit, each with its row, from 0, and its left edge. */
export function inRows(entries, room) {
  let left = 0, row = 0;
  return entries.map((entry) => {
    const long = 40 + widthOf(entry.label);
    if (left && left + long > room) { left = 0; row += 1; }
    const made = { ...entry, left, row };
    left += long;
    return made;
  });
}

/** Tell the width of an element, at least 240 pixels, now and whenever it changes; gives what watches it. */
export function watchWidth(element, told) {
  const tell = () => told(Math.max(240, element.clientWidth)), observer = new ResizeObserver(tell);
  observer.observe(element);
  tell();
  return observer;
}

/** Save a drawing as a file, `svg` or `png`. */
export async function keep(svg, name, kind) {
  const text = `data:image/svg+xml;charset=utf-8,${encodeURIComponent(svg.outerHTML)}`;
  const link = Object.assign(document.createElement("a"), { download: name, href: text });
  if (kind === "png") {
    const image = Object.assign(new Image(), { src: text });
    await image.decode();
    const size = { width: 2 * svg.clientWidth, height: 2 * svg.clientHeight };
    const canvas = Object.assign(document.createElement("canvas"), size), context = canvas.getContext("2d");
    context.scale(2, 2);
    context.drawImage(image, 0, 0);
    link.href = canvas.toDataURL();
  }
  link.click();
}
