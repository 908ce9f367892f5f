// Sets LaTeX in a reader's page: KaTeX, whose fonts the page has; loaded on demand.
import katex from "katex";
import { addStyleBefore, make } from "./elements.mjs";

// The page has the rules of KaTeX's style that its own formulas need, and more that go before.
addStyleBefore("katex.css");

const HOW = { throwOnError: true, strict: "ignore", maxExpand: 200, maxSize: 20 };

// Sets a formula within an element; false, and nothing changed, where it cannot be set.
export const set = (latex, element, displayMode = false) => {
  const made = document.createElement("span");
  try {
    katex.render(latex, made, { ...HOW, displayMode });
  } catch {
    return false;
  }
  element.replaceChildren(...made.childNodes);
  return true;
};

// A formula as an element of its own, or its LaTeX where that cannot be set.
export const formula = (latex, display = false) => {
  const element = display ? make("div", "live-set") : make("span", "live-value");
  if (!set(latex, element, display)) element.append(make("code", "", latex));
  return element;
};

// Words with formulas between dollars, as nodes.
export const mixed = (text) =>
  text.split("$").map((part, i) => {
    if (i % 2 === 0) return part;
    const span = document.createElement("span");
    return set(part, span) ? span : part;
  });
