// The routes of leave, hand-overs, shift notes and accounts. Names go into bodies only.
import { request } from "../data/api.js";

const id = (value) => encodeURIComponent(value);
const withFile = (file, fields = {}) => {
  const form = new FormData();
  form.append("file", file);
  for (const [name, value] of Object.entries(fields)) form.append(name, value);
  return form;
};

export const upkeepApi = {
  notes: (before = null) => request("GET", "/api/shift-notes", { query: { before, limit: 30 } }),
  writeNote: (json) => request("POST", "/api/shift-notes", { json }),
  takeNote: (note) => request("POST", `/api/shift-notes/${id(note)}/take`),
  leave: () => request("GET", "/api/leave"),
  addLeave: (json) => request("POST", "/api/leave", { json }),
  endLeave: (leave) => request("DELETE", `/api/leave/${id(leave)}`),
  posts: () => request("GET", "/api/posts"),
  handovers: () => request("GET", "/api/handovers"),
  previewHandover: (json) => request("POST", "/api/handovers/preview", { json }),
  handOver: (json) => request("POST", "/api/handovers", { json }),
  accounts: () => request("GET", "/api/users"),
  invite: (json) => request("POST", "/api/invitations", { json }),
  inviteAgain: (login) => request("POST", `/api/users/${id(login)}/invitation`),
  deactivate: (login) => request("POST", `/api/users/${id(login)}/deactivate`),
  checkFile: (file) => request("POST", "/api/invitations/file", { form: withFile(file) }),
  confirmFile: (file, digest) => request("POST", "/api/invitations/file/confirm", { form: withFile(file, { digest }) }),
  tokens: () => request("GET", "/api/tokens"),
  revokeToken: (token) => request("DELETE", `/api/tokens/${id(token)}`),
};
