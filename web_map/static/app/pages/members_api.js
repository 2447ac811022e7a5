// The routes of rosters and service requests. Names go into bodies only, never into addresses.
import { request } from "../data/api.js";

const withFile = (file, fields = {}) => {
  const form = new FormData();
  form.append("file", file);
  for (const [name, value] of Object.entries(fields)) form.append(name, value);
  return form;
};
const member = (id) => `/api/members/${encodeURIComponent(id)}`;
const asked = (code) => `/api/service-requests/${encodeURIComponent(code)}`;

export const membersApi = {
  groups: () => request("GET", "/api/party-groups"),
  search: (json, signal) => request("POST", "/api/members/search", { json, signal }),
  member: (id) => request("GET", member(id)),
  change: (id, json) => request("PATCH", member(id), { json }),
  households: (group, cell) =>
    request("GET", `/api/party-groups/${encodeURIComponent(group)}/households`, { query: { cell } }),
  setContacts: (id, ids) =>
    request("PUT", `${member(id)}/contact-households`, { json: { household_ids: ids } }),
  compareRoster: (file) =>
    request("POST", "/api/members/roster-diff", { form: withFile(file) }),
  confirmRoster: (file, digest) =>
    request("POST", "/api/members/roster-diff/confirm", { form: withFile(file, { digest }) }),
  requests: () => request("GET", "/api/service-requests"),
  hours: () => request("GET", "/api/service-requests/hours"),
  request: (code) => request("GET", asked(code)),
  helpers: (code) => request("GET", `${asked(code)}/helpers`),
  fileRequest: (json) => request("POST", "/api/service-requests", { json }),
  step: (code, act, json) => request("POST", `${asked(code)}/${act}`, { json }),
};
