/* The timetable made alive: sessions are carried by pointer, by key and by touch, in steps of five minutes. The server
   draws the grid and says what clashes; this moves what is held, warns while it is carried, and sends one thing at a time. */
(() => {
  "use strict";
  const home = document.getElementById("board");
  const hand = document.getElementById("hand");
  if (!home || !hand) return;
  const words = JSON.parse(document.getElementById("says").textContent);
  const spoken = document.getElementById("dicho");
  const what = document.getElementById("hand-what");
  const said = document.getElementById("hand-said");
  const acts = document.getElementById("hand-acts");
  const usual = [...acts.children];
  const keys = document.getElementById("hand-keys");
  const token = document.querySelector("#moves input").value;
  const STEP = 5; // minutes
  const LATEST = 1435; // minutes: a session of a day begins on it, however late it ends
  const TOUCH = 6; // pixels before a press becomes a carry
  const SOON = 400; // milliseconds
  let opened = 0; // when the panel came
  let held = null; // { block, lane, start, end, was: { lane, start, end } }
  let sending = false;

  const board = () => home.querySelector(".board");
  const first = () => Number(board().dataset.first);
  const rows = () => 12 * Number(/ m(\d+)/.exec(board().className)[1]);
  const lanes = () => [...board().querySelectorAll(".lane")];
  const laneOf = (block) => block.closest(".lane");
  const fill = (text, values) => text.replace(/\{(\w+)\}/g, (_all, name) => values[name] ?? "");
  const say = (text) => (spoken.textContent = text);
  const titleOf = (block) => block.querySelector("b").textContent;
  const two = (n) => String(n).padStart(2, "0");
  const clock = (minute) => two(Math.floor((minute % 1440) / 60)) + ":" + two(minute % 60);
  // Hours as the page's language writes them: 9h30, 9:30, 9h.
  const hour = (minute) => {
    const h = Math.floor((minute % 1440) / 60), m = minute % 60;
    if (words.clock === "en") return h + ":" + two(m);
    return words.clock !== "es" && !m ? h + "h" : h + "h" + two(m);
  };
  const times = ({ start, end, block }) => hour(start) + ("open" in block.dataset ? "" : "–" + hour(end));

  const take = (block) => {
    if (held || sending) return;
    const was = { open: "open" in block.dataset, lane: laneOf(block), start: Number(block.dataset.start), end: Number(block.dataset.end) };
    held = { block, lane: was.lane, start: was.start, end: was.end, was, others: others(block), at: block.getBoundingClientRect() };
    held.pitch = pitch();
    held.boxes = new Map(spots());
    block.classList.add("on", "held");
    for (const kind of ["up", "down"]) {
      const grip = document.createElement("span");
      grip.className = "grip " + kind;
      block.append(grip);
    }
    show();
    say(fill(words.taken, { title: titleOf(block), times: times(held) }));
  };

  /** What waits for an hour, as a block of one hour at the beginning of its day: from there it is carried. */
  const bring = (waiting) => {
    if (held || sending) return null;
    const block = document.createElement("li");
    Object.assign(block.dataset, waiting.dataset, { start: first(), end: first() + 60 });
    block.className = "block fresh r1 h12";
    const link = waiting.querySelector("a").cloneNode();
    const title = document.createElement("b");
    title.textContent = waiting.querySelector("a").textContent;
    link.insertAdjacentHTML("beforeend", '<time class="t"></time> ');
    link.append(title);
    block.append(link);
    laneOf(waiting).querySelector(".slots").append(block);
    take(block);
    return block;
  };

  const letGo = () => {
    if (!held) return;
    if (held.block.classList.contains("fresh")) held.block.remove();
    held.block.classList.remove("on", "held");
    held.block.querySelectorAll(".grip").forEach((grip) => grip.remove());
    held = null;
    hand.hidden = true;
  };

  /** What is held stands where it is carried; the panel says where, and with what it clashes there. */
  const show = () => {
    const { block, lane, start, end } = held;
    // Carried along, nothing is laid out anew: the block only looks elsewhere. It is the server that draws it there.
    if (!isList()) {
      const was = held.was, dx = held.boxes.get(lane).left - held.boxes.get(was.lane).left;
      block.style.translate = dx + "px " + ((start - was.start) / STEP) * held.pitch + "px";
      if (end - start !== was.end - was.start) block.style.height = ((end - start) / STEP) * held.pitch - 2 + "px";
    }
    block.querySelector(".t").textContent = times(held);
    const found = clashes();
    block.classList.toggle("clashing", found.length > 0);
    what.textContent = "«" + titleOf(block) + "», " + times(held);
    said.replaceChildren(laneName(lane) + ". ");
    if (found.length) {
      const mark = document.createElement("span");
      mark.className = "must";
      mark.textContent = words.clashes;
      said.append(mark, " " + found.map(titleOf).slice(0, 3).join(", "));
    }
    if (acts.firstElementChild !== usual[0]) acts.replaceChildren(...usual);
    if (hand.hidden) opened = performance.now();
    hand.hidden = keys.hidden = false;
    return found;
  };

  const isList = () => matchMedia("(max-width: 48rem)").matches; // no hours to carry along: buttons move it
  const laneName = (lane) => lane.querySelector("h2").textContent.trim();
  const placeIn = (lane, block) => (board().dataset.by === "rooms" ? lane.dataset.lane : block.dataset.place);
  const dayOf = (lane) => (board().dataset.by === "rooms" ? board().dataset.date : lane.dataset.lane);

  /** What the other sessions are, read once when one is taken. */
  const others = (block) =>
    [...board().querySelectorAll(".block")].filter((one) => one !== block).map((one) => ({
      one,
      lane: laneOf(one),
      start: Number(one.dataset.start),
      end: Number(one.dataset.end),
      place: one.dataset.place,
      who: one.dataset.who.split(" ").filter(Boolean),
      rest: one.classList.contains("rest"),
    }));

  /** The sessions that share time with the held one, and its room or somebody; without any room, all of that day. */
  const clashes = () => {
    const { block, lane, start, end } = held;
    const place = placeIn(lane, block), people = block.dataset.who.split(" ").filter(Boolean);
    const beside = board().dataset.by === "rooms" ? held.others : held.others.filter((other) => other.lane === lane);
    const roomless = !place && beside.every((other) => !other.place);
    return beside
      .filter((other) => start < other.end && other.start < end)
      .filter((other) => roomless || other.who.some((who) => people.includes(who)) || (place && other.place === place && !other.rest))
      .map((other) => other.one);
  };

  const moved = () => {
    const found = show();
    const where = fill(words.at, { lane: laneName(held.lane), times: times(held) });
    say(where + (found.length ? " " + words.clashes + " " + found.map(titleOf).join(", ") : ""));
  };

  const limit = (minute) => Math.max(first(), Math.min(first() + rows() * STEP, minute));
  const shift = (by) => {
    const length = held.end - held.start;
    held.start = Math.min(limit(held.start + by), first() + rows() * STEP - length, LATEST);
    held.end = held.start + length;
    moved();
  };
  const stretch = (by) => {
    held.end = Math.max(held.start + STEP, limit(held.end + by));
    delete held.block.dataset.open;
    moved();
  };
  const across = (by) => {
    const all = lanes(), next = all[all.indexOf(held.lane) + by];
    if (!next) return say(words.edge);
    held.lane = next;
    moved();
  };

  const back = () => {
    if (!held) return;
    const { block, was } = held;
    held.lane = was.lane;
    held.start = was.start;
    held.end = was.end;
    if (was.open) block.dataset.open = "";
    show();
    block.style.translate = block.style.height = "";
    const title = titleOf(block);
    letGo();
    say(fill(words.back, { title }));
    const stays = block.isConnected ? block : board().querySelector('.waiting[data-code="' + block.dataset.code + '"]');
    stays.querySelector("a").focus({ preventScroll: true });
  };

  const written = (lane, block, start, end) =>
    [dayOf(lane), clock(start), "open" in block.dataset ? "" : clock(end), placeIn(lane, block)].join("|");

  const drop = () => {
    const { block, lane, start, end, was } = held;
    const isSame = lane === was.lane && start === was.start && end === was.end;
    if (isSame && !block.classList.contains("fresh")) return back();
    send({ acto: "mover", codigo: block.dataset.code, estaba: block.dataset.was, a: written(lane, block, start, end) });
  };

  /** Send one act; the answer holds the board as it is now, what is said of it, and the ways out of a clash. */
  const send = async (values) => {
    sending = true;
    home.setAttribute("aria-busy", "true");
    const answer = await fetch(location.href, {
      method: "POST",
      headers: { Accept: "application/json", "X-CSRFToken": token },
      body: new URLSearchParams(values),
    }).then((response) => (response.ok ? response.json() : null)).catch(() => null);
    sending = false;
    home.removeAttribute("aria-busy");
    if (!answer) {
      if (held) back();
      what.textContent = words.offline;
      said.textContent = "";
      acts.replaceChildren();
      keys.hidden = true;
      hand.hidden = false;
      return say(words.offline);
    }
    letGo();
    renew(answer.html);
    const undo = document.querySelector(".line .undo");
    if (undo) undo.outerHTML = answer.undo;
    const told = answer.error || answer.said;
    say(told);
    const block = home.querySelector('[data-code="' + answer.code + '"]');
    if (block) block.querySelector("a").focus({ preventScroll: true });
    if (answer.error || answer.ways.length) offer(told, answer.ways);
  };

  const renew = (html) => {
    home.innerHTML = html;
  };

  const offer = (told, ways) => {
    what.textContent = "";
    said.textContent = told;
    keys.hidden = true; // nothing is held any more
    acts.replaceChildren(
      ...(ways.length ? ways : [{ label: words.understood }]).map((way, n) => {
        const button = document.createElement("button");
        button.type = "button";
        button.className = n ? "button thin" : "button main thin";
        button.textContent = way.label;
        button.addEventListener("click", () => {
          hand.hidden = true;
          if (way.act) send({ acto: way.act, codigo: way.code, estaba: way.was, a: way.to });
        });
        return button;
      }),
    );
    hand.hidden = false;
  };

  const does = {
    "-5": () => shift(-STEP),
    5: () => shift(STEP),
    shorter: () => stretch(-STEP),
    longer: () => stretch(STEP),
    left: () => across(-1),
    right: () => across(1),
    drop,
    back,
    open: () => location.assign(held.block.querySelector("a").href),
    late: () => location.assign(words.late + "?s=" + held.block.dataset.code),
    double: () => send({ acto: "doblar", codigo: held.block.dataset.code }),
    delete: () => send({ acto: "borrar", codigo: held.block.dataset.code }),
  };
  acts.addEventListener("click", ({ target }) => {
    const act = target.closest("[data-do]");
    // The tap that takes a session ends where the panel has just opened: it presses no button of it.
    if (act && held && performance.now() - opened > SOON) does[act.dataset.do]();
  });

  addEventListener("keydown", (event) => {
    const block = event.target.closest && event.target.closest(".block");
    const { key, shiftKey } = event;
    const waiting = event.target.closest && event.target.closest(".waiting");
    if (key === " " && waiting && !held) {
      event.preventDefault();
      const brought = bring(waiting);
      return brought && brought.querySelector("a").focus({ preventScroll: true });
    }
    if (key === " " && block) {
      event.preventDefault();
      return held ? drop() : take(block);
    }
    if (!held || event.target.closest("input, select, textarea")) return undefined;
    const act = {
      ArrowUp: () => (shiftKey ? stretch(-STEP) : shift(-STEP)),
      ArrowDown: () => (shiftKey ? stretch(STEP) : shift(STEP)),
      ArrowLeft: () => across(-1),
      ArrowRight: () => across(1),
      Escape: back,
      Delete: () => does.delete(),
    }[key];
    if (!act) return undefined;
    event.preventDefault();
    return act();
  });

  // The pointer: a press that moves carries the block; a tap takes it, so that the buttons and grips appear.
  let press = null;
  home.addEventListener("pointerdown", (event) => {
    if (event.button || sending) return;
    const waiting = event.target.closest(".waiting");
    if (waiting && !held && !isList() && event.pointerType !== "touch") {
      press = { waiting, x: event.clientX, y: event.clientY, id: event.pointerId, pitch: pitch(), lanes: spots() };
      return;
    }
    const block = event.target.closest(".block");
    if (!block || (held && held.block !== block)) return;
    const grip = event.target.closest(".grip");
    if (isList() || (event.pointerType === "touch" && !grip && !(held && held.block === block))) {
      press = { block, tap: true, x: event.clientX, y: event.clientY };
      return;
    }
    press = { block, grip, x: event.clientX, y: event.clientY, id: event.pointerId };
    const from = held || { start: Number(block.dataset.start), end: Number(block.dataset.end) };
    Object.assign(press, { start: from.start, end: from.end, pitch: block.offsetHeight ? pitch() : 8, lanes: spots() });
    if (grip || held) event.preventDefault();
  });

  const pitch = () => {
    const tracks = getComputedStyle(board()).gridTemplateRows.split(" ");
    return parseFloat(tracks[tracks.length - 2]) || 8;
  };
  const spots = () => lanes().map((lane) => [lane, lane.getBoundingClientRect()]);

  let frame = 0;
  addEventListener("pointermove", (event) => {
    if (!press || press.tap) return;
    const dy = event.clientY - press.y, dx = event.clientX - press.x;
    if (!press.carried && Math.hypot(dx, dy) < TOUCH) return;
    if (!press.carried) {
      press.carried = true;
      if (press.waiting) {
        press.block = bring(press.waiting);
        if (!press.block) return void (press = null);
        Object.assign(press, { start: first(), end: first() + 60, y: press.block.getBoundingClientRect().top + 10 });
      }
      if (!held) take(press.block);
      if (!held) return void (press = null);
      press.block.setPointerCapture(press.id);
    }
    cancelAnimationFrame(frame);
    frame = requestAnimationFrame(() => held && press && carry(event.clientY - press.y, event.clientX));
  });

  const carry = (dy, x) => {
    const by = Math.round(dy / press.pitch) * STEP, length = press.end - press.start;
    const before = [held.start, held.end, held.lane];
    if (press.grip && press.grip.classList.contains("up")) {
      held.start = Math.min(held.end - STEP, limit(press.start + by));
    } else if (press.grip) {
      delete held.block.dataset.open;
      held.end = Math.max(held.start + STEP, limit(press.end + by));
    } else {
      held.start = Math.min(limit(press.start + by), first() + rows() * STEP - length, LATEST);
      held.end = held.start + length;
      const under = press.lanes.find(([lane, box]) => !lane.classList.contains("plenary") && x >= box.left && x < box.right);
      if (under) held.lane = under[0];
    }
    if ([held.start, held.end, held.lane].some((value, n) => value !== before[n])) show();
  };

  addEventListener("pointerup", (event) => {
    const ended = press;
    press = null;
    if (!ended) return;
    if (ended.tap) {
      if (Math.hypot(event.clientX - ended.x, event.clientY - ended.y) < TOUCH) take(ended.block);
      return;
    }
    if (!ended.carried) return;
    swallow = true;
    setTimeout(() => (swallow = false));
    if (held && event.pointerType !== "touch") drop();
  });
  addEventListener("pointercancel", () => (press = null));

  // A carry or a tap is not a click on the session's link.
  let swallow = false;
  home.addEventListener("click", (event) => {
    const block = event.target.closest(".block, .waiting");
    const button = event.target.closest(".take");
    if (button && !held) take(block);
    if (block && (swallow || held)) event.preventDefault();
  }, true);
  home.addEventListener("dragstart", (event) => event.preventDefault());

  // Two on one board: what the other did is drawn as soon as nothing is held.
  const ask = async () => {
    if (document.hidden || held || sending) return;
    const answer = await fetch(words.ask + "?desde=" + board().dataset.last, { cache: "no-store" }).catch(() => null);
    if (!answer || !answer.ok) return;
    const { told } = await answer.json();
    if (!told) return;
    const page = await fetch(location.pathname + (location.search || "?") + "&parte=1", { cache: "no-store" }).catch(() => null);
    if (!page || !page.ok || held || sending) return;
    const focused = document.activeElement && document.activeElement.closest(".block");
    renew(await page.text());
    const same = focused && home.querySelector('[data-code="' + focused.dataset.code + '"] a');
    if (same) same.focus({ preventScroll: true });
    say(told);
  };
  setInterval(ask, words.every);
  document.addEventListener("visibilitychange", ask);
})();
