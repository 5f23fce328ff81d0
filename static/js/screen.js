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
    // The axis of what runs gives the colour, where all that runs is of one; how far it is, of one alone.
    const running = rows.filter((row) => row.start <= now && now < row.end);
    const axes = new Set(running.map((row) => (/axis-\d+/.exec(row.element.className) || [""])[0]));
    document.body.className = ["screen", running.length ? "is-live" : "", coming ? "" : "is-over", axes.size === 1 ? [...axes][0] : ""].filter(Boolean).join(" ");
    const { classList } = document.querySelector(".lines");
    classList.toggle("many", running.length > 1 || (running[0] || coming || { title: "" }).title.length > 90);
    const [one] = running;
    const bar = document.querySelector(".now progress");
    if (running.length !== 1 || one.open) return bar && bar.remove();
    const shown = bar || document.querySelector(".lines").appendChild(document.createElement("progress"));
    shown.max = one.end - one.start;
    shown.value = now - one.start;
    shown.setAttribute("aria-hidden", "true");
  });

  // What has no room is not cut: it turns, a page every twelve seconds, by the clock, so that all screens turn at once.
  const turn = () => {
    for (const area of document.querySelectorAll(".pages, .screen .now")) {
      area.scrollTop = 0;
      const top = area.getBoundingClientRect().top;
      const boxes = [...area.querySelectorAll(".day-title, .same-time, .slot, .lines > *")].map((element) => element.getBoundingClientRect()).filter((box) => box.height);
      const pages = [[0, 0]]; // where each begins, and how much of it is whole rows
      for (const box of boxes) {
        const last = pages.at(-1);
        if (box.bottom - top - last[0] > area.clientHeight && box.top - top > last[0]) pages.push([box.top - top, box.height]);
        else last[1] = box.bottom - top - last[0];
        // A row that is taller than the page goes on over the next; they overlap, so that each line is whole on one.
        for (let page = pages.at(-1); page[1] > area.clientHeight; page = pages.at(-1)) {
          const step = area.clientHeight * 0.8;
          pages.push([page[0] + step, page[1] - step]);
          page[1] = area.clientHeight;
        }
      }
      const [start, height] = pages[Math.floor(Date.now() / 12000) % pages.length];
      area.classList.toggle("turns", pages.length > 1); // with room below, so that the last page begins on top, too
      area.scrollTop = start;
      const spare = area.clientHeight - height;
      area.style.clipPath = pages.length > 1 && spare > 0 ? `inset(0 0 ${spare}px 0)` : "";
    }
  };
  document.getElementById("clock").addEventListener("tick", () => queueMicrotask(turn)); // once what it says is there

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
