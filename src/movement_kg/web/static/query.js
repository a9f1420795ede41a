// What pages of ready questions do more with scripts: names are offered while somebody types, questions are filtered,
// texts are copied. Every page works without it.

const WAIT = 150;
const LEAST = 2;

// --- The filter of the list of questions --------------------------------------------------------------------------

const filter = document.getElementById("query-filter");
if (filter) {
  const items = [...document.querySelectorAll(".query-list li")].map((node) => [node, fold(node.textContent)]);
  filter.hidden = false;
  filter.querySelector("input").addEventListener("input", (event) => show(items, fold(event.target.value).split(" ")));
}

function show(items, words) {
  let shown = 0;
  for (const [node, text] of items) {
    node.hidden = !words.every((word) => text.includes(word));
    shown += !node.hidden;
  }
  for (const group of document.querySelectorAll(".query-group"))
    group.hidden = !group.querySelector("li:not([hidden])");
  const told = filter.dataset.words.replace("{n}", shown).replace("{all}", items.length);
  filter.querySelector("[role=status]").textContent = told;
}

function fold(text) {
  return text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase().replace(/\s+/g, " ").trim();
}

// --- Names of things while somebody types --------------------------------------------------------------------------

for (const input of document.querySelectorAll(".query-form input[data-suggest]")) offerNames(input);

function offerNames(input) {
  const list = document.createElement("datalist");
  list.id = `${input.id}-names`;
  input.after(list);
  input.setAttribute("list", list.id);
  let timer = 0;
  input.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(() => fill(input, list), WAIT);
  });
}

async function fill(input, list) {
  const asked = input.value.trim();
  if (asked.length < LEAST) return;
  const address = new URL(input.dataset.suggest, location.href);
  address.searchParams.set("q", asked);
  try {
    const response = await fetch(address);
    if (!response.ok || input.value.trim() !== asked) return;
    list.replaceChildren(...(await response.json()).map(option));
  } catch {
    list.replaceChildren();
  }
}

// What is sent is the path: a name may be that of several things.
function option(hit) {
  const node = document.createElement("option");
  node.value = hit.iri.replace("https://w3id.org/movement-kg/", "");
  node.label = `${hit.name} (${hit.kind_label})`;
  return node;
}

// --- Addresses, where the server does not know its own ---------------------------------------------------------------

const take = document.getElementById("take-with");
if (take?.dataset.address) {
  const own = new URL(take.dataset.path, location.href).href;
  const put = (text) => text.replace(take.dataset.address, () => own);
  for (const link of take.querySelectorAll(".query-link")) link.value = put(link.value);
  for (const text of take.querySelectorAll(".query-text")) text.textContent = put(text.textContent);
}

// --- Copying ---------------------------------------------------------------------------------------------------------

if (navigator.clipboard) for (const text of document.querySelectorAll("[data-copy]")) offerCopy(text);

function offerCopy(text) {
  const button = document.createElement("button");
  button.type = "button";
  button.className = "query-copy";
  button.textContent = text.dataset.copy;
  button.addEventListener("click", async () => {
    await navigator.clipboard.writeText(text.textContent);
    button.textContent = text.dataset.copied;
    setTimeout(() => (button.textContent = text.dataset.copy), 2000);
  });
  text.before(button);
}

for (const link of document.querySelectorAll(".query-link")) link.addEventListener("focus", () => link.select());
