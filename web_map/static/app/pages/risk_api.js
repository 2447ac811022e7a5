// What the risk page asks the server.
import { request } from "../data/api.js";

const FORMS = ["pdf", "xlsx", "html", "json"];

const mapPath = ({ run, group, scale, months }) => `/api/risk/looks/${run}/${group}/${scale}/${months}`;

/** The newest look; null before the first night. */
export const readLatest = async (area) => (await request("GET", "/api/risk", { query: { area } })).look;
export const readLook = (run) => request("GET", `/api/risk/looks/${run}`);
export const readMap = (chosen, isPublic) => request("GET", mapPath(chosen), { query: { public: isPublic ? "true" : null } });
/** Forms in which the same map is carried away, with their addresses. */
export const handOuts = (chosen, isPublic) =>
  FORMS.map((form) => ({ form, href: `${mapPath(chosen)}/hand-out.${form}${isPublic ? "?public=true" : ""}` }));
export const readChance = (chosen, maps, seed) => request("GET", `${mapPath(chosen)}/chance`, { query: { maps, seed } });
export const readAlarms = () => request("GET", "/api/risk/alarms");
export const decide = (code, body) => request("POST", `/api/risk/alarms/${code}/decision`, { json: body });
export const startLook = (body) => request("POST", "/api/risk/looks", { json: body });
export const readJob = (id) => request("GET", `/api/jobs/${id}`);
export const cancelJob = (id) => request("POST", `/api/jobs/${id}/cancel`);
