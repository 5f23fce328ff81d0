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
      .filter((row) => row.times.length);
    for (const row of timed) {
      const start = row.times[0];
      const later = timed.map((other) => other.times[0]).filter((time) => time > start);
      const title = row.element.querySelector(".slot-title");
      rows.push({
        element: row.element,
        code: row.element.id.slice(2),
        start,
        end: row.times[1] || Math.min(...later, start + 60 * MINUTE),
        open: !row.times[1],
        title: title.textContent.trim(),
        link: title.querySelector("a"),
        time: row.element.querySelector(".slot-time time").textContent,
        place: (row.element.querySelector(".slot-place") || {}).textContent || "",
        optional: row.element.closest(".day").hasAttribute("data-optional"),
      });
    }
  }
  rows.sort((a, b) => a.start - b.start);

  /* --- now and next --- */
  const line = (label, row, rest) => {
    const paragraph = make("p");
    paragraph.append(make("strong", label + " "));
    if (row) {
      const link = make("a", row.title);
      link.href = "#" + row.element.id;
      paragraph.append(row.time + " ", link);
    }
    if (rest) paragraph.append(make("span", " · " + rest, "rest"));
    return paragraph;
  };

  const daysUntil = (then, now) => {
    // Counted in days of the venue: the zone of the first row's own date decides.
    const day = (time) => Math.floor((time + offset) / 86400000);
    return day(then) - day(now);
  };
  const first = rows[0];
  const zone = first && first.element.querySelector("time").dateTime.match(/([+-])(\d\d):(\d\d)$/);
  const offset = zone ? (zone[1] === "-" ? -1 : 1) * (zone[2] * 60 + +zone[3]) * MINUTE : 0;

  let shown = "";
  const tick = () => {
    const now = Date.now();
    const running = rows.filter((row) => row.start <= now && now < row.end);
    const next = rows.filter((row) => row.start > now);
    const main = rows.filter((row) => !row.optional);
    const last = Math.max(...(main.length ? main : rows).map((row) => row.end));
    const lines = [];
    if (!rows.length || "filtered" in say) return; // some rows of the agenda do not tell what is next
    if (now < first.start) {
      const count = daysUntil(first.start, now);
      lines.push(line(count === 0 ? say.today : count === 1 ? say.tomorrow : fill(say.days, { n: count }), first));
    } else if (now >= last && !running.length) {
      lines.push(line(say.over));
      if (next.length) lines.push(line(say.next, next[0]));
    } else {
      for (const row of running) {
        const left = Math.ceil((row.end - now) / MINUTE);
        const rest = [row.place.replace(/^.*?:\s*/, ""), row.open ? "" : fill(say.left, { n: left })].filter(Boolean).join(" · ");
        lines.push(line(say.now, row, rest));
      }
      const following = next.filter((row) => row.start === next[0].start);
      for (const row of following) lines.push(line(say.next, row, row.place.replace(/^.*?:\s*/, "")));
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
  setInterval(tick, 15000);
  if (location.hash === "#now") root.scrollIntoView();

  /* --- the reader's own choice, kept on this device --- */
  const shelf = {
    key: "taller:" + say.workshop,
    read() {
      try {
        return new Set(JSON.parse(localStorage.getItem(this.key) || "[]"));
      } catch {
        return new Set();
      }
    },
    write(codes) {
      try {
        localStorage.setItem(this.key, JSON.stringify([...codes]));
      } catch {
        /* a device that keeps nothing still shows the agenda */
      }
    },
  };
  const bar = document.getElementById("mine");
  if (bar) {
    const stars = new Map();
    const chosen = () => new Set([...shelf.read()].filter((code) => stars.has(code)));
    const only = make("button", say.mineOnly, "button less");
    only.type = "button";
    only.setAttribute("aria-pressed", "false");
    const calendar = make("a", say.mineCalendar);
    const share = make("a", say.mineShare);
    const note = make("p", "", "state");
    note.setAttribute("role", "status");
    bar.append(only, " ", calendar, " ", share, note);
    const refresh = () => {
      const codes = chosen();
      const mine = rows.filter((row) => codes.has(row.code));
      for (const [code, star] of stars) {
        star.setAttribute("aria-pressed", String(codes.has(code)));
        star.firstChild.textContent = codes.has(code) ? "★" : "☆";
        const slot = document.getElementById("s-" + code);
        slot.hidden = only.getAttribute("aria-pressed") === "true" && !codes.has(code);
      }
      const clashes = [];
      for (const [n, a] of mine.entries())
        for (const b of mine.slice(n + 1)) if (a.start < b.end && b.start < a.end) clashes.push(fill(say.clash, { a: a.title, b: b.title }));
      note.textContent = clashes.join(" ");
      const list = [...codes].join(",");
      calendar.href = say.calendar + "?s=" + list;
      share.href = location.pathname + "?s=" + list;
      for (const element of [only, calendar, share]) element.hidden = !codes.size && only.getAttribute("aria-pressed") !== "true";
      bar.hidden = false;
    };
    for (const slot of document.querySelectorAll(".day .slot")) {
      const star = make("button", "", "star");
      star.type = "button";
      star.append(make("span", "☆"));
      star.setAttribute("aria-label", fill(say.star, { title: slot.querySelector(".slot-title").textContent.trim() }));
      star.addEventListener("click", () => {
        const codes = shelf.read();
        const code = slot.id.slice(2);
        if (!codes.delete(code)) codes.add(code);
        shelf.write(codes);
        refresh();
      });
      stars.set(slot.id.slice(2), star);
      slot.append(star);
    }
    only.addEventListener("click", () => {
      only.setAttribute("aria-pressed", String(only.getAttribute("aria-pressed") !== "true"));
      refresh();
    });
    addEventListener("storage", refresh);
    refresh();
  }

  /* --- a new version, and a copy without network --- */
  const notice = root.querySelector(".version");
  const ask = async () => {
    if (document.hidden) return;
    try {
      const answer = await fetch(say.version, { cache: "no-cache" });
      if (!answer.ok) throw new Error(answer.status);
      const news = await answer.json();
      localStorage.setItem(shelf.key + ":seen", String(Date.now()));
      notice.replaceChildren();
      if (news.release > +say.release) {
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
      const seen = +(localStorage.getItem(shelf.key + ":seen") || 0);
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

  /* --- the copy itself --- */
  if ("serviceWorker" in navigator && say.worker) {
    navigator.serviceWorker.register(say.worker).then(() => navigator.serviceWorker.ready).then((registration) => {
      const pages = new Set([location.pathname]);
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
