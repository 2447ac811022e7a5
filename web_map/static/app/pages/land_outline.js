// Outlines as lines of text: "longitude latitude" a line, an empty line between two parts.

/** Rings of [lng, lat]; a line that is no pair of numbers becomes NaN, which the service refuses by name. */
export function readParts(text) {
  return text.trim().split(/\n\s*\n/).filter((block) => block.trim()).map((block) =>
    block.trim().split("\n").map((line) => {
      const [lng, lat] = line.trim().split(/[\s,，]+/).map(Number);
      return [lng, lat];
    }));
}

/** Parts that can be drawn: three points or more, all of them numbers. */
export const cleanParts = (parts) => parts.filter((ring) => ring.length >= 3 && ring.flat().every(Number.isFinite));

/** Clicked points as lines of text, 0.1 mm. */
export const writePart = (points) => points.map((point) => point.map((value) => value.toFixed(9)).join(" ")).join("\n");

/** One part as a Polygon, several as a MultiPolygon; rings are closed. */
export function toGeometry(parts) {
  const closed = parts.map((ring) => [[...ring, ring[0]]]);
  return closed.length === 1 ? { type: "Polygon", coordinates: closed[0] } : { type: "MultiPolygon", coordinates: closed };
}
