// Exercises that answer: a field for a formula or a function, a verdict, and hints.
import { ask, exercise } from "./asking.mjs";
import { addStyles, make, makeButton, rearrange } from "./elements.mjs";
import { isRunning, start, stop } from "./live.mjs";
import { formula, mixed, set } from "./setting.mjs";
import { drawn, reasons } from "./verdicts.mjs";
import { both, say, spoken } from "./words.mjs";

addStyles("cells.css", "verdicts.css", "tries.css");

// ---------------------------------------------------------------- what this device remembers
const keep = (id, what) => {
  try {
    localStorage.setItem(id, JSON.stringify({ ...kept(id), ...what }));
  } catch {} // a browser may forbid it
};
const kept = (id) => {
  try {
    return JSON.parse(localStorage.getItem(id)) ?? {};
  } catch {
    return {};
  }
};

// ---------------------------------------------------------------- fields
const GAP = /(?<=[{(])(?=[})])|(?<=\|)(?=\\\|)/; // where typing goes on within what a button has put

const formulaField = async (task, answer, onRun) => {
  const field = make("textarea", "");
  Object.assign(field, { rows: 2, value: answer, spellcheck: false, autocapitalize: "off" });
  field.setAttribute("aria-label", say("latex"));
  field.dataset.live = "latex";
  const preview = make("div", "live-set");
  const show = () => {
    const latex = field.value.trim() || "\\;?";
    preview.classList.toggle("stale", !set(`${task.left} = ${latex}`, preview, true));
  };
  field.addEventListener("input", show);
  field.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || event.isComposing) return;
    event.preventDefault();
    onRun();
  });
  const keys = task.keys.map((key) => {
    const button = makeButton("key", () => {
      const at = field.selectionStart;
      field.setRangeText(key, at, field.selectionEnd, "end");
      const gap = key.search(GAP);
      if (gap >= 0) field.setSelectionRange(at + gap, at + gap);
      field.focus();
      show();
    });
    set(key.replaceAll("{}", "{\\square}").replace("\\|\\|", "\\|\\square\\|"), button);
    button.title = key; // its name is the formula, as screen readers say it
    return button;
  });
  const row = make("div", "try-keys", ...keys);
  row.setAttribute("role", "group");
  row.setAttribute("aria-label", say("keys"));
  show();
  const write = (code) => {
    field.value = code;
    show();
  };
  return {
    parts: [preview, field, row],
    value: () => field.value,
    write,
    focus: () => field.focus(),
  };
};

const functionField = async (_task, answer, onRun) => {
  const { edit } = await import("./editor.mjs");
  const place = make("div", "");
  let editor;
  const write = (code) => {
    editor = edit(code, { label: say("answer-code"), onChange: () => {}, onRun });
    place.replaceChildren(editor.element);
  };
  write(answer);
  return { parts: [place], value: () => editor.code(), write, focus: () => editor.focus() };
};

// ---------------------------------------------------------------- verdicts
// A value, or the sizes of one.
const shown = (task, value) => {
  if (task.function) return [make("code", "", value)];
  if (!Array.isArray(value)) return [formula(value)];
  if (value.length === 0) return spoken("number");
  return [formula(value.length === 1 ? `${value[0]} \\times 1` : value.join(" \\times "))];
};

const values = (task, { given, got, wanted }) => {
  const list = make("dl", "try-values");
  list.dataset.live = "counterexample";
  const add = (name, ...content) =>
    list.append(make("dt", "", ...spoken(name)), make("dd", "", ...content));
  if (given?.length && task.function) {
    add("given", make("code", "", given.map((pair) => pair.join(" = ")).join(", ")));
  } else if (given?.length) {
    add("given", ...drawn(given));
  }
  if (got !== undefined) {
    add("got", ...shown(task, got));
    add("wanted", ...shown(task, wanted));
  }
  return list;
};

const refused = (verdict) => {
  const { why, line, detail } = verdict;
  if (why === "unread") return [make("p", "", ...spoken("unread")), ...reasons(verdict)];
  const said = [...spoken("not-read"), " "];
  if (why === "without") {
    const name = make("span", "");
    set(detail, name);
    said.push(...spoken("without"), " ", name);
  } else {
    said.push(...spoken(why));
    if (line) said.push(` ${line}. `);
    if (detail) said.push(" ", make("code", "", detail));
  }
  return [make("p", "", ...said)];
};

