// The map: a layer of an option beside the baseline, with names and numbers wherever one points.
const NO_STREET = { street: null, community: null, stretch: false };
const element = (tag, given = {}, ...inside) => {
  const made = Object.assign(document.createElement(tag), given);
  made.append(...inside);
  return made;
};

export class DistrictMap {
  constructor(host, data, words) {
    Object.assign(this, { host, data, words, camera: new map.Camera(), pointers: new Map(), grounds: [] });
    Object.assign(this, { layer: data.first, option: 0, compare: "difference", cut: 0.5, facilities: true });
    this.canvas = element("canvas", { tabIndex: 0 });
    this.canvas.setAttribute("role", "img");
    this.tip = element("div", { className: "tip", hidden: true });
    this.slider = element("input", { type: "range", min: 0, max: 100, value: 50, hidden: true, ariaLabel: words.cut });
    this.slider.addEventListener("input", () => { this.cut = this.slider.value / 100; this.draw(); });
    this.frame = element("div", { className: "frame" }, this.canvas, this.zoomers(), this.tip);
    host.append(this.choices(), this.frame, this.slider, element("p", { className: "note", textContent: words.help }));
    for (const [name, act] of [["wheel", this.wheel], ["pointerdown", this.down], ["pointermove", this.move], ["pointerup", this.up], ["pointercancel", this.up], ["keydown", this.key]]) {
      this.canvas.addEventListener(name, act.bind(this));
    }
    this.canvas.addEventListener("pointerleave", () => { this.tip.hidden = true; });
    new ResizeObserver(() => this.draw()).observe(this.frame);
  }

  choices() {
    const { words } = this, compares = { difference: words.difference, swipe: words.swipe, policy: words.policy_alone };
    const choose = (label, name, texts) => {
      const list = element("select", { name }, ...texts.map(([value, text]) => element("option", { value, textContent: text })));
      list.value = this[name];
      list.addEventListener("change", () => {
        this[name] = name === "compare" ? list.value : Number(list.value);
        this.slider.hidden = this.compare !== "swipe";
        this.draw();
      });
      return element("label", {}, label, list);
    };
    const made = [choose(words.layer, "layer", [...words.layers.entries()]), choose(words.compare, "compare", Object.entries(compares))];
    if (words.options.length > 1) made.unshift(choose(words.option, "option", [...words.options.entries()]));
    if (this.data.facilities.length) made.push(this.switched(words.facilities));
    return element("div", { className: "choices" }, ...made);
  }

  /** A box that shows and hides the facilities. */
  switched(label) {
    const box = element("input", { type: "checkbox", name: "facilities", checked: this.facilities });
    box.addEventListener("change", () => { this.facilities = box.checked; this.draw(); });
    return element("label", { className: "switch" }, box, label);
  }

  zoomers() {
    const button = (textContent, title, act) => {
      const made = element("button", { type: "button", textContent, title, ariaLabel: title });
      made.addEventListener("click", act);
      return made;
    };
    return element("div", { className: "zoom" },
      button("+", this.words.zoom_in, () => this.zoom(1.6)),
      button("−", this.words.zoom_out, () => this.zoom(1 / 1.6)),
      button("⌂", this.words.whole_map, () => { this.camera.reset(); this.draw(); }));
  }

  /** Cells and names of the option that is shown. */
  ground() {
    const { data, words, option } = this, { width, height, x, y } = data;
    this.grounds[option] ??= new map.Ground({ width, height, x, y, ...data.options[option], communities: words.communities[option], streets: words.streets });
    return this.grounds[option];
  }

  state() {
    const { scale, ramps, values } = this.data.layers[this.layer], { policy, baseline, clear } = values[this.option], { words } = this;
    return {
      ground: this.ground(),
      values: { policy: map.decode(policy, Float32Array), baseline: map.decode(baseline, Float32Array), clear: map.decode(clear, Uint8Array) },
      facilities: this.data.facilities.map(([kind, x, y], k) => [kind, `${x} ${y}`, false, words.named[k], [x, y]]),
      kinds: this.data.symbols.map((symbol, k) => ({ symbol, label: words.kinds[k], on: this.facilities })), scale, view: { ...NO_STREET, compare: this.compare }, swipe: this.cut, number: numbers.number,
      ramps: { level: map.decode(ramps.level, Uint8Array), change: map.decode(ramps.change, Uint8Array) },
      words: { baseline: words.baseline, policy: words.options[this.option], unit: words.units[this.layer] },
    };
  }

