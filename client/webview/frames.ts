/** One repaint a frame: whoever has something to draw says so, and all draw together. */

const dirty = new Set<() => void>();
let asked = false;

export function beforeNextFrame(draw: () => void): void {
  dirty.add(draw);
  if (asked) return;
  asked = true;
  requestAnimationFrame(() => {
    asked = false;
    const all = [...dirty];
    dirty.clear();
    for (const one of all) one();
  });
}
