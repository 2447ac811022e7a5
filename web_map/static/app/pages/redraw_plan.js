// One open plan: board, table twin, findings, moves, and the deeds that its state allows.
import { may } from "../data/rights.js";
import { say } from "../i18n/index.js";
import { byId, h, show } from "../ui/dom.js";
import { problemBox, problemText } from "../ui/problem.js";
import { sureButton } from "../ui/sure_button.js";
import { toast } from "../ui/toast.js";
import { redrawApi } from "./redraw_api.js";
import { createBoard } from "./redraw_board.js";
import { sidesCard } from "./redraw_compare.js";
import { findingsCard, handOverCard, proposeCard, replayedCard } from "./redraw_deeds.js";
import { figures, gridName, gridTable, histogram, liveTotals, sizeMark } from "./redraw_grids.js";
import { movesCard } from "./redraw_moves.js";
import { w } from "./redraw_words.js";

/** Show plan id in #view; resolves with {close}. */
export async function openPlan(id, { session, versions, onBack, onOpen }) {
  const one = { plan: await redrawApi.get(id), parent: null, board: null, accepted: new Set(), tool: null, view: null, chosen: null };
  const mayEdit = may(session, "plan", "draft") && !["published", "superseded", "dropped"].includes(one.plan.state);
  const mayPublish = may(session, "plan", "publish");
  const live = h("div", { class: "rd-live-box", role: "status", "aria-live": "polite", id: "live" });
  const told = h("div", { role: "status", id: "told" });
  const below = h("div", { class: "p-cards", id: "below" });
  const part = () => one.plan.parts.find(({ parent }) => parent === one.parent) ?? one.plan.parts[0];

  async function refresh() {
    one.plan = await redrawApi.get(id);
  }
  async function redraw() {
    const atoms = await redrawApi.atoms(id, part().parent);
    one.view = one.board?.view() ?? null;
    one.board = createBoard({
      atoms, grids: part().grids, low: one.plan.low, high: one.plan.high, mayEdit,
      on: { reassign, line: sketched, choose, totals, cursor: walked },
    });
    draw();
    if (one.view) one.board.setView(one.view);
    else requestAnimationFrame(one.board.fit);
    if (one.tool && one.board.tools.includes(one.tool)) one.board.setTool(one.tool);
    if (one.chosen !== null && part().grids.some(({ grid }) => grid === one.chosen)) one.board.choose(one.chosen);
  }
  /** Do a step on the revision that is shown, then show what became of it. */
  async function step(body) {
    try {
      const done = await redrawApi.edit(id, { parent: part().parent, rev: part().rev, ...body });
      await after(done);
    } catch (error) {
      one.board.forget();
      show(told, problemBox(error));
      if (error.code === "redraw.stale") {
        await refresh();
        await redraw();
        show(told, problemBox(error));
      }
    }
  }
  async function after(done) {
    await refresh();
    one.parent = done.parent;
    show(below);
    await redraw();
    show(told, h("p", { class: "notice good" }, w("rd.done", { act: w(`rd.act.${done.act}`), moved: done.moved })),
      done.findings.map((found) => h("p", { class: "notice" }, say(found.detail), " ",
        h("button", { type: "button", class: "button small", onclick: () => one.board.goTo(found.bbox) }, w("rd.zoom")))));
  }
  const walk = async (ask) => {
    try {
      await after(await ask(id));
    } catch (error) {
      toast(problemText(error));
    }
  };
  const reassign = (atoms, grid) => step({ act: "reassign", grids: [grid], atoms });
  function sketched(tool, line) {
    if (tool === "node") return step({ act: "move_node", line });
    if (one.chosen === null) {
      one.board.forget();
      return show(told, h("p", { class: "notice" }, w("rd.pick")));
    }
    if (tool === "split") return step({ act: "split", grids: [one.chosen], line });
    return reshape(line);
  }
  // the neighbour is the one that the new border can be drawn to: asked of the server, one by one
  async function reshape(line) {
    let refusal = null;
    for (const { grid } of part().grids) {
      if (grid === one.chosen) continue;
      const body = { act: "reshape", parent: part().parent, grids: [one.chosen, grid], line };
      try {
        await redrawApi.preview(id, body);
        return step(body);
      } catch (error) {
        if (error.code !== "redraw.not_neighbours") refusal = error;
      }
    }
    one.board.forget();
    return show(told, refusal ? problemBox(refusal) : h("p", { class: "notice" }, w("rd.noNeighbour")));
  }
  function choose(grid) {
    one.chosen = grid;
    const known = part().grids.find((row) => row.grid === grid);
    if (known) show(live, h("p", {}, w("rd.chosen", { grid: gridName(known), n: known.households }), " ", sizeMark(known.households, one.plan.low, one.plan.high)));
    for (const row of document.querySelectorAll("#grids tbody tr")) row.classList.toggle("rd-chosen", Number(row.dataset.grid) === grid);
  }
  const totals = (sums) => {
    const rows = liveTotals(part(), one.plan, sums);
    if (rows.length) show(live, rows);
  };
  const walked = (atom, grid, n) => {
    const known = part().grids.find((row) => row.grid === grid);
    show(live, h("p", {}, w("rd.cursor", { atom, n, grid: known ? gridName(known) : grid })));
  };
  const onKey = (event) => {
    if (!(event.ctrlKey || event.metaKey) || event.target.matches("input, textarea, select")) return;
    const key = event.key.toLowerCase();
    if (key !== "z" && key !== "y") return;
    event.preventDefault();
    if (mayEdit) walk(key === "y" || event.shiftKey ? redrawApi.redo : redrawApi.undo);
  };
  document.addEventListener("keydown", onKey);

  function toolBar() {
    const hint = h("p", { class: "quiet rd-hint" }, w(`rd.hint.${one.board.tool()}`));
    const pick = (tool) => {
      one.tool = tool;
      one.board.setTool(tool);
      hint.textContent = w(`rd.hint.${tool}`);
      for (const button of bar.querySelectorAll("[data-tool]")) button.setAttribute("aria-pressed", String(button.dataset.tool === tool));
    };
    const bar = h("div", { class: "rd-tools", role: "toolbar", "aria-label": w("rd.tools") },
      one.board.tools.map((tool) => h("button", { type: "button", class: "button small", "aria-pressed": String(one.board.tool() === tool), dataset: { tool }, onclick: () => pick(tool) }, w(`rd.tool.${tool}`))),
      mayEdit ? [
        h("button", { type: "button", class: "button small", id: "undo", disabled: !one.plan.can_undo, onclick: () => walk(redrawApi.undo) }, "↶ ", w("rd.undo")),
        h("button", { type: "button", class: "button small", id: "redo", disabled: !one.plan.can_redo, onclick: () => walk(redrawApi.redo) }, "↷ ", w("rd.redo")),
      ] : null,
      h("button", { type: "button", class: "button small", "aria-label": w("rd.zoomIn"), onclick: () => one.board.zoom(1.4) }, "＋"),
      h("button", { type: "button", class: "button small", "aria-label": w("rd.zoomOut"), onclick: () => one.board.zoom(1 / 1.4) }, "－"),
      h("button", { type: "button", class: "button small", onclick: () => one.board.fit() }, w("rd.fit")));
    return [bar, hint];
  }

  function draw() {
    const here = part();
    const { plan } = one;
    show(byId("view"),
      h("div", { class: "i-head" },
        h("button", { type: "button", class: "button small", onclick: onBack }, w("rd.back")),
        h("h2", { id: "plan-name" }, plan.name),
        h("span", { class: `pill rd-state-${plan.state}`, id: "plan-state" }, w(`rd.state.${plan.state}`)),
        h("span", { class: "quiet" }, w("rd.bounds", plan)),
        plan.parts.length > 1 ? h("select", { name: "part", "aria-label": w("rd.part"), onchange: (event) => { one.parent = event.target.value; one.board = null; redraw(); } },
          plan.parts.map(({ parent, name }) => h("option", { value: parent, selected: parent === here.parent }, `${name} ${parent}`))) : h("span", {}, `${here.name} ${here.parent}`)),
      plan.parts.filter((each) => each.is_stale && plan.state !== "published" && plan.state !== "superseded").map((each) => h("p", { class: "notice rd-stale" }, w("rd.stale", { parent: each.parent }), " ",
        mayEdit ? h("button", { type: "button", class: "button small", onclick: replay }, w("rd.replay")) : null)),
      plan.parts.filter((each) => each.reason).map((each) => h("p", { class: "notice rd-infeasible" }, w("rd.infeasible", { ...each, n: each.households, low: plan.low, high: plan.high, why: w(`rd.why.${each.reason}`) }))),
      h("div", { class: "rd-desk" },
        h("section", { class: "p-card rd-board-card" }, toolBar(), one.board.canvas, live, told, h("p", { class: "quiet", id: "board-keys" }, mayEdit ? w("rd.keys") : w("rd.indicative"))),
        h("section", { class: "p-card rd-table-card" },
          h("h2", {}, w("rd.grids")), h("p", { class: "quiet", id: "figures" }, figures(here, plan)), histogram(here, plan),
          mayEdit ? h("p", { class: "p-deeds" }, h("button", { type: "button", class: "button small", onclick: () => step({ act: "renumber" }) }, w("rd.renumber"))) : null,
          h("div", { class: "rd-scroll" }, gridTable(here, plan, {
            chosen: one.chosen, mayEdit,
            on: {
              choose: (grid) => one.board.choose(grid),
              lock: (grid) => step({ act: grid.locked ? "unlock" : "lock", grids: [grid.grid] }),
              zoom: (grid) => { one.board.choose(grid.grid); one.board.goTo(grid.bbox); },
            },
          })))),
      h("div", { class: "p-deeds rd-deeds" },
        h("button", { type: "button", class: "button", id: "check", onclick: check }, w("rd.check")),
        h("button", { type: "button", class: "button", id: "see-moves", onclick: seeMoves }, w("rd.moves")),
        h("button", { type: "button", class: "button", id: "see-sides", onclick: () => show(below, sidesCard(versions, plan)) }, w("rd.compare")),
        mayEdit ? [
          h("button", { type: "button", class: "button", id: "see-propose", onclick: () => show(below, proposeCard(plan, { onOpen })) }, w("rd.propose")),
          h("button", { type: "button", class: "button", onclick: branch }, w("rd.branch")),
          sureButton(w("rd.drop"), async () => { await redrawApi.drop(id); onBack(); }),
        ] : null),
      below,
      h("div", { class: "p-cards" },
        handOverCard(plan, { accepted: one.accepted, mayDraft: mayEdit, mayPublish, onDone: again, onPublished: published }),
        plan.import_findings.length ? h("section", { class: "p-card", id: "import-findings" }, h("h2", {}, w("rd.importWrong")),
          h("ul", { class: "p-list" }, plan.import_findings.map((found) => h("li", {}, h("span", { class: "p-row-main" }, say(found.detail)),
            found.bbox ? h("button", { type: "button", class: "button small", onclick: () => one.board.goTo(found.bbox) }, w("rd.zoom")) : null)))) : null,
        h("section", { class: "p-card", id: "history" }, h("h2", {}, w("rd.history")),
          h("ol", { class: "p-list rd-history", reversed: true }, plan.edits.map((edit) => h("li", { class: edit.state === "done" ? null : "p-over" },
            `${w(`rd.act.${edit.act}`)} ${edit.state === "done" ? "" : w("rd.undone")}`, h("small", {}, ` ${edit.actor ?? ""} ${edit.at.slice(0, 16).replace("T", " ")}`)))))));
  }
  async function again() {
    await refresh();
    show(below);
    await redraw();
  }
  async function published(done) {
    await again();
    show(told, h("p", { class: "notice good", id: "published" }, w("rd.published", { version: done.grid_version_id, day: done.valid_from, cells: done.versions, households: done.households, cases: done.cases })));
    versions.splice(0, versions.length, ...(await redrawApi.versions()).items);
  }
  async function check() {
    try {
      const { items } = await redrawApi.findings(id);
      show(below, findingsCard(items, {
        accepted: one.accepted, mayEdit,
        onZoom: async (found) => {
          if (found.parent !== part().parent) { one.parent = found.parent; one.board = null; await redraw(); }
          one.board.goTo(found.bbox);
          one.board.canvas.scrollIntoView({ block: "center" });
        },
        onMend: async (found) => {
          one.parent = found.parent;
          await step(found.way_out);
          await check();
        },
      }));
    } catch (error) {
      show(below, problemBox(error, check));
    }
  }
  async function seeMoves() {
    try {
      show(below, movesCard(await redrawApi.moves(id)));
    } catch (error) {
      show(below, problemBox(error, seeMoves));
    }
  }
  async function replay() {
    try {
      const again = await redrawApi.replay(id, w("rd.replayName", one.plan).slice(0, 100));
      show(told, replayedCard(again, onOpen));
    } catch (error) {
      show(told, problemBox(error));
    }
  }
  async function branch() {
    try {
      onOpen((await redrawApi.branch(id, w("rd.branchName", one.plan).slice(0, 100))).plan_id);
    } catch (error) {
      show(told, problemBox(error));
    }
  }

  await redraw();
  return { close: () => document.removeEventListener("keydown", onKey) };
}
