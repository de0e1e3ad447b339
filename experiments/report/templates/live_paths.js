// The chart of paths: a panel for each metric over the same weeks. The cross stands in all panels, the numbers at one.
const NS = "http://www.w3.org/2000/svg";
const LEFT = 56, RIGHT = 10, TOP = 6, FOOT = 22, HIGH = 170; // pixels round the lines, and of a panel
const KEYS = { ArrowLeft: -1, ArrowRight: 1, PageUp: -13, PageDown: 13 };

const svg = (tag, given, text = "") => {
  const made = document.createElementNS(NS, tag);
  for (const [name, value] of Object.entries(given)) made.setAttribute(name, value);
  made.textContent = text;
  return made;
};
const element = (tag, given = {}, ...inside) => {
  const made = Object.assign(document.createElement(tag), given);
  made.append(...inside);
  return made;
};

export class Paths {
  constructor(host, data, words) {
    Object.assign(this, { host, data, words, off: new Set(), week: null, weeks: data.panels[0].lines[0].mean.length });
    this.tip = element("div", { className: "tip", hidden: true });
    this.tip.setAttribute("role", "status");
    this.panels = data.panels.map((panel, k) => this.panel(k));
    const grid = element("div", { className: "panels" }, ...this.panels.map((panel) => panel.box));
    host.append(this.legend(), grid, element("p", { className: "note", textContent: `${words.note} · ${words.help}` }), this.tip);
    new ResizeObserver(() => this.draw()).observe(grid);
    host.addEventListener("pointerleave", () => this.show(0, null));
  }

  legend() {
    const made = this.data.lines.map((pen, k) => {
      const sample = svg("svg", { width: 26, height: 10, "aria-hidden": "true" });
      sample.append(svg("line", { x1: 0, x2: 26, y1: 5, y2: 5, stroke: pen.colour, "stroke-dasharray": pen.dash, "stroke-width": 2 }));
      const button = element("button", { type: "button" }, sample, ` ${this.words.options[k]}`);
      button.setAttribute("aria-pressed", "true");
      button.addEventListener("click", () => {
        if (!this.off.delete(k) && this.off.size < this.data.lines.length - 1) this.off.add(k); // one stays
        button.setAttribute("aria-pressed", String(!this.off.has(k)));
        this.draw();
      });
      return button;
    });
    return element("div", { className: "keys" }, ...made);
  }

  panel(k) {
    const { title, unit } = this.words.panels[k], picture = svg("svg", { role: "img", tabindex: 0, "aria-label": `${title} (${unit})` });
    picture.addEventListener("pointermove", (event) => this.point(k, event));
    picture.addEventListener("pointerdown", (event) => this.point(k, event));
    picture.addEventListener("keydown", (event) => this.key(k, event));
    const head = element("p", { className: "head" }, element("strong", { textContent: title }), ` ${unit}`);
    return { box: element("div", {}, head, picture), picture, cross: null };
  }

  shown(k) { return this.data.panels[k].lines.map((line, option) => ({ ...line, ...this.data.lines[option], option })).filter((line) => !this.off.has(line.option)); }

  x(week) { return LEFT + ((this.wide - LEFT - RIGHT) * week) / Math.max(1, this.weeks - 1); }

  draw() {
    this.wide = Math.max(220, this.panels[0].box.clientWidth);
    this.panels.forEach((panel, k) => this.drawPanel(panel, k));
  }

