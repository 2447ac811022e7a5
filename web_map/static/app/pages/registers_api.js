// The routes of the registers beside cases.
import { request } from "../data/api.js";

const enter = (path) => (json, key) => request("POST", path, { json, headers: { "Idempotency-Key": key } });
const list = (path) => (after = null) => request("GET", path, { query: { after, limit: 30 } });
const strike = (path) => (id) => request("POST", `${path}/${encodeURIComponent(id)}/strike`);
const register = (path) => ({ enter: enter(path), list: list(path), strike: strike(path) });

export const registersApi = {
  words: () => request("GET", "/api/registers/words"),
  settlements: register("/api/grid-settlements"),
  sessions: register("/api/talking-sessions"),
  receptions: {
    ...register("/api/receptions"),
    close: (id, json) => request("POST", `/api/receptions/${encodeURIComponent(id)}/closing`, { json }),
  },
  /** Code of the cell at the top of what one sees, for whoever has no area of their own. */
  top: async () => (await request("GET", "/api/cells/labels", { query: { rank: 1, limit: 2 } })).items,
};
