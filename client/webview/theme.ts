/** The editor's colours for what is drawn on a canvas, and notification when they change. */

const values = new Map<string, string>();

/** The value of a custom property of the page, such as `--ink-0`. */
export function colour(name: string): string {
  let value = values.get(name);
  if (value === undefined) {
    value = getComputedStyle(document.body).getPropertyValue(name).trim();
    values.set(name, value);
  }
  return value;
}

export function isHighContrast(): boolean {
  return document.body.classList.contains('vscode-high-contrast');
}

/** The editor writes its colours into the root's style and its kind of theme into the body's classes. */
export function onTheme(changed: () => void): void {
  const observer = new MutationObserver(() => {
    values.clear();
    changed();
  });
  observer.observe(document.documentElement, { attributeFilter: ['style', 'class'] });
  observer.observe(document.body, { attributeFilter: ['class'] });
}
