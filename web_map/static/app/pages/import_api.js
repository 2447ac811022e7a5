// The routes about one's own imports.
import { request } from "../data/api.js";

const of = (id, rest = "") => `/api/imports/${encodeURIComponent(id)}${rest}`;

export const importApi = {
  kinds: () => request("GET", "/api/imports/kinds"),
  list: () => request("GET", "/api/imports"),
  get: (id) => request("GET", of(id)),
  upload: (kind, file) => {
    const form = new FormData();
    form.append("kind", kind);
    form.append("file", file);
    return request("POST", "/api/imports", { form });
  },
  map: (id, columns) => request("PUT", of(id, "/mapping"), { json: { columns } }),
  decide: (id, crsKey, accept100m) =>
    request("POST", of(id, "/decide"), { json: { crs_key: crsKey, accept_100m: accept100m } }),
  preview: (id) => request("GET", of(id, "/preview")),
  check: (id) => request("POST", of(id, "/check")),
  findings: (id, code) => request("GET", of(id, "/findings"), { query: { code, limit: 100 } }),
  shapes: (id) => request("GET", of(id, "/shapes")),
  repairs: (id) => request("GET", of(id, "/repairs")),
  repair: (id, rows) => request("PUT", of(id, "/repairs"), { json: { rows } }),
  addresses: (id) => request("GET", of(id, "/addresses")),
  placeByAddress: (id, rows, score) => request("PUT", of(id, "/addresses"), { json: { rows, score } }),
  commit: (id, accepted, reason) => request("POST", of(id, "/commit"), { json: { accepted, reason: reason || null } }),
  cancel: (id) => request("POST", of(id, "/cancel")),
  undo: (id, commit) => request("POST", of(id, "/undo"), { json: { commit } }),
  workbook: (id) => of(id, "/findings.xlsx"),
  place: () => request("GET", "/api/place"),
  outline: (rank) => request("GET", "/api/cells", { query: { rank } }),
};
