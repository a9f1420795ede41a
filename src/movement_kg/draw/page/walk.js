// Choosing things, walking from one to the next by key, and the words under the pointer.

const DIRECTIONS = { ArrowRight: 0, ArrowDown: 90, ArrowLeft: 180, ArrowUp: -90 };

// Choose a node or an edge, or nothing; the choice is said aloud.
function choose(thing, words = chosenInWords(thing)) {
  hideTip();
  change({ chosen: thing });
  say(words);
}

function chosenInWords(thing) {
  if (!thing) return "Selection cleared";
  if (!isNode(thing)) return `Selected edge: ${edgeInWords(thing)}`;
  const beside = counted(neighbours(scene.base, thing).length, "neighbour", "neighbours");
  return `Selected ${thing.label}, ${nodeLook(thing.kind).label.toLowerCase()}, ${beside}`;
}

const edgeInWords = (edge) =>
  `${edge.a.name} ${edge.directed ? "→" : "–"} ${edge.label} ${edge.directed ? "→" : "–"} ${edge.b.name}`;

function mapKey(event) {
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  const moves = {
    "+": () => zoomBy(1.4),
    "=": () => zoomBy(1.4),
    "-": () => zoomBy(1 / 1.4),
    0: fitMap,
    Escape: () => choose(null),
  };
  const move = event.key in DIRECTIONS ? () => walkTowards(DIRECTIONS[event.key]) : moves[event.key];
  const start = (event.key === "Enter" || event.key === " ") && !chosenNode() ? () => walkTowards(0) : move;
  if (!start) return;
  event.preventDefault();
  start();
}

// On to the neighbour that lies nearest to a direction (in degrees, 0 to the right, clockwise); from nothing to the
// greatest node.
function walkTowards(direction) {
  const node = chosenNode();
  const next =
    node && scene.nodes.has(node)
      ? neighbourTowards(node, direction)
      : nodesByDegree.find((other) => scene.nodes.has(other));
  if (!next) {
    say(node ? `No neighbour of ${node.name} in that direction` : "No nodes are visible");
    return;
  }
  choose(next);
  if (!onScreen(next)) centre(next);
}

function neighbourTowards(node, direction) {
  const turned = (other) => {
    const angle = (Math.atan2(other.y - node.y, other.x - node.x) * 180) / Math.PI;
    return Math.abs(((angle - direction + 540) % 360) - 180);
  };
  const ranked = neighbours(scene, node)
    .map((other) => [turned(other), other])
    .filter(([turn]) => turn <= 75);
  ranked.sort(([one], [two]) => one - two);
  return ranked.length ? ranked[0][1] : null;
}

function onScreen(node) {
  const [x, y] = [node.x * cy.zoom() + cy.pan().x, node.y * cy.zoom() + cy.pan().y];
  return x > 20 && y > 20 && x < cy.width() - 20 && y < cy.height() - 20;
}

function showTip(thing, at) {
  const tip = byId("tip");
  const lines = isNode(thing) ? nodeTip(thing) : [edgeInWords(thing), edgeTip(thing)];
  tip.replaceChildren(
    ...lines.filter(Boolean).map((line, index) => make(index ? "span" : "strong", {}, line)),
  );
  tip.hidden = false;
  const stage = byId("map");
  tip.style.left = `${Math.max(4, Math.min(at.x + 14, stage.clientWidth - tip.offsetWidth - 4))}px`;
  tip.style.top = `${Math.max(4, Math.min(at.y + 14, stage.clientHeight - tip.offsetHeight - 4))}px`;
}

function nodeTip(node) {
  return [
    node.label,
    [capital(node.type || nodeLook(node.kind).label), countriesOf(node), periodText(node)]
      .filter(Boolean)
      .join(" · "),
  ];
}

function edgeTip(edge) {
  return [
    edge.certainty,
    edge.disputed && "disputed",
    periodText(edge),
    edge.via && edge.via.length && `through ${edge.via.join(", ")}`,
  ]
    .filter(Boolean)
    .join(" · ");
}

function hideTip() {
  byId("tip").hidden = true;
}
