// The routes of reports. Areas go by code; no address holds a name of a person.
import { request } from "../data/api.js";

const text = (path, query) => {
  const url = new URL(path, location.origin);
  for (const [key, value] of Object.entries(query)) if (value) url.searchParams.set(key, value);
  return url.pathname + url.search;
};

export const reportsApi = {
  figures: (query) => request("GET", "/api/reports/figures", { query }),
  freeze: (json) => request("POST", "/api/reports/frozen", { json }),
  frozen: (after = null) => request("GET", "/api/reports/frozen", { query: { after, limit: 50 } }),
  compare: (id) => request("GET", `/api/reports/frozen/${encodeURIComponent(id)}`),
  correct: (id, json) => request("POST", `/api/reports/frozen/${encodeURIComponent(id)}/correction`, { json }),
  ledger: (query) => request("GET", "/api/reports/ledger", { query }),
  weekly: (area) => request("GET", "/api/reports/weekly", { query: { area, limit: 500 } }),
  figuresFile: (form, query) => text(form === "json" ? "/api/reports/figures" : `/api/reports/figures.${form}`, query),
  ledgerFile: (form, query) => text(`/api/reports/ledger.${form}`, query),
};
