/** One repaint per frame: everything that needs drawing registers, and all is drawn together. */

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
