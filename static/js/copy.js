/* A button that copies the address beside it; without this it is marked and copied by hand. */
(() => {
  "use strict";
  for (const button of document.querySelectorAll("[data-copy]")) {
    const box = button.parentElement.querySelector("input[readonly]");
    button.hidden = false;
    button.addEventListener("click", async () => {
      box.select();
      try {
        await navigator.clipboard.writeText(box.value);
        button.textContent = button.dataset.copy;
      } catch {
        box.focus(); // it is marked: the keyboard copies it
      }
    });
  }
})();
