// The panels of controls: the kernel with what is known of it and kernels by name; and every other setting.

panels.push({
  id: "controls",
  mount(section) {
    const keys = say("Type a number or a fraction; drag up or down, turn the wheel, or press Page Up and Page Down; with Shift in fine steps. Arrow keys go to the next weight. A whole matrix can be pasted.");
    section.append(
      make("h2", "", say("Kernel")), mountModes(), make("div", "kernel-pair", mountKernelGrid(), mountTurned()),
      kernelTools.words, mountKernelTools(), make("p", "hint", keys), mountFacts(), mountKernelMenu());
  },
  update(state, changed) {
    updateKernelGrid(state);
    updateKernelTools(state, changed);
    if (changed.has("kernel")) updateFacts(state);
    if (changed.has("kernel") || changed.has("name")) updateKernelMenu(state);
  },
});

panels.push({
  id: "settings",
  mount: (section) => section.append(make("h2", "", say("Settings")), mountControls()),
  update: (state) => updateControls(state),
});
