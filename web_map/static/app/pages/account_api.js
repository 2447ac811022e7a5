// The routes about one's own leave and tokens.
import { request } from "../data/api.js";

const id = (value) => encodeURIComponent(value);

export const accountApi = {
  leave: () => request("GET", "/api/leave"),
  addLeave: (fromOn, toOn) => request("POST", "/api/leave/mine", { json: { from_on: fromOn, to_on: toOn } }),
  endLeave: (leave) => request("DELETE", `/api/leave/mine/${id(leave)}`),
  sessions: () => request("GET", "/api/session/all"),
  endSession: (handle) => request("DELETE", `/api/session/all/${id(handle)}`),
  tokens: () => request("GET", "/api/tokens/mine"),
  makeToken: (json) => request("POST", "/api/tokens", { json }),
  revokeToken: (token) => request("DELETE", `/api/tokens/mine/${id(token)}`),
};
