// The routes about tracing, and what lies on the ground already.
import { request } from "../data/api.js";

export const traceApi = {
  place: () => request("GET", "/api/place"),
  cells: (rank) => request("GET", "/api/cells", { query: { rank } }),
  georeference: (body) => request("POST", "/api/tracing/georeference", { json: body }),
  check: (body) => request("POST", "/api/tracing/check", { json: body }),
  draft: (body) => request("POST", "/api/tracing/draft", { json: body }),
  publish: (body) => request("POST", "/api/tracing/publish", { json: body }),
};
