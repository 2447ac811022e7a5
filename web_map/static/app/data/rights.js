// What the signed-in role may, as the server told; a hint for what to offer, never the gate itself.

/** Whether the table of permissions lets the session's role do this. */
export const may = (session, object, verb) => session.may.includes(`${object}.${verb}`);
