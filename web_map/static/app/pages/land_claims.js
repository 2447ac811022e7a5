// Papers over land: find one, read it, put evidence to it, freeze, the registry's reference.
import { may } from "../data/rights.js";
import { formatDay } from "../i18n/index.js";
import { h, show } from "../ui/dom.js";
import { problemBox, problemText } from "../ui/problem.js";
import { toast } from "../ui/toast.js";
import { landApi } from "./land_api.js";
import { claimForm } from "./land_claims_form.js";
import { w } from "./land_claims_words.js";
import { PAPER_ROWS } from "./land_strip.js";

const KINDS = ["certificate", "contract", "ledger", "archive_map", "decision", "statement", "photo", "survey"];
const STANDINGS = ["unverified", "contested", "appraised"];
const ORGANS = ["people_government", "natural_resources", "forestry_grassland", "agriculture", "court", "arbitration"];

/** The tab of papers: a number to look for, what it finds, and the form for a new one. */
export function claimsCard(session, map, { onClaim }) {
  const found = h("div", { role: "status", "aria-live": "polite" });
  const number = h("input", { required: true, maxlength: 60, autocomplete: "off" });
  async function look(event) {
    event.preventDefault();
    try {
      const { items } = await landApi.findClaims(number.value.trim());
      map.show(items.map((one) => ({ geometry: one.geometry, style: "neighbour" })), [], items.find((one) => one.geometry)?.geometry ?? null);
      show(found,
        items.length ? null : h("p", { class: "quiet" }, w("ld.noClaims")),
        h("ul", { class: "plain-list p-list" }, items.map((one) => h("li", {}, h("div", { class: "p-row-main" },
          h("a", { href: `#claim=${one.claim_id}` }, one.parcel_code),
          h("small", {}, [one.certificate_number, one.holder_masked, w(`ld.registration-${one.registration}`)].filter(Boolean).join(" · ")))))));
    } catch (error) {
      show(found, problemBox(error));
    }
  }
  return h("div", {},
    h("section", { class: "p-card" },
      h("form", { class: "ld-inline", onsubmit: look },
        h("label", {}, w("ld.findClaim"), number), h("button", { type: "submit", class: "button" }, w("ld.find"))),
      found),
    may(session, "parcel", "save") ? claimForm(map, { onSaved: onClaim }) : null);
}

/** One paper with what it was and everything that may be done about it. */
export function claimCards(session, claim, reload) {
  const row = ([label, value]) => h("tr", {}, h("th", { scope: "row" }, label()), h("td", {}, value(claim) ?? "—"));
  return [
    h("section", { class: "p-card" },
      h("h2", {}, w("ld.claim", { code: claim.parcel_code })),
      claim.frozen ? h("p", { class: "note-warn" }, w("ld.frozen", { on: formatDay(claim.freeze_review_on) })) : null,
      h("div", { class: "ld-scroll" }, h("table", { class: "p-table" }, h("tbody", {}, PAPER_ROWS.map(row)))),
      h("p", { class: "quiet" }, w("ld.indicative"), " · ", w("ld.notForRegistration"))),
    evidenceCard(session, claim, reload),
    registrationCard(session, claim, reload),
    freezeCard(session, claim, reload),
  ];
}

function evidenceCard(session, claim, reload) {
  const row = (one) => {
    const standing = h("select", { "aria-label": w("ld.standing"), onchange: () => act(landApi.appraise(claim.claim_id, one.claim_evidence_id, standing.value), reload) },
      STANDINGS.map((name) => h("option", { value: name, selected: name === one.standing }, w(`ld.standing-${name}`))));
    return h("li", {}, h("div", { class: "p-row-main" },
      h("b", {}, w(`ld.what-${one.kind}`)),
      h("small", {}, [one.dated_on ? formatDay(one.dated_on) : w("ld.undated"), one.organ, one.paper_number].filter(Boolean).join(" · "))),
    may(session, "parcel", "appraise") ? standing : h("span", { class: "pill" }, w(`ld.standing-${one.standing}`)));
  };
  return h("section", { class: "p-card" }, h("h2", {}, w("ld.evidence")),
    claim.evidence.length ? h("ul", { class: "plain-list p-list" }, claim.evidence.map(row)) : h("p", { class: "quiet" }, w("ld.noEvidence")),
    may(session, "parcel", "save") ? evidenceForm(claim, reload) : null);
}

