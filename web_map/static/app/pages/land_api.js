// The routes of land. Numbers and words that were typed go into bodies only.
import { request, send } from "../data/api.js";

const claim = (id, rest = "") => `/api/land/claims/${encodeURIComponent(id)}${rest}`;
const strip = (id, rest = "") => `/api/land/strips/${encodeURIComponent(id)}${rest}`;

export const landApi = {
  findings: (query) => request("GET", "/api/land/findings", { query: { limit: 200, ...query } }),
  decide: (id, json) => request("PUT", `/api/land/findings/${encodeURIComponent(id)}`, { json }),
  lastCheck: () => request("GET", "/api/land/checks/last"),
  check: (id) => request("GET", `/api/land/checks/${encodeURIComponent(id)}`),
  startCheck: (json) => request("POST", "/api/land/checks", { json }),
  cancelCheck: (id) => request("POST", `/api/land/checks/${encodeURIComponent(id)}/cancel`),
  findClaims: (number) => request("POST", "/api/land/claims/find", { json: { number } }),
  claim: (id) => request("GET", claim(id)),
  saveClaim: (json, commit) => request("POST", "/api/land/claims", { json, query: { commit } }),
  addEvidence: (id, json) => request("POST", claim(id, "/evidence"), { json }),
  appraise: (id, evidence, standing) => request("PUT", claim(id, `/evidence/${encodeURIComponent(evidence)}`), { json: { standing } }),
  freeze: (id, json) => request("POST", claim(id, "/freeze"), { json }),
  lift: (id, json) => request("POST", claim(id, "/lift"), { json }),
  register: (id, json) => request("POST", claim(id, "/registration"), { json }),
  strips: () => request("GET", "/api/land/strips"),
  strip: (id) => request("GET", strip(id)),
  open: (json) => request("POST", "/api/land/strips", { json }),
  whatIf: (id, json, signal) => request("POST", strip(id, "/what-if"), { json, signal }),
  keep: (id, json) => request("POST", strip(id, "/lines"), { json }),
  agree: (id, json) => request("POST", strip(id, "/agree"), { json }),
  withdraw: (id, rev) => request("POST", strip(id, "/withdraw"), { json: { rev } }),
  survey: (id, json) => request("PUT", strip(id, "/survey"), { json }),
  position: (id, json) => request("POST", strip(id, "/position"), { json }),
  scan: (id, json) => request("POST", strip(id, "/scans"), { json }),
  split: (json) => request("POST", "/api/land/split", { json }),
  attach: (code, file) => {
    const form = new FormData();
    form.append("file", file);
    return request("POST", `/api/cases/${encodeURIComponent(code)}/attachments`, { form });
  },
  sheet: (id, line, form, paper, lang) => file(strip(id, "/sheet"), { line, form, paper, lang }),
  setOut: (id, line, form) => file(strip(id, "/points"), { line, form }),
  findingsFile: (query) => file("/api/land/findings.csv", query),
  picture: async (id) => (await send("GET", `/api/attachments/${encodeURIComponent(id)}`)).blob(),
};

/** Fetch a file and hand it to the browser's downloads. */
async function file(path, query) {
  const answer = await send("GET", path, { query });
  const named = /filename="([^"]+)"/.exec(answer.headers.get("Content-Disposition") ?? "");
  const url = URL.createObjectURL(await answer.blob());
  const link = document.createElement("a");
  link.href = url;
  link.download = named ? named[1] : "wangge";
  link.click();
  setTimeout(() => URL.revokeObjectURL(url), 10000);
}
