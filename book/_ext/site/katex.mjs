// Sets formulas: one JSON request {tex, marked, displayMode, output} a line in, one answer a line out.
import { createInterface } from "node:readline";
import katex from "katex";
import { bear, write } from "./lean.mjs";

// Where a screen is too narrow for a displayed formula, it is broken as the PDF breaks it: between
// statements, else before a relation, else before a sign. KaTeX would break behind those, whichever
// came last. Parts within parts let the style sheet prefer the one to the other.
const span = (name, parts, style) =>
  `<span class="${name}"${style ? ` style="${style}"` : ""}>${parts.join("")}</span>`;
const em = (number) => `${+number.toFixed(4)}em`;

const is = (node, name) => node.classes?.includes(name);
const width = (node) => (is(node, "mspace") ? parseFloat(node.style.marginRight ?? 0) : 0);
const letters = (node) => node.text ?? (node.children ?? []).map(letters).join("");

// Which nodes stand outside all brackets; bars have the same form at both ends.
const outside = (nodes) => {
  const open = [];
  return nodes.map((node) => {
    const bar = is(node, "mord") && letters(node).match(/^[∣∥]/)?.[0];
    if (is(node, "mclose") || (bar && open.at(-1) === bar)) open.pop();
    else if (is(node, "mopen") || bar) open.push(bar);
    return open.length === 0;
  });
};

// Cuts before each node at which `at` holds.
const cut = (nodes, at) => {
  const parts = [];
  for (const node of nodes) {
    if (parts.length === 0 || at(node, parts.at(-1))) parts.push([]);
    parts.at(-1).push(node);
  }
  return parts;
};

// The spaces at the end of a part: how many, and how wide.
const spaces = (nodes) => {
  const count = nodes.length - 1 - nodes.findLastIndex((node) => !is(node, "mspace"));
  return [count, nodes.slice(nodes.length - count).reduce((sum, node) => sum + width(node), 0)];
};

const base = (nodes) => {
  const [height, depth] = ["height", "depth"].map((side) =>
    Math.max(0, ...nodes.map((node) => node[side] ?? 0)),
  );
  const strut = `height:${em(height + depth)};vertical-align:${em(-depth)}`;
  return span("katex-base", [span("katex-strut", [], strut), write(nodes)]);
};

// What is to stay together as long as it can: parts, or one of them alone.
const together = (parts) => (parts.length > 1 ? span("whole", parts) : parts.join(""));

const statement = (nodes, isOutside) => {
  const before = (name) => (node, part) =>
    is(node, name) && isOutside.has(node) && !part.every((n) => is(n, name) || is(n, "mspace"));
  const sides = cut(nodes, before("mrel")).map((side) => cut(side, before("mbin")).map(base));
  if (sides.length === 1) return together(sides[0]);
  const [left, right, ...more] = sides; // the first relation follows its left side
  return together([[together(left), ...right], ...more].map(together));
};

const breakable = (html) => {
  if (!html.children.every((child) => is(child, "katex-base"))) return;
  const nodes = html.children.flatMap(({ children }) => children.slice(1)); // without the strut
  const flags = outside(nodes);
  const isOutside = new Set(nodes.filter((_, i) => flags[i]));
  const statements = cut(nodes, (node, part) => !is(node, "mspace") && spaces(part)[1] >= 1);
  const text = statements.map((part, i) => {
    if (i === statements.length - 1) return statement(part, isOutside);
    const [count, room] = spaces(part); // a space proper, which vanishes at the end of a line
    const gap = `<span style="word-spacing:${em(room - 0.25)}"> </span>`;
    return statement(part.slice(0, part.length - count), isOutside) + gap;
  });
  html.children = [{ toMarkup: () => text.join("") }];
};

// What could not be broken is written with few elements as well.
const spare = (html) => {
  for (const { children } of html.children.filter((child) => is(child, "katex-base"))) {
    const nodes = children.splice(1);
    children.push({ toMarkup: () => write(nodes) });
  }
};

// The MathML beside it needs no wrappers, and keeps its source as an attribute.
const bare = (formula, tex) => {
  const [math] = formula.children[0].children;
  const [row] = math.children[0].children;
  math.children = row.type === "mrow" ? row.children : [row];
  math.setAttribute("class", "katex-mathml");
  math.setAttribute("data-tex", tex);
  delete math.attributes.xmlns;
  formula.children[0] = math;
};

const find = (node, name) =>
  is(node, name) ? node : (node.children ?? []).map((child) => find(child, name)).find(Boolean);

// Marks go around names (live/symbols.py), and are all of KaTeX's HTML that is trusted.
const MARKS = {
  output: "html",
  strict: (code) => (code === "htmlExtension" ? "ignore" : "error"),
  trust: ({ command }) => command === "\\htmlData",
};

for await (const line of createInterface({ input: process.stdin })) {
  const { tex, marked, displayMode, output } = JSON.parse(line);
  let answer;
  try {
    const tree = katex.__renderToDomTree(tex, { displayMode, output, strict: "error" });
    if (marked) {
      const withMarks = katex.__renderToDomTree(marked, { displayMode, ...MARKS });
      bear(withMarks);
      find(tree, "katex").children.splice(-1, 1, find(withMarks, "katex-html"));
    }
    const html = find(tree, "katex-html");
    if (html) {
      if (displayMode) breakable(html);
      spare(html);
      if (output === "htmlAndMathml") bare(find(tree, "katex"), tex);
    }
    answer = { html: tree.toMarkup() };
  } catch (error) {
    answer = { error: error.message };
  }
  process.stdout.write(`${JSON.stringify(answer)}\n`);
}
