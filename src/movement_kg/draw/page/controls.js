// The controls: search, filters, neighbourhood and path; they write the view and show it.

const checks = [];
const fields = {};

function startControls() {
  const find = searchField("search", "Search", (node) => {
    choose(node);
    centre(node);
  });
  byId("controls").replaceChildren(
    find.box,
    kindFilter(),
    edgeFilter(),
    certaintyFilter(),
    periodFilter(),
    countryFilter(),
    neighbourhood(),
    pathFinder(),
    make("p", {}, make("button", { type: "button", id: "reset", click: reset }, "Reset all")),
  );
  const wide = matchMedia("(min-width: 900px)");
  const fold = () => {
    byId("controls-fold").open = wide.matches;
  };
  wide.addEventListener("change", fold);
  fold();
}

function reset() {
  change(plainView());
  fitMap();
  say("All filters, selection and path cleared");
}

function group(id, title, open, ...content) {
  const titled = make("summary", {}, make("h3", {}, title));
  return make(
    "details",
    { id, class: "group", open },
    titled,
    make("div", { class: "group-body" }, ...content),
  );
}

// A box that is ticked while `isOn` says so.
function check(id, label, picture, count, isOn, onChange) {
  const input = make("input", { type: "checkbox", id, change: () => onChange(input.checked) });
  checks.push(() => {
    input.checked = isOn();
  });
  const words = make("span", { class: "check-label" }, label);
  return make(
    "label",
    { class: "check" },
    input,
    picture,
    words,
    count === null ? null : make("span", { class: "count" }, amount(count)),
  );
}

// A box for one value of a set of the view; `hides` where the set holds what is left out.
function setCheck(id, label, picture, count, field, value, hides) {
  const isOn = () => view[field].has(value) !== hides;
  const turn = (on) => {
    const values = new Set(view[field]);
    if (on === hides) values.delete(value);
    else values.add(value);
    change({ [field]: values });
  };
  return check(id, label, picture, count, isOn, turn);
}

function allOrNone(field, values) {
  const button = (words, set) =>
    make("button", { type: "button", class: "slight", click: () => change({ [field]: set() }) }, words);
  return make(
    "p",
    { class: "all-none" },
    button("All", () => new Set()),
    button("None", () => new Set(values)),
  );
}

function kindFilter() {
  const counts = tally(nodes, (node) => [node.kind]);
  const kinds = [...counts.keys()].sort((one, other) =>
    nodeLook(one).label.localeCompare(nodeLook(other).label, "en"),
  );
  const boxes = kinds.map((kind, index) =>
    setCheck(
      `kind-${index}`,
      nodeLook(kind).label,
      nodeSwatch(nodeLook(kind)),
      counts.get(kind),
      "hiddenKinds",
      kind,
      true,
    ),
  );
  return group(
    "filter-kinds",
    "Kinds of node",
    true,
    ...boxes,
    kinds.length > 2 ? allOrNone("hiddenKinds", kinds) : null,
  );
}

function edgeFilter() {
  const counts = tally(edges, (edge) => [edge.kind]);
  const groups = new Map(edges.map((edge) => [edge.kind, edge.group]));
  const place = (kind) => `${edgeLook(groups.get(kind)).label} ${edgeKindLabel(kind)}`;
  const kinds = [...counts.keys()].sort((one, other) => place(one).localeCompare(place(other), "en"));
  const boxes = kinds.map((kind, index) =>
    setCheck(
      `edge-${index}`,
      capital(edgeKindLabel(kind)),
      edgeSwatch(edgeLook(groups.get(kind))),
      counts.get(kind),
      "hiddenEdges",
      kind,
      true,
    ),
  );
  const alone = check(
    "alone",
    "Keep nodes left without an edge",
    null,
    null,
    () => view.alone,
    (on) => change({ alone: on }),
  );
  return group(
    "filter-edges",
    "Kinds of edge",
    true,
    make("div", { class: "long" }, ...boxes),
    kinds.length > 2 ? allOrNone("hiddenEdges", kinds) : null,
    alone,
  );
}

function certaintyFilter() {
  const kindsOf = (edge) => [edge.certainty, ...(edge.disputed ? ["disputed"] : [])];
  const counts = tally(edges, kindsOf);
  const boxes = CERTAINTIES.map((word) =>
    setCheck(
      `certainty-${word}`,
      capital(word),
      certaintySwatch(word),
      counts.get(word) || 0,
      "without",
      word,
      true,
    ),
  );
  return group("filter-certainty", "Certainty", true, ...boxes);
}

function countryFilter() {
  const counts = tally(nodes, (node) => (node.countries && node.countries.length ? node.countries : [""]));
  const name = (code) => (code ? countryName(code) : "No country known");
  const codes = [...counts.keys()].sort(
    (one, other) => (one === "") - (other === "") || name(one).localeCompare(name(other), "en"),
  );
  const boxes = codes.map((code, index) =>
    setCheck(`country-${index}`, name(code), null, counts.get(code), "countries", code, false),
  );
  const hint = make(
    "p",
    { class: "hint" },
    "An edge counts when one of its ends is in a ticked country; with none ticked, all count.",
  );
  return group("filter-countries", "Countries", false, hint, make("div", { class: "long" }, ...boxes));
}

function periodFilter() {
  if (!span)
    return group("filter-period", "Period", true, make("p", { class: "hint" }, "No edge has a known date."));
  const words = make("p", { id: "period", class: "value" });
  const hint = make(
    "p",
    { id: "period-hint", class: "hint" },
    "An edge counts when its time may overlap this period. Where its beginning or end is unknown, that end always may.",
  );
  const first = yearSlider("year-from", "From year", span[0]);
  const last = yearSlider("year-to", "To year", span[1]);
  const turn = (moved, other) => () => {
    if (Number(first.value) > Number(last.value)) other.value = moved.value;
    change({ years: yearsWithin(Number(first.value), Number(last.value)) });
  };
  first.addEventListener("input", turn(first, last));
  last.addEventListener("input", turn(last, first));
  checks.push(() => {
    [first.value, last.value] = view.years || span;
    words.textContent = `${first.value}–${last.value}`;
  });
  return group("filter-period", "Period", true, words, slot(first, "From year"), slot(last, "To year"), hint);
}

function yearSlider(id, label, value) {
  return make("input", {
    id,
    type: "range",
    min: span[0],
    max: span[1],
    step: 1,
    value,
    "aria-describedby": "period-hint",
  });
}

const slot = (input, label) => make("div", { class: "slot" }, make("label", { for: input.id }, label), input);

function neighbourhood() {
  const radios = [1, 2, 3].map((depth) => {
    const input = make("input", {
      type: "radio",
      name: "depth",
      id: `depth-${depth}`,
      value: depth,
      change: () => change({ depth }),
    });
    checks.push(() => {
      input.checked = view.depth === depth;
    });
    return make("label", { class: "pill" }, input, make("span", {}, String(depth)));
  });
  const steps = make(
    "fieldset",
    { class: "pills" },
    make("legend", {}, "Steps from the selected node"),
    ...radios,
  );
  const only = check(
    "only",
    "Show only these",
    null,
    null,
    () => view.only,
    (on) => change({ only: on }),
  );
  return group("neighbourhood", "Neighbourhood", true, steps, only);
}

function drawControls() {
  for (const bring of checks) bring();
  drawPath();
  if (view.from || view.to) byId("path").open = true;
}
