// The panel: the facts of the chosen node or edge with their sources, numbered anew for each; else what the map is.

const FIRST = 40;
let panelOf = null;

function drawPanel() {
  const panel = byId("panel");
  const hadFocus = panel.contains(document.activeElement);
  panel.replaceChildren(...panelContent());
  if (panelOf !== view.chosen) panel.parentElement.scrollTop = 0;
  if (hadFocus) byId("panel-title").focus();
  panelOf = view.chosen;
}

function panelContent() {
  if (!view.chosen) return aboutPanel();
  return isNode(view.chosen) ? nodePanel(view.chosen) : edgePanel(view.chosen);
}

// Numbers for citations in the order in which they are first met.
function numbering() {
  const numbers = new Map();
  const numberOf = (citation) => {
    if (!numbers.has(citation)) numbers.set(citation, numbers.size + 1);
    return numbers.get(citation);
  };
  return { numbers, marks: (citations) => (citations || []).map((citation) => citeMark(numberOf(citation))) };
}

function citeMark(number) {
  const show = () => {
    const item = byId(`source-${number}`);
    item.focus();
    item.scrollIntoView({ block: "nearest" });
  };
  return make(
    "button",
    { type: "button", class: "cite", "aria-label": `Source ${number}`, click: show },
    `[${number}]`,
  );
}

function sourceList(cited) {
  if (!cited.numbers.size) return make("p", { class: "hint" }, "No source is given.");
  const items = [...cited.numbers].map(([citation, number]) =>
    make(
      "li",
      { id: `source-${number}`, tabindex: "-1" },
      make("span", { class: "number" }, `[${number}]`),
      make("span", {}, passageText(citation)),
    ),
  );
  return make("section", {}, make("h3", {}, "Sources"), make("ul", { class: "sources" }, ...items));
}

function heading(eyebrow, title, note) {
  const close = make(
    "button",
    { type: "button", class: "close", "aria-label": "Clear selection", click: () => choose(null) },
    "×",
  );
  return make(
    "header",
    { class: "panel-head" },
    make("p", { class: "eyebrow" }, eyebrow),
    make("h2", { id: "panel-title", tabindex: "-1" }, title),
    note ? make("p", { class: "hint" }, note) : null,
    close,
  );
}

const outOfView = (thing) =>
  (isNode(thing) ? scene.nodes : scene.edges).has(thing)
    ? null
    : make("p", { class: "notice" }, "The filters leave this out of the map.");

function nodePanel(node) {
  const cited = numbering();
  const facts = node.facts || [];
  const look = nodeLook(node.kind);
  const kind = node.type ? `${look.label} · ${node.type}` : look.label;
  const basics = [
    ["Known as", node.short && node.short !== node.label ? node.short : ""],
    ["Country", facts.some((fact) => fact.property.toLowerCase() === "country") ? "" : countriesOf(node)],
    ["Time", periodText(node)],
  ];
  const told = factRows(facts, cited);
  return [
    heading(kind, node.label),
    outOfView(node),
    pathButtons(node),
    make(
      "dl",
      { class: "facts" },
      ...basics.filter(([, value]) => value).map(([name, value]) => row(name, value)),
      ...told,
    ),
    connections(node),
    sourceList(cited),
    make("p", { class: "iri" }, node.iri || ""),
  ].filter(Boolean);
}

const row = (name, ...value) =>
  make("div", { class: "fact" }, make("dt", {}, capital(name)), make("dd", {}, ...value));

// Facts under the name of their property, which is written once for all that follow each other.
function factRows(facts, cited) {
  const groups = [];
  for (const fact of facts) {
    const last = groups[groups.length - 1];
    if (last && last[0].property === fact.property) last.push(fact);
    else groups.push([fact]);
  }
  return groups.map((group) => row(group[0].property, ...group.map((fact) => factValue(fact, cited))));
}

function factValue(fact, cited) {
  const looks = (mark) => `mark mark-${mark === "disputed" ? "disputed" : "implied"}`;
  const marks = (fact.marks || []).map((mark) => make("span", { class: looks(mark) }, mark));
  const after = [...marks, ...cited.marks(fact.citations)].flatMap((mark) => [" ", mark]);
  return make("div", { class: "value-line" }, fact.value, ...after);
}

function pathButtons(node) {
  const button = (end, words) =>
    make(
      "button",
      {
        type: "button",
        class: "slight",
        "aria-pressed": String(view[end] === node),
        click: () => change({ [end]: view[end] === node ? null : node }),
      },
      words,
    );
  return make(
    "p",
    { class: "path-buttons" },
    button("from", "Path from here"),
    button("to", "Path to here"),
    make("button", { type: "button", class: "slight", click: () => centre(node) }, "Centre"),
  );
}

