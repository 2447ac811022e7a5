// A photo as it is sent: small enough for a weak network, and without what the camera wrote into it
// (position, time, device): only the picture goes along.

const LONGEST_PX = 1600;
const QUALITY = 0.85;

/** A JPEG of at most 1600 pixels; rejects what is no picture. */
export async function shrinkPhoto(file) {
  const picture = await createImageBitmap(file);
  const scale = Math.min(1, LONGEST_PX / Math.max(picture.width, picture.height));
  const canvas = document.createElement("canvas");
  canvas.width = Math.max(1, Math.round(picture.width * scale));
  canvas.height = Math.max(1, Math.round(picture.height * scale));
  canvas.getContext("2d").drawImage(picture, 0, 0, canvas.width, canvas.height);
  picture.close();
  return new Promise((resolve, reject) => {
    canvas.toBlob((blob) => (blob ? resolve(blob) : reject(new Error("no picture"))), "image/jpeg", QUALITY);
  });
}
