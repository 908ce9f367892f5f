// Runs the cells of a page, in the order of the page: what stands above a cell is run first.
import { addStyles, make, rearrange } from "./elements.mjs";
import { call, follow, isRunning, onState, start, stop } from "./live.mjs";
import { say, spoken } from "./words.mjs";

const narrow = matchMedia("(max-width: 37.5rem)"); // see figures.py

addStyles("cells.css");

// Draws an SVG in the page. A policy refuses styles that are attributes, but not those that are set.
const drawn = (text) => {
  const svg = document.importNode(
    new DOMParser().parseFromString(text, "image/svg+xml").documentElement,
    true,
  );
  for (const element of svg.querySelectorAll("script, style, metadata")) element.remove();
  for (const element of [svg, ...svg.querySelectorAll("[style]")]) {
    const how = element.getAttribute("style");
    element.removeAttribute("style");
    if (how) element.style.cssText = how;
  }
  svg.setAttribute("role", "img");
  svg.setAttribute("aria-label", say("figure"));
  return svg;
};

class Cell {
  constructor(element, number) {
    this.element = element;
    this.number = number;
    this.listing = element.querySelector(".cell_input .highlight > pre");
    this.printed = this.listing.textContent.trimEnd();
    this.draws = Boolean(element.querySelector(".cell_output img"));
    this.ran = null; // the code that the worker has run
    this.editor = null;
    this.status = make("p", "live-status");
    this.status.setAttribute("role", "status");
    this.box = make("div", "live-box");
    element.append(this.box, this.status);
  }

  get code() {
    return this.editor?.code() ?? this.printed;
  }

  get isEdited() {
    return this.code.trimEnd() !== this.printed;
  }

  button(name) {
    return this.element.querySelector(`.live-bar [data-live=${name}]`);
  }

  set state(state) {
    this.element.dataset.liveState = state;
    const isBusy = state === "starting" || state === "running";
    const [run, stop] = [this.button("run"), this.button("stop")];
    rearrange(this.element.querySelector(".live-bar"), isBusy ? stop : run, () => {
      stop.hidden = !isBusy;
      run.hidden = isBusy;
    });
    this.offerReset();
  }

  changed() {
    this.listing.dataset.edited = this.code; // this is what the listing's button copies
    this.offerReset();
  }

  offerReset() {
    this.button("reset").hidden = !(this.isEdited || this.box.hasChildNodes());
  }

  say(name, more) {
    this.status.replaceChildren(...(name ? spoken(name, more) : []));
  }

  // Makes room for what a run prints; returns where.
  open() {
    const text = make("pre", "");
    const label = make("p", "output-label", ...spoken(this.isEdited ? "edited" : "output"));
    const output = make("div", "live-output", label, text);
    output.dataset.live = "output";
    this.box.replaceChildren(output);
    return text;
  }

  show({ text, error, figures, cut }) {
    const place = this.open();
    place.textContent = text;
    place.hidden = !text;
    if (place.scrollWidth > place.clientWidth) place.tabIndex = 0; // the keyboard scrolls it
    place.after(...figures.map(drawn));
    if (cut) this.box.append(make("p", "live-status", ...spoken("cut")));
    if (!text && figures.length === 0) this.box.replaceChildren();
    this.state = error ? "error" : "done";
    this.say(error ? "error" : text || figures.length ? "done" : "silent");
  }

  async edit() {
    const { edit } = await import("./editor.mjs");
    if (!this.editor) {
      this.editor = edit(this.code, {
        label: say("editor"),
        onChange: () => this.changed(),
        onRun: () => act(this.element, "run"),
      });
      this.listing.hidden = true;
      this.listing.after(this.editor.element);
    }
    this.editor.focus();
  }

  reset() {
    this.editor?.element.remove();
    this.editor = null;
    delete this.listing.dataset.edited;
    this.listing.hidden = false;
    this.box.replaceChildren();
    this.say("");
    this.state = "idle";
    this.button("run").focus();
  }
}

const cells = [...document.querySelectorAll("article div.cell:has(.cell_input)")].map(
  (element, i) => new Cell(element, i + 1),
);
let busy = null; // the cell that the reader runs
let canDraw = false;

onState((state) => {
  if (state !== "ended") return;
  canDraw = false;
  for (const cell of cells) {
    cell.ran = null;
    if (cell.element.dataset.liveState !== "idle") cell.state = "idle";
  }
});

const runOne = async (cell, isShown) => {
  const { code } = cell;
  cell.state = "running";
  if (isShown) cell.say("running");
  const text = isShown ? cell.open() : null;
  const result = await follow(
    (more) => text?.append(more.text),
    ...["cells.run", code, cell.number, isShown, narrow.matches],
  );
  cell.ran = result.error ? null : code;
  if (isShown || result.error) cell.show(result);
  else cell.state = "done";
  return !result.error;
};

// Runs what stands above a cell, from the first that has not run as it is now.
const runAbove = async (cell) => {
  const above = cells.slice(0, cells.indexOf(cell));
  const first = above.findIndex((other) => other.ran !== other.code);
  if (first < 0) return true;
  for (const other of above.slice(first)) {
    cell.say("above", ` ${other.number} / ${above.length}`);
    if (!(await runOne(other, false))) return false;
  }
  return true;
};

const run = async (cell, isAboveAlone) => {
  if (busy) {
    if (busy !== cell) cell.say("busy");
    return;
  }
  busy = cell;
  try {
    cell.state = "starting";
    cell.say(isRunning() ? "running" : "starting");
    await start();
    if (isAboveAlone) {
      await call("cells.reset");
      for (const other of cells) other.ran = null;
    }
    if (!(await runAbove(cell))) {
      cell.state = "idle";
      cell.say("above-failed");
    } else if (isAboveAlone) {
      cell.state = "idle";
      cell.say("above-done");
    } else {
      if (cell.draws && !canDraw) {
        cell.say("fetching");
        await call("figures");
        canDraw = true;
        for (const { element } of cells) element.querySelector(".live-bar small").hidden = true;
      }
      await runOne(cell, true);
    }
  } catch (error) {
    if (!error.why) throw error;
    cell.state = error.why === "stopped" ? "idle" : "error";
    cell.say(error.why === "python" ? "failed" : error.why);
  } finally {
    busy = null;
  }
};

const actions = {
  run: (cell) => run(cell, false),
  "run-above": (cell) => run(cell, true),
  stop: () => stop(),
  edit: (cell) => cell.edit(),
  reset: (cell) => cell.reset(),
};

// Does what a button of a cell is for.
export const act = (element, name) => actions[name](cells.find((cell) => cell.element === element));
