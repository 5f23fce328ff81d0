/* The search of the agenda without a request, fetched by who opens it; its addresses stay the server's. */
(() => {
  "use strict";
  const { form, slots, say, fill, make, textIn, codeOf, reasons, show, isCopy } = window.taller;
  // As people type: languages/searching.py has the same rules and the same table.
  const TYPED = {"ß": "ss", "æ": "ae", "œ": "oe", "ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "ħ": "h", "ı": "i", "ŋ": "n", "ŧ": "t", "ς": "σ", "´": "", "`": "", "ʼ": "", "ʹ": "", "ʻ": "", "ˈ": ""};
  const typed = (text) => text.replace(/[^]/gu, (sign) => TYPED[sign] ?? sign);
  const fold = (text) =>
    typed(typed(text).normalize("NFKD").toLowerCase())
      .replace(/[\p{Z}\p{Cc}]+/gu, " ")
      .replace(/[\p{M}\p{P}\p{Cf}]/gu, "")
      .split(" ").filter(Boolean).join(" ");
  const wordsOf = (text) => (fold(text) ? fold(text).split(" ") : /[^\p{Z}\p{Cc}]/u.test(text) ? ["\0"] : []);
  window.taller.wordsOf = wordsOf;
  const axes = new Map([...(form.elements.eje || [])].map((option) => [option.value, option.textContent]));
  const texts = new Map();
  const textOf = (element) => {
    if (!texts.has(element)) {
      const parts = [...element.querySelectorAll(".slot-title, .slot-axis, .prose, .items, .who")].map((part) => part.textContent);
      const place = textIn(element, ".where");
      const day = textIn(element.closest(".day"), ".day-title");
      texts.set(element, fold([...parts, place, codeOf(element), axes.get(element.dataset.axis) || "", day].join(" ")));
    }
    return texts.get(element);
  };
  const asked = () => Object.fromEntries([...new FormData(form)].map(([name, value]) => [name, value.trim()]).filter(([, value]) => value));
  let wish = {};
  reasons.push((element) => {
    const { q = "", dia, eje, tipo, participante, idioma, s } = wish;
    return (
      (!dia || element.closest(".day").id === dia) &&
      (!eje || element.dataset.axis === eje) &&
      (!tipo || element.dataset.kind === tipo) &&
      (!idioma || (element.dataset.languages || "").split(" ").includes(idioma)) &&
      (!participante || [...element.querySelectorAll(".who a, .items a")].some((link) => link.pathname.endsWith(`/participantes/${participante}/`))) &&
      (!s || s.split(",").includes(codeOf(element)) || "all" in element.dataset) &&
      wordsOf(q).every((word) => textOf(element).includes(word))
    );
  });
  const status = document.getElementById("found");
  const search = () => {
    const found = show();
    const query = new URLSearchParams(wish).toString();
    history.replaceState(null, "", location.pathname + (query && "?" + query) + location.hash);
    for (const link of document.querySelectorAll(".top a[hreflang]")) link.search = query;
    const all = make("a", say.all);
    all.href = location.pathname;
    status.replaceChildren(make("strong", fill(found === 1 ? say.found1 : say.found, { n: found })), ...(found ? [] : [" " + say.none + " "]), " ", all);
    status.hidden = !query;
  };
  document.addEventListener("unhide", () => {
    for (const box of form.querySelectorAll("input, select")) box.value = "";
    wish = {};
    search();
  });
  for (const name of ["submit", "input", "change"])
    form.addEventListener(name, (event) => {
      event.preventDefault();
      wish = asked();
      search();
    });
  if (isCopy && location.search) {
    // The server would have chosen the rows.
    wish = Object.fromEntries(new URLSearchParams(location.search));
    for (const [name, value] of Object.entries(wish)) if (form.elements[name]) form.elements[name].value = value;
    form.parentElement.open = true;
    search();
  } else if (Object.keys((wish = asked())).length) search(); // typed before this script had come
})();
