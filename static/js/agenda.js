/* What the agenda does on a phone beyond being read: now and next, stars, a new version, a copy without network.
   The rows and their times are read from the page itself; texts come in the page's language from #now's data. */
(() => {
  "use strict";
  const root = document.getElementById("now");
  if (!root) return;
  const say = root.dataset;
  const MINUTE = 60000;
  const fill = (text, values) => text.replace(/\{(\w+)\}/g, (_, name) => values[name]);
  const make = (tag, text, className) => {
    const element = document.createElement(tag);
    if (text) element.textContent = text;
    if (className) element.className = className;
    return element;
  };

  /* --- the rows --- */
  const days = [...document.querySelectorAll(".day")].map((day) => [...day.querySelectorAll(".slot")]);
  const rows = [];
  for (const slots of days) {
    const timed = slots
      .map((element) => ({ element, times: [...element.querySelectorAll(".slot-time time")].map((t) => Date.parse(t.dateTime)) }))
      .filter((row) => row.times.length && !row.element.classList.contains("cancelled"));
    for (const row of timed) {
      const time = row.element.querySelector(".slot-time time");
      const part = row.element.querySelector(".slot-part");
      const [, sign, hours, minutes] = /([+-])(\d\d):(\d\d)$/.exec(time.dateTime);
      rows.push({
        element: row.element,
        code: row.element.id.slice(2),
        start: row.times[0],
        end: row.times[1] || Date.parse(row.element.dataset.until), // of an open end the server says until when it is «now»
        open: !row.times[1],
        offset: (sign === "-" ? -1 : 1) * (60 * hours + +minutes) * MINUTE,
        title: row.element.querySelector(".slot-title").textContent.trim() + (part ? " · " + part.textContent : ""),
        whom: (row.element.querySelector(".whom") || {}).textContent || "",
        time: time.textContent,
        place: (row.element.querySelector(".slot-place") || {}).textContent || "",
        sign: row.element.dataset.sign || "",
        times: row.times,
      });
    }
  }
  rows.sort((a, b) => a.start - b.start);

  const screen = document.getElementById("clock"); // the page in the room, which nobody touches

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
    paragraph.append(make("strong", label + " "));
    if (row) {
      const link = make("a", row.title);
      link.href = "#" + row.element.id;
      const other = label === say.next && dateIn(venue, row.start) !== dateIn(venue, Date.now());
      const day = other ? format(language, venue, { weekday: "long" }, row.start) + ", " : "";
      paragraph.append(day + row.time + " ", link);
    }
    if (row && row.whom) rest = [row.whom, rest].filter(Boolean).join(" · ");
    if (rest) paragraph.append(make("span", (screen ? "" : " · ") + rest, "rest"));
    if (screen && row && row.sign) paragraph.append(make("span", row.sign, "sign")); // read from the back of the room
    return paragraph;
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
    if (!rows.length || "filtered" in say) return; // some rows of the agenda do not tell what is next
    if (now < first.start) {
      const count = daysUntil(first.start, now);
      lines.push(line(count === 0 ? say.today : count === 1 ? say.tomorrow : fill(say.days, { n: count }), first));
    } else if (now >= Date.parse(say.until) && !running.length) {
      lines.push(line(say.over));
      if (next.length) lines.push(line(say.next, next[0]));
    } else {
      for (const row of running) {
        const left = Math.ceil((row.end - now) / MINUTE);
        const rest = [row.place.replace(/^.*?:\s*/, ""), row.open ? "" : left === 1 ? say.left1 : fill(say.left, { n: left })].filter(Boolean).join(" · ");
        lines.push(line(say.now, row, rest));
      }
      const following = next.filter((row) => row.start === next[0].start);
      for (const row of following) lines.push(line(say.next, row, row.place.replace(/^.*?:\s*/, "")));
    }
    if (screen) {
      // What is still to come of the day that runs, else of the next one; all days once it is over.
      const coming = running[0] || next[0];
      const day = coming && dateIn(venue, coming.start);
      const kept = new Set(rows.filter((row) => !coming || (dateIn(venue, row.start) === day && row.end > now)).map((row) => row.element));
      for (const row of rows) row.element.hidden = !kept.has(row.element);
      for (const section of document.querySelectorAll(".day")) section.hidden = coming && ![...kept].some((element) => section.contains(element));
    }
    const key = lines.map((element) => element.textContent).join("|");
    if (key !== shown) {
      root.querySelector(".lines").replaceChildren(...lines);
      root.hidden = false;
      shown = key;
    }
    for (const row of rows) {
      const is = running.includes(row);
      if (is === row.element.hasAttribute("aria-current")) continue;
      const mark = row.element.querySelector(".is-now");
      if (mark) mark.remove();
      row.element.toggleAttribute("aria-current", false);
      if (is) {
        row.element.setAttribute("aria-current", "time");
        row.element.querySelector(".slot-time").prepend(make("span", say.now, "is-now"));
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
      try {
        return JSON.parse(localStorage.getItem(this.key + name)) ?? otherwise;
      } catch {
        return otherwise;
      }
    },
    put(name, value) {
      try {
        localStorage.setItem(this.key + name, JSON.stringify(value));
      } catch {
        /* a device that keeps nothing still shows the agenda */
      }
    },
  };
  const reasons = []; // functions that say of a row's element whether it stays
  const show = () => {
    let found = 0;
    for (const slots of days)
      for (const element of slots) {
        element.hidden = !reasons.every((stays) => stays(element));
        found += !element.hidden;
      }
    for (const day of document.querySelectorAll(".day")) day.hidden = !!day.querySelector(".slot") && !day.querySelector(".slot:not([hidden])");
    return found;
  };

  const bar = document.getElementById("mine");
  if (bar) {
    const stars = new Map();
    const chosen = () => new Set(shelf.get("", []).filter((code) => stars.has(code)));
    const only = make("button", say.mineOnly, "button less");
    only.type = "button";
    only.setAttribute("aria-pressed", "false");
    const isOnly = () => only.getAttribute("aria-pressed") === "true";
    const calendar = make("a", say.mineCalendar);
    const share = make("a", say.mineShare);
    const note = make("p", "", "state");
    note.setAttribute("role", "status");
    bar.append(only, " ", calendar, " ", share, note);
    let codes = chosen();
    reasons.push((element) => !isOnly() || codes.has(element.id.slice(2)));
    const refresh = () => {
      codes = chosen();
      const mine = rows.filter((row) => codes.has(row.code));
      for (const [code, star] of stars) {
        star.setAttribute("aria-pressed", String(codes.has(code)));
        star.firstChild.textContent = codes.has(code) ? "★" : "☆";
      }
      const clashes = [];
      for (const [n, a] of mine.entries())
        for (const b of mine.slice(n + 1)) if (a.start < b.end && b.start < a.end) clashes.push(fill(say.clash, { a: a.title, b: b.title }));
      const lost = days.flat().filter((element) => element.classList.contains("cancelled") && codes.has(element.id.slice(2)));
      for (const element of lost) clashes.unshift(fill(say.cancelled, { title: element.querySelector(".slot-title").textContent.trim() }));
      note.textContent = clashes.join(" ");
      const list = [...codes].join(",");
      calendar.href = say.calendar + "?s=" + list;
      share.href = location.pathname + "?s=" + list;
      for (const element of [only, calendar, share]) element.hidden = !codes.size && !isOnly();
      bar.hidden = false;
      show();
    };
    for (const slot of days.flat()) {
      const star = make("button", "", "star");
      star.type = "button";
      star.append(make("span", "☆"));
      star.setAttribute("aria-label", fill(say.star, { title: slot.querySelector(".slot-title").textContent.trim() }));
      star.addEventListener("click", () => {
        const kept = new Set(shelf.get("", []));
        const code = slot.id.slice(2);
        if (!kept.delete(code)) kept.add(code);
        shelf.put("", [...kept]);
        refresh();
      });
      stars.set(slot.id.slice(2), star);
      slot.append(star);
    }
    only.addEventListener("click", () => {
      only.setAttribute("aria-pressed", String(!isOnly()));
      refresh();
    });
    addEventListener("storage", refresh);
    refresh();
  }

  /* --- the search without a request, where the page has all rows; its address stays the server's --- */
  const form = document.querySelector(".search form");
  if (form && !("filtered" in say)) {
    const fold = (text) => text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();
    const axes = new Map([...(form.elements.eje || [])].map((option) => [option.value, option.textContent]));
    const texts = new Map();
    const textOf = (element) => {
      if (!texts.has(element)) {
        const parts = [...element.querySelectorAll(".slot-title, .prose, .items, .who")].map((part) => part.textContent);
        const place = (element.querySelector(".slot-place") || {}).textContent || "";
        texts.set(element, fold([...parts, place.replace(/^.*?:\s*/, ""), element.id.slice(2), axes.get(element.dataset.axis) || ""].join(" ")));
      }
      return texts.get(element);
    };
    const asked = () => Object.fromEntries([...new FormData(form)].map(([name, value]) => [name, value.trim()]).filter(([, value]) => value));
    let wish = {};
    reasons.push((element) => {
      const { q = "", dia, eje, tipo, participante, idioma } = wish;
      return (
        (!dia || element.closest(".day").id === dia) &&
        (!eje || element.dataset.axis === eje) &&
        (!tipo || element.dataset.kind === tipo) &&
        (!idioma || (element.dataset.languages || "").split(" ").includes(idioma)) &&
        (!participante || !!element.querySelector(`a[href$="/${participante}/"]`)) &&
        (!q || fold(q).split(/\s+/).every((word) => textOf(element).includes(word)))
      );
    });
    const status = document.getElementById("found");
    const search = (event) => {
      event.preventDefault();
      wish = asked();
      const found = show();
      const query = new URLSearchParams(wish).toString();
      history.replaceState(null, "", location.pathname + (query && "?" + query));
      for (const link of document.querySelectorAll(".top a[hreflang]")) link.search = query;
      const all = make("a", say.all);
      all.href = location.pathname;
      status.replaceChildren(make("strong", fill(found === 1 ? say.found1 : say.found, { n: found })), ...(found ? [] : [" " + say.none + " "]), " ", all);
      status.hidden = !query;
    };
    for (const name of ["submit", "input", "change"]) form.addEventListener(name, search);
  }

  /* --- the reader's own clock, beside the venue's and never instead of it --- */
  const here = Intl.DateTimeFormat().resolvedOptions().timeZone;
  const own = document.getElementById("own");
  const zoneName = (timeZone) => {
    try {
      const parts = new Intl.DateTimeFormat(language, { timeZone, timeZoneName: "longGeneric" }).formatToParts(first.start);
      return parts.find((part) => part.type === "timeZoneName").value;
    } catch {
      return timeZone.split("/").pop().replaceAll("_", " ");
    }
  };
  if (own && first && knows(here) && rows.some((row) => clockIn(here, row.start) !== clockIn(venue, row.start))) {
    const box = make("input");
    box.type = "checkbox";
    const label = make("label");
    label.append(box, " " + fill(say.own, { zone: zoneName(here) }));
    own.append(label);
    const write = () => {
      for (const row of rows) {
        const cell = row.element.querySelector(".slot-time");
        const there = cell.querySelector(".own");
        if (there) there.remove();
        if (!box.checked) continue;
        const other = dateIn(here, row.start) !== dateIn(venue, row.start);
        const day = other ? format(language, here, { weekday: "short" }, row.start) + " " : "";
        cell.append(make("span", "(" + day + row.times.map((time) => clockIn(here, time)).join("–") + ")", "own"));
      }
    };
    box.checked = shelf.get(":own", false);
    box.addEventListener("change", () => {
      shelf.put(":own", box.checked);
      write();
    });
    write();
    own.hidden = false;
  }

  /* --- another language, the same place on the page --- */
  for (const link of document.querySelectorAll(".top a[hreflang]"))
    link.addEventListener("click", () => {
      const top = scrollY > 200 && days.flat().find((element) => !element.hidden && element.getBoundingClientRect().bottom > 24);
      if (top) link.hash = top.id;
    });

  /* --- a new version, and a copy without network --- */
  const notice = root.querySelector(".version");
  const ask = async () => {
    if (document.hidden) return;
    try {
      const answer = await fetch(say.version, { cache: "no-cache" });
      if (!answer.ok) throw new Error(answer.status);
      const news = await answer.json();
      shelf.put(":seen", Date.now());
      notice.replaceChildren();
      if (news.release > +say.release) {
        if (screen) return location.reload(); // nobody stands there to accept the offer, and the network answers
        let count = 0;
        for (const [release, changes] of Object.entries(news.changes)) if (+release > +say.release) count += changes;
        const link = make("a", fill(count === 1 ? say.fresh1 : say.fresh, { release: news.release, n: count }));
        link.href = location.href;
        link.addEventListener("click", (event) => {
          event.preventDefault();
          location.reload(); // asks the server, where following the link may take the copy of half a minute ago
        });
        notice.append(link);
      }
    } catch {
      const seen = shelf.get(":seen", 0);
      const minutes = Math.round((Date.now() - seen) / MINUTE);
      notice.textContent = !seen ? say.offline : minutes < 60 ? fill(say.offlineMinutes, { n: minutes }) : fill(say.offlineHours, { n: Math.round(minutes / 60) });
    }
    root.hidden = !root.textContent.trim();
  };
  if (say.version) {
    ask();
    setInterval(ask, MINUTE);
    for (const event of ["online", "offline"]) addEventListener(event, ask);
    document.addEventListener("visibilitychange", ask);
  }

  if (screen && navigator.wakeLock) {
    const stay = () => document.hidden || navigator.wakeLock.request("screen").catch(() => {});
    document.addEventListener("visibilitychange", stay);
    stay();
  }

  /* --- the copy itself --- */
  if ("serviceWorker" in navigator && say.worker) {
    navigator.serviceWorker.register(say.worker).then(() => navigator.serviceWorker.ready).then((registration) => {
      const pages = new Set([location.pathname + location.search, say.map]);
      for (const part of document.querySelectorAll("link[rel=stylesheet], link[rel=icon], script[src]")) pages.add(new URL(part.href || part.src).pathname);
      for (const link of document.querySelectorAll("main a[href], .menu a[href]")) {
        const url = new URL(link.href);
        if (url.origin === location.origin && url.pathname.startsWith(say.home) && !/\.\w+$/.test(url.pathname)) pages.add(url.pathname);
      }
      registration.active.postMessage({ keep: [...pages], from: say.participants });
    }).catch(() => {});
  } else if ("serviceWorker" in navigator && say.version) {
    // Switched off: what an earlier visit left goes too.
    navigator.serviceWorker.getRegistrations().then((found) => found.forEach((registration) => registration.unregister()));
    if ("caches" in window) caches.keys().then((names) => names.forEach((name) => caches.delete(name)));
  }
})();
