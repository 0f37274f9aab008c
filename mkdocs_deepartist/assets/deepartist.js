/* A copy button for recipes in themes that have none. Everything else works without JavaScript. */
(() => {
  "use strict";

  const themeCopies = () => {
    try {
      const config = JSON.parse(document.getElementById("__config").textContent);
      return config.features.includes("content.code.copy");
    } catch {
      return false;
    }
  };

  const addButton = (source) => {
    const code = source.querySelector("pre");
    if (!code || source.querySelector(".deepartist-copy")) return;
    const button = document.createElement("button");
    button.type = "button";
    button.className = "deepartist-copy";
    button.textContent = "Copy";
    button.setAttribute("aria-label", "Copy the recipe");
    button.addEventListener("click", async () => {
      try {
        await navigator.clipboard.writeText(code.textContent.trim() + "\n");
        button.textContent = "Copied";
      } catch {
        getSelection().selectAllChildren(code);
        button.textContent = "Selected";
      }
      setTimeout(() => { button.textContent = "Copy"; }, 2000);
    });
    source.append(button);
  };

  const dress = () => {
    if (navigator.clipboard && !themeCopies()) {
      document.querySelectorAll(".deepartist-source").forEach(addButton);
    }
  };

  // Material exchanges pages without loading them (navigation.instant) and tells so here.
  if (typeof document$ !== "undefined") document$.subscribe(dress);
  else if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", dress);
  else dress();
})();
