// Work in slices between frames, so that a map that is being dragged never waits for it.

const SLICE_MS = 6;
// whoever pans pauses for less than this between two drags
const STILL_MS = 600;

/**
 * One job at a time: run(count, first, step) does step(i) for 0 ≤ i < count, the first ones at once
 * and the others when no new job has come for a while.
 */
export function createSlices() {
  let timer = 0;
  let idle = 0;
  let job = null;

  function upTo(end, untilMs = Infinity) {
    while (job && job.next < end && performance.now() < untilMs) {
      job.step(job.next);
      job.next += 1;
    }
    if (job && job.next >= job.count) stop();
  }

  function slice() {
    upTo(job.count, performance.now() + SLICE_MS);
    if (job) later();
  }

  function later() {
    if (window.requestIdleCallback) idle = requestIdleCallback(slice, { timeout: 1000 });
    else timer = setTimeout(slice, 30);
  }

  function stop() {
    clearTimeout(timer);
    if (window.cancelIdleCallback) cancelIdleCallback(idle);
    job = null;
  }

  return {
    /** Takes the place of a job that is not done yet. */
    run(count, first, step) {
      stop();
      job = { count, step, next: 0 };
      upTo(Math.min(first, count));
      if (job) timer = setTimeout(later, STILL_MS);
    },
    /** Do at once what is left. */
    finish: () => job && upTo(job.count),
    stop,
  };
}
