/* Who takes a colour means it. */
addEventListener("input", ({ target }) => {
  const way = target.type === "color" && target.previousElementSibling;
  if (way) way.value = "own";
});

/* A form that is open: it asks once a minute, while it is seen, whether somebody else saved; leaving it unsaved warns. */
(() => {
  "use strict";
  const note = document.getElementById("meanwhile");
  const form = note && note.closest("form");
  if (!form) return;

  const held = () => new URLSearchParams([...new FormData(form)].filter(([, value]) => typeof value === "string")).toString();
  // After the admin's own scripts have filled in what they fill in; a page that came back with errors is unsaved already.
  let opened = null;
  addEventListener("load", () => (opened = document.querySelector(".errornote") ? "" : held()));
  let leaving = false;
  form.addEventListener("submit", () => (leaving = true));
  addEventListener("pageshow", () => (leaving = false));
  addEventListener("beforeunload", (event) => {
    if (!leaving && opened !== null && held() !== opened) event.preventDefault();
  });

  for (const row of form.querySelectorAll(".choosing .all")) {
    row.hidden = false;
    row.addEventListener("click", ({ target }) => {
      const boxes = target.dataset.all ? form.querySelectorAll(`.both input[value="${target.dataset.all}"]`) : [];
      for (const box of boxes) box.checked = true;
    });
  }

  if (!note.dataset.ask) return;
  const ask = async () => {
    if (document.hidden) return;
    const answer = await fetch(note.dataset.ask + "?desde=" + note.dataset.since, { cache: "no-store" }).catch(() => null);
    if (!answer || !answer.ok) return;
    const { told } = await answer.json();
    if (told !== note.textContent) note.textContent = told;
  };
  setInterval(ask, 60000);
  document.addEventListener("visibilitychange", ask);
})();