  drawPanel(panel, k) {
    const lines = this.shown(k), known = lines.flatMap((line) => [line.mean, line.low ?? [], line.high ?? []]).flat().filter((value) => value !== null);
    const room = (Math.max(...known) - Math.min(...known)) * 0.05 || 0.5, low = Math.min(...known) - room, high = Math.max(...known) + room;
    const foot = HIGH - FOOT, y = (value) => foot - ((foot - TOP) * (value - low)) / (high - low), x = (week) => this.x(week);
    const parts = [];
    for (const { value, places } of charts.ticks(low, high, 4)) {
      parts.push(svg("line", { x1: LEFT, x2: this.wide - RIGHT, y1: y(value), y2: y(value), stroke: "#dddddd" }));
      parts.push(svg("text", { x: LEFT - 5, y: y(value) + 4, "text-anchor": "end" }, numbers.number(value, places)));
    }
    for (const { week, text } of charts.months(this.data.start, this.weeks, this.wide - LEFT)) {
      if (x(week) > this.wide - 24) continue;
      parts.push(svg("line", { x1: x(week), x2: x(week), y1: foot, y2: foot + 4, stroke: "#555555" }));
      parts.push(svg("text", { x: x(week), y: foot + 16, "text-anchor": "middle" }, text));
    }
    this.data.marks.forEach((week, m) => {
      const mark = svg("line", { x1: x(week), x2: x(week), y1: TOP, y2: foot, stroke: "#777777", "stroke-dasharray": "2 3" });
      mark.append(svg("title", {}, this.words.marks[m]));
      parts.push(mark);
    });
    parts.push(svg("line", { x1: LEFT, x2: this.wide - RIGHT, y1: foot, y2: foot, stroke: "#555555" }));
    for (const { colour, low: lows, high: highs } of lines) {
      if (lows) parts.push(svg("path", { class: "band", d: area(lows, highs, x, y), fill: colour, "fill-opacity": 0.2 }));
    }
    for (const { colour, dash, mean } of lines) {
      parts.push(svg("path", { class: "line", d: charts.line(mean, x, y), stroke: colour, "stroke-dasharray": dash, "stroke-width": 2, fill: "none", "stroke-linejoin": "round" }));
    }
    panel.cross = svg("line", { class: "cross", y1: TOP, y2: foot, stroke: "#1b1b1b", visibility: "hidden" });
    for (const [name, value] of [["width", this.wide], ["height", HIGH], ["viewBox", `0 0 ${this.wide} ${HIGH}`]]) panel.picture.setAttribute(name, value);
    panel.picture.replaceChildren(...parts, panel.cross);
  }

  point(k, event) {
    const left = event.clientX - this.panels[k].picture.getBoundingClientRect().left;
    this.show(k, Math.round(((left - LEFT) / (this.wide - LEFT - RIGHT)) * (this.weeks - 1)));
  }

  key(k, event) {
    if (event.key === "Escape") this.show(k, null);
    else if (KEYS[event.key]) this.show(k, (this.week ?? this.weeks - 1 - KEYS[event.key]) + KEYS[event.key]);
    else return;
    event.preventDefault();
  }

  /** Numbers of a week of a panel; nothing for null. */
  show(k, week) {
    this.week = week === null ? null : Math.max(0, Math.min(this.weeks - 1, week));
    this.tip.hidden = week === null;
    for (const { cross } of this.panels) cross?.setAttribute("visibility", week === null ? "hidden" : "visible");
    if (week === null) return;
    const left = this.x(this.week), { places } = this.data.panels[k], { unit } = this.words.panels[k], write = (value) => numbers.number(value, places);
    for (const { cross } of this.panels) for (const end of ["x1", "x2"]) cross.setAttribute(end, left);
    const day = charts.dateOf(this.data.start, this.week).toISOString().slice(0, 10);
    const told = this.shown(k).map(({ option, mean, low, high }) => {
      const span = low && low[this.week] !== high[this.week] ? ` (${write(low[this.week])} – ${write(high[this.week])})` : "";
      return element("div", { textContent: `${this.words.options[option]}: ${write(mean[this.week])}${span}` });
    });
    this.tip.replaceChildren(element("strong", { textContent: `${this.words.week.replace("{week}", this.week + 1)} · ${day} · ${unit}` }), ...told);
    const host = this.host.getBoundingClientRect(), box = this.panels[k].picture.getBoundingClientRect(), at = box.left - host.left + left;
    const width = Math.min(this.tip.offsetWidth, host.width), side = at > host.width / 2 ? at - width - 10 : at + 10;
    Object.assign(this.tip.style, { top: `${box.top - host.top + 10}px`, left: `${Math.max(0, Math.min(host.width - width, side))}px` });
  }
}

/** Up along the highest and back along the lowest. */
function area(lows, highs, x, y) {
  const at = (value, week) => (value === null ? null : `${x(week).toFixed(1)} ${y(value).toFixed(1)}`);
  const along = [...highs.map(at), ...lows.map(at).reverse()].filter((place) => place !== null);
  return `M${along.join("L")}Z`;
}
