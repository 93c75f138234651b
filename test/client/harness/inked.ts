/** Counts what a page has drawn. */
import type { Locator } from 'playwright-core';

type Range = readonly [number, number];

/**
 * Pixels of a canvas whose red and blue lie in the ranges (0–255, inclusive). Reads a copy: a canvas that is read twice
 * makes the browser complain to its console, which pages under test must not.
 */
export function inked(
  canvas: Locator,
  colours: { readonly red: Range; readonly blue: Range },
): Promise<number> {
  return canvas.evaluate((drawn: HTMLCanvasElement, { red, blue }) => {
    const copy = new OffscreenCanvas(drawn.width, drawn.height).getContext('2d', {
      willReadFrequently: true,
    })!;
    copy.drawImage(drawn, 0, 0);
    const { data } = copy.getImageData(0, 0, drawn.width, drawn.height);
    let count = 0;
    for (let i = 0; i < data.length; i += 4) {
      const isRed = data[i]! >= red[0] && data[i]! <= red[1];
      if (isRed && data[i + 2]! >= blue[0] && data[i + 2]! <= blue[1]) count++;
    }
    return count;
  }, colours);
}
