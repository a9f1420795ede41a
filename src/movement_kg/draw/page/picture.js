// The present scene as an SVG picture with title, legend and provenance, and the same as PNG.

const PAGE = { width: 1200, margin: 40, line: 20 };
const escaped = (text) =>
  String(text)
    .replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g, "")
    .replace(/[&<>"']/g, (sign) => `&#${sign.charCodeAt(0)};`);
const attributes = (values) =>
  Object.entries(values)
    .filter(([, value]) => value !== null && value !== undefined)
    .map(([name, value]) => ` ${name}="${escaped(value)}"`)
    .join("");
const tag = (name, values, content = "") =>
  content === "" ? `<${name}${attributes(values)}/>` : `<${name}${attributes(values)}>${content}</${name}>`;
const textAt = (x, y, words, values = {}) =>
  tag("text", { x: short(x), y: short(y), fill: ink("--ink"), ...values }, escaped(words));

// The text of an SVG file of what is visible now, in the colours of the page.
function svgPicture() {
  const title = wrapped(data.title, 58).map((words, index) =>
    textAt(PAGE.margin, 56 + index * 30, words, { "font-size": 24, "font-weight": 600 }),
  );
  const top = 56 + title.length * 30;
  const { body, height } = svgMap(top);
  const legend = svgLegend(top + height + 30);
  const ground = tag("rect", { width: PAGE.width, height: legend.bottom, fill: ink("--ground") });
  const frame = {
    xmlns: SVG_NS,
    width: PAGE.width,
    height: legend.bottom,
    viewBox: `0 0 ${PAGE.width} ${legend.bottom}`,
    "font-family": "system-ui, sans-serif",
    role: "img",
    "aria-labelledby": "title",
  };
  const named =
    tag("title", { id: "title" }, escaped(data.title)) +
    tag("desc", {}, escaped(`${data.description} ${provenance().join(". ")}`));
  return `<?xml version="1.0" encoding="UTF-8"?>\n${tag("svg", frame, [named, ground, ...title, body, legend.body].join("\n"))}\n`;
}

function svgMap(top) {
  const box = boundsOf(scene.nodes);
  const room = PAGE.width - 2 * PAGE.margin - 80;
  const scale = Math.min(room / Math.max(box.width, 1), 1400 / Math.max(box.height, 1), 2.5);
  const height = box.height * scale + 60;
  const move = { x: PAGE.width / 2 - box.x * scale, y: top + 20 + (box.height / 2 - box.y) * scale };
  const parts = [[...scene.edges].map(svgEdge), [...scene.nodes].map(svgNode)].flat().join("\n");
  const named = [...planLabels(scene.nodes, scale, new Set())]
    .map((node) => svgLabel(node, scale, move))
    .join("\n");
  const transform = `translate(${short(move.x)} ${short(move.y)}) scale(${scale.toPrecision(5)})`;
  return { body: `${tag("g", { transform }, parts || " ")}\n${tag("g", {}, named || " ")}`, height };
}

function svgNode(node) {
  const [name, shape] = outline(nodeLook(node.kind).shape, node.x, node.y, node.size);
  const border = view.chosen === node ? ink("--ink") : ink("--ground");
  return tag(
    name,
    {
      ...shape,
      fill: tint(nodeLook(node.kind)),
      stroke: border,
      "stroke-width": 1,
      "fill-opacity": isFaded(node) ? 0.2 : null,
    },
    tag("title", {}, escaped(node.label)),
  );
}

const isFaded = (thing) =>
  Boolean(scene.lit && !(isNode(thing) ? scene.lit.nodes : scene.lit.edges).has(thing));

function svgLabel(node, scale, move) {
  const style = {
    "font-size": LABEL_PX,
    "text-anchor": "middle",
    "paint-order": "stroke",
    stroke: ink("--ground"),
    "stroke-width": 3,
    "stroke-linejoin": "round",
    opacity: isFaded(node) ? 0.35 : null,
  };
  const lines = labelLines(node.name);
  const half = Math.max(...lines.map(textWidth)) / 2 + 8;
  const x = Math.min(Math.max(node.x * scale + move.x, half), PAGE.width - half);
  const y = (node.y + node.size / 2) * scale + move.y + LABEL_PX + 1;
  return lines.map((words, index) => textAt(x, y + index * (LINE_PX - 1), words, style)).join("");
}

// An edge as cytoscape draws it now: a line, or curves through its control points.
function svgEdge(edge) {
  const element = cy.getElementById(edge.key);
  const [start, end, middle] = [element.sourceEndpoint(), element.targetEndpoint(), element.midpoint()];
  if (!start || !end || !Number.isFinite(start.x + end.x)) return "";
  const color = isPathEdge(edge) ? ink("--path") : edgeColor(edge);
  const dash = edge.disputed ? "2 3" : edge.certainty === "implied" ? "6 4" : null;
  const opacity = isFaded(edge) ? 0.13 : 0.7;
  const curve = tag("path", {
    d: curveOf(start, end, element.controlPoints()),
    fill: "none",
    stroke: color,
    "stroke-width": short(edgeWidth(edge)),
    "stroke-dasharray": dash,
  });
  return tag("g", { opacity }, curve + svgArrow(edge, element, color) + svgMark(edge, middle, color));
}

const isPathEdge = (edge) => Boolean(scene.path && scene.path.steps.some((step) => step.includes(edge)));
const point = ({ x, y }) => `${short(x)} ${short(y)}`;

function curveOf(start, end, controls) {
  if (!controls || !controls.length) return `M${point(start)}L${point(end)}`;
  const between = (one, other) => ({ x: (one.x + other.x) / 2, y: (one.y + other.y) / 2 });
  const pieces = controls.map(
    (control, index) =>
      `Q${point(control)} ${point(index + 1 < controls.length ? between(control, controls[index + 1]) : end)}`,
  );
  return `M${point(start)}${pieces.join("")}`;
}

function svgArrow(edge, element, color) {
  if (!edge.directed) return "";
  const tip = element.targetEndpoint();
  const controls = element.controlPoints();
  const from = controls && controls.length ? controls[controls.length - 1] : element.sourceEndpoint();
  const angle = Math.atan2(tip.y - from.y, tip.x - from.x);
  const corner = (turn) =>
    `${short(tip.x - 8 * Math.cos(angle + turn))},${short(tip.y - 8 * Math.sin(angle + turn))}`;
  return tag("polygon", {
    points: `${short(tip.x)},${short(tip.y)} ${corner(0.4)} ${corner(-0.4)}`,
    fill: color,
  });
}

function svgMark(edge, middle, color) {
  if (edge.disputed)
    return textAt(middle.x, middle.y + 4, "?", {
      "font-size": 13,
      "font-weight": "bold",
      "text-anchor": "middle",
      fill: color,
    });
  const mark = edgeLook(edge.group).mark;
  if (!MARKS[mark]) return "";
  const [name, shape] = outline(mark, middle.x, middle.y, 7);
  return tag(
    name,
    hollow(mark) ? { ...shape, fill: ink("--ground"), stroke: color } : { ...shape, fill: color },
  );
}

// The legend in rows that run on, and the provenance below.
function svgLegend(top) {
  const content = legendContent();
  const items = [
    ...content.kinds.map((look) => [look.label, (x, y) => shapeIn(look, x, y)]),
    ...content.groups.map((look) => [look.label, (x, y) => lineIn(tint(look), x, y, look.mark)]),
    ...content.lines.map((word) => [capital(word), (x, y) => lineOf(word, x, y)]),
  ];
  const rows = runOn(items);
  const drawn = rows.flatMap((row, index) =>
    row.map(
      ([x, [words, draw]]) =>
        draw(x, top + index * 24) + textAt(x + 38, top + index * 24 + 4, words, { "font-size": 13 }),
    ),
  );
  const notesTop = top + rows.length * 24 + 16;
  const lines = provenance().flatMap((note) => wrapped(note, 150));
  const notes = lines.map((words, index) =>
    textAt(PAGE.margin, notesTop + index * PAGE.line, words, { "font-size": 12, fill: ink("--soft") }),
  );
  return { body: [...drawn, ...notes].join("\n"), bottom: notesTop + lines.length * PAGE.line + 10 };
}

function runOn(items) {
  const rows = [[]];
  let x = PAGE.margin;
  for (const item of items) {
    const width = 60 + textWidth(item[0]) * 1.1;
    if (x + width > PAGE.width - PAGE.margin) [x] = [PAGE.margin, rows.push([])];
    rows[rows.length - 1].push([x, item]);
    x += width;
  }
  return rows;
}

function shapeIn(look, x, y) {
  const [name, shape] = outline(look.shape, x + 15, y, 14);
  return tag(name, { ...shape, fill: tint(look) });
}

function lineIn(color, x, y, mark = "", dash = null) {
  const drawn = tag("line", {
    x1: x,
    y1: y,
    x2: x + 30,
    y2: y,
    stroke: color,
    "stroke-width": 2,
    "stroke-dasharray": dash,
  });
  if (!MARKS[mark]) return drawn;
  const [name, shape] = outline(mark, x + 15, y, 9);
  return (
    drawn +
    tag(name, hollow(mark) ? { ...shape, fill: ink("--ground"), stroke: color } : { ...shape, fill: color })
  );
}

function lineOf(word, x, y) {
  if (word === "disputed")
    return (
      lineIn(ink("--disputed"), x, y, "", "2 3") +
      textAt(x + 15, y + 5, "?", {
        "font-size": 13,
        "font-weight": "bold",
        "text-anchor": "middle",
        fill: ink("--disputed"),
      })
    );
  if (word === "implied") return lineIn(ink("--soft"), x, y, "", "6 4");
  return (
    lineIn(ink("--soft"), x, y) +
    tag("polygon", { points: `${x + 32},${y} ${x + 23},${y - 5} ${x + 23},${y + 5}`, fill: ink("--soft") })
  );
}

// Text in lines of at most so many letters, broken at spaces.
function wrapped(text, letters) {
  const lines = [""];
  for (const word of text.split(/\s+/)) {
    const last = lines[lines.length - 1];
    if (last && last.length + word.length >= letters) lines.push(word);
    else lines[lines.length - 1] = last ? `${last} ${word}` : word;
  }
  return lines;
}

// A PNG of the same picture, twice as fine, at most 8 000 pixels wide or high.
async function pngPicture() {
  const address = URL.createObjectURL(new Blob([svgPicture()], { type: "image/svg+xml" }));
  try {
    const image = new Image();
    image.src = address;
    await image.decode();
    return await pixels(image, Math.min(2, 8000 / Math.max(image.width, image.height)));
  } finally {
    URL.revokeObjectURL(address);
  }
}

function pixels(image, scale) {
  const canvas = make("canvas", {
    width: Math.round(image.width * scale),
    height: Math.round(image.height * scale),
  });
  canvas.getContext("2d").drawImage(image, 0, 0, canvas.width, canvas.height);
  return new Promise((resolve) => {
    canvas.toBlob(resolve, "image/png");
  });
}
