// What is done with a whole plan: proposals, checks, scenario, submit, approve, publish, papers.
import { say } from "../i18n/index.js";
import { h, pause, show } from "../ui/dom.js";
import { problemBox } from "../ui/problem.js";
import { sureButton } from "../ui/sure_button.js";
import { redrawApi } from "./redraw_api.js";
import { w } from "./redraw_words.js";

const POLL_MS = 500;

/** Ask for proposals and follow the job; onOpen(plan id) opens a scenario. */
export function proposeCard(plan, { onOpen }) {
  const told = h("div", { role: "status", id: "proposals" });
  const scratch = h("input", { type: "checkbox", name: "from_scratch" });
  const whole = h("select", { name: "keep_whole" }, ["", "villager_group", "natural_village", "compound"].map((kind) => h("option", { value: kind }, w(`rd.whole.${kind || "none"}`))));
  const groups = h("input", { type: "number", name: "groups", min: 1 });
  const low = h("input", { type: "number", name: "propose_low", min: 1, value: plan.low });
  const high = h("input", { type: "number", name: "propose_high", min: 1, value: plan.high });
  async function run() {
    try {
      const { job_id: id } = await redrawApi.propose(plan.plan_id, {
        size: { low: Number(low.value), high: Number(high.value) }, from_scratch: scratch.checked,
        groups: groups.value ? Number(groups.value) : null, keep_whole: whole.value || null,
      });
      await follow(id);
    } catch (error) {
      show(told, problemBox(error));
    }
  }
  async function follow(id) {
    for (;;) {
      const job = await redrawApi.job(id);
      if (!["waiting", "running"].includes(job.state)) return tell(job);
      show(told,
        job.state === "waiting" ? h("p", { class: "loading" }, w("rd.waiting"))
          : [h("progress", { max: job.total ?? 1, value: job.done }), h("p", {}, w("rd.working", { done: job.done, total: job.total ?? "…" }))],
        h("button", { type: "button", class: "button small", onclick: () => redrawApi.cancelJob(id) }, w("rd.cancel")));
      await pause(POLL_MS);
    }
  }
  function tell(job) {
    if (job.state !== "succeeded") return show(told, h("p", { class: "notice" }, w(job.state === "cancelled" ? "rd.cancelled" : "rd.failed")));
    return show(told, h("ul", { class: "p-list" }, job.result.scenarios.map((one) => h("li", { dataset: { goal: one.goal } },
      h("div", { class: "p-row-main" }, h("b", {}, w(`rd.goal.${one.goal}`)), h("small", {}, w("rd.alternative", { ...one, shape: one.compactness.toFixed(2) }))),
      h("button", { type: "button", class: "button small", onclick: () => onOpen(one.plan_id) }, w("rd.open"))))),
      job.result.infeasible.map((one) => h("p", { class: "notice rd-left" }, w("rd.leftAsIs", { parent: one.parent, n: one.households, why: w(`rd.why.${one.reason}`) }))));
  }
  const field = (label, node) => h("label", { class: "field" }, h("span", {}, w(label)), node);
  return h("section", { class: "p-card", id: "propose" },
    h("h2", {}, w("rd.propose")),
    h("p", { class: "quiet" }, w("rd.proposeWhy")),
    h("div", { class: "rd-size" }, field("rd.low", low), field("rd.high", high), field("rd.groups", groups)),
    h("label", { class: "i-check" }, scratch, w("rd.scratch")),
    field("rd.whole", whole),
    h("button", { type: "button", class: "button primary", id: "run", onclick: run }, w("rd.run")),
    told);
}

/** What became of each step on the draft that begins again. */
export function replayedCard(again, onOpen) {
  const left = again.steps.filter((step) => step.why !== "done");
  return h("div", { class: "notice", id: "replayed" },
    h("p", {}, w("rd.replayed", { done: again.steps.length - left.length, left: left.length })),
    h("ul", {}, left.map((step) => h("li", {}, `${step.seq} ${w(`rd.act.${step.act}`)}: ${w(`rd.replay.${step.why}`)}`))),
    h("button", { type: "button", class: "button small", onclick: () => onOpen(again.plan_id) }, w("rd.open")));
}

