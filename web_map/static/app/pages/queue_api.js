// The routes of the queue.
import { request } from "../data/api.js";

export const queueApi = {
  found: (query) => request("GET", "/api/queue", { query: { limit: 30, ...query } }),
  waiting: (after = null) => request("GET", "/api/cases", { query: { queue: true, limit: 50, after } }),
  cases: (query) => request("GET", "/api/cases", { query: { limit: 50, ...query } }),
};
