// The routes of the desk. Words that were typed go into bodies only.
import { request } from "../data/api.js";

export const deskApi = {
  mine: (offset = 0) => request("GET", "/api/my-cases", { query: { offset, limit: 50 } }),
  attention: () => request("GET", "/api/attention", { query: { limit: 50 } }),
  similar: (json, signal) => request("POST", "/api/cases/suggestions", { json, signal }),
};
