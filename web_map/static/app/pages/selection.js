// What is chosen: a place, a case, several cases at one spot, the inbox, or nothing. One at a time.
import { selectedCase, selectedPoint } from "../data/hash.js";
import { may } from "../data/rights.js";
import { named, t } from "../i18n/index.js";
import { createDragPin, createPin } from "../render/map.js";
import { symbolIcon } from "../render/symbols.js";
import { createCasePanel } from "../ui/case_panel.js";
import { h } from "../ui/dom.js";
import { createInbox } from "../ui/inbox.js";
import { createPanel } from "../ui/panel.js";
import { createPlacePanel } from "../ui/place_panel.js";
import { createSidePanel } from "../ui/side_panel.js";
import { handOutButtons } from "./hand_out.js";
import { showBase, showTab } from "./tabs.js";

/** expect(code) is told of every case that this page itself filed or changed. */
export function createSelection({ store, stage, place, session, words, cases, casesLayer, grid, expect }) {
  const { map } = stage;
  const pin = createPin(map);
  const panel = createPanel({ onClose: clear });
  let restoring = false;
  let move = null;

  const placePanel = createPlacePanel({
    panel,
    place,
    onAnswer: grid.select,
    moreOf: (cell) => handOutButtons(["grid", "noticeboard"], { session, code: cell.code }),
    onFiled(filed) {
      expect(filed.code);
      cases.put(filed);
      chooseCase(filed.code, { filed, focus: true });
    },
  });
  const casePanel = createCasePanel({
    panel,
    place,
    words,
    mayUnmask: may(session, "personal", "unmask"),
    onShow(detail) {
      cases.put(detail);
      const path = detail.path ?? [];
      grid.select({ cell: path.at(-1) ?? null, ancestors: path.slice(0, -1) });
      if (!restoring && Number.isFinite(detail.lng)) {
        map.panInside([detail.lat, detail.lng], { padding: [70, 70] });
      }
    },
    onChange: (detail) => expect(detail.code),
    onGone: cases.drop,
    startMove,
    moveToCenter: () => move?.drop(stage.center()),
    moreOf: (detail) => handOutButtons(["case"], { session, code: detail.code }),
    endMove,
  });
  const inbox = createInbox({ panel, choose: (code) => chooseCase(code, { focus: true }) });

  const side = createSidePanel(panel);

  function startMove(detail, drop) {
    endMove();
    const start = Number.isFinite(detail.lng) ? detail : stage.center();
    move = { drop, pin: createDragPin(map, start, { title: t("moving.pin"), onDrop: drop }) };
    showTab("map");
    map.getContainer().focus();
  }

  function endMove() {
    move?.pin.remove();
    move = null;
  }

  function closeOthers(kept) {
    for (const part of [placePanel, casePanel, inbox, side]) if (part !== kept) part.close();
    if (kept !== placePanel) pin.moveTo(null);
    if (kept !== casePanel) casesLayer.mark(null);
  }

  function askAt(point, options = {}) {
    closeOthers(placePanel);
    store.set({ sel: `at:${point.lng},${point.lat}` });
    pin.moveTo(point);
    showTab("panel");
    return placePanel.open(point, options);
  }

  function chooseCase(code, options = {}) {
    closeOthers(casePanel);
    store.set({ sel: `case:${code}` });
    casesLayer.mark(code);
    showTab("panel");
    return casePanel.open(code, options);
  }

  function chooseMany(items) {
    closeOthers(null);
    store.set({ sel: null });
    const row = (item) =>
      h("li", {},
        h("button", { type: "button", onclick: () => chooseCase(item.code, { focus: true }) },
          h("b", {}, symbolIcon(item.kind), " ", named(words.kinds.get(item.kind))),
          h("code", {}, item.code)));
    panel.show(t("map.samePlace"), h("ul", { class: "inbox" }, items.map(row)), { focus: true });
    showTab("panel");
  }

  function openInbox() {
    closeOthers(inbox);
    grid.select(null);
    store.set({ sel: null });
    showTab("panel");
    return inbox.open();
  }

  /** What a tool shows, instead of what was chosen. */
  function openSide(part, options = {}) {
    if (side.shows(part)) return side.open(part);
    closeOthers(side);
    grid.select(null);
    store.set({ sel: null });
    showTab("panel");
    return side.open(part, options);
  }

  function clear() {
    closeOthers(null);
    store.set({ sel: null });
    panel.close();
    grid.select(null);
    showBase();
  }

  return {
    askAt,
    chooseCase,
    chooseMany,
    openInbox,
    openSide,
    clear,
    inbox,
    /** A click on the map: asks there, or sets the point of the case that is being moved. */
    clickAt(point) {
      if (move) move.drop(point);
      else askAt(point);
    },
    /** Open what the URL selects without moving the view that it gives. */
    async restore(sel) {
      const point = selectedPoint(sel);
      const code = selectedCase(sel);
      restoring = true;
      if (point) await askAt(point);
      else if (code) await chooseCase(code);
      else clear();
      restoring = false;
    },
    /** Say the open panel again, in another language. */
    redraw() {
      inbox.badge();
      [placePanel, casePanel, inbox, side].find((part) => part.isOpen())?.redraw();
    },
    reloadCase: (code) => casePanel.shows(code) && casePanel.reload(),
    /** One step back; false when there was nothing to leave. */
    escape() {
      if (move) casePanel.cancelMove();
      else if (placePanel.isFiling()) placePanel.cancel();
      else if (panel.isOpen()) clear();
      else return false;
      return true;
    },
    undo() {
      if (!casePanel.isOpen()) return false;
      casePanel.takeBack();
      return true;
    },
  };
}
