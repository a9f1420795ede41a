// A field that finds nodes by name or acronym, whatever the accents and capitals (an ARIA combobox).

const HITS = 12;
const PLAIN = { ø: "o", ł: "l", đ: "d", ß: "ss", æ: "ae", œ: "oe", ı: "i" };
const folded = (text) =>
  text
    .normalize("NFD")
    .replace(/\p{M}/gu, "")
    .toLowerCase()
    .replace(/[øłđßæœı]/g, (letter) => PLAIN[letter]);
const foldedNames = new Map(nodes.map((node) => [node, [folded(node.short || ""), folded(node.label)]]));

// Visible nodes that have every word asked for, the best first, and how many more the filters leave out.
function findNodes(asked) {
  const words = folded(asked).split(/\s+/).filter(Boolean);
  if (!words.length) return { hits: [], hidden: 0 };
  const found = nodesByDegree.filter((node) =>
    words.every((word) => foldedNames.get(node).some((name) => name.includes(word))),
  );
  const hits = found.filter((node) => scene.base.nodes.has(node));
  const rank = new Map(hits.map((node) => [node, hitRank(node, words.join(" "))]));
  return {
    hits: hits.sort((one, other) => rank.get(one) - rank.get(other)),
    hidden: found.length - hits.length,
  };
}

function hitRank(node, asked) {
  const names = foldedNames.get(node);
  if (names.includes(asked)) return 0;
  if (names.some((name) => name.startsWith(asked))) return 1;
  return names.some((name) => name.includes(` ${asked}`)) ? 2 : 3;
}

// A labelled field with its list; `onPick` gets the node, and the field then shows what it returns.
function searchField(id, label, onPick) {
  const list = make("ul", {
    id: `${id}-hits`,
    role: "listbox",
    class: "hits",
    "aria-label": `Hits for ${label.toLowerCase()}`,
    hidden: true,
  });
  const input = make("input", {
    id,
    type: "search",
    role: "combobox",
    autocomplete: "off",
    spellcheck: "false",
    placeholder: "Name or acronym",
    "aria-expanded": "false",
    "aria-controls": list.id,
    "aria-autocomplete": "list",
  });
  const field = { input, list, hits: [], active: -1, onPick };
  input.addEventListener("input", () => showHits(field));
  input.addEventListener("keydown", (event) => searchKey(field, event));
  input.addEventListener("blur", () => closeHits(field));
  return { input, box: make("div", { class: "search" }, make("label", { for: id }, label), input, list) };
}

function showHits(field) {
  const { hits, hidden } = findNodes(field.input.value);
  field.hits = hits.slice(0, HITS);
  field.active = -1;
  const left = [
    hits.length > HITS && `${amount(hits.length - HITS)} more`,
    hidden && `${amount(hidden)} left out by filters`,
  ].filter(Boolean);
  const nothing = !hits.length && field.input.value.trim() ? ["No node has this name"] : [];
  const note = [...nothing, ...left].join(", ");
  field.list.replaceChildren(
    ...field.hits.map((node, index) => hitOption(field, node, index)),
    ...(note ? [make("li", { class: "note", role: "presentation" }, note)] : []),
  );
  openHits(field, field.list.childElementCount > 0);
  if (field.input.value.trim())
    say(`${counted(hits.length, "hit", "hits")}${left.length ? `, ${left.join(", ")}` : ""}`);
}

function hitOption(field, node, index) {
  const pick = (event) => {
    event.preventDefault();
    pickHit(field, node);
  };
  const what = [
    node.short && node.short !== node.label ? node.short : "",
    capital(node.type || nodeLook(node.kind).label),
  ]
    .filter(Boolean)
    .join(" · ");
  return make(
    "li",
    { id: `${field.list.id}-${index}`, role: "option", "aria-selected": "false", mousedown: pick },
    make("span", {}, node.label),
    make("small", {}, what),
  );
}

function openHits(field, open) {
  field.list.hidden = !open;
  field.input.setAttribute("aria-expanded", String(open));
  field.input.removeAttribute("aria-activedescendant");
}

const closeHits = (field) => openHits(field, false);

function searchKey(field, event) {
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (step && field.hits.length && !field.list.hidden)
    activate(field, (field.active + step + field.hits.length) % field.hits.length);
  else if (event.key === "Enter" && field.hits.length && !field.list.hidden)
    pickHit(field, field.hits[Math.max(field.active, 0)]);
  else if (event.key === "Escape" && !field.list.hidden) closeHits(field);
  else return;
  event.preventDefault();
}

function activate(field, index) {
  field.active = index;
  const options = field.list.querySelectorAll("[role=option]");
  options.forEach((option, number) => option.setAttribute("aria-selected", String(number === index)));
  options[index].scrollIntoView({ block: "nearest" });
  field.input.setAttribute("aria-activedescendant", options[index].id);
}

function pickHit(field, node) {
  closeHits(field);
  field.hits = [];
  field.input.value = node.name;
  field.onPick(node);
}
