// The SPARQL editor: lays CodeMirror over the form's text, runs queries without leaving the page and draws the answers.
// Nothing is remembered; all that comes from data goes in as text, never as HTML.

const BASE = "https://w3id.org/movement-kg/";
const DRAWN = 1000; // rows or lines of an answer that are drawn
const SHORT = 12; // characters of a value that is not broken over lines, such as a date
const LONG_ADDRESS = 7000; // characters; the server reads at most 16 kB of headers, and other servers half of that
const XSD = "http://www.w3.org/2001/XMLSchema#";

const byId = (id) => document.getElementById(id);
const dataOf = (id) => JSON.parse(byId(id)?.textContent ?? "{}");

const page = byId("sparql");
const form = byId("sparql-form");
const field = byId("query");
const words = dataOf("editor-words");
const examples = dataOf("editor-examples");
const endpoint = new URL(page.dataset.endpoint, location.href).href;
const language = document.documentElement.lang || "en";

const vocabulary = { prefixes: {}, classes: [], properties: [] };
let editor = null;
let running = null;

// --- Elements and words ---------------------------------------------------------------------------------------------

// An element; attributes that are functions become listeners, those that are null or false are left out.
function make(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (typeof value === "function") element.addEventListener(name, value);
    else if (value !== null && value !== false) element.setAttribute(name, value === true ? "" : value);
  }
  element.append(...children.flat().filter((child) => child !== null));
  return element;
}

// The words with their {names} filled in.
const phrase = (text, values) => text.replace(/\{(\w+)\}/g, (whole, name) => values[name] ?? whole);

const amount = (number) => new Intl.NumberFormat(language).format(number);

function say(text) {
  byId("sparql-status").textContent = text;
}

// --- The editor -----------------------------------------------------------------------------------------------------

// What the page asks of a text field; `offset` counts UTF-16 units.
function plainEditor() {
  return {
    text: () => field.value,
    replace: (text) => (field.value = text),
    mark: () => {},
    go: (offset) => {
      field.focus();
      field.setSelectionRange(offset, offset);
    },
    focus: () => field.focus(),
  };
}

// The same by CodeMirror. Its styles need a shadow root: only there are they sheets, which the site's policy allows,
// and not <style> elements, which it does not.
function richEditor() {
  const host = make("div", { class: "sparql-editor" });
  const root = host.attachShadow({ mode: "open" });
  const keys = make("span", { id: "keys", hidden: true }, byId("sparql-keys").textContent);
  const extensions = [
    editing(),
    looks(),
    CodeMirror.autocompletion({ override: [completions], icons: false, positionInfo: besideOrBelow }),
  ];
  const state = CodeMirror.EditorState.create({ doc: field.value, extensions });
  const view = new CodeMirror.EditorView({ state, parent: root, root });
  root.append(keys);
  field.before(host);
  field.hidden = true;
  byId("query-label").addEventListener("click", () => view.focus());
  return {
    text: () => view.state.doc.toString(),
    replace: (text) =>
      view.dispatch({
        changes: { from: 0, to: view.state.doc.length, insert: text },
        selection: { anchor: 0 },
        scrollIntoView: true,
      }),
    mark: (fault) => view.dispatch(CodeMirror.setDiagnostics(view.state, fault ? [diagnostic(fault)] : [])),
    go: (offset) => {
      view.dispatch({ selection: { anchor: Math.min(offset, view.state.doc.length) }, scrollIntoView: true });
      view.focus();
    },
    focus: () => view.focus(),
  };
}

