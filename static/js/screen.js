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

  if (navigator.wakeLock) {
    const stay = () => document.hidden || navigator.wakeLock.request("screen").catch(() => {});
    document.addEventListener("visibilitychange", stay);
    stay();
  }
})();
