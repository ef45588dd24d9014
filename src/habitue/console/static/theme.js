// Sets light or dark before the first paint, as the machine has it, and again when that
// changes; what is chosen instead is kept in a cookie.
"use strict";
(() => {
  const root = document.documentElement;
  const dark = window.matchMedia("(prefers-color-scheme: dark)");
  let chosen = Boolean(root.dataset.bsTheme);
  function follow() {
    if (!chosen) root.dataset.bsTheme = dark.matches ? "dark" : "light";
  }
  follow();
  dark.addEventListener("change", follow);
  document.addEventListener("DOMContentLoaded", () => {
    const button = document.getElementById("theme");
    // On https the cookie is for https.
    const secure = location.protocol === "https:" ? "; Secure" : "";
    button.addEventListener("click", () => {
      const theme = root.dataset.bsTheme === "dark" ? "light" : "dark";
      chosen = true;
      root.dataset.bsTheme = theme;
      document.cookie = `habitue_theme=${theme}; Path=/console; Max-Age=31536000; SameSite=Strict${secure}`;
    });
  });
})();
