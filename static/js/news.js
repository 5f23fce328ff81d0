/* What changed since this reader was last here: fetched where that is another release than the page's own marks tell. */
(async () => {
  "use strict";
  const { slots, say, make, codeOf, since } = window.taller;
  const answer = await fetch(say.version + "?desde=" + since);
  if (!answer.ok) return; // what all are told stays
  const { since: changes = [] } = await answer.json();
  const shown = new Map(slots.map((slot) => [codeOf(slot), slot]));
  for (const slot of slots) for (const mark of slot.querySelectorAll(".state.changed:not(.gone)")) mark.remove();
  const rest = [];
  for (const { code, mark, text } of changes) {
    const slot = shown.get(code);
    if (slot && mark) slot.querySelector(".slot-title, .when").after(make("p", mark, "state changed"));
    else if (!slot) rest.push(text);
  }
  const told = document.getElementById("news");
  if (!told) return;
  const list = make("ul");
  for (const text of rest) list.append(make("li", text));
  told.replaceChildren(make("p"), list);
  told.firstChild.append(make("strong", say.newsTitle));
  told.hidden = !rest.length;
})();
