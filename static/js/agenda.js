/* What a page does on a phone beyond being read: now and next, stars, a new version, a copy without network.
   The rows and their times are read from the page itself; texts come in the page's language from #says.
   Pages other than the agenda have no rows, or one; what looks through the rows is in search.js. */
(() => {
  "use strict";
  const root = document.getElementById("now");
  if (!root) return;
  const say = JSON.parse(document.getElementById("says").textContent);
  const isPartial = "partial" in root.dataset; // some rows of the agenda do not tell what is next
  const MINUTE = 60000;
  const isCopy = "copy" in document.documentElement.dataset; // kept by the worker for when the network is gone
  const fill = (text, values) => text.replace(/\{(\w+)\}/g, (_, name) => values[name]);
  const make = (tag, text, className) => {
    const element = document.createElement(tag);
    if (text) element.textContent = text;
    if (className) element.className = className;
    return element;
  };

  /* --- the rows: of the agenda, or the one that a page is about --- */
  const slots = [...document.querySelectorAll(".day .slot, .one-session")];
  const textIn = (element, selector) => (element.querySelector(selector) || { textContent: "" }).textContent.trim();
  const codeOf = (element) => element.id.slice(2);
  const titleOf = (element) => textIn(element, ".slot-title, h1");
  const offsetIn = (moment) => {
    const [, sign, hours, minutes] = /([+-])(\d\d):(\d\d)$/.exec(moment);
    return (sign === "-" ? -1 : 1) * (60 * hours + +minutes) * MINUTE;
  };
  const rows = [];
  for (const element of slots) {
    const cell = element.querySelector(".slot-time, .slot-times");
    const times = [...cell.querySelectorAll("time")].map((time) => Date.parse(time.dateTime));
    if (!times.length || element.classList.contains("cancelled")) continue;
    const time = cell.querySelector("time");
    const part = textIn(element, ".slot-part");
    rows.push({
      element,
      cell,
      code: codeOf(element),
      start: times[0],
      end: times[1] || Date.parse(element.dataset.until), // of an open end the server says until when it is «now»
      open: !times[1],
      offset: offsetIn(time.dateTime),
      title: titleOf(element) + (part ? " · " + part : ""),
      whom: textIn(element, ".whom"),
      time: time.textContent,
      place: textIn(element, ".where"),
      href: "#" + element.id,
      sign: element.dataset.sign || "",
      times,
    });
  }
  // The landing page has bars instead (faces/rule.py): the same hours, with their addresses in the agenda.
  for (const element of document.querySelectorAll(".rule [data-at]")) {
    const [from, until] = element.dataset.at.split("/");
    const [, time, title] = /^(\S+?)(?:–\S+)? (.*)$/s.exec(textIn(element, "title"));
    const start = Date.parse(from);
    const open = "open" in element.dataset;
    rows.push({ element, start, end: Date.parse(until), open, offset: offsetIn(from), title, time, times: [start], href: element.getAttribute("href") });
  }
  rows.sort((a, b) => a.start - b.start);

  const screen = document.getElementById("clock"); // the page in the room, which nobody touches (screen.js)

  /* --- now and next --- */
  // Days and hours of a zone, whatever its clocks did between two moments. Hours as the page's language writes them.
  const knows = (timeZone) => {
    try {
      return !!timeZone && !!new Intl.DateTimeFormat("en", { timeZone });
    } catch {
      return false; // a zone that is younger than the device
    }
  };
  const venue = knows(say.zone) ? say.zone : "";
  const offsetAt = (time) => (rows.filter((row) => row.start <= time).pop() || rows[0] || { offset: 0 }).offset;
  const formats = {}; // making one costs a phone a millisecond
  const format = (locale, timeZone, options, time) => {
    if (!timeZone) [timeZone, time] = ["UTC", time + offsetAt(time)]; // the venue's, by the offsets on the page
    const key = locale + timeZone + Object.keys(options);
    return (formats[key] ||= new Intl.DateTimeFormat(locale, { timeZone, ...options })).format(time);
  };
  const dateIn = (zone, time) => format("en-CA", zone, { year: "numeric", month: "2-digit", day: "2-digit" }, time);
  const language = document.documentElement.lang;
  const clockIn = (zone, time) => {
    const [hour, minute] = format("en-GB", zone, { hour: "2-digit", minute: "2-digit" }, time).split(":");
    if (language === "en") return +hour + ":" + minute;
    return +hour + "h" + (minute === "00" && language !== "es" ? "" : minute);
  };
  const line = (label, row, rest) => {
    const paragraph = make("p");
    paragraph.append(make("strong", label), " ");
    if (row) {
      const link = make("a", row.title);
      link.href = row.href;
      const other = label === say.next && dateIn(venue, row.start) !== dateIn(venue, Date.now());
      const day = other ? format(language, venue, { weekday: "long" }, row.start) + ", " : "";
      paragraph.append(day + row.time + " ", link);
    }
    if (row && row.whom) rest = [row.whom, rest].filter(Boolean).join(" · ");
    if (rest) paragraph.append(make("span", (screen ? "" : " · ") + rest, "rest"));
    if (screen && row && row.sign) paragraph.append(make("span", row.sign, "sign")); // read from the back of the room
    return paragraph;
  };

  // Few lines stand as they are; many are folded under one, which says how many.
  const atOnce = (label, those, rest) => {
    const lines = those.map((row) => line(label, row, rest(row)));
    if (screen || lines.length < (label === say.next ? 3 : 4)) return lines;
    const folded = make("details");
    folded.append(make("summary"), ...lines);
    folded.firstChild.append(make("strong", label), " ", those[0].time + " " + fill(say.many, { n: those.length }));
    return [folded];
  };

  const daysUntil = (then, now) => Math.round((Date.parse(dateIn(venue, then)) - Date.parse(dateIn(venue, now))) / 86400000);
  const first = rows[0];

  let shown = "";
  const tick = () => {
    const now = Date.now();
    const running = rows.filter((row) => row.start <= now && now < row.end);
    const next = rows.filter((row) => row.start > now);
    const lines = [];
    if (screen) screen.textContent = clockIn(venue, now);
    if (!rows.length || isPartial) return;
    if (now < first.start) {
      const count = daysUntil(first.start, now);
      lines.push(line(count === 0 ? say.today : count === 1 ? say.tomorrow : fill(say.days, { n: count }), first));
    } else if (now >= Date.parse(say.until) && !running.length) {
      lines.push(line(say.over));
      if (next.length) lines.push(line(say.next, next[0]));
    } else {
      const left = (row) => {
        const minutes = Math.ceil((row.end - now) / MINUTE);
        const rest = row.open ? "" : minutes === 1 ? say.left1 : fill(say.left, { n: minutes });
        return [row.place, rest].filter(Boolean).join(" · ");
      };
      lines.push(...atOnce(say.now, running, left));
      lines.push(...atOnce(say.next, next.filter((row) => row.start === next[0].start), (row) => row.place));
    }
    if (screen) screen.dispatchEvent(new CustomEvent("tick", { detail: { now, rows, coming: running[0] || next[0], dateIn, venue } }));
    const key = lines.map((element) => element.textContent).join("|");
    if (key !== shown) {
      root.querySelector(".lines").replaceChildren(...lines);
      root.hidden = false;
      shown = key;
    }
    for (const row of rows) {
      const is = running.includes(row);
      if (!row.cell || is === row.element.hasAttribute("aria-current")) continue;
      const mark = row.element.querySelector(".is-now");
      if (mark) mark.remove();
      row.element.toggleAttribute("aria-current", false);
      if (is) {
        row.element.setAttribute("aria-current", "time");
        row.cell.prepend(make("span", say.now, "is-now"));
      }
    }
  };
  tick();
  setInterval(tick, screen ? 1000 : 15000);
  if (location.hash === "#now") root.scrollIntoView();

  /* --- the reader's own choice, kept on this device --- */
  const shelf = {
    key: "taller:" + say.workshop,
    get(name, otherwise) {
      let kept = null;
      try { kept = JSON.parse(localStorage.getItem(this.key + name)); } catch { /* not what a page of ours once kept */ }
      return kept !== null && typeof kept === typeof otherwise && Array.isArray(kept) === Array.isArray(otherwise) ? kept : otherwise;
    },
    put(name, value) {
      try { localStorage.setItem(this.key + name, JSON.stringify(value)); } catch { /* a device that keeps nothing still shows the agenda */ }
    },
  };
  const reasons = []; // functions that say of a row's element whether it stays
  const show = () => {
    let found = 0;
    for (const element of slots) {
      element.hidden = !reasons.every((stays) => stays(element));
      found += !element.hidden;
    }
    for (const day of document.querySelectorAll(".day")) day.hidden = !!day.querySelector(".slot") && !day.querySelector(".slot:not([hidden])");
    return found;
  };

  const chosen = () => new Set(shelf.get("", []).filter((code) => typeof code === "string")); // all of the workshop, also what this page does not show
  const choose = (codes, are) => {
    const kept = chosen();
    for (const code of codes) are ? kept.add(code) : kept.delete(code);
    shelf.put("", [...kept]);
    refresh();
  };
  const button = (text, className, act) => {
    const made = make("button", text, className);
    made.type = "button";
    made.addEventListener("click", act);
    return made;
  };
  const stars = new Map();
  const whenChosen = []; // functions that are told what is chosen now
  const refresh = () => {
    const codes = chosen();
    for (const [code, star] of stars) {
      star.setAttribute("aria-pressed", String(codes.has(code)));
      star.firstChild.textContent = codes.has(code) ? "★" : "☆";
    }
    for (const tell of whenChosen) tell(codes);
  };
  if (say.star)
    for (const slot of slots) {
      if (slot.classList.contains("quiet")) continue; // a pause is everybody's
      const code = codeOf(slot);
      const star = button("", "star", () => choose([code], !chosen().has(code)));
      const [before, after] = say.star.split("{title}");
      const label = make("span", before, "visually-hidden");
      const title = make("span", titleOf(slot));
      title.lang = (slot.querySelector(".slot-title [lang], h1 [lang]") || document.documentElement).lang;
      label.append(title, after);
      star.append(make("span", "☆"), label);
      star.firstChild.ariaHidden = "true";
      stars.set(code, star);
      (slot.querySelector("h1") || slot.lastElementChild).after(star);
    }

  const bar = document.getElementById("mine");
  if (bar) {
    const only = button(say.mineOnly, "button less", () => {
      only.setAttribute("aria-pressed", String(!isOnly()));
      refresh();
    });
    only.setAttribute("aria-pressed", "false");
    document.addEventListener("unhide", () => isOnly() && only.click());
    const isOnly = () => only.getAttribute("aria-pressed") === "true";
    const calendar = make("a", say.mineCalendar);
    const file = make("a", say.mineFile);
    const share = make("a", say.mineShare);
    const note = make("p", "", "state");
    note.setAttribute("role", "status");
    bar.append(only, " ", calendar, " ", file, " ", share, note);
    // Somebody else's list: the reader may take it over, and give it back.
    const shared = (bar.dataset.shared || "").split(",").filter(Boolean);
    const added = new Set();
    const take = button(say.mineTake, "button", () => {
      const give = added.size;
      const those = give ? [...added] : shared.filter((code) => !chosen().has(code));
      added.clear();
      if (!give) for (const code of those) added.add(code);
      choose(those, !give);
    });
    if (shared.length) bar.prepend(take, " ");
    // What is for everybody is in everybody's agenda, and told apart there.
    reasons.push((element) => !isOnly() || chosen().has(codeOf(element)) || "all" in element.dataset);
    whenChosen.push((codes) => {
      const mine = rows.filter((row) => codes.has(row.code));
      const clashes = [];
      for (const [n, a] of mine.entries())
        for (const b of mine.slice(n + 1)) if (a.start < b.end && b.start < a.end) clashes.push(fill(say.clash, { a: a.title, b: b.title }));
      for (const element of slots)
        if (element.classList.contains("cancelled") && codes.has(codeOf(element))) clashes.unshift(fill(say.cancelled, { title: titleOf(element) }));
      note.textContent = clashes.join(" ");
      const list = "?s=" + [...codes].join(",");
      calendar.href = say.webcal + list;
      file.href = say.calendar + list;
      share.href = location.pathname + list;
      for (const element of [only, calendar, file, share]) element.hidden = !codes.size && !isOnly();
      take.textContent = added.size ? say.mineGive : say.mineTake;
      take.hidden = !added.size && shared.every((code) => codes.has(code));
      for (const element of slots)
        if ("all" in element.dataset && !shared.length) {
          const mark = element.querySelector(".for-all");
          if (mark) mark.remove();
          if (isOnly() && !codes.has(codeOf(element))) element.querySelector(".slot-title").after(make("p", say.forAll, "state for-all"));
        }
      bar.hidden = false;
      show();
    });
  }
  addEventListener("storage", refresh);
  // Who is led to a row, or a day, that is hidden sees it: what hides it goes.
  addEventListener("hashchange", () => {
    const target = slots.length && document.getElementById(location.hash.slice(1));
    if (!target || !target.closest("[hidden]")) return;
    document.dispatchEvent(new Event("unhide"));
    target.scrollIntoView();
  });
  refresh();

  /* --- the search without a request, fetched by who opens it; without it the form asks the server --- */
  const fetched = (address, more) => {
    window.taller = { slots, say, fill, make, textIn, codeOf, titleOf, reasons, show, isCopy, ...window.taller, ...more };
    if ([...document.scripts].some((script) => script.src.endsWith(address))) return;
    document.head.append(Object.assign(make("script"), { src: address }));
  };
  const form = document.querySelector(".search form");
  if (form && say.search && !isPartial) {
    const search = () => fetched(say.search, { form });
    for (const event of ["toggle", "focusin"]) form.parentElement.addEventListener(event, search); // wide: it is open
    if (form.parentElement.open || (isCopy && location.search)) search();
  }

  /* --- what changed since this reader was last here, where that is not what the page tells (news.js) --- */
  if (say.since) {
    const past = Date.now() - 48 * 60 * MINUTE;
    let visits = shelf.get(":visits", []).filter((visit) => Array.isArray(visit) && visit[0] <= +say.release && visit[1] >= 0);
    if (!visits.length) visits = [[+say.since, past]]; // whoever comes for the first time is told what all are told
    if (visits.at(-1)[0] < +say.release) visits.push([+say.release, Date.now()]);
    while (visits.length > 1 && visits[1][1] <= past) visits.shift();
    shelf.put(":visits", visits);
    if (visits[0][0] !== +say.since && !isCopy) fetched(say.news, { since: visits[0][0] });
  }

  /* --- the reader's own clock, beside the venue's and never instead of it --- */
  const here = Intl.DateTimeFormat().resolvedOptions().timeZone;
  const own = document.getElementById("own");
  if (own && first && knows(here) && rows.some((row) => clockIn(here, row.start) !== clockIn(venue, row.start)))
    fetched(say.clock, { own, here, rows, shelf, clockIn, dateIn, format, venue, language });

  /* --- another language, the same place on the page --- */
  const under = parseFloat(getComputedStyle(document.documentElement).scrollPaddingTop) || 16; // what stays on top
  for (const link of document.querySelectorAll(".top a[hreflang]"))
    link.addEventListener("click", () => {
      const top = scrollY > 200 && slots.find((element) => !element.hidden && element.getBoundingClientRect().bottom > under + 8);
      if (top) link.hash = top.id;
    });

  /* --- a new version, and a copy without network --- */
  const notice = root.querySelector(".version");
  const shownRelease = +say.release;
  const news = () => {
    // The newest release that any page of this device has heard of.
    const known = shelf.get(":known", {});
    const isNewer = known.release > shownRelease || (known.release === shownRelease && (known.withdrawals || 0) > +(say.withdrawals || 0));
    return isNewer ? known : null;
  };
  const offer = () => {
    const { release, changes } = news();
    let count = 0;
    for (const [number, told] of Object.entries(changes || {})) if (+number > shownRelease) count += told;
    const link = make("a", fill(count === 1 ? say.fresh1 : say.fresh, { release, n: count }));
    link.href = location.href;
    link.addEventListener("click", (event) => {
      event.preventDefault();
      location.reload(); // asks the server
    });
    return link;
  };
  const lost = () => {
    // The network does not answer: how old this is, and what it is known not to be.
    const seen = shelf.get(":known", {}).seen || 0;
    const minutes = Math.round((Date.now() - seen) / MINUTE);
    if (!seen) return say.offline;
    if (screen) return fill(say.offlineAt, { time: (dateIn(venue, seen) === dateIn(venue, Date.now()) ? "" : format(language, venue, { weekday: "long" }, seen) + ", ") + clockIn(venue, seen) });
    return minutes < 60 ? fill(say.offlineMinutes, { n: minutes }) : fill(say.offlineHours, { n: Math.round(minutes / 60) });
  };
  let gone = false;
  const tell = () => {
    notice.replaceChildren();
    if (gone) notice.append(lost() + " ");
    if (news()) notice.append(gone ? fill(say.older, { release: shownRelease, newest: news().release }) : offer());
    root.hidden = !root.textContent.trim();
  };
  const ask = async () => {
    if (document.hidden) return;
    try {
      const answer = await fetch(say.version, { cache: "no-cache" });
      if (!answer.ok) throw new Error(answer.status);
      const { release, withdrawals, changes } = await answer.json();
      shelf.put(":known", { release, withdrawals, changes, seen: Date.now() });
      gone = false;
      if (screen && news()) return screen.dispatchEvent(new Event("release"));
    } catch {
      gone = true;
    }
    tell();
  };
  if (say.version) {
    const [arrived = {}] = performance.getEntriesByType("navigation");
    // What the network has just given is the newest; a copy asks, and a page out of the browser's memory.
    if (isCopy || arrived.type === "back_forward") ask();
    else shelf.put(":known", { release: shownRelease, withdrawals: +(say.withdrawals || 0), seen: Date.now() });
    setInterval(ask, MINUTE);
    for (const event of ["online", "offline"]) addEventListener(event, ask);
    addEventListener("pageshow", (event) => event.persisted && ask());
    addEventListener("storage", tell);
    document.addEventListener("visibilitychange", ask);
  }

  /* --- the copy itself: of one release, whole (templates/sw.js) --- */
  if ("serviceWorker" in navigator && say.worker) {
    navigator.serviceWorker.register(say.worker, { updateViaCache: "all" }).then(() => navigator.serviceWorker.ready).then((registration) => {
      if (isCopy) return;
      const spare = !!(navigator.connection && navigator.connection.saveData);
      const agenda = say.home + "agenda/";
      const pages = spare ? [agenda].filter((page) => page === location.pathname) : [say.home, say.participants, agenda];
      if (screen) pages.push(location.pathname + location.search);
      const missing = [say.missingTitle, say.missing, say.missingLink, language];
      registration.active.postMessage({ home: say.home, pages, release: shownRelease, missing, spare });
    }).catch(() => {});
  } else if ("serviceWorker" in navigator && say.version) {
    // Switched off: what an earlier visit left goes too, by its worker, which may be keeping something just now.
    if (navigator.serviceWorker.controller) navigator.serviceWorker.controller.postMessage({ leave: true });
    navigator.serviceWorker.getRegistrations().then((found) => found.forEach((registration) => registration.unregister()));
    if ("caches" in window) caches.keys().then((names) => names.forEach((name) => caches.delete(name)));
  }
})();
