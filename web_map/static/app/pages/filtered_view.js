// Legend, table and signs on the map: three drawings of the same cases under the same filter.
import { CASES_FROM_ZOOM, filterCounts, loadCaseCounts } from "../data/case_counts.js";
import { countKinds, filterCases } from "../data/cases.js";
import { isFiltered } from "../data/filters.js";
import { exportRows, ledgerFilter } from "../data/export.js";
import { selectedCase } from "../data/hash.js";
import { may } from "../data/rights.js";
import { t } from "../i18n/index.js";
import { createCaseList } from "../ui/case_list.js";
import { createLegend } from "../ui/legend.js";
import { problemText } from "../ui/problem.js";
import { toast } from "../ui/toast.js";

/** Draws again whenever cases, filter or selection change; draw() after the view moved. */
export function createFilteredView({ store, stage, place, session, words, cases, casesLayer, grid, selection, printPage }) {
  let problem = null;
  let turn = 0;
  let retry = () => {};

  const legend = createLegend({
    kinds: place.case_kinds,
    setHidden: (hidden) => store.set({ hidden }),
  });
  const list = createCaseList({
    words,
    choose: (code) =>
      selection.chooseCase(code, { focus: document.activeElement?.matches(".code-button") }),
    setOnly: (only) => store.set({ only }),
    printPage,
    retry: () => retry(),
    exportFile: may(session, "export", "case") ? exportSeen : null,
  });

  /** The ledger of what the list shows, as the server lets this person have it. */
  async function exportSeen() {
    const { hidden, only, area, ring, state, due, from, to } = store.get();
    const kinds = place.case_kinds.map((kind) => kind.kind);
    const cases = ledgerFilter({ kinds, hidden, only, bounds: stage.bounds(), ring, state, due, from, to });
    try {
      await exportRows({ kind: "case", format: "xlsx", area: area ?? undefined, cases });
    } catch (error) {
      toast(t("list.exportFailed", { why: problemText(error) }), { tone: "warn" });
    }
  }

  function draw() {
    const { hidden, only, sel, ring } = store.get();
    const all = cases.list();
    const filter = { hidden, only, bounds: ring ? null : stage.bounds(), ring };
    const total = cases.total();
    legend.draw({ hidden, counts: countKinds(all, filter), total, partial: cases.isPartial() });
    list.draw({
      items: filterCases(all, filter),
      total,
      only,
      chosenCode: selectedCase(sel),
      loaded: cases.isLoaded(),
      problem,
      hiddenAll: hidden.size >= place.case_kinds.length,
    });
    casesLayer.mark(selectedCase(sel));
  }

  function drawAll() {
    turn += 1;
    draw();
    const { zoom } = stage.view();
    const { only, ring } = store.get();
    const counted = !ring && !isFiltered(store.get());
    // where the page cannot hold all cases in view, the server counts them
    if (counted && cases.isPartial() && zoom < CASES_FROM_ZOOM && only !== "queue") drawCounted(turn, zoom);
    else drawMarks(null);
  }

  function drawMarks(counts) {
    const { hidden, only, ring } = store.get();
    const held = filterCases(cases.list(), { hidden, only, bounds: null, ring });
    casesLayer.show(held, counts && filterCounts(counts, { hidden, only }));
    grid.drawLabels();
  }

  async function drawCounted(mine, zoom) {
    const counts = await loadCaseCounts(stage.bounds(), zoom).catch(() => null);
    if (mine === turn) drawMarks(counts);
  }

  cases.on(drawAll);
  store.on(["hidden", "only", "ring"], drawAll);
  store.on(["sel"], draw);
  window.addEventListener("beforeprint", list.complete);

  return {
    draw,
    focusLegend: legend.focus,
    /** The cases could not be read: say so where nothing else can be shown. */
    fail(error) {
      problem = error;
      if (error) draw();
    },
    onRetry(fn) {
      retry = fn;
    },
  };
}
