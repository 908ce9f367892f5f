// Opens an equation of the book: a reader changes it, and it is checked as the book's own was.
import { ask, equation } from "./asking.mjs";
import { addStyles, make, makeButton, rearrange } from "./elements.mjs";
import { WORDS } from "./formula-words.mjs";
import { isRunning, start, stop } from "./live.mjs";
import { formula, set } from "./setting.mjs";
import { drawn, reasons } from "./verdicts.mjs";
import { both, spoken } from "./words.mjs";

const SOON = 2500; // milliseconds after which a check is said to be still at work
const QUESTIONS = 6;
const AROUND = 24; // letters before and behind what is refused
const STEPS = 100_000; // of eqcheck's work, in a second

const styled = addStyles("verdicts.css", "formulas.css");

// ---------------------------------------------------------------- words and values
const texts = (name, more) => ({ zh: WORDS.zh[name](more), en: WORDS.en[name](more) });
const words = (name, more) => both(texts(name, more));
const plain = (name, more) =>
  words(name, more)
    .map((part) => part.textContent ?? part)
    .join("");
const paragraph = (name, more) => make("p", "", ...words(name, more));
const button = (name, onClick) => makeButton(name, onClick, ...words(name));

// ---------------------------------------------------------------- verdicts
const counterexample = ({ draw, place, sides }) => {
  const box = make("div", "live-example");
  box.dataset.live = "counterexample";
  const line = make("p", "", ...words("example"), " ", ...drawn(draw));
  const list = make("dl", "");
  for (const [name, value] of sides) {
    list.append(make("dt", "", ...words(name)), make("dd", "", formula(value)));
  }
  box.append(line);
  if (place) box.append(make("p", "", ...words("in"), " ", formula(place.replaceAll("&", ""))));
  box.append(list);
  return box;
};

const wrong = ({ error, witness }) => {
  const first = paragraph("wrong");
  if (error !== null && !witness) first.append(" ", ...words("differs", error));
  return [first, witness ? counterexample(witness) : paragraph("noExample")];
};

const refused = (found, latex) => {
  const { at, excerpt } = found;
  const place = make("code", "live-place", excerpt);
  if (at) {
    const [from, to] = at;
    const start = latex.lastIndexOf("\\", from - AROUND); // of a command
    const before = start > 0 ? `… ${latex.slice(start, from)}` : latex.slice(0, from);
    const after = latex.slice(to, to + AROUND);
    place.replaceChildren(before, make("mark", "", excerpt), after);
  }
  return [paragraph("refused"), ...reasons(found, place)];
};

const caught = ({ of, caught: number, true: alsoTrue, missed }) => {
  if (of === 0) return [paragraph("noSlips")];
  if (number === of) return [paragraph("allCaught", of)];
  const parts = [paragraph("caught", { of, caught: number })];
  for (const [name, versions] of Object.entries({ true: alsoTrue, missed })) {
    if (versions.length) {
      parts.push(paragraph(name, versions.length));
      parts.push(...versions.slice(0, 3).map((latex) => formula(latex, true)));
    }
  }
  return parts;
};

// ---------------------------------------------------------------- the panel
// What is wrong says so below its equation, and not in it.
const mathOf = (evidence) => evidence.closest("div.math") ?? evidence.previousElementSibling;

const panels = new Map(); // by evidence
let busy = null; // the panel that waits for an answer

class Panel {
  constructor(evidence, number) {
    this.evidence = evidence;
    this.math = mathOf(evidence);
    this.label = this.math.id.replace(/^equation-/, "");
    this.preview = make("div", "live-set");
    this.preview.dataset.live = "preview";
    this.field = make("textarea", "");
    Object.assign(this.field, { spellcheck: false, autocapitalize: "off", rows: 2 });
    this.field.setAttribute("autocomplete", "off");
    this.field.setAttribute("aria-label", plain("latex"));
    this.field.dataset.live = "latex";
    this.field.addEventListener("input", () => {
      if (this.isAttacked) this.end(); // what is tried now is of another version
      this.show();
    });
    this.field.addEventListener("keydown", (event) => {
      if (event.key !== "Enter" || !(event.shiftKey || event.ctrlKey || event.metaKey)) return;
      event.preventDefault();
      this.check();
    });
    this.buttons = {
      check: button("check", () => this.check()),
      stop: button("stop", () => this.stop()),
      slip: button("slip", () => this.slip()),
      round: button("round", () => this.round()),
      reset: button("reset", () => this.reset()),
      close: button("close", () => this.close()),
    };
    this.bar = make("div", "live-actions", ...Object.values(this.buttons));
    this.verdict = make("div", "live-verdict");
    this.verdict.dataset.live = "verdict";
    this.verdict.setAttribute("role", "status");
    this.progress = make("p", "live-progress"); // counts on, too fast to be read out
    this.editor = make("div", "live-edit", this.preview, this.field);
    this.main = make("div", "live-main", this.editor, this.bar, this.verdict, this.progress);
    this.element = make("section", "live-formula", this.main, ...this.symbols());
    this.element.setAttribute("aria-label", plain("panel", number));
    this.turn = 0; // of what the worker is asked
    this.isAttacked = false;
    this.isRight = true;
    this.state = "idle";
  }

