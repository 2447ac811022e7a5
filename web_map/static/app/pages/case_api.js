// The routes of one case on its way.
import { request } from "../data/api.js";

const of = (code, part) => `/api/cases/${encodeURIComponent(code)}/${part}`;

export const caseApi = {
  steps: (code) => request("GET", of(code, "steps")),
  takeStep: (code, json) => request("POST", of(code, "steps"), { json }),
  clocks: (code) => request("GET", of(code, "clocks")),
  papers: (code) => request("GET", of(code, "papers")),
  receivers: (code, cell = null) => request("GET", of(code, "receivers"), { query: { cell } }),
  suggestions: (code) => request("GET", of(code, "suggestions")),
  links: (code) => request("GET", of(code, "links")),
  link: (code, json) => request("POST", of(code, "links"), { json }),
  unlink: (code, rev) => request("POST", of(code, "unlink"), { json: { rev } }),
  notices: (code) => request("GET", of(code, "notices")),
  tell: (code, json) => request("POST", of(code, "notices"), { json }),
  homes: (code, cell = null) => request("GET", of(code, "homes"), { query: { cell } }),
  addParty: (code, json) => request("POST", of(code, "parties"), { json }),
  collective: (code) => request("GET", of(code, "collective")),
  putCollective: (code, json) => request("PUT", of(code, "collective"), { json }),
  amounts: (code) => request("GET", of(code, "amounts")),
  addAmount: (code, json) => request("POST", of(code, "amounts"), { json }),
  voidAmount: (code, id) => request("POST", `${of(code, "amounts")}/${encodeURIComponent(id)}/void`),
  words: () => request("GET", "/api/case-words"),
  siblings: (rank, parent) => request("GET", "/api/cells", { query: { rank, parent } }),
};
