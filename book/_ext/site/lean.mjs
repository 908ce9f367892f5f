// Writes what KaTeX has set with a third of the elements, at the same places.
//
// KaTeX's own markup works in browsers that know neither grids nor margins of inline boxes: a
// superscript takes eight elements, a space one, and so does each letter that looks like the text
// around it. Here a lone script is raised by `vertical-align`, parts above one another stand in one
// cell of a grid, on one baseline, and are moved from there (`.stack` in css/formulas.css), spaces
// are margins, and what no rule of the style sheet names is plain text. What draws with pictures or
// is a table stays as KaTeX writes it.
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

const SHEET = fileURLToPath(import.meta.resolve("katex/dist/katex.min.css"));
const NAMED = new Set(readFileSync(SHEET, "utf8").match(/(?<=\.)[a-z][\w-]*/gi));
for (const name of ["nulldelimiter", "pstrut", "mspace"]) {
  NAMED.delete(name); // rules that place what is placed otherwise here
}
NAMED.add("cjk_fallback"); // css/formulas.css names the font of Chinese words
const SIZES = [0, 0.5, 0.6, 0.7, 0.8, 0.9, 1, 1.2, 1.44, 1.728, 2.074, 2.488]; // KaTeX's size1 …
const DRAWN = ["mtable", "sqrt", "mult", "svg-align", "katex-stretchy", "x-arrow", "katex-overlay"];
const AS_IT_IS = new Set([...DRAWN, "katex-vbox", "clap", "llap", "rlap"]);
const MOVED = new Set(["stack", "raised", "delimcenter", "op-symbol"]); // keep their own place
const PLACED = ["top", "marginLeft", "marginRight"];
const MARK = "data-symbol"; // says which symbol an element is: see live/symbols.py

