// One view at a time: the card, the guided call, the chart, the table, the findings. A link to a step opens its view.
"use strict";
(() => {
  const views = [...document.querySelectorAll("[data-view]")], links = [...document.querySelectorAll(".views a[href^='#']")];
  const show = () => {
    const id = location.hash.slice(1) || "card";
    const target = document.getElementById(id) || views[0];
    const view = target.closest("[data-view]") || views[0];
    views.forEach(one => { one.classList.toggle("shown", one === view); });
    links.forEach(link => {
      if (link.hash.slice(1) === view.id) link.setAttribute("aria-current", "page");
      else link.removeAttribute("aria-current");
    });
    if (target !== view) target.scrollIntoView();
    else scrollTo(0, 0);
    document.dispatchEvent(new CustomEvent("view", { detail: view.id }));
  };
  document.documentElement.classList.add("scripted");
  addEventListener("hashchange", show);
  addEventListener("DOMContentLoaded", show);
  if (document.readyState !== "loading") show();
})();
