// What the view shows of the network: the nodes and edges that pass the filters, a neighbourhood, a shortest path.

let scene = null;

// The scene of the present view: `base` passes the filters; `nodes` and `edges` are what is visible in the end.
function makeScene() {
  const base = filtered();
  const ego = egoOf(base);
  const path = view.from && view.to ? shortestPath(base, view.from, view.to) : null;
  const made = { base, ego, path, nodes: base.nodes, edges: base.edges, lit: litOf(ego, path) };
  return view.only && chosenNode() && ego ? { ...made, nodes: made.lit.nodes, edges: made.lit.edges } : made;
}

function filtered() {
  const passing = new Set(nodes.filter((node) => !view.hiddenKinds.has(node.kind)));
  const shown = new Set(
    edges.filter((edge) => passing.has(edge.a) && passing.has(edge.b) && edgePasses(edge)),
  );
  const joined = (node) => node.edges.some((edge) => shown.has(edge));
  const stays = (node) => joined(node) || ((view.alone || !node.edges.length) && inCountries(node));
  return { nodes: new Set([...passing].filter(stays)), edges: shown };
}

function inCountries(node) {
  const codes = node.countries && node.countries.length ? node.countries : [""];
  return !view.countries.size || codes.some((code) => view.countries.has(code));
}

function edgePasses(edge) {
  if (view.hiddenEdges.has(edge.kind) || view.without.has(edge.certainty)) return false;
  if (edge.disputed && view.without.has("disputed")) return false;
  if (!inCountries(edge.a) && !inCountries(edge.b)) return false;
  return !view.years || (edge.years[0] <= view.years[1] && edge.years[1] >= view.years[0]);
}

// The chosen node with all within `depth` steps and the edges among them; of a chosen edge, its two ends.
function egoOf(base) {
  const node = chosenNode();
  if (node && base.nodes.has(node)) return among(base, within(base, node, view.depth));
  const edge = chosenEdge();
  return edge && base.edges.has(edge) ? { nodes: new Set([edge.a, edge.b]), edges: new Set([edge]) } : null;
}

function within(base, start, depth) {
  const reached = new Set([start]);
  let rim = [start];
  for (let step = 0; step < depth; step += 1) {
    rim = rim
      .flatMap((node) => neighbours(base, node))
      .filter((node) => !reached.has(node) && reached.add(node));
  }
  return reached;
}

function among(base, members) {
  return {
    nodes: members,
    edges: new Set([...base.edges].filter((edge) => members.has(edge.a) && members.has(edge.b))),
  };
}

// Nodes beside a node over edges in sight, each once, by name.
function neighbours(base, node) {
  const beside = node.edges.filter((edge) => base.edges.has(edge)).map((edge) => otherEnd(edge, node));
  return [...new Set(beside)].filter((other) => other !== node).sort(byName);
}

// The nodes of a shortest path and the edges of each step, without regard to direction; null if there is none.
function shortestPath(base, from, to) {
  if (!base.nodes.has(from) || !base.nodes.has(to)) return null;
  const before = new Map([[from, null]]);
  let rim = [from];
  while (rim.length && !before.has(to)) {
    const next = [];
    for (const node of rim) {
      for (const other of neighbours(base, node).filter((found) => !before.has(found))) {
        before.set(other, node);
        next.push(other);
      }
    }
    rim = next;
  }
  return before.has(to) ? tracedBack(base, before, to) : null;
}

function tracedBack(base, before, to) {
  const stops = [to];
  while (before.get(stops[0])) stops.unshift(before.get(stops[0]));
  const steps = stops.slice(1).map((node, index) => stepEdges(base, stops[index], node));
  return { stops, steps };
}

function stepEdges(base, one, other) {
  return one.edges.filter((edge) => base.edges.has(edge) && otherEnd(edge, one) === other);
}

// What is brought out while the rest fades: neighbourhood and path together; null where nothing is.
function litOf(ego, path) {
  if (!ego && !path) return null;
  const lit = { nodes: new Set(ego ? ego.nodes : []), edges: new Set(ego ? ego.edges : []) };
  for (const node of path ? path.stops : []) lit.nodes.add(node);
  for (const edge of path ? path.steps.flat() : []) lit.edges.add(edge);
  return lit;
}
