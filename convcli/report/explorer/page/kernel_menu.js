// The kernels by name: those of -k, then the catalogue, each with what a positive response of it means; found by typing.

const kernelMenu = { search: null, list: null, count: null, options: [], at: -1 };

function mountKernelMenu() {
  const search = make("input", "search");
  Object.assign(search, { type: "search", autocomplete: "off", spellcheck: false, placeholder: say("search: edge, blur, corner …") });
  for (const [name, value] of [["role", "combobox"], ["aria-expanded", "true"], ["aria-controls", "kernel-list"], ["aria-autocomplete", "list"]]) {
    search.setAttribute(name, value);
  }
  search.addEventListener("input", () => filterKernels(search.value));
  search.addEventListener("keydown", keyInMenu);
  search.addEventListener("blur", () => pointInMenu(-1));
  kernelMenu.search = search;
  kernelMenu.list = make("div", "kernel-list");
  kernelMenu.list.id = "kernel-list";
  kernelMenu.list.setAttribute("role", "listbox");
  kernelMenu.list.setAttribute("aria-label", say("kernels by name"));
  kernelMenu.list.tabIndex = -1;
  kernelMenu.count = make("p", "hint");
  kernelMenu.count.setAttribute("role", "status");
  fillMenu();
  search.id = "kernel-search";
  const label = make("label", "field-name", say("kernels by name"));
  label.htmlFor = search.id;
  return make("div", "kernel-menu", label, search, kernelMenu.list, kernelMenu.count);
}

function fillMenu() {
  const families = new Map([[say("yours (-k)"), DATA.kernels]]);
  for (const row of DATA.catalogue) {
    const family = say(row.family);
    families.set(family, [...(families.get(family) || []), row]);
  }
  kernelMenu.options = [];
  kernelMenu.list.replaceChildren(...[...families].map(([family, rows]) => menuGroup(family, rows)));
}

function menuGroup(family, rows) {
  const heading = make("div", "group-name", family);
  heading.setAttribute("aria-hidden", "true");
  const group = make("div", "group", heading, ...rows.map(menuOption));
  group.setAttribute("role", "group");
  group.setAttribute("aria-label", family);
  return group;
}

function menuOption(row) {
  const { height, width } = kernelShape(row.weights);
  const about = row.about ? say(row.about) : "";
  const option = make("div", "option", bdi(row.name), make("span", "size-words", `${height}×${width}`), make("span", "about", about));
  option.id = `kernel-${kernelMenu.options.length}`;
  option.setAttribute("role", "option");
  option.row = row;
  option.words = `${row.name} ${row.about} ${about}`.toLowerCase();
  option.addEventListener("pointerdown", (event) => event.preventDefault()); // the focus stays where it is
  option.addEventListener("click", () => chooseKernel(row));
  kernelMenu.options.push(option);
  return option;
}

const shownOptions = () => kernelMenu.options.filter((option) => !option.hidden);

/** Those that hold every word that was typed. */
function filterKernels(text) {
  const words = text.toLowerCase().split(/\s+/).filter(Boolean);
  for (const option of kernelMenu.options) option.hidden = !words.every((word) => option.words.includes(word));
  for (const group of kernelMenu.list.children) group.hidden = !group.querySelector(".option:not([hidden])");
  const count = shownOptions().length;
  kernelMenu.count.textContent = words.length ? (count === 1 ? say("1 kernel") : say("{count} kernels", { count })) : "";
  pointInMenu(words.length && count ? 0 : -1);
}

function pointInMenu(at) {
  const shown = shownOptions();
  kernelMenu.at = Math.max(-1, Math.min(shown.length - 1, at));
  kernelMenu.options.forEach((option) => option.classList.remove("pointed"));
  const option = shown[kernelMenu.at];
  if (!option) {
    kernelMenu.search.removeAttribute("aria-activedescendant");
    return;
  }
  option.classList.add("pointed");
  kernelMenu.search.setAttribute("aria-activedescendant", option.id);
  const [list, box] = [kernelMenu.list.getBoundingClientRect(), option.getBoundingClientRect()];
  if (box.top < list.top) kernelMenu.list.scrollTop -= list.top - box.top;
  if (box.bottom > list.bottom) kernelMenu.list.scrollTop += box.bottom - list.bottom;
}

function keyInMenu(event) {
  const moves = { ArrowDown: kernelMenu.at + 1, ArrowUp: Math.max(0, kernelMenu.at - 1) };
  if (event.key in moves) {
    event.preventDefault();
    pointInMenu(moves[event.key]);
  } else if (event.key === "Enter" && shownOptions()[kernelMenu.at]) chooseKernel(shownOptions()[kernelMenu.at].row);
  else if (event.key === "Escape" && kernelMenu.search.value) {
    kernelMenu.search.value = "";
    filterKernels("");
  }
}

/** Take a kernel in hand; one that the picture is too small for is refused in words. */
function chooseKernel(row) {
  const { kernel, name } = store.get();
  attempt(kernelMenu.search, gridShown.fault, () => {
    store.set({ kernel: row.weights, name: row.name });
    undone.push({ kernel, name });
    announce(`${row.name}: ${row.about ? say(row.about) : ""}`);
  });
}

function updateKernelMenu(state) {
  for (const option of kernelMenu.options) {
    const chosen = option.row.name === state.name && sameWeights(option.row.weights, state.kernel);
    option.setAttribute("aria-selected", String(chosen));
  }
}
