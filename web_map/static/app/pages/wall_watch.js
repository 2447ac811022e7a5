// What keeps a screen that is never touched true and whole: pixel shift, nightly reload, tour.

const SHIFT_MS = 4 * 60 * 1000;
const TOUR_MS = 12000;
const SHIFTS = [[0, 0], [2, 0], [2, 2], [0, 2], [-2, 2], [-2, 0], [-2, -2], [0, -2], [2, -2]];

/** Moves the frame by two pixels every few minutes, so that no line burns in. */
export function keepShifting(frame) {
  let step = 0;
  return setInterval(() => {
    step = (step + 1) % SHIFTS.length;
    const [x, y] = SHIFTS[step];
    frame.style.transform = `translate(${x}px, ${y}px)`;
  }, SHIFT_MS);
}

/** Loads the page anew at half past three in the night, if the service answers. */
export function keepReloading() {
  let done = false;
  return setInterval(async () => {
    const now = new Date();
    const isTime = now.getHours() === 3 && now.getMinutes() === 30;
    if (!isTime) {
      done = false;
      return;
    }
    if (done) return;
    done = true;
    const answer = await fetch("/healthz").catch(() => null);
    if (answer?.ok) location.reload();
  }, 20000);
}

/** A tour over stops(), one after the other; stop() ends it. */
export function createTour({ stops, go, onChange }) {
  let timer = 0;
  let at = 0;

  function step() {
    const list = stops();
    if (!list.length) return stop();
    go(list[at % list.length]);
    at += 1;
    return undefined;
  }

  function stop() {
    if (!timer) return;
    clearInterval(timer);
    timer = 0;
    onChange(false);
  }

  return {
    start() {
      if (timer) return;
      at = 0;
      timer = setInterval(step, TOUR_MS);
      onChange(true);
      step();
    },
    stop,
    isOn: () => timer !== 0,
  };
}
