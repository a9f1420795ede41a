// What JavaScript adds to every page: suggestions while a name is typed, a filter for long lists, the choice of colours.
(() => {
  "use strict";
  const root = document.documentElement;

  // A combobox with a list, as the ARIA Authoring Practices describe it.
  const suggest = (input) => {
    const list = document.createElement("ul");
    const said = document.createElement("p");
    const id = `suggestions-${input.id}`;
    let hits = [], at = -1, asked = 0, controller = null;
    Object.assign(list, { id, className: "suggestions", hidden: true });
    list.setAttribute("role", "listbox");
    list.setAttribute("aria-label", input.labels[0]?.textContent ?? "");
    said.className = "unseen";
    said.setAttribute("role", "status");
    input.after(list, said);
    for (const [name, value] of [["role", "combobox"], ["aria-autocomplete", "list"], ["aria-expanded", "false"], ["aria-controls", id]]) input.setAttribute(name, value);
    const close = () => { list.hidden = true; at = -1; input.setAttribute("aria-expanded", "false"); input.removeAttribute("aria-activedescendant"); };
    const mark = (number) => {
      at = number;
      [...list.children].forEach((item, index) => item.setAttribute("aria-selected", String(index === at)));
      if (at >= 0) input.setAttribute("aria-activedescendant", list.children[at].id); else input.removeAttribute("aria-activedescendant");
    };
    const go = (hit) => { location.href = hit.href ?? hit.path; };
    // What was marked stays marked when the answer to a later letter comes.
    const draw = (marked) => {
      list.replaceChildren(...hits.map((hit, index) => {
        const item = document.createElement("li"), name = document.createElement("span"), kind = document.createElement("small");
        item.id = `${id}-${index}`;
        item.setAttribute("role", "option");
        item.setAttribute("aria-selected", "false");
        name.textContent = hit.matched && hit.matched !== hit.name ? `${hit.name} – ${hit.matched}` : hit.name;
        kind.textContent = hit.kind_label ?? hit.kind;
        item.append(name, kind);
        item.addEventListener("pointerdown", (event) => { event.preventDefault(); go(hit); });
        return item;
      }));
      list.hidden = !hits.length;
      mark(marked ? hits.findIndex((hit) => hit.iri === marked.iri) : -1);
      input.setAttribute("aria-expanded", String(!list.hidden));
      said.textContent = hits.length ? input.dataset.some.replace("{n}", hits.length) : input.dataset.none;
    };
    const ask = async () => {
      const text = input.value.trim(), mine = ++asked;
      controller?.abort();
      if (!text) { hits = []; close(); return; }
      controller = new AbortController();
      try {
        const answer = await fetch(`${input.dataset.suggest}?q=${encodeURIComponent(text)}&limit=8`, { signal: controller.signal });
        const found = answer.ok ? await answer.json() : [];
        if (mine === asked) { const marked = hits[at]; hits = found; draw(marked); }
      } catch { /* overtaken by the next letter */ }
    };
    let timer = 0;
    input.addEventListener("input", () => { clearTimeout(timer); timer = setTimeout(ask, 60); });
    input.addEventListener("blur", close);
    input.addEventListener("keydown", (event) => {
      if (list.hidden) return;
      if (event.key === "ArrowDown" || event.key === "ArrowUp") {
        event.preventDefault();
        const count = hits.length + 1;
        mark((at + 1 + (event.key === "ArrowDown" ? 1 : count - 1)) % count - 1);
      } else if (event.key === "Enter" && at >= 0) { event.preventDefault(); go(hits[at]); } else if (event.key === "Escape") {
        event.preventDefault(); // a search field would also lose its text
        close();
      }
    });
  };
  document.querySelectorAll(".find input[data-suggest]").forEach(suggest);

  document.querySelectorAll("[data-filter]").forEach((box) => {
    const input = box.querySelector("input"), status = box.querySelector("[role=status]");
    const plain = (text) => text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();
    const entries = [...document.getElementById(box.dataset.filter).querySelectorAll("tbody tr")].map((row) => [row, plain(row.textContent)]);
    input.addEventListener("input", () => {
      const wanted = plain(input.value.trim());
      let shown = 0;
      for (const [row, text] of entries) { row.hidden = !text.includes(wanted); shown += !row.hidden; }
      status.textContent = wanted ? box.dataset.words.replace("{n}", shown).replace("{all}", entries.length) : "";
    });
  });

  // A picture of neighbours that there is not leaves no empty frame.
  document.querySelectorAll("img[data-optional]").forEach((image) => {
    const hide = () => { image.closest("figure").hidden = true; };
    if (image.complete && image.src && !image.naturalWidth) hide();
    image.addEventListener("error", hide);
  });

  // On a narrow screen the way here may stand out of sight.
  const here = document.querySelector(".main-nav [aria-current]");
  if (here) here.parentNode.scrollLeft = here.offsetLeft - here.parentNode.offsetLeft;

  const button = document.getElementById("theme");
  if (button) {
    const isDark = () => root.dataset.theme === "dark" || (!root.dataset.theme && matchMedia("(prefers-color-scheme: dark)").matches);
    const say = () => { button.textContent = isDark() ? button.dataset.light : button.dataset.dark; };
    button.hidden = false;
    say();
    button.addEventListener("click", () => {
      root.dataset.theme = isDark() ? "light" : "dark";
      try { localStorage.setItem("theme", root.dataset.theme); } catch { /* storage is switched off */ }
      say();
    });
  }
})();
