// Live events. The browser reconnects by itself while it can; after a refusal we do, slower each time.

const FIRST_WAIT_MS = 2000;
const LONGEST_WAIT_MS = 60000;

/** Listen to /api/events: onEvent({kind, code, cell_code, at}), onGap(), onState("live"|"waiting"). */
export function listen({ onEvent, onGap, onState, path = "/api/events" }) {
  let source = null;
  let timer = 0;
  let wait = FIRST_WAIT_MS;
  let stopped = false;

  function open() {
    source = new EventSource(path);
    source.onopen = () => {
      wait = FIRST_WAIT_MS;
      onState("live");
    };
    source.onerror = () => {
      onState("waiting");
      if (source.readyState !== EventSource.CLOSED || stopped) return;
      clearTimeout(timer);
      timer = setTimeout(open, wait);
      wait = Math.min(wait * 2, LONGEST_WAIT_MS);
    };
    source.addEventListener("message", read);
    source.addEventListener("gap", () => onGap());
  }

  function read(message) {
    let event = null;
    try {
      event = JSON.parse(message.data);
    } catch {
      return;
    }
    onEvent(event);
  }

  open();
  return {
    stop() {
      stopped = true;
      clearTimeout(timer);
      source?.close();
    },
  };
}
