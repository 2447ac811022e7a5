// Legend, table and signs on the map: three drawings of the same cases under the same filter.
import { countKinds, filterCases } from "../data/cases.js";
import { selectedCase } from "../data/hash.js";
import { createCaseList } from "../ui/case_list.js";
import { createLegend } from "../ui/legend.js";

/** Draws again whenever cases, filter or selection change; draw() after the view moved. */
export function createFilteredView({ store, stage, place, words, cases, casesLayer, grid, selection }) {
  let problem = null;
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
    printPage: () => window.print(),
    retry: () => retry(),
  });

  function draw() {
    const { hidden, only, sel } = store.get();
    const all = cases.list();
    const filter = { hidden, only, bounds: stage.bounds() };
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
    const { hidden, only } = store.get();
    draw();
    casesLayer.show(filterCases(cases.list(), { hidden, only, bounds: null }));
    grid.drawLabels();
  }

  cases.on(drawAll);
  store.on(["hidden", "only"], drawAll);
  store.on(["sel"], draw);

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
