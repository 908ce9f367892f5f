// The editor of a cell: CodeMirror, which is loaded when a reader first edits one.
import { defaultKeymap, history, historyKeymap, indentWithTab } from "@codemirror/commands";
import { python } from "@codemirror/lang-python";
import {
  bracketMatching,
  HighlightStyle,
  indentOnInput,
  indentUnit,
  syntaxHighlighting,
} from "@codemirror/language";
import { EditorState, Prec } from "@codemirror/state";
import { EditorView, keymap } from "@codemirror/view";
import { tags } from "@lezer/highlight";

// The colours of the page's own listings, as cells.css has them.
const colours = HighlightStyle.define(
  Object.entries({
    keyword: [tags.keyword, tags.operatorKeyword, tags.moduleKeyword, tags.controlKeyword],
    name: [tags.function(tags.definition(tags.variableName)), tags.definition(tags.className)],
    string: [tags.string, tags.special(tags.string), tags.operator],
    number: [tags.number, tags.bool, tags.null, tags.standard(tags.variableName)],
    comment: [tags.comment],
  }).map(([name, tag]) => ({ tag, color: `var(--live-${name})` })),
);

const look = EditorView.theme({
  "&": { background: "var(--pst-color-surface)", color: "var(--pst-color-text-base)" },
  "&.cm-focused": { outline: "2px solid var(--pst-color-primary)" },
  ".cm-scroller": { fontFamily: "var(--pst-font-family-monospace)", lineHeight: "inherit" },
  ".cm-content": { padding: "1rem 0", caretColor: "currentColor" },
  ".cm-line": { padding: "0 1rem" },
});

// Makes an editor for code. It stands in a shadow of its own, where its styles need no leave of the
// site's policy, and where those of the page do not reach.
export const edit = (code, { label, onChange, onRun }) => {
  const element = document.createElement("div");
  element.className = "live-editor";
  const root = element.attachShadow({ mode: "open" });
  const runs = { key: "Shift-Enter", run: () => onRun() || true };
  const view = new EditorView({
    doc: code,
    root,
    parent: root,
    extensions: [
      Prec.highest(keymap.of([runs, { ...runs, key: "Mod-Enter" }])),
      keymap.of([indentWithTab, ...defaultKeymap, ...historyKeymap]),
      [history(), python(), indentUnit.of("    "), EditorState.tabSize.of(4)],
      [indentOnInput(), bracketMatching(), syntaxHighlighting(colours), look],
      EditorView.contentAttributes.of({ "aria-label": label, tabindex: "0" }),
      EditorView.updateListener.of(({ docChanged }) => docChanged && onChange()),
    ],
  });
  return { element, code: () => view.state.doc.toString(), focus: () => view.focus() };
};