function editing() {
  const { EditorState, EditorView, Prec, keymap } = CodeMirror;
  return [
    Prec.highest(
      keymap.of([
        { key: "Mod-Enter", run: () => (form.requestSubmit(), true) },
        { key: "Tab", run: CodeMirror.acceptCompletion },
      ]),
    ),
    keymap.of([
      ...CodeMirror.closeBracketsKeymap,
      ...CodeMirror.completionKeymap,
      ...CodeMirror.searchKeymap,
      ...CodeMirror.historyKeymap,
      ...CodeMirror.defaultKeymap,
      CodeMirror.indentWithTab,
    ]),
    CodeMirror.StreamLanguage.define({
      ...CodeMirror.sparql,
      languageData: { commentTokens: { line: "#" }, closeBrackets: { brackets: ["(", "[", "{", '"', "'"] } },
    }),
    CodeMirror.history(),
    CodeMirror.closeBrackets(),
    CodeMirror.bracketMatching(),
    CodeMirror.indentOnInput(),
    EditorState.phrases.of(words.phrases),
    EditorView.contentAttributes.of({
      "aria-label": words.editor,
      "aria-describedby": "keys",
      tabindex: "0",
      spellcheck: "false",
      autocapitalize: "off",
    }),
    EditorView.updateListener.of(follow),
    EditorView.domEventHandlers({
      beforeinput: typeOver,
      focus: leaveByTab,
      keydown: (event, view) => event.key === "Escape" && leaveByTab(event, view),
    }),
  ];
}

// Tab goes on to the next control until something is typed, and again after Escape: no one is held in the editor.
function leaveByTab(_event, view) {
  view.setTabFocusMode(true);
  return false;
}

// Typing over a selection is done here: browsers keep the look of the old text in a style attribute, which the site's
// policy refuses with a complaint.
function typeOver(event, view) {
  const { from, to, empty } = view.state.selection.main;
  const text = event.data;
  if (empty || !text || event.inputType !== "insertText" || event.isComposing) return false;
  const insert = () =>
    view.state.update(view.state.replaceSelection(text), { userEvent: "input.type", scrollIntoView: true });
  const handlers = view.state.facet(CodeMirror.EditorView.inputHandler);
  if (!handlers.some((handle) => handle(view, from, to, text, insert))) view.dispatch(insert());
  return true;
}

function follow(update) {
  if (!update.docChanged) return;
  field.value = update.state.doc.toString();
  if (update.transactions.some((one) => one.isUserEvent("input") || one.isUserEvent("delete")))
    update.view.setTabFocusMode(false);
}

function diagnostic(fault) {
  const text = editor.text();
  const from = Math.min(offsetOf(text, fault), text.length);
  const length = /^(?:\s*\S+|\s+)?/.exec(text.slice(from))[0].length;
  return { from: length ? from : Math.max(0, from - 1), to: from + length, severity: "error", message: fault.message };
}

// Where a line and column (from 1, counted in characters) stand in the text.
function offsetOf(text, { line, column }) {
  const lines = text.split("\n");
  const before = lines.slice(0, line - 1).reduce((sum, one) => sum + one.length + 1, 0);
  const within = [...(lines[line - 1] ?? "")].slice(0, Math.max(0, column - 1)).join("");
  return before + within.length;
}

function looks() {
  return [
    CodeMirror.EditorView.theme(LOOK),
    CodeMirror.syntaxHighlighting(highlights()),
    CodeMirror.EditorView.lineWrapping,
    CodeMirror.lineNumbers(),
    CodeMirror.drawSelection(),
    CodeMirror.highlightActiveLine(),
    CodeMirror.highlightActiveLineGutter(),
    CodeMirror.highlightSpecialChars(),
    CodeMirror.highlightSelectionMatches(),
    CodeMirror.lintGutter(),
  ];
}

// Where the comment on a completion stands: right of the list, or off its far end where a narrow window has no room.
function besideOrBelow(view, list, option, _info, space) {
  if (space.right - list.right > 240)
    return { style: `left: 100%; top: ${option.top - list.top}px; width: max-content` };
  const isAbove = list.top < (view.coordsAtPos(view.state.selection.main.head)?.top ?? 0);
  return { style: `left: 0; width: ${Math.max(240, list.right - list.left)}px; ${isAbove ? "bottom" : "top"}: 100%` };
}

function highlights() {
  const { tags } = CodeMirror;
  return CodeMirror.HighlightStyle.define([
    { tag: [tags.keyword, tags.standard(tags.variableName)], color: "var(--sparql-keyword)", fontWeight: "600" },
    { tag: tags.atom, color: "var(--sparql-name)" },
    { tag: tags.local(tags.variableName), color: "var(--sparql-variable)" },
    { tag: [tags.string, tags.meta], color: "var(--sparql-string)" },
    { tag: tags.comment, color: "var(--sparql-comment)", fontStyle: "italic" },
  ]);
}