/** Findings with where they are and a way out; chosen exceptions stand in accepted (a Set). */
export function findingsCard(items, { accepted, mayEdit, onZoom, onMend }) {
  const kinds = [...new Set(items.filter((one) => one.can_be_accepted).map((one) => one.code))];
  return h("section", { class: "p-card", id: "findings" },
    h("h2", {}, w("rd.checked")),
    items.length ? h("ul", { class: "p-list" }, items.map((one) => h("li", { dataset: { code: one.code } },
      h("div", { class: "p-row-main" }, h("span", {}, one.can_be_accepted ? "! " : "✗ ", say(one.detail)), h("small", {}, say(one.fix))),
      h("div", { class: "p-deeds" },
        one.bbox ? h("button", { type: "button", class: "button small", onclick: () => onZoom(one) }, w("rd.zoom")) : null,
        mayEdit && one.way_out ? h("button", { type: "button", class: "button small", onclick: () => onMend(one) }, w(`rd.mend.${one.way_out.act}`)) : null))))
      : h("p", { class: "notice good" }, w("rd.checkNone")),
    mayEdit && kinds.length ? h("fieldset", { class: "i-choices" }, kinds.map((kind) => h("label", { class: "i-check" },
      h("input", { type: "checkbox", name: "accept", value: kind, onchange: (event) => (event.target.checked ? accepted.add(kind) : accepted.delete(kind)) }),
      w("rd.exception"), "：", say(items.find((one) => one.code === kind).detail)))) : null);
}

/** Submit, approve or publish: what the state of the plan and one's role allow. */
export function handOverCard(plan, { accepted, mayDraft, mayPublish, onDone, onPublished }) {
  const told = h("div", { role: "status", id: "hand-over-told" });
  const field = (label, node) => h("label", { class: "field" }, h("span", {}, w(label)), node);
  const deed = async (asked, then = onDone) => {
    try {
      then(await asked());
    } catch (error) {
      show(told, problemBox(error));
    }
  };
  const reason = h("input", { name: "reason", maxlength: 500 });
  const wish = h("textarea", { name: "request", maxlength: 2000, rows: 2 });
  const minutes = h("input", { name: "minutes", maxlength: 60 });
  const from = h("input", { type: "date", name: "valid_from" });
  const open = ["draft", "checked", "approved"].includes(plan.state);
  return h("section", { class: "p-card", id: "hand-over" },
    h("h2", {}, w(`rd.state.${plan.state}`)),
    mayDraft && open ? [field("rd.reason", reason), field("rd.request", wish),
      h("button", { type: "button", class: "button primary", id: "submit", onclick: () => deed(() => redrawApi.submit(plan.plan_id, { accepted: [...accepted], reason: reason.value || null, request: wish.value || null })) }, w("rd.submit"))] : null,
    mayPublish && plan.state === "checked" ? [field("rd.minutes", minutes),
      h("button", { type: "button", class: "button primary", id: "approve", onclick: () => deed(() => redrawApi.approve(plan.plan_id, minutes.value)) }, w("rd.approve"))] : null,
    mayPublish && plan.state === "approved" ? [field("rd.validFrom", from),
      sureButton(w("rd.publish"), () => deed(() => redrawApi.publish(plan.plan_id, from.value), onPublished), { id: "publish" })] : null,
    plan.minutes_number ? h("p", { class: "quiet" }, `${w("rd.minutes")}：${plan.minutes_number}`) : null,
    told,
    h("p", { class: "p-deeds" }, ["docx", "pdf"].map((form) => h("a", { class: "button small", href: redrawApi.pack(plan.plan_id, form), download: "" }, `${w("rd.pack")} ${form}`))));
}
