// Where the phone is, when its owner lets the page know; a refusal is an answer, not a failure.

const WAIT_MS = 8000;
const OLD_MS = 60_000;

/** {lng, lat, accuracy_m} of the device, or null when it cannot or may not be told. */
export function findHere() {
  if (!navigator.geolocation) return Promise.resolve(null);
  return new Promise((resolve) => {
    navigator.geolocation.getCurrentPosition(
      ({ coords }) => resolve({
        lng: Number(coords.longitude.toFixed(6)),
        lat: Number(coords.latitude.toFixed(6)),
        accuracy_m: Math.max(1, Math.min(5000, Math.round(coords.accuracy))),
      }),
      () => resolve(null),
      { enableHighAccuracy: true, timeout: WAIT_MS, maximumAge: OLD_MS });
  });
}

/** Whether the device may be asked without a question popping up. */
export async function mayAskHere() {
  try {
    return (await navigator.permissions.query({ name: "geolocation" })).state === "granted";
  } catch {
    return false;
  }
}
