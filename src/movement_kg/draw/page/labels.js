// Which labels fit: the nodes with most edges first, none over another, at the size they have on the screen.

const LABEL_PX = 12;
const LINE_PX = 15;
const LINE_LETTERS = 24;
const pen = document.createElement("canvas").getContext("2d");
const widths = new Map();
const broken = new Map();

// Zoom in steps, so that labels keep their size on the screen within a fifth and are planned anew only now and then.
const labelZoom = (zoom) => 2 ** (Math.round(Math.log2(zoom) * 2) / 2);

function textWidth(text) {
  if (!widths.has(text)) {
    pen.font = `${LABEL_PX}px system-ui, sans-serif`;
    widths.set(text, pen.measureText(text).width);
  }
  return widths.get(text);
}

// The nodes whose labels can be written below them at a zoom: those in `first` and the greatest tenth where they cover
// no greater node (lesser ones lie beneath), the rest only where they cover none.
function planLabels(shown, zoom, first) {
  const [taken, dots, greater] = [boxesByLine(), boxesByLine(), boxesByLine()];
  for (const node of shown) dots.add(nodeBox(node, zoom));
  const rest = nodesByDegree.filter((node) => shown.has(node) && !first.has(node));
  const great = first.size + Math.max(8, shown.size / 10);
  const named = [...first, ...rest].filter((node, index) => {
    const box = labelBox(node, zoom);
    const free = !taken.meets(box) && !(index < great ? greater : dots).meets(box);
    if (free) taken.add(box);
    greater.add(nodeBox(node, zoom));
    return free;
  });
  return new Set(named);
}

function labelBox(node, zoom) {
  const lines = labelLines(node.name);
  const half = Math.max(...lines.map(textWidth)) / 2 + 4;
  const top = (node.y + node.size / 2) * zoom + 2;
  return {
    left: node.x * zoom - half,
    right: node.x * zoom + half,
    top,
    bottom: top + lines.length * LINE_PX,
  };
}

// A name as one line, or broken in two at the space nearest to its middle; each line is cut where it is too long.
function labelLines(name) {
  if (!broken.has(name)) broken.set(name, brokenInTwo(name).map(clipped));
  return broken.get(name);
}

function brokenInTwo(name) {
  const spaces = [...name.matchAll(/\s/g)].map((found) => found.index);
  if (name.length <= 18 || !spaces.length) return [name];
  const middle = Math.min(name.length, 2 * LINE_LETTERS) / 2;
  const at = spaces.reduce((best, space) =>
    Math.abs(space - middle) < Math.abs(best - middle) ? space : best,
  );
  return [name.slice(0, at), name.slice(at + 1)];
}

function nodeBox(node, zoom) {
  const half = (node.size * zoom) / 2 - 1;
  return {
    left: node.x * zoom - half,
    right: node.x * zoom + half,
    top: node.y * zoom - half,
    bottom: node.y * zoom + half,
  };
}

// Boxes kept by the lines they touch, so that few are compared.
function boxesByLine() {
  const lines = new Map();
  const touched = (box) => {
    const [first, last] = [Math.floor(box.top / LINE_PX), Math.floor(box.bottom / LINE_PX)];
    return Array.from({ length: last - first + 1 }, (_, index) => first + index);
  };
  const overlap = (one, other) =>
    one.left < other.right && other.left < one.right && one.top < other.bottom && other.top < one.bottom;
  return {
    meets: (box) =>
      touched(box).some((index) => (lines.get(index) || []).some((other) => overlap(other, box))),
    add: (box) =>
      touched(box).forEach((index) => (lines.get(index) || lines.set(index, []).get(index)).push(box)),
  };
}

function clipped(text) {
  return text.length > LINE_LETTERS ? `${text.slice(0, LINE_LETTERS - 1).trimEnd()}…` : text;
}
