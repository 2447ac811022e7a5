// The one place where anything waits on a device: drafts, packs, lists. Encrypted, expiring, wiped at sign-out.
//
// Each account has a database of its own, named by a hash of its login. The key is made here, cannot be
// read out by any script (non-extractable) and goes with the database; nothing of it is ever sent. It
// keeps what is stored from other programs that read the browser's files; it does not keep it from
// somebody who holds the unlocked phone before the time is over.

const PREFIX = "wangge-offline-";
const OWNER = "wangge.offlineOwner";
const DAY_MS = 86_400_000;

/** Whether this page may keep anything: a secure context with a database. */
export const canKeep = () => Boolean(globalThis.isSecureContext && crypto.subtle && globalThis.indexedDB);

/** The vault of an account, made on first use. What has expired is gone before anything is read. */
export async function openVault(login) {
  const name = PREFIX + (await shortHash(login));
  const db = await openDatabase(name);
  let key = await ask(db, "keys", "readonly", (store) => store.get("key"));
  if (!key) {
    key = await crypto.subtle.generateKey({ name: "AES-GCM", length: 256 }, false, ["encrypt", "decrypt"]);
    await ask(db, "keys", "readwrite", (store) => store.add(key, "key"));
  }
  localStorage.setItem(OWNER, name);
  const vault = makeVault(db, key);
  await vault.dropExpired();
  return vault;
}

/** The vault of who used this device last and did not sign out, or null: for opening without a network. */
export async function openLastVault() {
  const name = localStorage.getItem(OWNER);
  if (!canKeep() || !name) return null;
  const db = await openDatabase(name);
  const key = await ask(db, "keys", "readonly", (store) => store.get("key"));
  if (!key) return null;
  const vault = makeVault(db, key);
  await vault.dropExpired();
  return vault;
}

/** Take everything of the last user off this device. */
export async function wipeLastVault() {
  const name = localStorage.getItem(OWNER);
  localStorage.removeItem(OWNER);
  if (!name || !globalThis.indexedDB) return;
  await new Promise((resolve) => {
    const asked = indexedDB.deleteDatabase(name);
    // another window still has it open: it closes on versionchange, so this ends too
    asked.onsuccess = asked.onerror = resolve;
  });
}

function makeVault(db, key) {
  const seal = async (value) => {
    const iv = crypto.getRandomValues(new Uint8Array(12));
    const bytes = await pack(value);
    return { iv, sealed: await crypto.subtle.encrypt({ name: "AES-GCM", iv }, key, bytes) };
  };
  const open = async (row) =>
    unpack(await crypto.subtle.decrypt({ name: "AES-GCM", iv: row.iv }, key, row.sealed));
  return {
    /** Store or replace a value (JSON, with Blobs at the top level); it is gone after keepDays. */
    async put(kind, id, value, keepDays) {
      const now = Date.now();
      const row = { id: `${kind}/${id}`, kind, until: now + keepDays * DAY_MS, ...(await seal(value)) };
      await ask(db, "items", "readwrite", (store) => store.put(row));
    },
    /** The value, or null when it is not there or its time is over. */
    async get(kind, id) {
      const row = await ask(db, "items", "readonly", (store) => store.get(`${kind}/${id}`));
      return row && row.until > Date.now() ? open(row) : null;
    },
    /** All values of a kind whose time is not over, by id. */
    async list(kind) {
      const rows = await ask(db, "items", "readonly", (store) => store.index("kind").getAll(kind));
      return Promise.all(rows.filter((row) => row.until > Date.now()).map(open));
    },
    async remove(kind, id) {
      await ask(db, "items", "readwrite", (store) => store.delete(`${kind}/${id}`));
    },
    async dropExpired() {
      const keys = await ask(db, "items", "readonly", (store) =>
        store.index("until").getAllKeys(IDBKeyRange.upperBound(Date.now())));
      for (const id of keys) await ask(db, "items", "readwrite", (store) => store.delete(id));
    },
    close: () => db.close(),
  };
}

/** JSON and Blobs as bytes: a length, the JSON with {blob: i} in their places, then the Blobs. */
async function pack(value) {
  const blobs = [];
  const text = JSON.stringify(value, (_, part) => {
    if (!(part instanceof Blob)) return part;
    blobs.push(part);
    return { $blob: part.type, size: part.size };
  });
  const head = new TextEncoder().encode(text);
  const length = new Uint8Array(new Uint32Array([head.length]).buffer);
  return new Uint8Array(await new Blob([length, head, ...blobs]).arrayBuffer());
}

function unpack(buffer) {
  const length = new Uint32Array(buffer.slice(0, 4))[0];
  let at = 4 + length;
  return JSON.parse(new TextDecoder().decode(buffer.slice(4, at)), (_, part) => {
    if (typeof part?.$blob !== "string") return part;
    const blob = new Blob([buffer.slice(at, at + part.size)], { type: part.$blob });
    at += part.size;
    return blob;
  });
}

function openDatabase(name) {
  return new Promise((resolve, reject) => {
    const asked = indexedDB.open(name, 1);
    asked.onupgradeneeded = () => {
      asked.result.createObjectStore("keys");
      const items = asked.result.createObjectStore("items", { keyPath: "id" });
      items.createIndex("kind", "kind");
      items.createIndex("until", "until");
    };
    asked.onerror = () => reject(asked.error);
    asked.onsuccess = () => {
      asked.result.onversionchange = () => asked.result.close();
      resolve(asked.result);
    };
  });
}

function ask(db, store, mode, deed) {
  return new Promise((resolve, reject) => {
    const turn = db.transaction(store, mode);
    const asked = deed(turn.objectStore(store));
    turn.oncomplete = () => resolve(asked.result);
    turn.onerror = turn.onabort = () => reject(turn.error);
  });
}

async function shortHash(text) {
  const bytes = new Uint8Array(await crypto.subtle.digest("SHA-256", new TextEncoder().encode(text)));
  return [...bytes.slice(0, 12)].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}