function evidenceForm(claim, reload) {
  const kind = h("select", {}, KINDS.map((one) => h("option", { value: one }, w(`ld.what-${one}`))));
  const dated = h("input", { type: "date" });
  const organ = h("input", { maxlength: 100 });
  const number = h("input", { maxlength: 60 });
  return fold(w("ld.addEvidence"), [[w("ld.kind"), kind], [w("ld.datedOn"), dated], [w("ld.organ"), organ], [w("ld.paperNumber"), number]],
    () => landApi.addEvidence(claim.claim_id, {
      kind: kind.value, dated_on: dated.value || null, organ: organ.value.trim() || null, paper_number: number.value.trim() || null,
    }), reload);
}

function registrationCard(session, claim, reload) {
  const reference = h("input", { required: true, maxlength: 80 });
  const on = h("input", { type: "date", required: true });
  return h("section", { class: "p-card" }, h("h2", {}, w("ld.paperRegistration")),
    h("p", {}, h("span", { class: "pill" }, w(`ld.registration-${claim.registration}`)), " ",
      [claim.registration_ref, claim.registered_on && formatDay(claim.registered_on)].filter(Boolean).join(" · ")),
    claim.registration === "agreed_not_registered" && may(session, "parcel", "register")
      ? fold(w("ld.register"), [[w("ld.registrationRef"), reference], [w("ld.registeredOn"), on]],
        () => landApi.register(claim.claim_id, { registration_ref: reference.value.trim(), registered_on: on.value }), reload) : null);
}

function freezeCard(session, claim, reload) {
  const kept = claim.freezes.map((one) => h("li", {}, h("div", { class: "p-row-main" },
    h("b", {}, w(`ld.organ-${one.organ_kind}`), " ", one.organ),
    h("small", {}, [one.document_number, w("ld.frozenFrom", { on: formatDay(one.frozen_on) }), w("ld.reviewBy", { on: formatDay(one.review_on) }),
      one.lifted_on ? w("ld.liftedOn", { on: formatDay(one.lifted_on) }) : null].filter(Boolean).join(" · ")))));
  return h("section", { class: "p-card" }, h("h2", {}, w("ld.freezes")),
    h("p", { class: "quiet" }, w("ld.freezeHint")),
    kept.length ? h("ul", { class: "plain-list p-list" }, kept) : h("p", { class: "quiet" }, w("ld.noFreezes")),
    may(session, "parcel", "freeze") ? (claim.frozen ? liftForm(claim, reload) : freezeForm(claim, reload)) : null);
}

function freezeForm(claim, reload) {
  const kind = h("select", {}, ORGANS.map((one) => h("option", { value: one }, w(`ld.organ-${one}`))));
  const text = (least, most) => h("input", { required: true, minlength: least, maxlength: most });
  const [organ, number, reason] = [text(2, 100), text(1, 60), text(2, 400)];
  const [from, review] = [h("input", { type: "date", required: true }), h("input", { type: "date", required: true })];
  return fold(w("ld.freeze"), [[w("ld.organKind"), kind], [w("ld.organ"), organ], [w("ld.documentNumber"), number],
    [w("ld.reason"), reason], [w("ld.frozenOn"), from], [w("ld.reviewOn"), review]],
  () => landApi.freeze(claim.claim_id, {
    organ_kind: kind.value, organ: organ.value.trim(), document_number: number.value.trim(), reason: reason.value.trim(),
    frozen_on: from.value, review_on: review.value,
  }), reload);
}

function liftForm(claim, reload) {
  const reason = h("input", { required: true, minlength: 2, maxlength: 400 });
  return fold(w("ld.lift"), [[w("ld.reason"), reason]], () => landApi.lift(claim.claim_id, { reason: reason.value.trim() }), reload);
}

/** A form that opens on demand; labelled fields, one deed. */
function fold(title, fields, deed, reload) {
  return h("details", {}, h("summary", {}, title),
    h("form", {
      class: "ld-form",
      onsubmit: (event) => {
        event.preventDefault();
        act(deed(), reload);
      },
    }, fields.map(([label, field]) => h("label", {}, label, field)),
    h("button", { type: "submit", class: "button primary" }, w("ld.save"))));
}

async function act(deed, reload) {
  try {
    await deed;
    toast(w("ld.saved"));
  } catch (error) {
    toast(problemText(error), { tone: "bad" });
  }
  await reload();
}
