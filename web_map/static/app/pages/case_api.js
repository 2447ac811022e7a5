// The routes of one case on its way.
import { request } from "../data/api.js";

const of = (code, part) => `/api/cases/${encodeURIComponent(code)}/${part}`;

export const caseApi = {
  steps: (code) => request("GET", of(code, "steps")),
  takeStep: (code, json) => request("POST", of(code, "steps"), { json }),
  clocks: (code) => request("GET", of(code, "clocks")),
  papers: (code) => request("GET", of(code, "papers")),
  words: () => request("GET", "/api/case-words"),
  siblings: (rank, parent) => request("GET", "/api/cells", { query: { rank, parent } }),
};
