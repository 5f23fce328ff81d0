/* The page of the texts: each is saved when one leaves its box; without this the button at the foot saves the page. */
(() => {
  "use strict";
  const form = document.querySelector("form.texts");
  if (!form) return;
  const kept = new Map(), busy = new Map();
  for (const box of form.querySelectorAll("textarea")) kept.set(box, box.value);

  const save = async (box) => {
    if (busy.get(box) || box.value === kept.get(box)) return;
    const text = box.value, note = box.parentElement.querySelector(".note");
    const seen = form.elements["visto-" + box.name];
    const data = new URLSearchParams({ [box.name]: text, [seen.name]: seen.value });
    data.set("csrfmiddlewaretoken", form.elements.csrfmiddlewaretoken.value);
    busy.set(box, true);
    note.textContent = form.dataset.saving;
    try {
      const answer = await fetch(location.href, { method: "POST", body: data, headers: { Accept: "application/json" } });
      const { said, error, seen: now } = await answer.json();
      note.textContent = said || error;
      if (now) seen.value = now;
      if (said) {
        kept.set(box, text);
        box.parentElement.classList.remove("void", "stale");
      }
    } catch {
      note.textContent = form.dataset.lost;
    }
    busy.delete(box);
  };
  form.addEventListener("focusout", ({ target }) => target.matches("textarea") && save(target));
  for (const button of form.querySelectorAll("[data-use]")) {
    button.hidden = false;
    button.addEventListener("click", () => {
      const box = button.closest(".cell").querySelector("textarea");
      box.value = button.dataset.use;
      box.focus();
      save(box);
    });
  }
  let leaving = false;
  form.addEventListener("submit", () => (leaving = true));
  addEventListener("beforeunload", (event) => {
    if (!leaving && [...kept].some(([box, text]) => box.value !== text)) event.preventDefault();
  });
})();
