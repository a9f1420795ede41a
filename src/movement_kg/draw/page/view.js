// The reader's view of the network (filters, selection, depth, path, place on the map) and its form in the address.

const CERTAINTIES = ["explicit", "implied", "disputed"];
const SETS = { hide: "hiddenKinds", "hide-edges": "hiddenEdges", in: "countries", without: "without" };

const view = plainView();
const watchers = [];

function plainView() {
  return {
    hiddenKinds: new Set(),
    hiddenEdges: new Set(),
    countries: new Set(),
    without: new Set(),
    years: null,
    alone: false,
    chosen: null,
    depth: 1,
    only: false,
    from: null,
    to: null,
    at: null,
  };
}

// Change the view and tell all who show it.
function change(changes) {
  Object.assign(view, changes);
  for (const watcher of watchers) watcher();
}

const isNode = (thing) => Boolean(thing && nodeById.get(thing.id) === thing);
const chosenNode = () => (isNode(view.chosen) ? view.chosen : null);
const chosenEdge = () => (view.chosen && !isNode(view.chosen) ? view.chosen : null);

const known = {
  hide: new Set(nodes.map((node) => node.kind)),
  "hide-edges": new Set(edges.map((edge) => edge.kind)),
  in: new Set(["", ...nodes.flatMap((node) => node.countries || [])]),
  without: new Set(CERTAINTIES),
};

// The view as the part of an address after "#": only what differs from the plain view.
function viewToHash() {
  const words = new URLSearchParams();
  for (const [name, field] of Object.entries(SETS))
    for (const value of [...view[field]].sort()) words.append(name, value);
  if (view.years) words.set("years", view.years.join("-"));
  if (view.alone) words.set("alone", "1");
  if (view.chosen) words.set(isNode(view.chosen) ? "node" : "edge", view.chosen.id);
  if (view.depth !== 1) words.set("depth", view.depth);
  if (view.only) words.set("only", "1");
  if (view.from) words.set("from", view.from.id);
  if (view.to) words.set("to", view.to.id);
  if (view.at) words.set("at", view.at.map((number) => Number(number.toPrecision(6))).join(","));
  return words.toString();
}

// A view from such text; whatever it cannot mean is left plain.
function viewFromHash(text) {
  const words = new URLSearchParams(text.replace(/^#/, ""));
  const read = plainView();
  for (const [name, field] of Object.entries(SETS)) {
    for (const value of words.getAll(name)) if (known[name].has(value)) read[field].add(value);
  }
  const depth = Number(words.get("depth"));
  return Object.assign(read, {
    years: readYears(words.get("years")),
    alone: words.get("alone") === "1",
    chosen: nodeById.get(words.get("node")) || edgeById.get(words.get("edge")) || null,
    depth: [1, 2, 3].includes(depth) ? depth : 1,
    only: words.get("only") === "1",
    from: nodeById.get(words.get("from")) || null,
    to: nodeById.get(words.get("to")) || null,
    at: readPlace(words.get("at")),
  });
}

function readYears(text) {
  const found = /^(-?\d{1,4})-(-?\d{1,4})$/.exec(text || "");
  return found && span ? yearsWithin(Number(found[1]), Number(found[2])) : null;
}

// Years inside the span of the data; null where they are all of it.
function yearsWithin(first, last) {
  const within = (year) => Math.min(Math.max(year, span[0]), span[1]);
  const years = [within(Math.min(first, last)), within(Math.max(first, last))];
  return years[0] === span[0] && years[1] === span[1] ? null : years;
}

function readPlace(text) {
  const numbers = (text || "").split(",").map(Number);
  const sound =
    numbers.length === 3 && numbers.every((number) => Number.isFinite(number) && Math.abs(number) < 1e7);
  return text && sound && numbers[2] > 0 ? numbers : null;
}

// The filters in words, for legend and exports; empty where nothing is filtered.
function filtersInWords() {
  const lists = [
    ["without", [...view.hiddenKinds].map((kind) => nodeLook(kind).label.toLowerCase())],
    ["without edges", [...view.hiddenEdges].map(edgeKindLabel)],
    ["countries", [...view.countries].map((code) => (code ? countryName(code) : "none known"))],
    ["without", [...view.without].map((word) => `${word} edges`)],
    ["period", view.years ? [view.years.join("–")] : []],
    [
      "only within",
      view.only && chosenNode() ? [`${counted(view.depth, "step", "steps")} of ${chosenNode().name}`] : [],
    ],
  ];
  return lists
    .filter(([, values]) => values.length)
    .map(([name, values]) => `${name}: ${values.sort().join(", ")}`);
}

const edgeLabels = new Map(edges.map((edge) => [edge.kind, edge.label]));
const edgeKindLabel = (kind) => edgeLabels.get(kind) || kind;