// The edges of a node in the present view, each leading to its other end.
function connections(node) {
  const shown = node.edges
    .filter((edge) => scene.edges.has(edge))
    .sort(
      (one, other) =>
        one.label.localeCompare(other.label, "en") || byName(otherEnd(one, node), otherEnd(other, node)),
    );
  const items = shown.map((edge) => connection(node, edge));
  const list = make("ul", { class: "connections" }, ...items.slice(0, FIRST));
  const more =
    items.length > FIRST
      ? make(
          "button",
          {
            type: "button",
            class: "slight",
            click: (event) => {
              list.append(...items.slice(FIRST));
              event.target.remove();
            },
          },
          `Show all ${amount(items.length)}`,
        )
      : null;
  return make("section", {}, make("h3", {}, counted(shown.length, "connection", "connections")), list, more);
}

function connection(node, edge) {
  const arrow = !edge.directed ? "" : edge.a === node ? " →" : " ←";
  const words = `${edge.label}${edge.disputed ? " (disputed)" : ""}`;
  const through = make(
    "button",
    {
      type: "button",
      class: "edge-button",
      click: () => choose(edge),
      "aria-label": `Edge: ${edgeInWords(edge)}`,
    },
    `${words}${arrow}`,
  );
  return make("li", {}, through, nodeButton(otherEnd(edge, node)));
}

function nodeButton(node) {
  return make(
    "button",
    { type: "button", class: "node-button", title: node.label, click: () => choose(node) },
    nodeSwatch(nodeLook(node.kind)),
    make("span", {}, node.name),
  );
}

function edgePanel(edge) {
  const cited = numbering();
  const marks = cited.marks(edge.citations);
  const facts = [
    ["Kind", edgeLook(edge.group).label],
    ["Certainty", edge.certainty + (edge.disputed ? ", disputed" : "")],
    ["Time", periodText(edge) || "unknown"],
    [
      edge.via && edge.via.length ? "Shared" : "Relations",
      edge.via && edge.via.length ? "" : String(edge.weight || 1),
    ],
  ];
  const via =
    edge.via && edge.via.length
      ? make("ul", { class: "via-list" }, ...edge.via.map((name) => make("li", {}, name)))
      : null;
  return [
    heading("Edge", capital(edge.label)),
    outOfView(edge),
    make(
      "p",
      { class: "ends" },
      nodeButton(edge.a),
      make("span", { class: "arrow" }, edge.directed ? "→" : "–"),
      nodeButton(edge.b),
    ),
    make(
      "dl",
      { class: "facts" },
      ...facts.map(([name, value]) => row(name, value || via)),
      marks.length ? row("Stated in", ...marks) : null,
    ),
    sourceList(cited),
  ].filter(Boolean);
}

// With nothing chosen: what the map shows, how far to trust it, and where it comes from.
function aboutPanel() {
  const documents = [...sources]
    .sort(([one], [other]) => (one < other ? -1 : 1))
    .map(([number, title]) =>
      make("li", {}, make("span", { class: "number" }, number), make("span", {}, title)),
    );
  return [
    make(
      "header",
      { class: "panel-head" },
      make("p", { class: "eyebrow" }, "About this map"),
      make("h2", { id: "panel-title", tabindex: "-1" }, "How to read it"),
    ),
    make("p", {}, data.description),
    make("p", {}, `${sceneInWords()}. ${isolatesInWords()}`),
    make(
      "p",
      { class: "hint" },
      "Select a node or an edge for its facts and sources. Drag to move, scroll or pinch to zoom; " +
        "with the keyboard, focus the map and use the arrow keys.",
    ),
    data.caveats.length
      ? make(
          "details",
          { class: "caveats", open: true },
          make("summary", {}, make("h3", {}, "Keep in mind")),
          make("ul", {}, ...data.caveats.map((words) => make("li", {}, words))),
        )
      : null,
    make(
      "details",
      { class: "caveats" },
      make("summary", {}, make("h3", {}, counted(sources.size, "source", "sources"))),
      make("ul", { class: "sources" }, ...documents),
    ),
  ].filter(Boolean);
}

function isolatesInWords() {
  if (!data.isolates) return "";
  if (data.isolates === 1) return "One further thing of these kinds has no edge and is not shown.";
  return `${amount(data.isolates)} further things of these kinds have no edge and are not shown.`;
}
