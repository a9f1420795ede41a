// The table twin: what is visible as rows, one tab stop, arrows to move, Enter to choose, left and right to neighbours.

const ROWS = 200;
const table = { tab: "nodes", things: [], focus: null, all: false, anchor: null };

const COLUMNS = {
  nodes: [
    [
      "Name",
      (node) => (node.short && node.short !== node.label ? `${node.label} (${node.short})` : node.label),
    ],
    ["Kind", (node) => nodeLook(node.kind).label],
    ["Type", (node) => node.type],
    ["Countries", countriesOf],
    ["Time", periodText],
    ["Edges", (node) => amount(node.edges.filter((edge) => scene.edges.has(edge)).length)],
  ],
  edges: [
    ["From", (edge) => edge.a.name],
    ["Edge", (edge) => edge.label],
    ["To", (edge) => edge.b.name],
    ["Direction", (edge) => (edge.directed ? "from → to" : "none")],
    ["Time", periodText],
    ["Certainty", (edge) => edge.certainty + (edge.disputed ? ", disputed" : "")],
    ["Weight", (edge) => amount(edge.weight || 1)],
    ["Through", (edge) => (edge.via || []).join(", ")],
  ],
};

function startTable() {
  byId("table-fold").addEventListener("toggle", drawTable);
  const tabs = Object.keys(COLUMNS).map((tab) =>
    make(
      "button",
      { type: "button", role: "tab", id: `tab-${tab}`, "aria-controls": "rows", click: () => showTab(tab) },
      capital(tab),
    ),
  );
  const list = make(
    "div",
    { role: "tablist", "aria-label": "What the table lists", keydown: tabKey },
    ...tabs,
  );
  const more = make("button", { type: "button", id: "show-all", class: "slight", click: showAll });
  const keys = make(
    "p",
    { id: "table-keys", class: "hint" },
    "Arrow up and down move between rows, Enter selects, left and right walk to the neighbours of the selected node.",
  );
  const rows = make("div", { id: "rows", role: "tabpanel", keydown: rowKey, click: rowClick });
  byId("table").replaceChildren(make("div", { class: "table-head" }, list, more), keys, rows);
}

function tabKey(event) {
  if (event.key !== "ArrowLeft" && event.key !== "ArrowRight") return;
  showTab(table.tab === "nodes" ? "edges" : "nodes");
  byId(`tab-${table.tab}`).focus();
}

function showTab(tab) {
  Object.assign(table, { tab, focus: null, all: false });
  drawTable();
}

function showAll() {
  table.all = true;
  drawTable();
  const row = rowOf(table.focus);
  if (row) row.focus();
}

// Bring the table up to the scene; closed, it holds no rows.
function drawTable() {
  const [shownNodes, shownEdges] = [
    counted(scene.nodes.size, "node", "nodes"),
    counted(scene.edges.size, "edge", "edges"),
  ];
  byId("table-summary").textContent = `Table: ${shownNodes}, ${shownEdges}`;
  if (!byId("table-fold").open) return byId("rows").replaceChildren();
  table.things = tableThings();
  moveTabStop();
  for (const tab of Object.keys(COLUMNS)) markTab(byId(`tab-${tab}`), tab === table.tab);
  return sameRows() ? markRows() : drawRows();
}

function tableThings() {
  if (table.tab === "nodes") return nodesByName.filter((node) => scene.nodes.has(node));
  return edges.filter((edge) => scene.edges.has(edge));
}

// The tab stop follows a new selection; else it stays, or goes to the first row if its own is gone.
function moveTabStop() {
  const { things } = table;
  const isNew = view.chosen !== table.seen && things.includes(view.chosen);
  if (isNew) table.focus = view.chosen;
  else if (!things.includes(table.focus)) table.focus = things[0] || null;
  table.seen = view.chosen;
}

function listedThings() {
  if (table.things.indexOf(table.focus) >= ROWS) table.all = true;
  return table.all ? table.things : table.things.slice(0, ROWS);
}

// Whether the rows that stand are those that are wanted, with the same edges to count.
function sameRows() {
  const listed = listedThings();
  const rows = byId("rows").querySelectorAll("tr[data-key]");
  const edgesNow = [...scene.edges].map((edge) => edge.key).join(" ");
  const same = rows.length === listed.length && edgesNow === table.edgesThen;
  table.edgesThen = edgesNow;
  return same && listed.every((thing, index) => rows[index].dataset.key === thing.key);
}

