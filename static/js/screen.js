/* The page in the room, which nobody touches: only what is still to come, and a display that stays lit.
   It stands before agenda.js, whose first tick it hears. */
(() => {
  "use strict";
  document.getElementById("clock").addEventListener("tick", ({ detail: { now, rows, coming, dateIn, venue } }) => {
    // What is still to come of the day that runs, else of the next one; all days once it is over.
    const day = coming && dateIn(venue, coming.start);
    const kept = new Set(rows.filter((row) => !coming || (dateIn(venue, row.start) === day && row.end > now)).map((row) => row.element));
    for (const row of rows) row.element.hidden = !kept.has(row.element);
    for (const section of document.querySelectorAll(".day")) section.hidden = coming && ![...kept].some((element) => section.contains(element));
  });

  // Nobody stands here to accept the offer of a new release; what told of it may still fail to give the page.
  let leaving = 0;
  document.getElementById("clock").addEventListener("release", async () => {
    if (leaving-- > 0) return;
    const page = await fetch(location.href, { cache: "no-cache" }).catch(() => ({}));
    if (!page.ok) return;
    leaving = 2; // minutes for this page to be gone
    location.reload();
  });

  if (navigator.wakeLock) {
    const stay = () => document.hidden || navigator.wakeLock.request("screen").catch(() => {});
    document.addEventListener("visibilitychange", stay);
    stay();
  }
})();
