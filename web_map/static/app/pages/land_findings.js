// The list of findings: run a look, sieve, show on the map, dismiss, open a strip.
import { may } from "../data/rights.js";
import { formatMoment, named, say } from "../i18n/index.js";
import { h, pause, show } from "../ui/dom.js";
import { problemBox, problemText } from "../ui/problem.js";
import { toast } from "../ui/toast.js";
import { landApi } from "./land_api.js";
import { w } from "./land_findings_words.js";

const POLL_MS = 1000;
const STAGES = ["intake", "survey", "agreement"];
const STATES = ["open", "dismissed", "disputed", "settled"];
const OVER = new Set(["succeeded", "failed", "cancelled"]);

/** The card of findings; onShow(finding) and onStrip(id) are the page's. */
export function findingsCard(session, { onShow, onStrip }) {
  const list = h("div", { class: "ld-list" });
  const state = h("div", { class: "ld-check", role: "status", "aria-live": "polite" });
  const sieve = { rule: "", state: "open" };
  const rules = h("select", { "aria-label": w("ld.allRules"), onchange: () => { sieve.rule = rules.value; read(); } });
  const states = h("select", { "aria-label": w("ld.allStates"), onchange: () => { sieve.state = states.value; read(); } },
    h("option", { value: "" }, w("ld.allStates")),
    STATES.map((one) => h("option", { value: one, selected: one === sieve.state }, w(`ld.state-${one}`))));

  async function read() {
    try {
      const query = { rule: sieve.rule || null, state: sieve.state || null };
      const found = await landApi.findings(query);
      fillRules(found.counts);
      show(list,
        found.items.length ? null : h("p", { class: "quiet" }, w("ld.noFindings")),
        h("ul", { class: "plain-list" }, found.items.map(row)),
        found.total > found.items.length
          ? h("p", { class: "quiet" }, w("ld.shown", { total: found.total, n: found.items.length })) : null);
    } catch (error) {
      show(list, problemBox(error, read));
    }
  }

  function fillRules(counts) {
    const sums = new Map();
    for (const one of counts) {
      const known = sums.get(one.rule) ?? { n: 0, name: named({ name_zh: one.rule_zh, name_en: one.rule_en }) };
      known.n += one.count;
      sums.set(one.rule, known);
    }
    show(rules, h("option", { value: "" }, w("ld.allRules")),
      [...sums].map(([code, { n, name }]) =>
        h("option", { value: code, selected: code === sieve.rule }, w("ld.ruleCount", { name, n }))));
  }

  function row(one) {
    const form = h("div");
    return h("li", { class: `ld-finding ld-${one.severity}` },
      h("p", {},
        h("b", { class: "pill" }, w(`ld.severity-${one.severity}`)), " ",
        named({ name_zh: one.rule_zh, name_en: one.rule_en }), " ",
        one.state === "open" ? null : h("span", { class: "pill" }, w(`ld.state-${one.state}`))),
      h("p", {}, [one.left_code, one.right_code].filter(Boolean).join(" × ")),
      one.area_m2 === null ? null : h("p", { class: "ld-figures" },
        w("ld.areaBoth", { m2: one.area_m2.toFixed(2), mu: one.area_mu }),
        one.width_m === null ? null : ` · ${w("ld.widest", { m: one.width_m.toFixed(2) })}`),
      h("p", { class: "quiet" }, say(one.detail)),
      h("p", { class: "p-deeds" },
        one.geometry ? h("button", { type: "button", class: "button small", onclick: () => onShow(one) }, w("ld.toMap")) : null,
        one.land_strip_id ? h("button", { type: "button", class: "button small", onclick: () => onStrip(one.land_strip_id) }, w("ld.strip")) : null,
        may(session, "land_strip", "open") && one.state === "open" && one.right_claim_id
          ? h("button", { type: "button", class: "button small", onclick: () => ask(form, one, "strip") }, w("ld.makeStrip")) : null,
        may(session, "land_finding", "decide") && one.state === "open"
          ? h("button", { type: "button", class: "button small", onclick: () => ask(form, one, "dismiss") }, w("ld.dismiss")) : null,
        may(session, "land_finding", "decide") && one.state === "dismissed"
          ? h("button", { type: "button", class: "button small", onclick: () => decide(one, { state: "open" }) }, w("ld.reopen")) : null),
      form);
  }

  function ask(form, one, what) {
    const field = h("input", { required: true, minlength: 2, maxlength: what === "strip" ? 40 : 400 });
    show(form, h("form", {
      class: "ld-inline",
      onsubmit: (event) => {
        event.preventDefault();
        if (what === "dismiss") decide(one, { state: "dismissed", reason: field.value });
        else openStrip(one, field.value);
      },
    }, h("label", {}, w(what === "strip" ? "ld.caseCode" : "ld.why"), field),
    h("button", { type: "submit", class: "button small primary" }, w("ld.save"))));
    field.focus();
  }

  async function decide(one, json) {
    await landApi.decide(one.land_finding_id, json).catch((error) => toast(problemText(error), { tone: "bad" }));
    await read();
  }

  async function openStrip(one, code) {
    try {
      const made = await landApi.open({
        case_code: code.trim(), left_claim_id: one.left_claim_id, right_claim_id: one.right_claim_id,
        tolerance_m2: Number(tolerance.value),
      });
      onStrip(made.id);
    } catch (error) {
      toast(problemText(error), { tone: "bad" });
    }
  }

  const stage = h("select", {}, STAGES.map((one) => h("option", { value: one, selected: one === "survey" }, w(`ld.stage-${one}`))));
  const tolerance = h("input", { type: "number", min: 0, max: 1000000, step: 0.1, value: "1", required: true });
  const start = h("form", {
    class: "ld-inline",
    onsubmit: async (event) => {
      event.preventDefault();
      try {
        const made = await landApi.startCheck({ stage: stage.value, tolerance_m2: Number(tolerance.value) });
        await follow(made.id);
      } catch (error) {
        show(state, problemBox(error));
      }
    },
  }, h("label", {}, w("ld.stage"), stage), h("label", {}, w("ld.tolerance"), tolerance),
  h("button", { type: "submit", class: "button" }, w("ld.runCheck")));

  async function follow(id) {
    for (;;) {
      const now = await landApi.check(id);
      if (OVER.has(now.state)) {
        show(state, now.state === "succeeded" ? sayChecked(now) : h("p", {}, w(now.state === "failed" ? "ld.failed" : "ld.cancelled")));
        await read();
        return;
      }
      show(state,
        h("p", {}, now.steps ? w("ld.checking", { done: now.done, steps: now.steps }) : w("ld.waiting")),
        h("progress", { max: now.steps ?? 1, value: now.steps ? now.done : null }),
        h("button", { type: "button", class: "button small", onclick: () => landApi.cancelCheck(id) }, w("ld.cancel")));
      await pause(POLL_MS);
    }
  }

  async function readLast() {
    const { check } = await landApi.lastCheck();
    if (!check) show(state, h("p", { class: "quiet" }, w("ld.neverChecked")));
    else if (OVER.has(check.state)) show(state, check.finished_at ? sayChecked(check) : null);
    else await follow(check.land_check_id);
  }

  const sayChecked = (check) => h("p", { class: "quiet" },
    w("ld.lastCheck", { when: formatMoment(check.finished_at), claims: check.claim_count }));

  read();
  readLast().catch(() => null);
  return h("section", { class: "ld-findings" },
    may(session, "land_finding", "check") ? start : null, state,
    h("div", { class: "ld-inline" }, rules, states,
      h("button", { type: "button", class: "button small", onclick: () => landApi.findingsFile({ rule: sieve.rule, state: sieve.state }) }, w("ld.export"))),
    list);
}
