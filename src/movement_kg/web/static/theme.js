// Before anything is drawn: the colours that the reader chose, and that there is JavaScript. Nothing else is ever remembered.
(() => {
  const root = document.documentElement;
  root.classList.add("js");
  try {
    const chosen = localStorage.getItem("theme");
    if (chosen === "dark" || chosen === "light") root.dataset.theme = chosen;
  } catch { /* storage is switched off */ }
})();