  // The table of symbols that holds here stands beside, as it is on the page.
  symbols() {
    const before = [...document.querySelectorAll("details.symbols-of-page")].filter(
      (table) => table.compareDocumentPosition(this.math) & Node.DOCUMENT_POSITION_FOLLOWING,
    );
    const found = before.at(-1);
    if (!found) return [];
    const copy = found.cloneNode(true);
    copy.className = "live-symbols";
    copy.open = matchMedia("(min-width: 60rem)").matches;
    for (const element of copy.querySelectorAll("[id]")) element.removeAttribute("id");
    return [copy];
  }

  set state(state) {
    this.element.dataset.liveState = state;
    const isBusy = state === "starting" || state === "running";
    const { check, stop, slip, round, reset } = this.buttons;
    rearrange(this.bar, isBusy ? stop : check, () => {
      stop.hidden = !isBusy;
      check.hidden = reset.hidden = isBusy;
      slip.hidden = round.hidden = isBusy || !this.isRight;
    });
  }

  get latex() {
    return this.field.value.trim();
  }

  show() {
    const isSet = set(this.latex || "\\;", this.preview, true);
    this.preview.classList.toggle("stale", !isSet);
    this.preview.title = isSet ? "" : plain("unset");
    this.field.rows = Math.max(2, this.field.value.split("\n").length);
    this.field.style.height = "auto";
    this.field.style.height = `${this.field.scrollHeight + 2}px`;
    if (this.verdict.dataset.state) this.say(); // it was of another version
  }

  // Says what is found, or nothing.
  say(state = "", ...parts) {
    if (state) this.verdict.dataset.state = state;
    else delete this.verdict.dataset.state;
    this.verdict.replaceChildren(...parts);
    this.progress.replaceChildren();
  }

  put(latex) {
    this.field.value = latex;
    this.show();
  }

  async load() {
    const { latex, expect, long } = await equation(this.label);
    this.book = latex;
    this.isRight = expect === undefined;
    this.state = "idle";
    this.put(this.latex || latex); // a reader may write before it comes
    this.say("", ...(long ? [paragraph("long", Math.ceil(long / STEPS))] : []));
  }

  // Does what asks the worker, until something else is asked here.
  async work(task) {
    if (busy !== this) busy?.end();
    busy = this;
    this.turn += 1;
    const { turn } = this;
    const isCurrent = () => turn === this.turn;
    this.state = isRunning() ? "running" : "starting";
    const late = setTimeout(() => {
      if (isCurrent()) this.progress.replaceChildren(...words("slow"));
    }, SOON);
    this.progress.replaceChildren(...(isRunning() ? words("checking") : spoken("starting")));
    try {
      await start();
      if (isCurrent()) this.state = "running";
      return await task(isCurrent);
    } finally {
      clearTimeout(late);
      if (isCurrent()) this.end();
    }
  }

  // Waits for nothing more.
  end() {
    this.turn += 1;
    this.isAttacked = false;
    if (busy === this) busy = null;
    this.progress.replaceChildren();
    this.state = "done";
  }

  failed(error) {
    if (!error.why) throw error;
    const isPython = error.why === "python"; // an error of the machinery
    const told =
      error.why === "stopped" ? words("stopped") : spoken(isPython ? "failed" : error.why);
    this.say("", make("p", "", ...told));
    this.state = error.why === "stopped" ? "idle" : "error";
  }

  async check() {
    const { latex } = this;
    if (!latex) {
      this.say("", paragraph("empty"));
      return;
    }
    this.say();
    try {
      const found = await this.work(() => ask("verdicts.check", this.label, latex));
      if (latex !== this.latex) return; // the reader goes on typing
      if (found.state === "refused") this.say("refused", ...refused(found, latex));
      else if (found.state === "wrong") this.say("wrong", ...wrong(found));
      else {
        this.holds = [paragraph("holds", found)];
        if (latex === this.book) this.holds.push(paragraph("same"));
        this.say("checked", ...this.holds);
        await this.attack(latex);
      }
    } catch (error) {
      this.failed(error);
    }
  }

