// The shortest path between two picked nodes: the fields that pick them and the path as text.

function pathFinder() {
  const ends = ["from", "to"].map((end) => {
    const field = searchField(`path-${end}`, end === "from" ? "From" : "To", (node) =>
      change({ [end]: node }),
    );
    field.input.addEventListener("search", () => (field.input.value ? null : change({ [end]: null })));
    field.input.addEventListener("change", () => (field.input.value ? null : change({ [end]: null })));
    checks.push(() => {
      if (document.activeElement !== field.input || view[end])
        field.input.value = view[end] ? view[end].name : "";
    });
    return field.box;
  });
  fields.path = make("div", { id: "path-result" });
  const clear = make(
    "button",
    { type: "button", id: "path-clear", class: "slight", click: () => change({ from: null, to: null }) },
    "Clear path",
  );
  return group("path", "Shortest path", false, ...ends, fields.path, clear);
}

// The path as text, step by step; written anew only when it is another, so that a focused step keeps its focus.
function drawPath() {
  const stops = scene.path ? scene.path.steps.flat().map((edge) => edge.key) : [];
  const now = [view.from, view.to]
    .map((node) => (node ? node.key : ""))
    .concat(stops)
    .join(" ");
  if (now === fields.drawnPath) return;
  fields.drawnPath = now;
  fields.path.replaceChildren(...pathInWords(scene.path));
}

function pathInWords(path) {
  const hint = "Pick two nodes here, or with the buttons beside a selected node. Direction does not count.";
  if (!view.from || !view.to) return [make("p", { class: "hint" }, hint)];
  const none = `No path joins ${view.from.name} and ${view.to.name} in what the filters leave.`;
  if (view.from === view.to) return [make("p", { class: "none", role: "status" }, "Both ends are the same node: pick two.")];
  if (!path) return [make("p", { class: "none", role: "status" }, none)];
  const steps = path.stops.map((node, index) => pathStop(path, node, index));
  return [
    make("p", { class: "value" }, counted(path.steps.length, "step", "steps")),
    make("ol", { class: "path" }, ...steps),
  ];
}

// A node of the path under the kinds of the edges that lead to it, with the way they point.
function pathStop(path, node, index) {
  const way = (edge) => (edge.directed ? (edge.b === node ? " ↓" : " ↑") : "");
  const sure = (edge) => (edge.certainty === "implied" ? " (implied)" : "");
  const kinds = index ? path.steps[index - 1].map((edge) => `${edge.label}${way(edge)}${sure(edge)}`) : [];
  const via = kinds.length ? make("span", { class: "via" }, [...new Set(kinds)].join("; ")) : null;
  return make("li", {}, via, nodeButton(node));
}