const number = (length) => parseFloat(length ?? 0);
const em = (size) => `${+size.toFixed(4)}em`;
const is = (node, name) => node.classes?.includes(name);
const escaped = (text) =>
  text.replace(
    /[&<>"']/g,
    (c) => ({ "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#x27;" })[c],
  );

const isPicture = (node) =>
  !node.classes ||
  (node.text === undefined && !node.children) ||
  node.classes.some((name) => AS_IT_IS.has(name));
const drawn = (node) => isPicture(node) || (node.children ?? []).some(drawn);

// An element to be written; what stays as it is will be {markup}, and text mere strings.
const element = (node, parts) => {
  const style = { ...node.style };
  if (node.italic > 0) style.marginRight = em(node.italic + number(style.marginRight));
  const rests = is(node, "delimcenter") && number(style.top) === 0;
  if (rests) delete style.top;
  const classes = node.classes.filter(
    (name) => NAMED.has(name) && !(rests && name === "delimcenter"),
  );
  return { classes, style, parts, symbol: node.attributes?.[MARK] };
};

const isPlain = (part) =>
  part.parts &&
  !part.isItem &&
  !part.symbol &&
  part.classes.length === 0 &&
  Object.keys(part.style).length === 0;

// How much larger the letters of an element are than those around it.
const scale = (part) => {
  const size = part.classes?.map((name) => SIZES[name.match(/^size(\d+)$/)?.[1]]).find(Boolean);
  const from = part.classes
    ?.map((name) => SIZES[name.match(/^reset-size(\d+)$/)?.[1]])
    .find(Boolean);
  return size && from ? size / from : 1;
};

// Makes one element of two, of which the inner one is a stack, or only says which font.
const merged = (outer) => {
  const [inner, ...others] = outer.parts;
  if (others.length > 0 || !inner?.parts || isPlain(outer)) return outer;
  if (outer.symbol && inner.symbol) return outer;
  const joins = (name) => (name === "stack" ? scale(outer) === 1 : /^(math|text)/.test(name));
  if (!inner.classes.every(joins)) return outer;
  if (!Object.keys(inner.style).every((name) => name.startsWith("margin"))) return outer;
  const style = { ...outer.style };
  for (const [side, margin] of Object.entries(inner.style)) {
    style[side] = em(number(style[side]) + number(margin));
  }
  const classes = [...outer.classes, ...inner.classes];
  return { classes, style, parts: inner.parts, symbol: outer.symbol ?? inner.symbol };
};

// Puts an item of a stack where KaTeX has it: so much above the baseline.
const placed = ({ style, children: [strut, ...content] }, property) => {
  const parts = lean(content);
  const isOne = parts.length === 1 && parts[0].parts && !parts[0].classes.some((n) => MOVED.has(n));
  const only = isOne ? parts[0] : { classes: [], style: {}, parts };
  const ratio = scale(only);
  const up = -number(style.top) - number(strut.style.height);
  const own = { ...only.style };
  for (const side of ["marginLeft", "marginRight"]) {
    const margin = number(style[side]) / ratio + number(own[side]);
    if (margin) own[side] = em(margin);
  }
  if (Math.abs(up) > 1e-9) own[property] = em((property === "top" ? -up : up) / ratio);
  return { ...only, style: own, isItem: true };
};

const stack = (table) => {
  const items = table.children[0].children[0].children;
  const isKnown = (item) =>
    item.classes.length === 0 && Object.keys(item.style).every((name) => PLACED.includes(name));
  if (!items.every(isKnown)) return { markup: table.toMarkup() };
  return { classes: ["stack"], style: {}, parts: items.map((item) => placed(item, "top")) };
};

const scripts = (node) => {
  const [table] = node.children;
  const items = table.children[0].children[0].children;
  if (items.length > 1) return stack(table);
  const script = placed(items[0], "verticalAlign");
  return { ...script, classes: ["raised", ...script.classes] };
};

// Makes room on one side of an element; false if it is none.
const makeRoom = (part, side, room) => {
  if (!part?.parts) return false;
  part.style[side] = em(number(part.style[side]) + room / scale(part));
  return true;
};

// The parts of a list of nodes, spaces as margins of their neighbours.
const lean = (nodes) => {
  const parts = [];
  let before = 0; // the space before the next element
  const add = (part) => {
    if (before && !makeRoom(part, "marginLeft", before)) parts.push(empty(before));
    before = 0;
    parts.push(part);
  };
  const space = (room) => {
    const last = parts.at(-1); // plain text would have to become an element
    if (before || !last || isPlain(last) || !makeRoom(last, "marginRight", room)) before += room;
  };
  for (const node of nodes) {
    if (is(node, "mspace") && !node.children?.length) space(number(node.style.marginRight));
    else if (is(node, "nulldelimiter")) space(0.12 * scale(node));
    else if (drawn(node) && (isPicture(node) || is(node, "vlist-t"))) {
      add({ markup: node.toMarkup() });
    } else if (is(node, "vlist-t")) add(stack(node));
    else if (is(node, "msupsub") && !drawn(node)) add(scripts(node));
    else if (node.text !== undefined) add(element(node, [escaped(node.text)]));
    else {
      const whole = merged(element(node, lean(node.children)));
      if (isPlain(whole)) whole.parts.forEach(add);
      else add(whole);
    }
  }
  if (before && !makeRoom(parts.at(-1), "marginRight", before)) parts.push(empty(before));
  return parts;
};

const empty = (room) => ({ classes: ["mspace"], style: { marginRight: em(room) }, parts: [] });

const markup = (part) => {
  if (typeof part === "string") return part;
  if (part.markup) return part.markup;
  const inside = part.parts.map(markup).join("");
  if (isPlain(part)) return inside;
  const style = Object.entries(part.style)
    .map(([name, value]) => `${name.replace(/[A-Z]/g, (c) => `-${c.toLowerCase()}`)}:${value}`)
    .join(";");
  const attributes = [
    part.classes.length && ["class", part.classes.join(" ")],
    style && ["style", style],
    part.symbol && [MARK, part.symbol],
  ]
    .filter(Boolean)
    .map(([name, value]) => ` ${name}="${value}"`);
  return `<span${attributes.join("")}>${inside}</span>`;
};

// What stands alone in a mark.
const content = (node) =>
  node.attributes?.[MARK] && node.children.length === 1 ? node.children[0] : node;

// A mark, and behind it the space that KaTeX has put into it.
const withoutSpace = (node) => {
  const ends = node.attributes?.[MARK] && node.children.length > 1;
  return ends && is(node.children.at(-1), "mspace") ? [node, node.children.pop()] : [node];
};

// KaTeX makes one text of letters that look alike, the last of which alone has its correction for
// italics: so it is where a mark keeps them apart.
const correctAsOneText = (nodes) => {
  const letters = nodes.map(content);
  letters.forEach((one, i) => {
    const next = letters[i + 1];
    const alike =
      one.text !== undefined &&
      next?.text !== undefined &&
      one.classes.join(" ") === next.classes.join(" ") &&
      one.skew === next.skew &&
      !is(one, "mathnormal");
    if (alike) one.italic = 0;
  });
};

/** Lets what stands alone in a mark bear it: the mark needs no element of its own then. */
export const bear = (node) => {
  if (node.children) {
    node.children = node.children.flatMap(withoutSpace);
    correctAsOneText(node.children);
    node.children.forEach(bear);
  }
  const [only, ...others] = node.children ?? [];
  const isOne = only?.classes && !only.attributes?.[MARK] && others.length === 0;
  if (!node.attributes?.[MARK] || !isOne) return;
  node.classes = only.classes;
  node.style = { ...only.style };
  if (only.text === undefined) {
    node.children = only.children;
    return;
  }
  if (only.italic > 0) node.style.marginRight = em(only.italic);
  Object.assign(only, { classes: [], style: {}, italic: 0 });
};

/** Returns the HTML of nodes that KaTeX has set. */
export const write = (nodes) => lean(nodes).map(markup).join("");
