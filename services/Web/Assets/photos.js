// Photos are made smaller before they are sent: at most 2048 pixels on a side, as JPEG. A file that this browser
// cannot read is sent as it is, and the server says what it thinks of it.
const SIDE = 2048;
const SMALL_ENOUGH = 1_500_000;
const input = document.getElementById("photos");
const previews = document.getElementById("previews");

async function smaller(file) {
  let image;
  try {
    image = await createImageBitmap(file, { imageOrientation: "from-image" });
  } catch {
    return { file, canvas: null };
  }
  const scale = Math.min(1, SIDE / Math.max(image.width, image.height));
  const canvas = document.createElement("canvas");
  canvas.width = Math.max(1, Math.round(image.width * scale));
  canvas.height = Math.max(1, Math.round(image.height * scale));
  canvas.getContext("2d").drawImage(image, 0, 0, canvas.width, canvas.height);
  image.close();
  if (scale === 1 && file.size <= SMALL_ENOUGH) {
    return { file, canvas };
  }
  const blob = await new Promise((done) => canvas.toBlob(done, "image/jpeg", 0.85));
  return { file: blob ? new File([blob], "photo.jpg", { type: "image/jpeg" }) : file, canvas };
}

input?.addEventListener("change", async () => {
  const button = input.form.querySelector("button[value=send]") ?? input.form.querySelector("button[type=submit]");
  button.disabled = true;
  try {
    const chosen = [...input.files].slice(0, Number(input.dataset.max));
    const made = await Promise.all(chosen.map(smaller));
    const files = new DataTransfer();
    for (const { file } of made) {
      files.items.add(file);
    }
    input.files = files.files;
    const told = document.getElementById("photos-told");
    if (told) {
      told.textContent = told.dataset.words.replace("{n}", String(made.length));
    }
    previews?.replaceChildren(...made.map((m) => m.canvas).filter(Boolean));
  } finally {
    button.disabled = false;
  }
});
