// The map: cytoscape.js draws the scene, gestures and keys choose and move.

const MANY_EDGES = 2000;
const cytoscape = globalThis.cytoscape;
delete globalThis.cytoscape;
const stillness = matchMedia("(prefers-reduced-motion: reduce)");
let cy = null;
let labelsAt = "";
let fitted = "";

function startMap() {
  const many = edges.length > MANY_EDGES;
  const place = fittingPlace(nodes);
  cy = cytoscape({
    container: byId("map"),
    elements: { nodes: nodes.map(nodeElement), edges: edges.map(edgeElement) },
    style: mapStyle(many),
    layout: { name: "preset", fit: false },
    zoom: place.zoom,
    pan: place.pan,
    minZoom: place.zoom / 4,
    maxZoom: 8,
    autoungrabify: true,
    autounselectify: true,
    boxSelectionEnabled: false,
    textureOnViewport: many,
    hideEdgesOnViewport: many,
    pixelRatio: many ? 1 : "auto",
  });
  listenToMap();
}

function nodeElement(node) {
  const look = nodeLook(node.kind);
  return {
    data: {
      id: node.key,
      shape: look.shape,
      color: tint(look),
      size: node.size,
      degree: node.edges.length,
      shown: "",
      font: LABEL_PX,
      halo: 2,
    },
    position: { x: node.x, y: node.y },
  };
}

function edgeElement(edge) {
  return {
    data: {
      id: edge.key,
      source: edge.a.key,
      target: edge.b.key,
      color: edgeColor(edge),
      width: edgeWidth(edge),
    },
    classes: edgeClasses(edge),
  };
}

// Zoom and pan that show all of the given nodes.
function fittingPlace(shown) {
  const box = boundsOf(shown);
  const { clientWidth: width, clientHeight: height } = byId("map");
  const room = Math.min(70, width / 9, height / 9);
  const fit = Math.min(
    (width - 2 * room) / Math.max(box.width, 1),
    (height - 2 * room) / Math.max(box.height, 1),
  );
  const zoom = Math.min(Math.max(fit, 0.01), 2.2);
  return { zoom, pan: { x: width / 2 - box.x * zoom, y: height / 2 - box.y * zoom } };
}

function boundsOf(shown) {
  let [left, top, right, bottom] = [Infinity, Infinity, -Infinity, -Infinity];
  for (const { x, y, size } of shown) {
    [left, right] = [Math.min(left, x - size / 2), Math.max(right, x + size / 2)];
    [top, bottom] = [Math.min(top, y - size / 2), Math.max(bottom, y + size / 2)];
  }
  return left > right
    ? { x: 0, y: 0, width: 1, height: 1 }
    : { x: (left + right) / 2, y: (top + bottom) / 2, width: right - left, height: bottom - top };
}

// Bring classes, labels and place up to the scene.
function drawMap() {
  cy.batch(() => {
    const [stops, steps] = [
      new Set(scene.path ? scene.path.stops : []),
      new Set(scene.path ? scene.path.steps.flat() : []),
    ];
    for (const node of nodes) setClasses(node, scene.nodes, scene.lit && scene.lit.nodes, stops);
    for (const edge of edges) setClasses(edge, scene.edges, scene.lit && scene.lit.edges, steps);
  });
  drawLabels();
  if (byId("count").textContent !== sceneInWords()) byId("count").textContent = sceneInWords();
}

function sceneInWords() {
  const shownNodes = `${amount(scene.nodes.size)} of ${counted(nodes.length, "node", "nodes")}`;
  return `${shownNodes}, ${amount(scene.edges.size)} of ${counted(edges.length, "edge", "edges")}`;
}

function setClasses(thing, shown, lit, path) {
  const wanted = [
    !shown.has(thing) && "gone",
    lit && !lit.has(thing) && "faded",
    lit && lit.has(thing) && "lit",
    path.has(thing) && "path",
    view.chosen === thing && "chosen",
  ].filter(Boolean);
  const now = wanted.join(" ");
  if (now === (thing.classes || "")) return;
  const element = cy.getElementById(thing.key);
  element.removeClass("gone faded lit path chosen");
  element.addClass(wanted);
  thing.classes = now;
}

