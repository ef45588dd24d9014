// The finder that Ctrl-K opens, by keyboard alone; and buttons that copy.
"use strict";
(() => {
  const finder = document.getElementById("finder");
  const text = document.getElementById("finder-text");
  const found = document.getElementById("finder-found");

  function open() {
    if (finder.open) return;
    finder.showModal();
    text.select();
    window.htmx.trigger(text, "look");
  }

  function step(by) {
    const links = [...found.querySelectorAll("a")];
    if (!links.length) return;
    const at = links.indexOf(document.activeElement);
    const next = at + by;
    if (next < 0 || next >= links.length) text.focus();
    else links[next].focus();
  }

  document.addEventListener("keydown", (event) => {
    if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "k") {
      event.preventDefault();
      open();
    }
    if (!finder.open) return;
    if (event.key === "ArrowDown") { event.preventDefault(); step(1); }
    if (event.key === "ArrowUp") { event.preventDefault(); step(-1); }
    if (event.key === "Enter" && document.activeElement === text) {
      // What is found first is what was meant, if it was found for these words;
      // without any, the form looks further.
      const told = found.querySelector("[data-text]");
      const first = told && told.dataset.text === text.value.trim() && told.querySelector("a");
      if (first) { event.preventDefault(); first.click(); }
    }
  });
  finder.addEventListener("click", (event) => { if (event.target === finder) finder.close(); });
  document.getElementById("finder-open").addEventListener("click", open);

  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-copy]");
    if (!button) return;
    const from = document.getElementById(button.dataset.copy);
    const done = () => { button.firstChild.data = button.dataset.done; };
    const choose = () => {
      // Without https a page may not write the clipboard: choose it for Ctrl-C.
      const range = document.createRange();
      range.selectNodeContents(from);
      getSelection().removeAllRanges();
      getSelection().addRange(range);
    };
    if (navigator.clipboard) navigator.clipboard.writeText(from.textContent).then(done, choose);
    else choose();
  });

  // Menus shut when somebody looks elsewhere.
  const shut = (but) => {
    for (const menu of document.querySelectorAll(":is(.menu, .more)[open]")) if (menu !== but) menu.open = false;
  };
  document.addEventListener("click", (event) => shut(event.target.closest(".menu, .more")));
  document.addEventListener("keydown", (event) => {
    const menu = event.target.closest?.(":is(.menu, .more)[open]");
    if (event.key === "Escape" && menu) { menu.open = false; menu.querySelector("summary").focus(); }
  });
})();
