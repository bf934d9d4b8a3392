// Words: every phrase that people see is English here and goes through `say`, which puts it into the page's language.

const DATA = JSON.parse(document.getElementById("data").textContent);

/** A phrase in the page's language, its {names} replaced: say("{n} values", {n: 3}). */
function say(phrase, values = {}) {
  const words = (DATA.words || {})[phrase] || phrase;
  return words.replace(/\{(\w+)\}/g, (whole, name) => (name in values ? String(values[name]) : whole));
}

let announcing = 0;

/** Tell screen readers, once things have come to rest. */
function announce(text) {
  clearTimeout(announcing);
  announcing = setTimeout(() => {
    document.getElementById("announcer").textContent = text;
  }, 250);
}
