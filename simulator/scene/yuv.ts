/** Planar 4:2:0 pictures (yuv420p, limited range, BT.709), the form in which the encoder takes them. */

export interface YuvPicture {
  /** Even. */
  width: number;
  /** Even. */
  height: number;
  /** Luma, then both chroma planes: `width * height * 3 / 2` bytes. */
  data: Buffer;
}

/** A rectangle in pixels; all four numbers are even. */
export interface Box {
  x: number;
  y: number;
  width: number;
  height: number;
}

export function blankPicture(width: number, height: number): YuvPicture {
  return { width, height, data: Buffer.alloc((width * height * 3) / 2) };
}

/** Copies a whole small picture into a larger one at `box`, which has its size. */
export function copyPart(to: YuvPicture, box: Box, part: YuvPicture): void {
  let [from, start, stride] = [0, 0, to.width];
  let { x, y, width, height } = box;
  for (const plane of [0, 1, 2]) {
    for (let row = 0; row < height; row += 1) {
      part.data.copy(to.data, start + (y + row) * stride + x, from, from + width);
      from += width;
    }
    start += plane === 0 ? to.width * to.height : (to.width * to.height) / 4;
    if (plane === 0) [x, y, width, height, stride] = [x / 2, y / 2, width / 2, height / 2, stride / 2];
  }
}

/** Lays `box.width * box.height` RGBA pixels of gray text, with their opacity, over the picture. */
export function blendRgba(picture: YuvPicture, box: Box, rgba: Uint8Array | Uint8ClampedArray): void {
  const { width, height, data } = picture;
  const chroma = width * height;
  for (let row = 0; row < box.height; row += 1) {
    for (let column = 0; column < box.width; column += 1) {
      const from = (row * box.width + column) * 4;
      const opacity = (rgba[from + 3] as number) / 255;
      if (opacity === 0) continue;
      const luma = 16 + (rgba[from + 1] as number) * 0.859;
      const to = (box.y + row) * width + box.x + column;
      data[to] = Math.round((data[to] as number) * (1 - opacity) + luma * opacity);
      if (((row | column) & 1) === 1) continue;
      const toChroma = chroma + ((box.y + row) >> 1) * (width >> 1) + ((box.x + column) >> 1);
      for (const plane of [toChroma, toChroma + chroma / 4])
        data[plane] = Math.round((data[plane] as number) * (1 - opacity) + 128 * opacity);
    }
  }
}

/**
 * Converts `box.width * box.height` RGBA pixels into the picture at `box`.
 * @param noise signed values added to luma, read in a circle from `noiseStart` on.
 */
export function putRgba(
  picture: YuvPicture,
  box: Box,
  rgba: Uint8Array | Uint8ClampedArray,
  noise: Int8Array,
  noiseStart: number,
): void {
  const { width, height, data } = picture;
  const chroma = width * height;
  const chromaSize = chroma / 4;
  let grain = noiseStart % noise.length;
  for (let row = 0; row < box.height; row += 1) {
    let from = row * box.width * 4;
    let to = (box.y + row) * width + box.x;
    const isChromaRow = (row & 1) === 0;
    let toChroma = chroma + ((box.y + row) >> 1) * (width >> 1) + (box.x >> 1);
    for (let column = 0; column < box.width; column += 1) {
      const red = rgba[from] as number;
      const green = rgba[from + 1] as number;
      const blue = rgba[from + 2] as number;
      const luma = 16 + ((47 * red + 157 * green + 16 * blue) >> 8) + (noise[grain] as number);
      data[to] = luma < 16 ? 16 : Math.min(luma, 235);
      if (isChromaRow && (column & 1) === 0) {
        data[toChroma] = 128 + ((-26 * red - 87 * green + 112 * blue) >> 8);
        data[toChroma + chromaSize] = 128 + ((112 * red - 102 * green - 10 * blue) >> 8);
        toChroma += 1;
      }
      from += 4;
      to += 1;
      grain = grain + 1 === noise.length ? 0 : grain + 1;
    }
  }
}