const RAISED = {
  backgroundColor: "var(--card, #fff)",
  color: "var(--ink, #1f1e1b)",
  border: "1px solid var(--line, #ddd8cc)",
};
const LOOK = {
  "&": { height: "100%", fontSize: "0.875rem", color: "var(--ink, #1f1e1b)", backgroundColor: "var(--card, #fff)" },
  "&.cm-focused": { outline: "none" },
  ".cm-scroller": { fontFamily: "var(--mono, monospace)", lineHeight: "1.55" },
  ".cm-content": { caretColor: "var(--ink, #1f1e1b)", padding: "0.5rem 0" },
  ".cm-cursor": { borderLeft: "2px solid var(--ink, #1f1e1b)" },
  "&.cm-focused > .cm-scroller > .cm-selectionLayer .cm-selectionBackground, .cm-selectionBackground": {
    background: "var(--sparql-select)",
  },
  ".cm-activeLine, .cm-activeLineGutter": {
    backgroundColor: "color-mix(in srgb, var(--accent, #0b5a8a) 7%, transparent)",
  },
  ".cm-gutters": { backgroundColor: "transparent", color: "var(--muted, #5f5b52)", border: "none" },
  ".cm-gutter-lint": { width: "1.1em" },
  ".cm-gutter-lint .cm-gutterElement": { padding: "0.25em 0.1em" },
  ".cm-matchingBracket, &.cm-focused .cm-matchingBracket": {
    backgroundColor: "transparent",
    outline: "1px solid var(--muted, #5f5b52)",
  },
  ".cm-nonmatchingBracket, &.cm-focused .cm-nonmatchingBracket": {
    backgroundColor: "transparent",
    outline: "1px solid var(--warn, #b3261e)",
  },
  ".cm-selectionMatch, .cm-searchMatch": { backgroundColor: "var(--sparql-match)" },
  ".cm-searchMatch-selected": { outline: "2px solid var(--accent, #0b5a8a)" },
  ".cm-lintRange-error": {
    backgroundImage: "none",
    backgroundColor: "color-mix(in srgb, var(--warn, #b3261e) 14%, transparent)",
    textDecoration: "underline wavy var(--warn, #b3261e)",
    textDecorationSkipInk: "none",
  },
  ".cm-panels, .cm-panels.cm-panels-bottom": { ...RAISED, borderWidth: "1px 0 0" },
  ".cm-panel.cm-search": { padding: "0.4rem 2rem 0.4rem 0.5rem", font: "inherit" },
  ".cm-panel.cm-search label": { alignItems: "center", display: "inline-flex", fontSize: "0.8125rem", gap: "0.2em" },
  ".cm-panel.cm-search label input": { margin: "0" },
  ".cm-textfield": { ...RAISED, borderRadius: "4px", font: "inherit", fontSize: "0.875rem", padding: "0.25em 0.4em" },
  ".cm-button": {
    ...RAISED,
    backgroundImage: "none",
    borderRadius: "4px",
    font: "inherit",
    fontSize: "0.8125rem",
    padding: "0.3em 0.7em",
    cursor: "pointer",
  },
  ".cm-panel button[name=close], .cm-dialog-close": {
    color: "inherit",
    minWidth: "24px",
    minHeight: "24px",
    cursor: "pointer",
  },
  ".cm-tooltip": {
    ...RAISED,
    borderRadius: "var(--radius, 6px)",
    boxShadow: "0 6px 20px rgb(0 0 0 / 18%)",
    overflow: "hidden",
  },
  ".cm-tooltip.cm-tooltip-autocomplete": { overflow: "visible" },
  ".cm-tooltip.cm-tooltip-autocomplete > ul": {
    fontFamily: "var(--mono, monospace)",
    maxWidth: "min(34rem, 92vw)",
    maxHeight: "15em",
  },
  ".cm-tooltip.cm-tooltip-autocomplete > ul > li": { padding: "0.25em 0.6em", lineHeight: "1.4" },
  ".cm-tooltip-autocomplete ul li[aria-selected], &.cm-focused .cm-tooltip-autocomplete ul li[aria-selected]": {
    backgroundColor: "var(--accent, #0b5a8a)",
    color: "var(--accent-ink, #fff)",
  },
  ".cm-completionMatchedText": { textDecoration: "none", fontWeight: "700" },
  ".cm-completionDetail": {
    fontFamily: "system-ui, sans-serif",
    fontStyle: "normal",
    fontSize: "0.9em",
    marginInlineStart: "0.8em",
  },
  ".cm-tooltip.cm-completionInfo": {
    maxWidth: "min(22rem, 80vw)",
    padding: "0.5rem 0.7rem",
    lineHeight: "1.45",
    overflow: "auto",
    maxHeight: "14rem",
  },
  ".cm-diagnostic": { padding: "0.4rem 0.7rem", whiteSpace: "pre-line", maxWidth: "min(34rem, 80vw)" },
  ".cm-diagnostic-error": { borderLeft: "4px solid var(--warn, #b3261e)" },
};

