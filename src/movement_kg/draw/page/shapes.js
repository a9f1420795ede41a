// Shapes of nodes and of marks on edges, drawn alike in the legend and in an exported picture.

const CORNERS = {
  triangle: [
    [0, -1],
    [1, 1],
    [-1, 1],
  ],
  hexagon: [
    [-0.5, -1],
    [0.5, -1],
    [1, 0],
    [0.5, 1],
    [-0.5, 1],
    [-1, 0],
  ],
  octagon: [
    [-0.41, -1],
    [0.41, -1],
    [1, -0.41],
    [1, 0.41],
    [0.41, 1],
    [-0.41, 1],
    [-1, 0.41],
    [-1, -0.41],
  ],
  pentagon: [
    [0, -1],
    [1, -0.24],
    [0.62, 1],
    [-0.62, 1],
    [-1, -0.24],
  ],
  heptagon: [
    [0, -1],
    [0.8, -0.6],
    [1, 0.28],
    [0.44, 1],
    [-0.44, 1],
    [-1, 0.28],
    [-0.8, -0.6],
  ],
  diamond: [
    [0, -1],
    [1, 0],
    [0, 1],
    [-1, 0],
  ],
  rhomboid: [
    [-1, -1],
    [0.333, -1],
    [1, 1],
    [-0.333, 1],
  ],
  vee: [
    [-1, -1],
    [0, -0.333],
    [1, -1],
    [0, 1],
  ],
  star: star(),
};
const MARKS = { triangle: "triangle", ellipse: "circle", rectangle: "square", "round-rectangle": "square" };

function star() {
  const corner = (index) => {
    const radius = index % 2 ? 0.42 : 1.05;
    const angle = (index * Math.PI) / 5;
    return [radius * Math.sin(angle), -radius * Math.cos(angle)];
  };
  return Array.from({ length: 10 }, (_, index) => corner(index));
}

const short = (number) => Number(number.toFixed(2));

// An SVG element's name and attributes for a shape of a width around a centre.
function outline(shape, x, y, width) {
  const half = width / 2;
  if (Object.hasOwn(CORNERS, shape)) {
    const points = CORNERS[shape].map(([dx, dy]) => `${short(x + dx * half)},${short(y + dy * half)}`);
    return ["polygon", { points: points.join(" ") }];
  }
  if (shape !== "rectangle" && shape !== "round-rectangle")
    return ["circle", { cx: short(x), cy: short(y), r: short(half) }];
  const box = { x: short(x - half), y: short(y - half), width: short(width), height: short(width) };
  return ["rect", shape === "rectangle" ? box : { ...box, rx: short(width / 4) }];
}

// How an edge's mark is filled: publications share the square of events, and differ by being hollow.
const hollow = (mark) => mark === "round-rectangle";
