// How cytoscape.js draws nodes and edges: the looks of their kinds, and what selection and path add.

const ink = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();
const tint = (look) => (dark ? look.dark : look.light);
let dark = false;

// See whether the ground is dark; colours are asked for by the thousand, so that this is looked up once.
function seeGround() {
  dark = ink("--dark") === "1";
}

const edgeColor = (edge) => (edge.disputed ? ink("--disputed") : tint(edgeLook(edge.group)));
const edgeWidth = (edge) => Math.min(1 + Math.log2(Math.max(edge.weight || 1, 1)) * 0.8, 6);

function edgeClasses(edge) {
  const mark = edgeLook(edge.group).mark;
  const classes = [
    edge.directed && "directed",
    edge.certainty === "implied" && "implied",
    edge.disputed && "disputed",
  ];
  return [...classes, MARKS[mark] && `mark-${mark}`].filter(Boolean);
}

function mapStyle(many) {
  return [
    { selector: "node", style: nodeStyle() },
    {
      selector: "edge",
      style: {
        "line-color": "data(color)",
        width: "data(width)",
        opacity: 0.62,
        "curve-style": many ? "haystack" : "bezier",
        "haystack-radius": 0.3,
        "control-point-step-size": 22,
      },
    },
    { selector: "edge.directed", style: arrowStyle(many) },
    { selector: "edge.implied", style: { "line-style": "dashed", "line-dash-pattern": [6, 4] } },
    { selector: "edge.disputed", style: disputedStyle() },
    ...Object.entries(MARKS).map(([mark, shape]) => ({
      selector: `edge.mark-${mark}`,
      style: markStyle(mark, shape),
    })),
    { selector: ".faded", style: { opacity: 0.13 } },
    { selector: "node.faded", style: { "text-opacity": 0.5 } },
    { selector: "node.lit", style: { "z-index": 50000 } },
    { selector: "edge.lit", style: { opacity: 1, "z-index": 5 } },
    {
      selector: "edge.path",
      style: {
        opacity: 1,
        width: 4,
        "line-color": ink("--path"),
        "target-arrow-color": ink("--path"),
        "z-index": 8,
      },
    },
    { selector: "node.path", style: { "border-width": 3, "border-color": ink("--path") } },
    {
      selector: "node.chosen",
      style: {
        "border-width": 3,
        "border-color": ink("--ink"),
        "outline-width": 2,
        "outline-color": ink("--ground"),
        "outline-offset": 0,
        "z-index": 100000,
        "font-weight": "bold",
      },
    },
    { selector: "edge.chosen", style: { opacity: 1, width: 5, "z-index": 10 } },
    { selector: ".gone", style: { display: "none" } },
  ];
}

function nodeStyle() {
  return {
    shape: "data(shape)",
    width: "data(size)",
    height: "data(size)",
    "background-color": "data(color)",
    "border-width": 1,
    "border-color": ink("--ground"),
    label: "data(shown)",
    "font-size": "data(font)",
    "line-height": 1.2,
    "font-family": "system-ui, sans-serif",
    color: ink("--ink"),
    "text-outline-color": ink("--ground"),
    "text-outline-width": "data(halo)",
    "text-outline-opacity": 0.9,
    "text-wrap": "wrap",
    "text-valign": "bottom",
    "text-margin-y": 2,
    "min-zoomed-font-size": 5,
    "overlay-opacity": 0,
    "z-index": "data(degree)",
  };
}

// Haystack edges, which many edges need, can bear arrows at their middle only.
function arrowStyle(many) {
  const end = many ? "mid-target" : "target";
  return {
    [`${end}-arrow-shape`]: many ? "vee" : "triangle",
    [`${end}-arrow-color`]: "data(color)",
    "arrow-scale": 0.8,
  };
}

function disputedStyle() {
  return {
    "line-style": "dotted",
    opacity: 1,
    label: "?",
    "font-size": 13,
    "font-weight": "bold",
    color: ink("--disputed"),
    "text-background-color": ink("--ground"),
    "text-background-opacity": 1,
    "text-background-shape": "round-rectangle",
    "text-background-padding": 1,
  };
}

function markStyle(mark, shape) {
  const fill = hollow(mark) ? "hollow" : "filled";
  return {
    "mid-target-arrow-shape": shape,
    "mid-target-arrow-color": "data(color)",
    "mid-target-arrow-fill": fill,
    "arrow-scale": 0.9,
  };
}
