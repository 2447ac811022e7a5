// Keeps the page true: events while the line is up, reading again each minute, saying how old it is.
import { api } from "../data/api.js";
import { listen } from "../data/events.js";
import { keepFresh } from "../data/freshness.js";
import { named, t } from "../i18n/index.js";
import { symbolIcon } from "../render/symbols.js";
import { settle } from "../ui/dom.js";
import { toast } from "../ui/toast.js";

/** Starts on start(); expect(code) keeps quiet about what this page did itself. */
export function keepLive({ words, cases, bar, refresh, onGrid, onInbox, openCase, onCase }) {
  const mine = new Set();
  let stream = null;
  let live = false;
  let last = null;

  const report = (found) => {
    last = found;
    bar.freshness({ ...found, live });
  };
  const fresh = keepFresh({ refresh, report });
  const inboxSoon = settle(onInbox, 400);
  const gridSoon = settle(onGrid, 400);

  async function onEvent(event) {
    if (event.kind?.startsWith("grid")) return gridSoon();
    if (!event.kind?.startsWith("case") || !event.code) return undefined;
    inboxSoon();
    const known = cases.find(event.code) !== null;
    try {
      const item = await api.case(event.code);
      cases.put(item);
      onCase(event.code);
      if (!known && !mine.has(event.code)) announce(item);
    } catch (error) {
      if (error.status === 404) cases.drop(event.code);
    }
    return undefined;
  }

  function announce(item) {
    toast(t("live.newCase", { kind: named(words.kinds.get(item.kind)), cell: item.cell_name ?? t("case.noCell"), code: item.code }), {
      sign: symbolIcon(item.kind),
      action: { label: t("action.show"), run: () => openCase(item.code) },
    });
  }

  function start() {
    stream = listen({
      onEvent,
      onGap: () => {
        refresh();
        onInbox();
      },
      onState(state) {
        live = state === "live";
        if (last) report(last);
      },
    });
  }

  return {
    start,
    restart() {
      stream?.stop();
      start();
    },
    done: fresh.done,
    expect: (code) => mine.add(code),
  };
}
