// Sets light or dark before the first paint; the choice is kept in a cookie.
"use strict";
(() => {
  const root = document.documentElement;
  const dark = window.matchMedia("(prefers-color-scheme: dark)");
  if (!root.dataset.bsTheme) root.dataset.bsTheme = dark.matches ? "dark" : "light";
  document.addEventListener("DOMContentLoaded", () => {
    const button = document.getElementById("theme");
    // On https the cookie is for https.
    const secure = location.protocol === "https:" ? "; Secure" : "";
    button.addEventListener("click", () => {
      const theme = root.dataset.bsTheme === "dark" ? "light" : "dark";
      root.dataset.bsTheme = theme;
      document.cookie = `habitue_theme=${theme}; Path=/console; Max-Age=31536000; SameSite=Strict${secure}`;
    });
  });
})();
