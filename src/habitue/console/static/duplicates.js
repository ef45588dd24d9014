// The queue of duplicates by keyboard: keys work on the couple that has the focus.
"use strict";
(() => {
  const couples = [...document.querySelectorAll("[data-couple]")];

  function step(couple, by) {
    const next = couples[couples.indexOf(couple) + by];
    if (next) next.focus();
  }

  function press(couple, key) {
    const button = couple.querySelector("[data-key='" + key + "']");
    if (button) button.click();
  }

  document.getElementById("couples").addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const couple = event.target.closest("[data-couple]");
    const key = event.key.toLowerCase();
    if (key === "arrowdown" || key === "arrowup") {
      event.preventDefault();
      step(couple, key === "arrowdown" ? 1 : -1);
    } else if (key === "x") {
      couple.querySelector(".tick").click();
    } else if ("jnl".includes(key)) {
      event.preventDefault();
      press(couple, key);
    }
  });

  // Who has just judged one goes on with the next.
  if (document.getElementById("said") && couples.length) couples[0].focus();
})();
