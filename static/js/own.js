/* The reader's own clock, beside the venue's and never instead of it: fetched by who is in another zone. */
(() => {
  "use strict";
  const { own, here, rows, say, fill, make, shelf, clockIn, dateIn, format, venue, language } = window.taller;
  const zoneName = (timeZone) => {
    try {
      const parts = new Intl.DateTimeFormat(language, { timeZone, timeZoneName: "longGeneric" }).formatToParts(rows[0].start);
      return parts.find((part) => part.type === "timeZoneName").value;
    } catch {
      return timeZone.split("/").pop().replaceAll("_", " ");
    }
  };
  const box = make("input");
  box.type = "checkbox";
  const label = make("label");
  label.append(box, " " + fill(say.own, { zone: zoneName(here) }));
  own.append(label);
  const write = () => {
    for (const row of rows) {
      const { cell } = row;
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
})();
