// Coordinates as people paste them. Longitude and latitude are told apart by their letters or,
// in China, by size: longitude 73–136, latitude 3–54 never overlap.

const LETTERS = { E: "lng", 东: "lng", W: "west", 西: "west", N: "lat", 北: "lat", S: "south", 南: "south" };
const SIZE = String.raw`(-?\d{1,3}(?:\.\d+)?)\s*[°度]?\s*(?:(\d{1,2}(?:\.\d+)?)\s*['′分])?\s*(?:(\d{1,2}(?:\.\d+)?)\s*(?:["″秒]|''))?`;
const LETTER = "([东西南北EWNS])[经纬]?";
const LETTER_FIRST = new RegExp(`${LETTER}\\s*${SIZE}()`, "gi");
const LETTER_LAST = new RegExp(`()${SIZE}\\s*${LETTER}`, "gi");
const BARE = new RegExp(`()${SIZE}()`, "gi");

/** {lng, lat} in degrees, or null when the text is not a pair of coordinates. */
export function parseCoordinates(text) {
  const clean = text.trim().replace(/[，、;；]/g, ",");
  if (!/^[\d\s.,°度'′分"″秒EWNSewns东西南北经纬:：-]+$/.test(clean) || !/\d/.test(clean)) return null;
  const lettered = /[EWNS东西南北]/i;
  const form = !lettered.test(clean) ? BARE : lettered.test(clean[0]) ? LETTER_FIRST : LETTER_LAST;
  const values = [...clean.replace(/[:：]/g, "").matchAll(form)].map(readNumber);
  if (values.length !== 2) return null;
  const [first, second] = values;
  const named = nameAxes(first, second);
  if (!named) return null;
  const { lng, lat } = named;
  return Math.abs(lng) <= 180 && Math.abs(lat) <= 90 ? { lng, lat } : null;
}

function readNumber([, before, degrees, minutes, seconds, after]) {
  const size = Math.abs(Number(degrees)) + Number(minutes ?? 0) / 60 + Number(seconds ?? 0) / 3600;
  const axis = LETTERS[(before || after).toUpperCase()] ?? null;
  const negative = degrees.startsWith("-") || axis === "west" || axis === "south";
  return { value: negative ? -size : size, axis: { west: "lng", south: "lat" }[axis] ?? axis };
}

function nameAxes(first, second) {
  if (first.axis && second.axis && first.axis !== second.axis) {
    return first.axis === "lng"
      ? { lng: first.value, lat: second.value }
      : { lng: second.value, lat: first.value };
  }
  if (first.axis || second.axis) return null;
  const isLng = (value) => value >= 73 && value <= 136;
  const isLat = (value) => value >= 3 && value <= 54;
  if (isLng(first.value) && isLat(second.value)) return { lng: first.value, lat: second.value };
  if (isLat(first.value) && isLng(second.value)) return { lng: second.value, lat: first.value };
  return null;
}

/** "110.61234, 39.45678": longitude first, six digits are a decimetre. */
export const formatPoint = ({ lng, lat }, digits = 5) =>
  `${lng.toFixed(digits)}, ${lat.toFixed(digits)}`;

/** Metres between two points on a sphere of 6,371,008.8 m; good to 0.6 %. */
export function distanceM(a, b) {
  const rad = Math.PI / 180;
  const half = (x) => Math.sin((x * rad) / 2) ** 2;
  const k = half(b.lat - a.lat) + Math.cos(a.lat * rad) * Math.cos(b.lat * rad) * half(b.lng - a.lng);
  return 2 * 6371008.8 * Math.asin(Math.min(1, Math.sqrt(k)));
}
