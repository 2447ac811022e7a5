// 指界: notice, attendance and signatures; and the split of money.
import { may } from "../data/rights.js";
import { h, show } from "../ui/dom.js";
import { problemBox, problemText } from "../ui/problem.js";
import { toast } from "../ui/toast.js";
import { landApi } from "./land_api.js";
import { w } from "./land_survey_words.js";

const ROLES = ["left_holder", "right_holder", "neighbour", "collective", "witness", "surveyor"];
const COMES = ["invited", "present", "proxy", "absent", "refused"];
const WAYS = ["in_person", "phone", "posted", "message"];

/** The record of the act: one line a role. */
export function surveyCard(session, strip, reload) {
  const canWrite = may(session, "land_strip", "survey") && strip.state === "open";
  const noticeOn = h("input", { type: "date", value: strip.notice_on ?? "", disabled: !canWrite });
  const heldOn = h("input", { type: "date", value: strip.held_on ?? "", disabled: !canWrite });
  const way = h("select", { disabled: !canWrite }, h("option", { value: "" }, "—"),
    WAYS.map((one) => h("option", { value: one, selected: one === strip.notice_way }, w(`ld.way-${one}`))));
  const rows = ROLES.map((role) => {
    const known = strip.attendance.find((one) => one.role === role);
    const come = h("select", { disabled: !canWrite, "aria-label": w(`ld.role-${role}`) }, h("option", { value: "" }, "—"),
      COMES.map((one) => h("option", { value: one, selected: one === known?.state }, w(`ld.come-${one}`))));
    const signed = h("input", { type: "date", value: known?.signed_on ?? "", disabled: !canWrite, "aria-label": w("ld.signedOn") });
    return { role, known, come, signed };
  });
  async function save(event) {
    event.preventDefault();
    try {
      await landApi.survey(strip.land_strip_id, {
        rev: strip.rev, notice_on: noticeOn.value || null, notice_way: way.value || null, held_on: heldOn.value || null,
        attendance: rows.filter(({ come }) => come.value).map(({ role, known, come, signed }) => ({
          role, state: come.value, signed_on: signed.value || null, case_party_id: known?.case_party_id ?? null,
        })),
      });
      toast(w("ld.saved"));
      await reload();
    } catch (error) {
      toast(problemText(error), { tone: "bad" });
    }
  }
  return h("section", { class: "p-card" }, h("h2", {}, w("ld.survey")),
    h("form", { class: "ld-form", onsubmit: save },
      h("div", { class: "ld-inline" }, h("label", {}, w("ld.noticeOn"), noticeOn), h("label", {}, w("ld.noticeWay"), way), h("label", {}, w("ld.heldOn"), heldOn)),
      h("div", { class: "ld-scroll" }, h("table", { class: "p-table" }, h("tbody", {}, rows.map(({ role, known, come, signed }) => h("tr", {},
        h("th", { scope: "row" }, w(`ld.role-${role}`), known?.name_masked ? ` ${known.name_masked}` : ""),
        h("td", {}, come), h("td", {}, h("label", {}, w("ld.signedOn"), " ", signed))))))),
      canWrite ? h("button", { type: "submit", class: "button" }, w("ld.saveSurvey")) : null));
}

/** Money to the last fen, with what each household gets. */
export function splitCard(session) {
  if (!may(session, "land_split", "compute")) return null;
  const total = h("input", { inputmode: "decimal", value: "1000000.00", required: true });
  const floor = h("input", { inputmode: "decimal", value: "0" });
  const sides = ["A", "B"].map((key) => ({
    key, percent: h("input", { inputmode: "decimal", size: 6, "aria-label": w("ld.splitShare") }),
    homes: h("input", { type: "number", min: 1, max: 2000, value: "1", "aria-label": w("ld.splitHomes") }),
  }));
  const answer = h("div", { role: "status", "aria-live": "polite" });
  async function compute(event) {
    event.preventDefault();
    try {
      const got = await landApi.split({
        total: total.value, floor: floor.value || "0",
        sides: sides.map(({ key, percent, homes }) => ({
          key, percent: percent.value || null,
          households: Array.from({ length: Number(homes.value) }, (_, k) => ({ key: `${key}${k + 1}` })),
        })),
      });
      show(answer, h("ul", { class: "plain-list" }, got.sides.map((side) => {
        const paid = Object.values(side.amounts).sort((a, b) => Number(a) - Number(b));
        return h("li", {}, h("b", {}, side.key), " ",
          w("ld.splitEach", { each: side.per_household, low: paid[0], high: paid.at(-1), n: side.households, sum: side.amount }));
      })));
    } catch (error) {
      show(answer, problemBox(error));
    }
  }
  return h("section", { class: "p-card" }, h("h2", {}, w("ld.split")),
    h("form", { class: "ld-form", onsubmit: compute },
      h("label", {}, w("ld.splitTotal"), total), h("label", {}, w("ld.splitFloor"), floor),
      sides.map(({ percent, homes }, k) => h("fieldset", { class: "ld-inline" }, h("legend", {}, w("ld.splitSide", { n: k + 1 })), percent, homes)),
      h("button", { type: "submit", class: "button" }, w("ld.splitDo"))), answer);
}