// Write the labels that fit at this zoom; nothing to do while zoom step, scene and selection are the same.
function drawLabels() {
  const zoom = labelZoom(cy.zoom());
  const lit = scene.lit ? nodesByDegree.filter((node) => scene.lit.nodes.has(node)) : [];
  const first = [chosenNode(), ...lit].filter((node) => scene.nodes.has(node));
  const named = planLabels(scene.nodes, zoom, new Set(first));
  const font = LABEL_PX / zoom;
  cy.batch(() =>
    nodes.forEach((node) => setLabel(node, named.has(node) ? labelLines(node.name).join("\n") : "", font)),
  );
  labelsAt = String(zoom);
}

function setLabel(node, shown, font) {
  if (node.shown === shown && (shown === "" || node.font === font)) return;
  [node.shown, node.font] = [shown, font];
  cy.getElementById(node.key).data({ shown, font, halo: font / 5 });
}

function fitMap() {
  cy.stop();
  cy.viewport(fittingPlace(scene.nodes));
  fitted = String(placeNow());
  drawLabels();
  notePlace();
  writeHash();
}

// Keep the place for the link, unless it is the whole map, which every screen fits for itself.
function notePlace() {
  const place = placeNow();
  view.at = String(place) === fitted ? null : place;
}

function zoomBy(factor) {
  cy.zoom({ level: cy.zoom() * factor, renderedPosition: { x: cy.width() / 2, y: cy.height() / 2 } });
}

// Move the map so that a thing is in its middle, near enough to be read.
function centre(thing) {
  const middle = isNode(thing) ? thing : { x: (thing.a.x + thing.b.x) / 2, y: (thing.a.y + thing.b.y) / 2 };
  const zoom = Math.max(cy.zoom(), 1);
  moveTo([middle.x, middle.y, zoom], stillness.matches ? 0 : 250);
}

function moveTo([x, y, level], duration) {
  const zoom = Math.min(Math.max(level, cy.minZoom()), cy.maxZoom());
  const pan = { x: cy.width() / 2 - x * zoom, y: cy.height() / 2 - y * zoom };
  cy.stop();
  if (duration) cy.animate({ zoom, pan, duration, easing: "ease-out" });
  else cy.viewport({ zoom, pan });
}

// The place on the map: the middle of the screen in the network's points, and the zoom.
function placeNow() {
  const [zoom, pan] = [cy.zoom(), cy.pan()];
  return [(cy.width() / 2 - pan.x) / zoom, (cy.height() / 2 - pan.y) / zoom, zoom];
}

function repaintMap() {
  cy.batch(() => {
    for (const node of nodes) cy.getElementById(node.key).data("color", tint(nodeLook(node.kind)));
    for (const edge of edges) cy.getElementById(edge.key).data("color", edgeColor(edge));
  });
  cy.style(mapStyle(edges.length > MANY_EDGES));
}

const thingOf = (element) => (element.isNode() ? nodes : edges)[Number(element.id().slice(1))];

function listenToMap() {
  cy.on("tap", (event) => choose(event.target === cy ? null : thingOf(event.target)));
  cy.on("mouseover", "node, edge", (event) => showTip(thingOf(event.target), event.renderedPosition));
  cy.on("mouseout viewport", hideTip);
  const settled = later(() => {
    if (String(labelZoom(cy.zoom())) !== labelsAt) drawLabels();
    writeHash();
  }, 120);
  cy.on("viewport", notePlace);
  cy.on("viewport", settled);
  cy.on("resize", () => (view.at ? null : fitMap()));
  byId("map").addEventListener("keydown", mapKey);
  byId("zoom-in").addEventListener("click", () => zoomBy(1.4));
  byId("zoom-out").addEventListener("click", () => zoomBy(1 / 1.4));
  byId("zoom-fit").addEventListener("click", fitMap);
}
