// The start: builds the parts, ties them to the view and to the address, and says when the first picture stands.

let hashWritten = "";

function writeHash() {
  const words = viewToHash();
  if (words === hashWritten) return;
  hashWritten = words;
  try {
    history.replaceState(null, "", words ? `#${words}` : location.href.split("#")[0]);
  } catch {
    location.hash = words;
  }
}

function readHash() {
  if (location.hash === `#${hashWritten}`) return;
  change(viewFromHash(location.hash));
  placeMap();
}

function placeMap() {
  if (view.at) moveTo(view.at, 0);
  else fitMap();
}

function drawAll() {
  scene = makeScene();
  drawMap();
  drawPanel();
  drawControls();
  drawLegend();
  drawTable();
  writeHash();
}

function startTheme() {
  const system = matchMedia("(prefers-color-scheme: dark)");
  const paint = () => {
    seeGround();
    byId("theme").textContent = dark ? "Light" : "Dark";
    byId("theme").setAttribute("aria-label", dark ? "Use light colours" : "Use dark colours");
    if (cy) repaintMap();
  };
  byId("theme").addEventListener("click", () => {
    document.documentElement.dataset.theme = dark ? "light" : "dark";
    paint();
  });
  system.addEventListener("change", paint);
  paint();
}

async function copyLink() {
  writeHash();
  const copied = await writeClipboard(location.href);
  say(copied ? "Link copied" : "The link is in the address bar");
  byId("copy-link").textContent = copied ? "Copied" : "See address bar";
  setTimeout(() => {
    byId("copy-link").textContent = "Copy link";
  }, 1800);
}

async function writeClipboard(text) {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    return false;
  }
}

function startExports() {
  const name = `${data.projection || "network"}-${data.version}`.replace(/[^\w.-]+/g, "-");
  const offer = (id, ending, type, content) =>
    byId(id).addEventListener("click", async () => {
      const blob = new Blob([await content()], { type });
      download(blob, `${name}.${ending}`);
      byId("export").open = false;
      say(`${name}.${ending} saved`);
    });
  offer("export-svg", "svg", "image/svg+xml", svgPicture);
  offer("export-png", "png", "image/png", pngPicture);
  offer("export-gexf", "gexf", "application/xml", gexfFile);
  document.addEventListener("click", (event) => {
    if (!byId("export").contains(event.target)) byId("export").open = false;
  });
  byId("export").addEventListener("keydown", (event) => {
    if (event.key === "Escape") byId("export").open = false;
  });
}

function download(blob, name) {
  const address = URL.createObjectURL(blob);
  make("a", { href: address, download: name }).click();
  setTimeout(() => URL.revokeObjectURL(address), 10000);
}

function showCore() {
  if (!data.core) return;
  const { shown, of, measure } = data.core;
  byId("core").textContent =
    `Shows the ${counted(shown, "node", "nodes")} with the greatest ${measure} of ${amount(of)}`;
  byId("core").hidden = false;
}

// The address holds the view, so the link's own address must not replace it.
function skipToMap(event) {
  event.preventDefault();
  byId("map").focus();
}

// Resolves with the milliseconds from the start of the navigation to the first frame that holds the map.
function firstPicture() {
  return new Promise((resolve) => {
    cy.one("render", () =>
      requestAnimationFrame(() => {
        performance.mark("movement-map-first-picture");
        resolve(performance.now());
      }),
    );
  });
}

function start() {
  performance.mark("movement-map-start");
  for (const part of document.querySelectorAll(".app, .tools")) part.hidden = false;
  byId("legend-fold").open = matchMedia("(min-width: 900px)").matches;
  startTheme();
  startControls();
  startTable();
  Object.assign(view, viewFromHash(location.hash));
  startMap();
  watchers.push(drawAll);
  const drawn = firstPicture();
  change({});
  placeMap();
  showCore();
  startExports();
  byId("copy-link").addEventListener("click", copyLink);
  byId("skip").addEventListener("click", skipToMap);
  addEventListener("hashchange", readHash);
  return drawn;
}

const movementMap = { firstPictureMs: null };
globalThis.movementMap = movementMap;
movementMap.ready = start().then((milliseconds) => {
  movementMap.firstPictureMs = milliseconds;
  return true;
});
