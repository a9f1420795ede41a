// The network as the file brings it: nodes and edges that know each other, and the words for their kinds.

const data = JSON.parse(byId("network").textContent);
const toMap = (object) => new Map(Object.entries(object || {}));

const sources = toMap(data.sources);
const passages = toMap(data.passages);
const countryNames = toMap(data.countries);
const nodeLooks = toMap(data.look.nodes);
const edgeLooks = toMap(data.look.edges);

const nodes = data.nodes.map((node, index) => ({
  ...node,
  key: `n${index}`,
  edges: [],
  name: node.short || node.label,
}));
const nodeById = new Map(nodes.map((node) => [node.id, node]));
const edges = data.edges
  .filter((edge) => nodeById.has(edge.from) && nodeById.has(edge.to))
  .map((edge, index) => ({
    ...edge,
    key: `e${index}`,
    a: nodeById.get(edge.from),
    b: nodeById.get(edge.to),
    years: yearsOf(edge),
  }));
const edgeById = new Map(edges.map((edge) => [edge.id, edge]));
for (const edge of edges) {
  edge.a.edges.push(edge);
  if (edge.b !== edge.a) edge.b.edges.push(edge);
}
const byName = (one, other) => one.label.localeCompare(other.label, "en") || (one.id < other.id ? -1 : 1);
const byDegree = (one, other) => other.edges.length - one.edges.length || (one.id < other.id ? -1 : 1);
const nodesByName = [...nodes].sort(byName);
const nodesByDegree = [...nodes].sort(byDegree);
const span = yearSpan();

const otherEnd = (edge, node) => (edge.a === node ? edge.b : edge.a);
const countryName = (code) => countryNames.get(code) || code;
const countriesOf = (node) => (node.countries || []).map(countryName).join(", ");
const nodeLook = (kind) =>
  nodeLooks.get(kind) || { label: kind, shape: "ellipse", light: "#666666", dark: "#aaaaaa" };
const edgeLook = (group) =>
  edgeLooks.get(group) || { label: group, light: "#666666", dark: "#aaaaaa", mark: "" };

// First and last year; an unknown end is without limit.
function yearsOf(thing) {
  return [thing.start ? yearOf(thing.start) : -Infinity, thing.end ? yearOf(thing.end) : Infinity];
}

function yearOf(date) {
  return Number.parseInt(date, 10);
}

function yearSpan() {
  const known = edges.flatMap((edge) => edge.years).filter(Number.isFinite);
  return known.length
    ? [known.reduce((a, b) => Math.min(a, b)), known.reduce((a, b) => Math.max(a, b))]
    : null;
}

// "2006–2012", "from 2006", "until 2012", "".
function periodText(thing) {
  const [first, last] = yearsOf(thing);
  if (Number.isFinite(first) && Number.isFinite(last))
    return first === last ? String(first) : `${first}–${last}`;
  if (Number.isFinite(first)) return `from ${first}`;
  return Number.isFinite(last) ? `until ${last}` : "";
}

// The kinds of things, each with how many there are, in the order of their names.
function tally(things, kindOf) {
  const counts = new Map();
  for (const thing of things) for (const kind of kindOf(thing)) counts.set(kind, (counts.get(kind) || 0) + 1);
  return counts;
}

// A citation's document and place in it, as a sentence part.
function passageText(citation) {
  const passage = passages.get(citation);
  if (!passage) return citation;
  const title = sources.get(passage.source) || passage.source;
  return passage.locator ? `${title}. ${passage.locator}` : title;
}
