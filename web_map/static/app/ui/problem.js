// What went wrong, in the language of the page, with what to do next.
import { ApiProblem } from "../data/api.js";
import { say, t } from "../i18n/index.js";
import { h } from "./dom.js";

/** One sentence for a failure. */
export function problemText(error) {
  if (!(error instanceof ApiProblem)) return t("error.unknown");
  if (error.code === "offline") return t("error.offline");
  return say(error.detail) || t("error.status", { status: error.status });
}

/** What the user can do, or an empty string. */
export function problemFix(error) {
  if (!(error instanceof ApiProblem)) return t("error.unknownFix");
  if (error.code === "offline") return t("error.offlineFix");
  if (error.fix) return say(error.fix);
  return error.retryAfter ? t("error.retryAfter", { n: error.retryAfter }) : "";
}

/** A block with the sentence, the way out, the code for support and, when given, a retry button. */
export function problemBox(error, retry = null) {
  if (!(error instanceof ApiProblem)) console.error(error);
  return h(
    "div",
    { class: "problem", role: "alert" },
    h("p", { class: "problem-text" }, problemText(error)),
    h("p", { class: "problem-fix" }, problemFix(error)),
    h(
      "p",
      { class: "problem-code" },
      error.code ? h("code", {}, error.code) : null,
      retry ? h("button", { type: "button", class: "button small", onclick: retry }, t("action.retry")) : null,
    ),
  );
}
