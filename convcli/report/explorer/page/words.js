// Words: every phrase that people see is English here and goes through `say`, which puts it into the page's language.

const DATA = JSON.parse(document.getElementById("data").textContent);
const HTML_LANGUAGES = { zh: "zh-CN" }; // what browsers choose fonts by
let spoken = DATA.lang;
let announcing = 0;

/** A phrase in the page's language, its {names} replaced: say("{count} kernels", { count: 3 }). */
function say(phrase, values = {}) {
  const words = (DATA.words[spoken] || {})[phrase.trim()] ?? phrase;
  return words.replace(/\{(\w+)\}/g, (whole, name) => (name in values ? String(values[name]) : whole));
}

/** Words in a row, as the page's language joins them: "a, b and c". */
function listed(words) {
  return new Intl.ListFormat(HTML_LANGUAGES[spoken] || spoken).format(words);
}

/** Tell screen readers, once things have come to rest. */
function announce(text) {
  clearTimeout(announcing);
  announcing = setTimeout(() => {
    document.getElementById("announcer").textContent = text;
  }, 250);
}

/** A button for each language, the one that is spoken pressed. */
function mountLanguages(element) {
  const buttons = Object.entries(DATA.languages).map(([code, name]) => {
    const button = document.createElement("button");
    Object.assign(button, { type: "button", lang: HTML_LANGUAGES[code] || code, textContent: name });
    button.setAttribute("aria-pressed", String(code === spoken));
    button.addEventListener("click", () => speak(code));
    return button;
  });
  element.setAttribute("role", "group");
  element.setAttribute("aria-label", say("language"));
  element.replaceChildren(...buttons);
}

/** Go on in another language: the panels are made anew, the state stays. */
function speak(code) {
  spoken = code;
  document.documentElement.lang = HTML_LANGUAGES[code] || code;
  mountAll();
  document.querySelector("#languages [aria-pressed=true]").focus();
}