  draw() {
    if (this.asked) return;
    this.asked = requestAnimationFrame(() => {
      this.asked = 0;
      const { canvas, camera } = this, wide = this.frame.clientWidth;
      if (!wide) return;
      const state = this.seen = this.state(), high = Math.round(Math.max(260, Math.min(0.62 * wide, 620)));
      camera.fit(state.ground, wide, high);
      const whole = high + map.legendHeight(state, wide), dense = window.devicePixelRatio || 1;
      Object.assign(canvas, { width: Math.round(wide * dense), height: Math.round(whole * dense) });
      Object.assign(canvas.style, { width: `${wide}px`, height: `${whole}px`, touchAction: camera.zoom > 1 ? "none" : "pan-y" });
      canvas.setAttribute("aria-label", `${this.words.layers[this.layer]} · ${this.words.options[this.option]}`);
      map.draw(new pens.CanvasPen(canvas.getContext("2d"), dense), camera, state);
      canvas.dataset.drawn = `${this.layer} ${this.option} ${this.compare} ${camera.zoom.toFixed(2)}`;
    });
  }

  at(event) {
    const box = this.canvas.getBoundingClientRect();
    return [event.clientX - box.left, event.clientY - box.top];
  }

  down(event) {
    this.canvas.setPointerCapture(event.pointerId);
    this.pointers.set(event.pointerId, this.at(event));
    this.cutting = this.compare === "swipe" && Math.abs(this.at(event)[0] - this.cut * this.camera.width) < 12;
  }

  move(event) {
    const now = this.at(event), before = this.pointers.get(event.pointerId);
    if (!before) { this.hover(...now); return; }
    const old = [...this.pointers.values()];
    this.pointers.set(event.pointerId, now);
    this.tip.hidden = true;
    if (this.pointers.size > 1) this.pinch(old, [...this.pointers.values()]);
    else if (this.cutting) { this.cut = Math.max(0, Math.min(1, now[0] / this.camera.width)); this.slider.value = 100 * this.cut; }
    else if (this.camera.zoom > 1) this.camera.pan(now[0] - before[0], now[1] - before[1]);
    this.draw();
  }

  pinch([a, b], [c, d]) {
    const grown = Math.hypot(c[0] - d[0], c[1] - d[1]) / Math.max(1, Math.hypot(a[0] - b[0], a[1] - b[1]));
    this.camera.zoomAt(grown, (c[0] + d[0]) / 2, (c[1] + d[1]) / 2);
  }

  up(event) {
    this.pointers.delete(event.pointerId);
    this.hover(...this.at(event));
  }

  hover(left, top) {
    const { words, camera } = this, { ground, values, scale } = this.seen;
    const cell = top > camera.height ? -1 : ground.cell(...camera.toWorld(left, top)), community = cell < 0 ? -1 : ground.community[cell];
    this.tip.hidden = cell < 0;
    if (cell < 0) return;
    const write = (value, signed) => numbers.number(value, scale.places, signed), lines = [];
    const policy = values.policy[cell], baseline = values.baseline[cell], unit = words.units[this.layer];
    if (community < 0) lines.push(words.nobody);
    else {
      lines.push(`${words.layers[this.layer]}: ${write(policy)} ${unit}`, `${words.baseline}: ${write(baseline)} · ${words.change}: ${write(policy - baseline, true)}`);
      if (!values.clear[cell]) lines.push(words.unclear);
    }
    const place = [ground.streets[ground.street[cell]], ground.communities[community]].filter(Boolean).join(" · ");
    this.tip.replaceChildren(element("strong", { textContent: place }), ...lines.map((textContent) => element("div", { textContent })));
    const width = this.tip.offsetWidth, side = left > camera.width / 2 ? left - width - 12 : left + 12;
    Object.assign(this.tip.style, { top: `${top + 14}px`, left: `${Math.max(0, Math.min(camera.width - width, side))}px` });
  }

  wheel(event) { // the wheel scrolls the page until the map has the focus
    if (!(event.ctrlKey || document.activeElement === this.canvas)) return;
    event.preventDefault();
    this.camera.zoomAt(Math.exp(-event.deltaY / 400), ...this.at(event));
    this.draw();
  }

  zoom(factor) {
    this.camera.zoomAt(factor, this.camera.width / 2, this.camera.height / 2);
    this.draw();
  }

  key(event) {
    const pans = { ArrowLeft: [60, 0], ArrowRight: [-60, 0], ArrowUp: [0, 60], ArrowDown: [0, -60] };
    if (pans[event.key] && this.camera.zoom > 1) this.camera.pan(...pans[event.key]);
    else if ("+=".includes(event.key)) this.camera.zoomAt(1.6, this.camera.width / 2, this.camera.height / 2);
    else if (event.key === "-") this.camera.zoomAt(1 / 1.6, this.camera.width / 2, this.camera.height / 2);
    else if (event.key === "0") this.camera.reset();
    else return;
    event.preventDefault();
    this.draw();
  }
}
