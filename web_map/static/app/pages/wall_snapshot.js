// A picture of the wall's map with what it means: title, legend, time, source.

/** Downloads a PNG of what the map shows now; resolves with its file name. */
export async function saveSnapshot({ stage, title, lines, classes, name }) {
  const box = stage.getBoundingClientRect();
  const line = Math.round(box.height / 40);
  const foot = line * (lines.length + 2.5);
  const canvas = document.createElement("canvas");
  canvas.width = Math.round(box.width);
  canvas.height = Math.round(box.height + line * 2 + foot);
  const ctx = canvas.getContext("2d");
  ctx.fillStyle = "#0b1622";
  ctx.fillRect(0, 0, canvas.width, canvas.height);
  ctx.save();
  ctx.beginPath();
  ctx.rect(0, line * 2, box.width, box.height);
  ctx.clip();
  for (const part of stage.querySelectorAll(".w-map canvas")) {
    const at = part.getBoundingClientRect();
    if (part.width) ctx.drawImage(part, at.x - box.x, at.y - box.y + line * 2, at.width, at.height);
  }
  ctx.fillStyle = "#f0f0f0";
  ctx.strokeStyle = "#0b1622";
  ctx.textBaseline = "middle";
  ctx.textAlign = "center";
  for (const label of stage.querySelectorAll(".w-label")) {
    const at = label.getBoundingClientRect();
    const { fontSize, fontFamily } = getComputedStyle(label);
    ctx.font = `700 ${fontSize} ${fontFamily}`;
    ctx.lineWidth = 5;
    const spot = [at.x - box.x + at.width / 2, at.y - box.y + at.height / 2 + line * 2];
    ctx.strokeText(label.textContent, ...spot);
    ctx.fillText(label.textContent, ...spot);
  }
  ctx.restore();
  ctx.textAlign = "left";
  ctx.textBaseline = "middle";
  ctx.fillStyle = "#f0f0f0";
  ctx.font = `700 ${line * 1.2}px "Noto Sans CJK SC", sans-serif`;
  ctx.fillText(title, line / 2, line);
  ctx.font = `${line}px "Noto Sans CJK SC", sans-serif`;
  let x = line / 2;
  const y = box.height + line * 3;
  for (const { text, fill } of classes) {
    ctx.fillStyle = fill;
    ctx.fillRect(x, y - line / 2, line * 1.4, line);
    ctx.strokeStyle = "#8ea3b8";
    ctx.strokeRect(x, y - line / 2, line * 1.4, line);
    ctx.fillStyle = "#f0f0f0";
    ctx.fillText(text, x + line * 1.7, y);
    x += line * 2.6 + ctx.measureText(text).width;
  }
  lines.forEach((text, i) => ctx.fillText(text, line / 2, y + line * 1.4 * (i + 1)));
  const blob = await new Promise((resolve) => canvas.toBlob(resolve, "image/png"));
  const link = document.createElement("a");
  link.href = URL.createObjectURL(blob);
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10000);
  return name;
}