  // Tries the wrong versions, a few at a time: what else asks the worker waits for no more of them.
  async attack(latex) {
    await this.work(async (isCurrent) => {
      this.isAttacked = true;
      let found = await ask("verdicts.attack", this.label, latex, true);
      while (isCurrent() && !found.ended) {
        this.progress.replaceChildren(...words("attacking", found));
        found = await ask("verdicts.attack", this.label, latex, false);
      }
      if (isCurrent()) this.say("checked", ...this.holds, ...caught(found));
    });
  }

  stop() {
    if (this.isAttacked) {
      this.end();
      this.say("checked", ...this.holds, paragraph("stoppedAttack"));
    } else stop();
  }

  async slip() {
    try {
      this.slips ??= await this.work(() => ask("verdicts.slips", this.label));
      const others = this.slips.filter((latex) => latex !== this.latex);
      this.put(others[Math.floor(Math.random() * others.length)] ?? this.book);
      this.field.focus();
    } catch (error) {
      this.failed(error);
    }
  }

  reset() {
    this.put(this.book ?? "");
    this.say();
    this.state = "idle";
    this.field.focus();
  }

  close() {
    if (busy === this) this.end();
    this.element.remove();
    (this.evidence.querySelector("summary") ?? this.evidence.querySelector("button")).focus();
  }

  // ---------------------------------------------------------------- true or false?
  async round() {
    try {
      const seed = Math.floor(Math.random() * 1e9);
      const versions = await this.work(() => ask("verdicts.versions", this.label, seed, QUESTIONS));
      this.editor.hidden = this.bar.hidden = true;
      this.say();
      this.question(versions, 0, 0);
    } catch (error) {
      this.failed(error);
    }
  }

  question(versions, at, score) {
    const { latex, isTrue } = versions[at];
    const count = make(
      "p",
      "live-count",
      ...words("question", { at: at + 1, of: versions.length, score }),
    );
    const answer = (said) => this.answer(versions, at, score + (said === isTrue), said === isTrue);
    const yes = button("yes", () => answer(true));
    const no = button("no", () => answer(false));
    const actions = make(
      "div",
      "live-actions",
      yes,
      no,
      button("close", () => this.endRound()),
    );
    this.game(at, count, paragraph("ask"), formula(latex, true), actions);
    yes.focus();
  }

  game(at, ...parts) {
    this.quiz?.remove();
    this.quiz = make("div", "live-quiz", ...parts);
    this.quiz.dataset.at = at;
    this.quiz.dataset.live = "quiz";
    this.main.prepend(this.quiz);
  }

  async answer(versions, at, score, isCorrect) {
    const { latex } = versions[at];
    const [count, , set] = this.quiz.children;
    count.replaceChildren(...words("question", { at: at + 1, of: versions.length, score }));
    const isLast = at === versions.length - 1;
    const next = isLast
      ? button("again", () => this.round())
      : button("next", () => {
          this.say();
          this.question(versions, at + 1, score);
        });
    const actions = make(
      "div",
      "live-actions",
      next,
      button("close", () => this.endRound()),
    );
    const told = paragraph(isCorrect ? "correct" : "incorrect");
    this.game(at, count, set, actions);
    next.focus();
    try {
      const found = await this.work(() => ask("verdicts.check", this.label, latex));
      if (this.quiz?.dataset.at !== String(at)) return; // the reader went on
      const why =
        found.state === "wrong"
          ? wrong(found)
          : found.state === "refused"
            ? refused(found, latex)
            : [paragraph("holds", found)];
      if (isLast) why.push(paragraph("score", { of: versions.length, score }));
      this.say(found.state, told, ...why);
    } catch (error) {
      this.failed(error);
    }
  }

  endRound() {
    this.quiz.remove();
    this.quiz = null;
    this.editor.hidden = this.bar.hidden = false;
    this.say();
    this.field.focus();
  }
}

// Opens the panel of the equation beside which an evidence stands, or goes to it.
export const open = async (evidence) => {
  evidence.open = false;
  let panel = panels.get(evidence);
  if (!panel) {
    const number = mathOf(evidence).querySelector(".eqno")?.firstChild.textContent ?? "";
    panel = new Panel(evidence, number);
    panels.set(evidence, panel);
  }
  (evidence.closest("div.math") ?? evidence).after(panel.element);
  try {
    if (panel.book === undefined) await panel.load();
    await styled;
    panel.show(); // as high as what it holds
    panel.field.focus();
    start().catch(() => {}); // the check says so
  } catch (error) {
    panel.failed(error);
  }
};