// --- Completion -----------------------------------------------------------------------------------------------------

const KEYWORDS = `SELECT CONSTRUCT DESCRIBE ASK DISTINCT REDUCED WHERE FILTER OPTIONAL UNION MINUS BIND VALUES GRAPH
PREFIX BASE ORDER GROUP BY ASC DESC HAVING LIMIT OFFSET AS UNDEF EXISTS NOT IN COUNT SUM MIN MAX AVG
SAMPLE GROUP_CONCAT STR LANG LANGMATCHES DATATYPE BOUND IRI BNODE ABS CEIL FLOOR ROUND CONCAT STRLEN
SUBSTR UCASE LCASE REPLACE CONTAINS STRSTARTS STRENDS STRBEFORE STRAFTER YEAR MONTH DAY NOW COALESCE IF
STRLANG STRDT SAMETERM ISIRI ISBLANK ISLITERAL ISNUMERIC REGEX ENCODE_FOR_URI true false`.split(/\s+/);
const WORD = /[?$]?[\p{L}\p{N}_-]*(?::[\w.-]*)?/u;

// What may stand at the cursor, for CodeMirror; null where nothing is to be offered.
function completions(context) {
  const named = context.matchBefore(/\bPREFIX\s+[\w-]*:?/i);
  if (named)
    return {
      from: context.pos - /[\w-]*:?$/.exec(named.text)[0].length,
      options: prefixLines(),
      validFor: /^[\w-]*:?$/,
    };
  const word = context.matchBefore(WORD);
  if ((!word?.text && !context.explicit) || isClosed(context)) return null;
  return {
    from: word?.from ?? context.pos,
    options: offers(context, word?.text ?? ""),
    validFor: new RegExp(`^${WORD.source}$`, "u"),
  };
}

// True inside comments, strings and IRIs in full.
function isClosed(context) {
  const node = CodeMirror.syntaxTree(context.state).resolveInner(context.pos, -1);
  return (
    /comment|string/.test(node.name) ||
    (node.name === "atom" && context.state.sliceDoc(node.from, node.from + 1) === "<")
  );
}

function offers(context, word) {
  if (/^[?$]/.test(word)) return variables(context);
  const before = context.state.sliceDoc(Math.max(0, context.pos - word.length - 40), context.pos - word.length);
  if (/(?:^|\s)(?:a|rdf:type)\s+$/.test(before)) return vocabulary.classes.map((term) => termOffer(term, "class"));
  const terms = [
    ...vocabulary.properties.map((term) => termOffer(term, "property")),
    ...vocabulary.classes.map((term) => termOffer(term, "class")),
  ];
  if (word.includes(":")) return terms;
  const names = KEYWORDS.map((keyword) => ({ label: keyword, type: "keyword", boost: 1 }));
  return [...names, ...terms, ...(word ? [] : variables(context))];
}

// The variables in use, without the one that is being typed.
function variables(context) {
  const text = context.state.doc.toString();
  const names = new Set();
  for (const match of text.matchAll(/[?$][\p{L}\p{N}_]+/gu))
    if (match.index + match[0].length !== context.pos) names.add(match[0]);
  return [...names].map((name) => ({ label: name, type: "variable", boost: 2 }));
}

function termOffer(term, type) {
  return { label: term.name, detail: term.label, info: term.comment || null, type, apply: applyTerm };
}

function prefixLines() {
  return Object.entries(vocabulary.prefixes).map(([prefix, namespace]) => ({
    label: `${prefix}:`,
    detail: namespace,
    type: "namespace",
    apply: `${prefix}: <${namespace}>`,
  }));
}

