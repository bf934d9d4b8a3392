// The film: the window slides in reading order over what is shown, and the output appears as it is computed.

const SPEEDS = [1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1024, 4096, 16384]; // outputs a second

/** {element, update(state), pause(), until(), reset()}, of a `layout()` whose outputs are hidden, and revealed from one number to another. */
function makeFilm({ layout, hideAll, reveal, showAll }) {
  let next = null; // the next output, in reading order of the part that is shown; null when no film is on
  let frame = 0;
  let last = 0;
  let owed = 0;
  const play = makeButton("", () => store.set({ film: { ...store.get().film, playing: !store.get().film.playing } }), "primary play");
  const step = makeButton(say("Step"), () => (pause(), advance(1), announceSum()));
  const again = makeButton(say("Show all"), () => (pause(), finish()));
  const speed = make("input");
  speed.type = "range";
  speed.min = "0";
  speed.max = String(SPEEDS.length - 1);
  const pace = make("output", "quiet number pace");
  const label = make("label", "speed", say("Speed"), speed);
  speed.addEventListener("input", () => store.set({ film: { ...store.get().film, speed: SPEEDS[Number(speed.value)] } }));
  const element = make("div", "film row", play, step, again, label, pace);
  element.setAttribute("role", "group");
  element.setAttribute("aria-label", say("The window as a film"));

  const count = () => layout().output.height * layout().output.width;

  /** The output of that number, in reading order. */
  function placeOf(index) {
    const { top, left, width } = layout().output;
    return [top + Math.floor(index / width), left + (index % width)];
  }

  function begin() {
    if (next !== null) return;
    next = 0;
    hideAll();
  }

  function advance(outputs) {
    begin();
    const from = next;
    next = Math.min(count(), next + outputs);
    reveal(from, next);
    const state = store.get();
    const map = store.sums().maps > 1 ? shownChannel(state) : 0;
    store.set({ at: sumOf(state, placeOf(next - 1), map) });
    if (next >= count()) finish();
    else again.disabled = false;
  }

  function finish() {
    next = null;
    showAll();
    pause();
    update(store.get());
  }

  function pause() {
    if (store.get().film.playing) store.set({ film: { ...store.get().film, playing: false } });
  }

  function tick(now) {
    frame = 0;
    const { film } = store.get();
    if (!film.playing) return;
    const still = matchMedia("(prefers-reduced-motion: reduce)").matches;
    const seconds = last ? Math.min(0.1, (now - last) / 1000) : 0;
    last = now;
    owed += seconds * film.speed;
    const due = still ? stillSteps(film.speed) : Math.floor(owed);
    if (due >= 1) {
      owed = still ? 0 : owed - due;
      advance(due);
    }
    schedule();
  }

  /** Without motion: a jump a second. */
  function stillSteps(outputs) {
    return owed >= outputs ? Math.max(1, Math.round(owed)) : 0;
  }

  function schedule() {
    if (!frame && store.get().film.playing) frame = requestAnimationFrame(tick);
  }

  function update(state) {
    const { playing } = state.film;
    play.textContent = say(playing ? "Pause" : "Play");
    again.disabled = next === null;
    const nearest = SPEEDS.reduce((best, each, i) => (each <= state.film.speed ? i : best), 0);
    speed.value = String(nearest);
    const jump = Math.ceil(state.film.speed / 60);
    const rate = say(state.film.speed === 1 ? "1 output a second" : "{n} outputs a second", { n: grouped(state.film.speed) });
    pace.textContent = jump > 1 ? `${rate}: ${say("every {n}th is shown", { n: jump })}` : rate;
    speed.setAttribute("aria-valuetext", rate);
    if (playing && !frame) {
      if (next === null) begin();
      last = 0;
      owed = 1;
      schedule();
    }
  }

  return {
    element,
    update,
    pause,
    /** The first output that is not computed yet; null where all are shown. */
    until: () => next,
    /** Forget the film: what it showed has changed. */
    reset: () => {
      if (next === null) return;
      next = null;
      queueMicrotask(pause); // after the change that it is told of: listeners are not to hear of two at once
    },
  };
}