const wrong = (task, verdict) => {
  const { why, line, detail } = verdict;
  const said = make("p", "", ...spoken("not-yet"));
  if (why !== "values") said.append(" ", ...spoken(`wrong-${why}`));
  if (line) said.append(` ${line}. `);
  if (detail) said.append(" ", make("code", "", detail));
  return [said, values(task, verdict)];
};

const told = (task, verdict) => {
  if (verdict.state === "checked") return [make("p", "", "✓ ", ...spoken("right"))];
  return verdict.state === "wrong" ? wrong(task, verdict) : refused(verdict);
};

// ---------------------------------------------------------------- an exercise
class Exercise {
  constructor(box, bar, task) {
    this.box = box;
    this.bar = bar;
    this.task = task;
    this.answer = "";
    this.hints = null; // those that were not given yet, once they come
  }

  async open() {
    const { task, box } = this;
    const answer = kept(box.id).answer ?? task.start;
    const check = () => this.check();
    const fieldOf = task.function ? functionField : formulaField;
    this.field = await fieldOf(task, answer, check);
    this.buttons = Object.fromEntries(
      ["check", "stop", "hint", "reset"].map((name) => [
        name,
        makeButton(name, () => this[name](), ...spoken(name)),
      ]),
    );
    this.verdict = make("div", "live-verdict");
    this.verdict.dataset.live = "verdict";
    this.verdict.setAttribute("role", "status");
    const row = make("div", "try-buttons", ...Object.values(this.buttons));
    this.bar.querySelector("button").remove();
    this.bar.before(make("div", "try-work", ...this.field.parts, row, this.verdict));
    box.querySelector(".try-given").hidden = true; // it stands in the field
    this.state = "idle";
    this.field.focus();
    start().catch(() => {}); // while the reader writes
  }

  set state(state) {
    const isBusy = state === "starting" || state === "running";
    this.box.dataset.tryState = state;
    const { check, stop, hint, reset } = this.buttons;
    rearrange(this.box.querySelector(".try-buttons"), isBusy ? stop : check, () => {
      stop.hidden = !isBusy;
      check.hidden = reset.hidden = isBusy;
      hint.hidden = state !== "wrong";
    });
  }

  say(...nodes) {
    this.verdict.replaceChildren(...nodes);
  }

  async check() {
    if (this.buttons.check.hidden) return;
    this.answer = this.field.value();
    keep(this.box.id, { answer: this.answer });
    this.hints = null;
    delete this.verdict.dataset.state;
    this.state = "starting";
    this.say(make("p", "", ...spoken(isRunning() ? "checking" : "starting")));
    try {
      await start();
      this.state = "running";
      this.say(make("p", "", ...spoken("checking")));
      const verdict = await ask("tries.check", this.box.id, this.answer);
      this.say(...told(this.task, verdict));
      this.verdict.dataset.state = verdict.state;
      this.state = verdict.state;
      if (verdict.state === "checked") this.solve();
    } catch (error) {
      this.fail(error);
    }
  }

  solve() {
    keep(this.box.id, { solved: true });
    this.bar.querySelector("[data-live=solved]").hidden = false;
    this.box.dataset.solved = "";
  }

  fail(error) {
    if (!error.why) throw error;
    this.hints = null;
    this.say(make("p", "", ...spoken(error.why === "python" ? "failed" : error.why)));
    this.state = "idle";
  }

  stop() {
    stop();
  }

  async hint() {
    this.hints ??= ask("tries.hint", this.box.id, this.answer);
    const asked = this.hints;
    try {
      const left = await asked;
      if (asked === this.hints) this.give(left.shift() ?? "none"); // else the answer is another now
    } catch (error) {
      if (asked === this.hints) this.fail(error);
    }
  }

  give(next) {
    const said = make("p", "try-hint");
    if (next.known === undefined) said.append(...spoken(`hint-${next}`));
    else {
      for (const span of both(this.task.wrong[next.known])) {
        if (span.textContent) span.replaceChildren(...mixed(span.textContent));
        said.append(span);
      }
    }
    this.verdict.append(said);
    this.buttons.hint.hidden = next === "none";
  }

  reset() {
    this.hints = null;
    keep(this.box.id, { answer: undefined });
    this.field.write(this.task.start);
    this.say();
    delete this.verdict.dataset.state;
    this.state = "idle";
    this.field.focus();
  }
}

const opened = new Set();

// Opens an exercise, in which a bar says that a reader may.
export const open = async (box, bar) => {
  if (opened.has(box)) return;
  opened.add(box);
  try {
    await new Exercise(box, bar, await exercise(box.id)).open();
  } catch (error) {
    opened.delete(box);
    throw error;
  }
};
