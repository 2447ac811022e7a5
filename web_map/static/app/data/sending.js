// Sends what waits on the device: at once when asked, when the network is back, and every so often.
import { api, setCsrfToken } from "./api.js";

const RETRY_MS = 20_000;

/**
 * page.online says whether the service answered last and is kept so here. findQueue() gives the queue
 * (queue.js), or null while there is none; changed() is called whenever page.online turns. Gives what
 * sends all that waits, if the service answers.
 */
export function keepSending(page, findQueue, changed) {
  /** Whether the service answers; a session that is over asks to sign in, what waits stays. */
  async function reach() {
    let answered = true;
    try {
      setCsrfToken((await api.session()).csrf_token);
    } catch (error) {
      answered = false;
      if (error.status !== 0) return false;
    }
    if (answered !== page.online) {
      page.online = answered;
      await changed();
    }
    return answered;
  }

  async function send() {
    const queue = findQueue();
    if (queue && (await reach())) await queue.sendAll();
  }

  window.addEventListener("online", send);
  window.addEventListener("offline", () => {
    page.online = false;
    changed();
  });
  setInterval(() => {
    if (!document.hidden && !document.body.classList.contains("signed-out")) send();
  }, RETRY_MS);
  return send;
}
