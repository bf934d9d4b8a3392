// The panel of controls: the kernel, what is known of it, kernels by name, and every other setting.

panels.push({
  id: "controls",
  mount(section) {
    const keys = make("p", "hint", say("Type a number or a fraction; drag up or down, turn the wheel, or press Page Up and Page Down; with Shift in fine steps. Arrow keys go to the next weight. A whole matrix can be pasted."));
    section.append(
      make("h2", "", say("Kernel")), mountKernelGrid(), mountKernelTools(), mountModes(), keys,
      mountFacts(), mountKernelMenu(),
      make("h2", "", say("Settings")), mountControls());
  },
  update(state, changed) {
    updateKernelGrid(state);
    updateKernelTools(state, changed);
    if (changed.has("kernel")) {
      updateFacts(state);
      updateKernelMenu(state);
    }
    updateControls(state);
  },
});
