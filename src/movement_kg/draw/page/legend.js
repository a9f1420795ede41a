// The legend: shapes and lines of the kinds present, the filters applied, and where the data come from.

const SWATCH = 18;

function swatch(width, ...content) {
  return makeSvg(
    "svg",
    { class: "swatch", width, height: SWATCH, viewBox: `0 0 ${width} ${SWATCH}`, "aria-hidden": "true" },
    ...content,
  );
}

// Colours are classes of style sheets elsewhere; here both are given and the ground decides which is seen.
function twoTones(look, draw) {
  return [
    makeSvg("g", { class: "on-light" }, ...draw(look.light)),
    makeSvg("g", { class: "on-dark" }, ...draw(look.dark)),
  ];
}

function nodeSwatch(look) {
  const [tag, shape] = outline(look.shape, SWATCH / 2, SWATCH / 2, 13);
  return swatch(SWATCH, ...twoTones(look, (color) => [makeSvg(tag, { ...shape, fill: color })]));
}

function edgeSwatch(look) {
  return swatch(30, ...twoTones(look, (color) => [line({ stroke: color }), ...markOf(look.mark, color)]));
}

const line = (attributes) =>
  makeSvg("line", { x1: 1, y1: SWATCH / 2, x2: 29, y2: SWATCH / 2, "stroke-width": 2, ...attributes });

function markOf(mark, color) {
  if (!MARKS[mark]) return [];
  const [tag, shape] = outline(mark, 15, SWATCH / 2, 8);
  return [
    makeSvg(
      tag,
      hollow(mark)
        ? { ...shape, fill: "none", stroke: color, "stroke-width": 1.5 }
        : { ...shape, fill: color },
    ),
  ];
}

function certaintySwatch(word) {
  if (word === "disputed")
    return swatch(
      30,
      line({ class: "disputed-line", "stroke-dasharray": "2 3" }),
      makeSvg("text", { class: "disputed-sign", x: 15, y: 14, "text-anchor": "middle" }, "?"),
    );
  return swatch(30, line({ class: "plain-line", "stroke-dasharray": word === "implied" ? "5 3" : null }));
}

const arrowSwatch = () =>
  swatch(
    30,
    line({ class: "plain-line" }),
    makeSvg("polygon", { class: "plain-arrow", points: "29,9 21,5 21,13" }),
  );

function drawLegend() {
  const content = legendContent();
  const list = (items) => make("ul", {}, ...items.map(([picture, words]) => make("li", {}, picture, words)));
  const lines = content.lines.map((word) => [
    word === "directed" ? arrowSwatch() : certaintySwatch(word),
    capital(word),
  ]);
  byId("legend").replaceChildren(
    list([
      ...content.kinds.map((look) => [nodeSwatch(look), look.label]),
      ...content.groups.map((look) => [edgeSwatch(look), look.label]),
      ...lines,
    ]),
    ...content.notes.map((note) => make("p", {}, note)),
  );
}

// What a legend says of the present scene, on the page and in a picture.
function legendContent() {
  const shownEdges = [...scene.edges];
  const lines = [
    ["directed", (edge) => edge.directed],
    ["implied", (edge) => edge.certainty === "implied"],
    ["disputed", (edge) => edge.disputed],
  ];
  return {
    kinds: looksOf(
      [...scene.nodes].map((node) => node.kind),
      nodeLook,
    ),
    groups: looksOf(
      shownEdges.map((edge) => edge.group),
      edgeLook,
    ),
    lines: lines.filter(([, holds]) => shownEdges.some(holds)).map(([word]) => word),
    notes: provenance(),
  };
}

function looksOf(kinds, lookOf) {
  return [...new Set(kinds)].map(lookOf).sort((one, other) => one.label.localeCompare(other.label, "en"));
}

function provenance() {
  const given = Object.entries(data.filters || {}).map(([name, text]) => `${name}: ${text}`);
  const filters = [...given, ...filtersInWords()];
  return [
    `Filters: ${filters.length ? filters.join("; ") : "none"}`,
    `${counted(sources.size, "source", "sources")} · data of ${data.version} (${data.content})`,
    `Licence: ${data.licence}`,
  ];
}
