// Fields: a label, a native control, and below it the sentence that says why its value does not do.

let fieldCount = 0;

/** Do it; what is refused is said beside the field, and the state stays what it was. */
function attempt(input, fault, change) {
  try {
    change();
    markFault(input, fault, "");
  } catch (error) {
    markFault(input, fault, sentenceOf(error));
  }
}

function markFault(input, fault, words) {
  if (!fault.id) fault.id = `fault-${(fieldCount += 1)}`;
  if (words) {
    input.setAttribute("aria-invalid", "true");
    input.setAttribute("aria-describedby", fault.id);
  } else {
    input.removeAttribute("aria-invalid");
    input.removeAttribute("aria-describedby");
  }
  if (fault.textContent !== words) fault.textContent = words;
}

/** Put the state's value into a field, but not under the hands of who is typing there. */
function showValue(input, value) {
  const words = String(value);
  if (document.activeElement === input && (input.hasAttribute("aria-invalid") || isSameNumber(input.value, words))) return;
  if (input.value !== words) input.value = words;
}

const isSameNumber = (typed, words) => typed.trim() !== "" && Number(typed) === Number(words);

/** {block, input, fault}: a field that tries a patch at every change. */
function makeField(name, input, patchOf, { event = "input", wide = false } = {}) {
  const fault = make("p", "fault");
  fault.setAttribute("role", "alert");
  input.addEventListener(event, () => attempt(input, fault, () => {
    const patch = patchOf(input);
    if (patch) store.set(patch);
  }));
  const label = make("label", "field-name", name);
  input.id = label.htmlFor = `field-${(fieldCount += 1)}`;
  const field = make("div", "field", label, input);
  return { block: make("div", wide ? "field-block wide" : "field-block", field, fault), input, fault };
}

/** A select of [value, words]. */
function makeSelect(choices) {
  const select = make("select");
  for (const [value, words] of choices) {
    const option = make("option", "", words);
    option.value = value;
    select.append(option);
  }
  return select;
}

function makeTextInput(words = "") {
  const input = make("input");
  Object.assign(input, { type: "text", autocomplete: "off", spellcheck: false, placeholder: words });
  return input;
}

/** One whole number, or two joined by x. */
function readPair(text) {
  const found = /^\s*(\d{1,6})\s*(?:[xX×]\s*(\d{1,6})\s*)?$/.exec(text);
  const pair = found && [Number(found[1]), Number(found[2] ?? found[1])];
  if (pair && pair.every((side) => side >= 1)) return pair;
  throw new Error(say("give a whole number of at least 1, or two for rows and columns: 2 or 2x3"));
}

/** Rows and columns added: one number for all sides, or top,bottom,left,right; nothing where the size decides. */
function readPadding(text) {
  if (text.trim() === "") return null;
  const sides = text.split(/[\s,]+/).filter(Boolean);
  if ([1, 4].includes(sides.length) && sides.every((side) => /^\d{1,6}$/.test(side))) {
    return sides.length === 1 ? Array(4).fill(Number(sides[0])) : sides.map(Number);
  }
  throw new Error(say("give a whole number of at least 0, or four: top,bottom,left,right"));
}
