// Decoding: the picture's samples out of the page's data.

const SAMPLE_ARRAYS = { uint8: Uint8Array, uint16: Uint16Array, float32: Float32Array, float64: Float64Array };

/** Bytes of base64. */
function bytesOf(text) {
  return Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
}

/** Bytes that zlib made smaller. */
async function inflated(bytes) {
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("deflate"));
  return new Response(stream).arrayBuffer();
}

/** The picture: {name, height, width, channels, dtype, samples: Float64Array of planes, ...}. */
async function decodedPicture(given) {
  const flat = new SAMPLE_ARRAYS[given.dtype](await inflated(bytesOf(given.samples)));
  const row = given.width * given.channels;
  // Differences are taken modulo the dtype, and typed arrays add up modulo it as well.
  if (given.filter === "up") for (let i = row; i < flat.length; i++) flat[i] += flat[i - row];
  const plane = given.height * given.width;
  const samples = new Float64Array(plane * given.channels);
  for (let channel = 0; channel < given.channels; channel++) {
    for (let p = 0, q = channel; p < plane; p++, q += given.channels) samples[channel * plane + p] = flat[q];
  }
  return { ...given, samples };
}
