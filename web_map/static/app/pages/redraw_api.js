// The routes of plans of new grids.
import { request } from "../data/api.js";

const of = (id, rest = "") => `/api/redraw/plans/${encodeURIComponent(id)}${rest}`;

export const redrawApi = {
  list: () => request("GET", "/api/redraw/plans"),
  start: (json) => request("POST", "/api/redraw/plans", { json }),
  startWithFile: (form) => request("POST", "/api/redraw/plans/file", { form }),
  get: (id) => request("GET", of(id)),
  atoms: (id, parent) => request("GET", of(id, "/atoms"), { query: { parent } }),
  branch: (id, name) => request("POST", of(id, "/branch"), { json: { name } }),
  replay: (id, name) => request("POST", of(id, "/replay"), { json: { name } }),
  preview: (id, json) => request("POST", of(id, "/preview"), { json }),
  edit: (id, json) => request("POST", of(id, "/edits"), { json }),
  undo: (id) => request("POST", of(id, "/undo")),
  redo: (id) => request("POST", of(id, "/redo")),
  propose: (id, json) => request("POST", of(id, "/proposals"), { json }),
  job: (id) => request("GET", `/api/jobs/${encodeURIComponent(id)}`),
  cancelJob: (id) => request("POST", `/api/jobs/${encodeURIComponent(id)}/cancel`),
  findings: (id) => request("GET", of(id, "/findings")),
  moves: (id) => request("GET", of(id, "/moves")),
  submit: (id, json) => request("POST", of(id, "/submit"), { json }),
  approve: (id, minutes) => request("POST", of(id, "/approve"), { json: { minutes_number: minutes } }),
  publish: (id, from) => request("POST", of(id, "/publish"), { json: { valid_from: from || null } }),
  drop: (id) => request("POST", of(id, "/drop")),
  pack: (id, form) => of(id, `/pack.${form}`),
  compare: (a, b, rank) => request("GET", "/api/redraw/compare", { query: { a, b, rank } }),
  state: (at, rank) => request("GET", "/api/redraw/states", { query: { at, rank } }),
  versions: () => request("GET", "/api/redraw/versions"),
  place: () => request("GET", "/api/place"),
  labels: (rank) => request("GET", "/api/cells/labels", { query: { rank } }),
};
