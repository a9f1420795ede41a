// The present scene as a GEXF 1.3 file (gexf.net) with kinds, places, sizes and colours, for Gephi and the like.

const NODE_FIELDS = [
  ["kind", "string"],
  ["type", "string"],
  ["short", "string"],
  ["iri", "string"],
  ["countries", "string"],
];
const EDGE_FIELDS = [
  ["kind", "string"],
  ["group", "string"],
  ["directed", "boolean"],
  ["certainty", "string"],
  ["disputed", "boolean"],
  ["via", "string"],
  ["citations", "string"],
];

// The text of the file. Its edges bear one type, as readers want; where both are present each says which in "directed".
function gexfFile() {
  const shown = [...scene.edges];
  const edgeType = shown.some((edge) => edge.directed) ? "directed" : "undirected";
  const meta = tag(
    "meta",
    { lastmodifieddate: data.version },
    tag("creator", {}, "movement-kg") +
      tag("description", {}, escaped([data.title, ...provenance()].join(". "))),
  );
  const graph = tag(
    "graph",
    { mode: "dynamic", timeformat: "date", defaultedgetype: edgeType },
    [
      gexfFields("node", NODE_FIELDS),
      gexfFields("edge", EDGE_FIELDS),
      tag("nodes", {}, [...scene.nodes].map(gexfNode).join("\n") || " "),
      tag("edges", {}, shown.map(gexfEdge).join("\n") || " "),
    ].join("\n"),
  );
  const frame = { xmlns: "http://gexf.net/1.3", "xmlns:viz": "http://gexf.net/1.3/viz", version: "1.3" };
  return `<?xml version="1.0" encoding="UTF-8"?>\n${tag("gexf", frame, meta + graph)}\n`;
}

function gexfFields(what, fields) {
  return tag(
    "attributes",
    { class: what },
    fields.map(([title, type]) => tag("attribute", { id: title, title, type })).join(""),
  );
}

const gexfText = (value) => (Array.isArray(value) ? value.join("; ") : String(value));

function gexfValues(thing, fields) {
  const present = fields.filter(
    ([name]) => thing[name] !== undefined && thing[name] !== "" && String(thing[name]) !== "",
  );
  return tag(
    "attvalues",
    {},
    present.map(([name]) => tag("attvalue", { for: name, value: gexfText(thing[name]) })).join(""),
  );
}

const times = (thing) => ({ start: thing.start, end: thing.end });

function gexfNode(node) {
  const [r, g, b] = [1, 3, 5].map(
    (from) => Number.parseInt(nodeLook(node.kind).light.slice(from, from + 2), 16) || 0,
  );
  const look =
    tag("viz:position", { x: node.x, y: -node.y, z: 0 }) +
    tag("viz:size", { value: node.size }) +
    tag("viz:color", { r, g, b });
  return tag(
    "node",
    { id: node.id, label: node.label, ...times(node) },
    gexfValues(node, NODE_FIELDS) + look,
  );
}

function gexfEdge(edge) {
  return tag(
    "edge",
    {
      id: edge.id,
      source: edge.from,
      target: edge.to,
      label: edge.label,
      weight: edge.weight || 1,
      ...times(edge),
    },
    gexfValues(edge, EDGE_FIELDS),
  );
}