// Writes the name, and above the query the PREFIX line that it needs.
function applyTerm(view, offer, from, to) {
  const line = missingPrefix(view.state.doc.toString(), offer.label);
  const changes = [{ from, to, insert: offer.label }];
  if (line) changes.push({ from: prologueStart(view.state.doc), insert: line });
  const selection = { anchor: from + offer.label.length + line.length };
  view.dispatch({
    changes,
    selection,
    userEvent: "input.complete",
    annotations: CodeMirror.pickedCompletion.of(offer),
  });
}

function missingPrefix(text, name) {
  const prefix = name.slice(0, name.indexOf(":"));
  const namespace = vocabulary.prefixes[prefix];
  const isDeclared = new RegExp(`^\\s*PREFIX\\s+${prefix}:`, "im").test(text);
  return namespace && !isDeclared ? `PREFIX ${prefix}: <${namespace}>\n` : "";
}

// After the comments at the head of the query.
function prologueStart(doc) {
  let number = 1;
  while (number < doc.lines && /^\s*#/.test(doc.line(number).text)) number += 1;
  return doc.line(number).from;
}

async function loadVocabulary() {
  const response = await fetch(page.dataset.vocabulary);
  if (response.ok) Object.assign(vocabulary, await response.json());
}

// --- Running --------------------------------------------------------------------------------------------------------

// SELECT, ASK, CONSTRUCT or DESCRIBE: the first such word outside IRIs, strings and comments; "" if there is none.
function queryForm(query) {
  const bare = query.replace(
    /<[^<>"{}|^`\\\s]*>|"""[^]*?"""|'''[^]*?'''|"(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])*'|#.*/g,
    " ",
  );
  return /\b(?:SELECT|ASK|CONSTRUCT|DESCRIBE)\b(?!\s*:)/i.exec(bare)?.[0].toUpperCase() ?? "";
}

const givesGraph = (query) => ["CONSTRUCT", "DESCRIBE"].includes(queryForm(query));

async function run() {
  const query = editor.text();
  running?.abort();
  const control = new AbortController();
  running = control;
  showRunning();
  const start = performance.now();
  try {
    const answer = await ask(query, control.signal);
    if (running === control) showAnswer(answer, query, performance.now() - start);
  } catch (error) {
    if (running === control) fail(error, control.signal.aborted);
  } finally {
    if (running === control) stopRunning();
  }
}

async function ask(query, signal) {
  const type = givesGraph(query) ? "text/turtle" : "application/sparql-results+json";
  const headers = { Accept: `${type}, application/problem+json;q=0.5` };
  const response = await fetch(form.action, { method: "POST", headers, body: new URLSearchParams({ query }), signal });
  const text = await response.text();
  if (!response.ok) throw readFault(response, text);
  return type === "text/turtle" ? { lines: text.replace(/\n$/, "").split("\n") } : JSON.parse(text);
}

// What went wrong, as {message, line, column}; line is 0 where there is no place.
function readFault(response, text) {
  const isJson = /json/.test(response.headers.get("Content-Type") ?? "");
  const said = isJson
    ? JSON.parse(text)
    : { detail: /html/.test(response.headers.get("Content-Type") ?? "") ? "" : text.trim() };
  const message = said.detail || said.title || phrase(words.failed, { status: response.status });
  const place = /line (\d+),? column (\d+)/i.exec(message) ?? [];
  return {
    isFault: true,
    message,
    line: Number(said.line ?? place[1] ?? 0),
    column: Number(said.column ?? place[2] ?? 1),
  };
}

function showRunning() {
  page.setAttribute("aria-busy", "true");
  byId("sparql-cancel").hidden = false;
  byId("sparql-fault").replaceChildren();
  editor.mark(null);
  say(words.running);
}

function stopRunning() {
  running = null;
  page.removeAttribute("aria-busy");
  const cancel = byId("sparql-cancel");
  if (document.activeElement === cancel) editor.focus();
  cancel.hidden = true;
}

function fail(error, isCancelled) {
  say(isCancelled ? words.cancelled : "");
  if (isCancelled) return;
  byId("sparql-results").hidden = true;
  showFault(error.isFault ? error : { message: words.unreachable, line: 0 });
}

function showFault(fault) {
  const go = () => editor.go(offsetOf(editor.text(), fault));
  const button = fault.line ? make("button", { type: "button", click: go }, phrase(words.goto, fault)) : null;
  byId("sparql-fault").replaceChildren(make("div", { class: "sparql-fault" }, make("p", {}, fault.message), button));
  if (fault.line) editor.mark(fault);
}

// --- Answers --------------------------------------------------------------------------------------------------------

function showAnswer(answer, query, milliseconds) {
  const time = new Intl.NumberFormat(language, { style: "unit", unit: "second", maximumFractionDigits: 2 }).format(
    milliseconds / 1000,
  );
  const [counted, ...drawn] = drawAnswer(answer);
  byId("sparql-answer").replaceChildren(...drawn, downloads(query));
  byId("sparql-results").hidden = false;
  say(`${counted} ${phrase(words.time, { time })}`);
  if (address(location.pathname, query).length < LONG_ADDRESS)
    history.replaceState(null, "", address(location.pathname, query));
}

// What is said of the answer, then its elements.
function drawAnswer(answer) {
  if (answer.lines) return drawGraph(answer.lines);
  if ("boolean" in answer) return drawBoolean(answer.boolean);
  const rows = answer.results.bindings;
  const said = counted(rows.length, words.rows, words.firstRows);
  if (!rows.length) return [said, make("p", {}, words.empty)];
  return [said, drawTable(answer.head.vars, rows.slice(0, DRAWN)), ...cutNote(said, rows.length)];
}

const counted = (total, all, first) =>
  phrase(total > DRAWN ? first : all, { shown: amount(DRAWN), total: amount(total) });

const cutNote = (said, total) => (total > DRAWN ? [make("p", { class: "sparql-hint" }, said)] : []);

function drawBoolean(isTrue) {
  const word = isTrue ? words.yes : words.no;
  return [`${word}.`, make("p", { class: "sparql-boolean" }, word)];
}

function drawGraph(lines) {
  const said = counted(lines.length, words.lines, words.firstLines);
  const attributes = {
    class: "sparql-graph",
    tabindex: "0",
    role: "region",
    "aria-label": words.graph,
  };
  return [said, make("pre", attributes, lines.slice(0, DRAWN).join("\n")), ...cutNote(said, lines.length)];
}

function drawTable(names, rows) {
  const heads = names.map((name) => {
    const cells = rows.map((row) => row[name]).filter(Boolean);
    const isNumber = cells.length > 0 && cells.every((term) => numberText(term) !== null);
    return make("th", { scope: "col", class: isNumber && "number" }, name);
  });
  const body = rows.map((row) =>
    make(
      "tr",
      {},
      names.map((name) => drawCell(row[name])),
    ),
  );
  const table = make("table", {}, make("thead", {}, make("tr", {}, heads)), make("tbody", {}, body));
  return make("div", { class: "sparql-table", tabindex: "0", role: "region", "aria-label": words.table }, table);
}

function drawCell(term) {
  if (!term) return make("td");
  const number = numberText(term);
  if (number !== null) return make("td", { class: "literal number", title: term.value }, number);
  return make("td", { class: term.value.length <= SHORT ? `${term.type} short` : term.type }, drawTerm(term));
}

function drawTerm(term) {
  if (term.type === "uri") return drawIri(term.value);
  if (term.type === "bnode") return [`_:${term.value}`];
  if (term.type === "triple") return drawTriple(term.value);
  const tag = term["xml:lang"];
  const text = make(
    "span",
    { lang: tag ?? null, dir: "auto", title: term.datatype ? compact(term.datatype) : null },
    term.value,
  );
  return tag ? [text, " ", make("span", { class: "language" }, tag)] : [text];
}

function drawTriple({ subject, predicate, object }) {
  const parts = [subject, predicate, object].flatMap((term) => [drawTerm(term), " "]);
  return ["<<( ", ...parts, ")>>"].flat(2);
}

// A link, where the IRI is an address; ours lead to the pages of this site.
function drawIri(iri) {
  const text = compact(iri);
  if (iri.startsWith(BASE)) return [make("a", { href: siteAddress(iri), title: iri }, text)];
  if (/^https?:\/\//i.test(iri)) return [make("a", { href: iri, rel: "noreferrer", title: iri }, text)];
  return [text];
}

const siteAddress = (iri) => page.dataset.home.replace(/\/*$/, "/") + iri.slice(BASE.length).replace(/^\/+/, "");

// Below our base a path, else with a prefix, else whole.
function compact(iri) {
  const ours = iri.startsWith(BASE) && iri.length > BASE.length;
  let best = ["", ""];
  for (const entry of Object.entries(vocabulary.prefixes))
    if (iri.startsWith(entry[1]) && entry[1].length > best[1].length) best = entry;
  const rest = iri.slice(best[1].length);
  if (best[1] && /^[\p{L}\p{N}_][\p{L}\p{N}_.-]*$/u.test(rest) && !(ours && best[1] === BASE))
    return `${best[0]}:${rest}`;
  return ours ? iri.slice(BASE.length) : iri;
}

const INTEGERS = new Set(
  `integer int long short byte nonNegativeInteger positiveInteger nonPositiveInteger negativeInteger
    unsignedInt unsignedLong unsignedShort unsignedByte`
    .split(/\s+/)
    .map((name) => XSD + name),
);
const FRACTIONS = new Set(["decimal", "double", "float"].map((name) => XSD + name));
// min2: years stay whole ("1992"), larger numbers are grouped ("10,000").
const numbers = new Intl.NumberFormat(language, { maximumFractionDigits: 20, useGrouping: "min2" });

// The number as people write it; null for terms that are none.
function numberText({ datatype, value }) {
  if (INTEGERS.has(datatype) && /^[+-]?\d+$/.test(value)) return numbers.format(BigInt(value.replace("+", "")));
  if (FRACTIONS.has(datatype) && value.trim() && Number.isFinite(Number(value))) return numbers.format(Number(value));
  return null;
}

// --- Sharing --------------------------------------------------------------------------------------------------------

const formats = (kind) => [...form.querySelectorAll(`optgroup[data-kind="${kind}"] option`)];

// Links that fetch the answer in each format; forms that post it where the query is too long for an address.
function downloads(query) {
  const kind = givesGraph(query) ? "graph" : "table";
  const links = formats(kind).map((option) => downloadLink(query, option));
  return make("div", { class: "sparql-downloads" }, make("span", {}, words.download), links);
}

function downloadLink(query, { value: format, textContent: text, dataset }) {
  const link = address(endpoint, query, format);
  if (link.length < LONG_ADDRESS) return make("a", { href: link, download: `answer.${dataset.suffix}` }, text);
  const hidden = Object.entries({ query, format }).map(([name, value]) =>
    make("input", { type: "hidden", name, value }),
  );
  return make("form", { method: "post", action: endpoint }, hidden, make("button", {}, text));
}

function address(path, query, format = null) {
  const link = new URL(path, location.href);
  link.searchParams.set("query", query);
  if (format) link.searchParams.set("format", format);
  return link.href;
}

async function copyLink() {
  const link = address(endpoint, editor.text());
  const isLong = link.length >= LONG_ADDRESS;
  const text = isLong ? `${endpoint}#query=${encodeURIComponent(editor.text())}` : link;
  await copy(text, isLong ? `${words.linkCopied} ${words.notEncoded}` : words.linkCopied);
}

async function copy(text, done) {
  document.querySelector(".sparql-by-hand")?.remove();
  try {
    await navigator.clipboard.writeText(text);
    say(done);
  } catch {
    copyByHand(text);
  }
}

// Pages that are not served over https have no clipboard.
function copyByHand(text) {
  const area = make("textarea", { readonly: true, rows: "5" });
  area.value = text;
  byId("sparql-status").before(make("p", { class: "sparql-by-hand" }, make("label", {}, words.copyByHand, area)));
  area.select();
}

async function copyAs(event) {
  const kind = event.target.closest("button[data-copy]")?.dataset.copy;
  if (!kind) return;
  byId("copy-as").open = false;
  byId("copy-as").querySelector("summary").focus();
  if (kind === "rq") save(editor.text());
  else await copy(PROGRAMS[kind](editor.text()), phrase(words.copied, { what: event.target.textContent }));
}

function save(query) {
  const link = make("a", {
    href: URL.createObjectURL(new Blob([query], { type: "application/sparql-query" })),
    download: "query.rq",
  });
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
}

const PROGRAMS = { curl: asCurl, python: asPython, r: asR };

const shellText = (text) => `'${text.replaceAll("'", "'\\''")}'`;

function asCurl(query) {
  const type = givesGraph(query) ? "text/turtle" : "text/csv";
  return `curl --fail-with-body --header 'Accept: ${type}' \\
  --data-urlencode ${shellText(`query=${query}`)} \\
  ${shellText(endpoint)}
`;
}

function asPython(query) {
  const quoted = `"""\n${query.replaceAll("\\", "\\\\").replaceAll('"""', '\\"\\"\\"')}\n"""`;
  return `from SPARQLWrapper import JSON, POST, TURTLE, SPARQLWrapper

client = SPARQLWrapper(${JSON.stringify(endpoint)})
client.setMethod(POST)
client.setReturnFormat(${givesGraph(query) ? "TURTLE" : "JSON"})
client.setQuery(${quoted})
answer = client.queryAndConvert()
${pythonEnd(queryForm(query))}
`;
}

function pythonEnd(kind) {
  if (kind === "ASK") return 'print(answer["boolean"])';
  if (kind !== "SELECT") return 'print(answer.decode("utf-8"))';
  return `for row in answer["results"]["bindings"]:
    print({name: term["value"] for name, term in row.items()})`;
}

function asR(query) {
  const isTable = !givesGraph(query);
  const dashes = "-".repeat(Math.max(0, ...[...query.matchAll(/\)(-*)"/g)].map((match) => match[1].length + 1)));
  return `library(httr2)

query <- r"${dashes}(
${query}
)${dashes}"
answer <- request(${JSON.stringify(endpoint)}) |>
  req_headers(Accept = "${isTable ? "text/csv" : "text/turtle"}") |>
  req_body_form(query = query) |>
  req_perform() |>
  resp_body_string()
${isTable ? "print(read.csv(text = answer))" : "cat(answer)"}
`;
}

// --- Start ----------------------------------------------------------------------------------------------------------

function useExample() {
  editor.replace(examples[byId("example").value]);
  say(words.exampleUsed);
  editor.focus();
}

// The form's own way is kept for files; the page draws its answers itself.
function submit(event) {
  form.method = address(endpoint, editor.text()).length < LONG_ADDRESS ? "get" : "post";
  if (byId("format").value !== "html") return;
  event.preventDefault();
  run();
}

function closeMenu(event) {
  const menu = byId("copy-as");
  if (event.type === "keydown" ? event.key !== "Escape" : menu.contains(event.target)) return;
  if (menu.open && menu.contains(document.activeElement)) menu.querySelector("summary").focus();
  menu.open = false;
}

// Ctrl-Enter in the plain text field; the editor has the key itself.
function submitByKey(event) {
  if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) form.requestSubmit();
}

function readAddress() {
  const query = new URLSearchParams(location.hash.slice(1)).get("query");
  if (query) field.value = query;
}

function readFaultOfPage() {
  const { line, column } = document.querySelector(".sparql-fault")?.dataset ?? {};
  if (line)
    showFault({
      message: document.querySelector(".sparql-fault p").textContent,
      line: Number(line),
      column: Number(column || 1),
    });
}

function listen() {
  form.addEventListener("submit", submit);
  field.addEventListener("keydown", submitByKey);
  byId("sparql-cancel").addEventListener("click", () => running?.abort());
  byId("use-example")?.addEventListener("click", useExample);
  byId("copy-link").addEventListener("click", copyLink);
  byId("copy-as").addEventListener("click", copyAs);
  for (const kind of ["click", "keydown"]) document.addEventListener(kind, closeMenu);
}

function start() {
  readAddress();
  const isRich = "CodeMirror" in globalThis && "adoptedStyleSheets" in ShadowRoot.prototype;
  editor = isRich ? richEditor() : plainEditor();
  for (const id of ["sparql-examples", "sparql-share"]) if (byId(id)) byId(id).hidden = false;
  byId("sparql-keys").hidden = !isRich;
  listen();
  readFaultOfPage();
  loadVocabulary().catch(() => {}); // without it there are fewer completions, and nothing else is lost
}

start();
