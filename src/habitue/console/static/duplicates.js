// The queue of duplicates by keyboard: keys work on the couple that has the focus, with
// Shift on all that are ticked.
"use strict";
(() => {
  const couples = [...document.querySelectorAll("[data-couple]")];
  const batch = document.getElementById("batch");

  function step(couple, by) {
    const next = couples[couples.indexOf(couple) + by];
    if (next) next.focus();
  }

  function press(form, key) {
    const button = form.querySelector("[data-key='" + key + "']");
    if (button) button.click();
  }

  // A letter of another alphabet is the one that lies in its place.
  function keyOf(event) {
    const key = event.key.toLowerCase();
    const latin = key.length > 1 || /[a-z]/.test(key) || !event.code.startsWith("Key");
    return latin ? key : event.code.slice(3).toLowerCase();
  }

  document.getElementById("couples").addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const couple = event.target.closest("[data-couple]");
    const key = keyOf(event);
    if (key === "arrowdown" || key === "arrowup") {
      event.preventDefault();
      step(couple, key === "arrowdown" ? 1 : -1);
    } else if (key === "x") {
      couple.querySelector(".tick").click();
    } else if ("jnl".includes(key)) {
      event.preventDefault();
      press(event.shiftKey ? batch : couple, key);
    }
  });

  // Who has just judged one goes on with the next.
  if (document.getElementById("said") && couples.length) couples[0].focus();
})();