function markRows() {
  const rows = byId("rows").querySelectorAll("tr[data-key]");
  listedThings().forEach((thing, index) => markRow(rows[index], thing));
}

function markRow(row, thing) {
  const chosen = view.chosen === thing;
  row.tabIndex = thing === table.focus ? 0 : -1;
  row.setAttribute("aria-selected", String(chosen));
  row.classList.toggle("chosen", chosen);
}

function markTab(tab, selected) {
  tab.setAttribute("aria-selected", String(selected));
  tab.tabIndex = selected ? 0 : -1;
}

function drawRows() {
  const hadFocus = byId("rows").contains(document.activeElement);
  const columns = COLUMNS[table.tab];
  const head = make("tr", {}, ...columns.map(([name]) => make("th", { scope: "col" }, name)));
  const listed = listedThings();
  const body = make("tbody", {}, ...listed.map((thing) => tableRow(thing, columns)));
  const label = `${capital(table.tab)} that are visible now`;
  byId("rows").setAttribute("aria-labelledby", `tab-${table.tab}`);
  byId("rows").replaceChildren(
    make(
      "table",
      {
        role: "grid",
        "aria-label": label,
        "aria-describedby": "table-keys",
        "aria-rowcount": table.things.length + 1,
      },
      make("thead", {}, head),
      body,
    ),
  );
  byId("show-all").hidden = listed.length === table.things.length;
  byId("show-all").textContent = `Show all ${amount(table.things.length)}`;
  if (hadFocus) focusRow(table.focus);
}

function tableRow(thing, columns) {
  const cells = columns.map(([, value], index) =>
    index ? make("td", {}, value(thing) || "") : make("th", { scope: "row" }, value(thing)),
  );
  const row = make("tr", { "data-key": thing.key }, ...cells);
  markRow(row, thing);
  return row;
}

const rowOf = (thing) => (thing ? byId("rows").querySelector(`tr[data-key="${thing.key}"]`) : null);

// Move the one tab stop to a row, listing all rows if it stands beyond the first.
function focusRow(thing) {
  if (!table.things.includes(thing)) return;
  const before = rowOf(table.focus);
  if (before) before.tabIndex = -1;
  table.focus = thing;
  if (!rowOf(thing)) drawRows();
  const row = rowOf(thing);
  row.tabIndex = 0;
  row.focus();
  row.scrollIntoView({ block: "nearest" });
}

function rowKey(event) {
  const index = table.things.indexOf(table.focus);
  const last = (table.all ? table.things.length : Math.min(ROWS, table.things.length)) - 1;
  const to = {
    ArrowDown: index + 1,
    ArrowUp: index - 1,
    Home: 0,
    End: last,
    PageDown: index + 10,
    PageUp: index - 10,
  }[event.key];
  const side = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
  if (to !== undefined) focusRow(table.things[Math.min(Math.max(to, 0), last)]);
  else if (side && table.tab === "nodes") walkInTable(side);
  else if (event.key === "Enter" || event.key === " ") pickRow(table.focus);
  else if (event.key === "Escape") choose(null);
  else return;
  event.preventDefault();
}

function rowClick(event) {
  const row = event.target.closest("tr[data-key]");
  if (row) pickRow(table.things.find((thing) => thing.key === row.dataset.key));
}

function pickRow(thing) {
  focusRow(thing);
  table.anchor = thing;
  choose(thing);
}

// Select the next neighbour of the node that was chosen last; Enter makes the present one the start of a new walk.
function walkInTable(side) {
  const chosen = chosenNode();
  if (!chosen) return say("Select a node with Enter first");
  const around = isNode(table.anchor) ? neighbours(scene.base, table.anchor) : [];
  if (!around.includes(chosen)) table.anchor = chosen;
  const beside = neighbours(scene.base, table.anchor);
  if (!beside.length) return say(`${chosen.name} has no neighbours here`);
  const now = beside.indexOf(chosen);
  const index = now < 0 ? (side > 0 ? 0 : beside.length - 1) : (now + side + beside.length) % beside.length;
  choose(
    beside[index],
    `${beside[index].label}, neighbour ${index + 1} of ${beside.length} of ${table.anchor.name}. Enter walks on from here`,
  );
  return focusRow(beside[index]);
}
