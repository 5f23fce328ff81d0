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

  // What is searched for by three letters is called by its label.
  const name = (part) => {
    for (const shown of part.querySelectorAll(".select2-selection__rendered")) {
      const select = shown.closest(".select2-container").previousElementSibling;
      const label = select && select.labels && select.labels[0];
      if (label) shown.setAttribute("aria-label", label.textContent.trim());
    }
  };
  name(form);
  new MutationObserver(() => name(form)).observe(form, { childList: true, subtree: true });

  // Rows that have an order: buttons move them, a handle drags them, the numbers follow.
  const rowsOf = (group) => [...group.querySelectorAll(".moving:not(.empty-form)")];
  const renumber = (group) =>
    rowsOf(group).forEach((row, n, all) => {
      row.querySelector("[name$=-position]").value = n + 1;
      row.querySelector('[data-move="-1"]').disabled = n === 0;
      row.querySelector('[data-move="1"]').disabled = n === all.length - 1;
    });
  const order = (group) => {
    for (const row of group.querySelectorAll(".moving")) {
      row.querySelector(".move").hidden = false;
      row.querySelector(".place").hidden = true;
    }
    renumber(group);
  };
  const groups = [...form.querySelectorAll(".inline-group")].filter((group) => group.querySelector(".moving"));
  groups.forEach(order);
  document.addEventListener("formset:added", ({ target }) => {
    const group = target.closest(".inline-group");
    if (groups.includes(group)) order(group);
  });
  form.addEventListener("click", ({ target }) => {
    const by = target.dataset && Number(target.dataset.move);
    const row = by && target.closest(".moving");
    if (!row) return;
    const group = row.closest(".inline-group"), all = rowsOf(group), other = all[all.indexOf(row) + by];
    if (!other) return;
    if (by < 0) other.before(row);
    else other.after(row);
    renumber(group);
    (target.disabled ? row.querySelector('[data-move="' + -by + '"]') : target).focus();
  });
  let dragged = null;
  form.addEventListener("pointerdown", ({ target }) => {
    const row = target.closest && target.closest(".moving");
    if (row) row.draggable = Boolean(target.closest("h3")) && !target.closest("button, input, label");
  });
  form.addEventListener("dragstart", ({ target }) => (dragged = target.closest(".moving")));
  form.addEventListener("dragover", (event) => {
    const row = dragged && event.target.closest(".moving:not(.empty-form)");
    if (!row || row.closest(".inline-group") !== dragged.closest(".inline-group")) return;
    event.preventDefault();
    const box = row.getBoundingClientRect();
    if (row !== dragged) row[event.clientY < box.top + box.height / 2 ? "before" : "after"](dragged);
  });
  form.addEventListener("dragend", () => {
    if (dragged) renumber(dragged.closest(".inline-group"));
    dragged = null;
  });

  if (!note.dataset.ask) return;
  const ask = async () => {
    if (document.hidden) return;
    const answer = await fetch(note.dataset.ask + "?desde=" + note.dataset.since, { cache: "no-store" }).catch(() => null);
    if (!answer || !answer.ok) return;
    const { told } = await answer.json();
    if (told !== note.textContent) note.textContent = told;
  };
  ask();
  setInterval(ask, 60000);
  document.addEventListener("visibilitychange", ask);
})();
