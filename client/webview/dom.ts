/** Creates elements by calls, so that text from a file never becomes markup. */

type Attribute = string | number | boolean | undefined;
type Child = Node | string | undefined;

/** `true` sets an attribute without a value; `undefined` and `false` leave it out. */
export function h<Tag extends keyof HTMLElementTagNameMap>(
  tag: Tag,
  attributes: Readonly<Record<string, Attribute>> = {},
  ...children: readonly Child[]
): HTMLElementTagNameMap[Tag] {
  const element = document.createElement(tag);
  set(element, attributes);
  element.append(...children.filter((child) => child !== undefined));
  return element;
}

const SVG = 'http://www.w3.org/2000/svg';

export function svg(tag: string, attributes: Readonly<Record<string, Attribute>>, ...children: SVGElement[]) {
  const element = document.createElementNS(SVG, tag);
  set(element, attributes);
  element.append(...children);
  return element;
}

export function set(element: Element, attributes: Readonly<Record<string, Attribute>>): void {
  for (const [name, value] of Object.entries(attributes)) {
    if (value === undefined || value === false) element.removeAttribute(name);
    else element.setAttribute(name, value === true ? '' : String(value));
  }
}

/** Writes only what differs: a text that is set again makes screen readers speak again and ends a selection. */
export function write(element: Element, text: string): void {
  if (element.textContent !== text) element.textContent = text;
}

export function button(
  label: string,
  options: { readonly icon?: SVGElement; readonly class?: string; readonly hint?: string },
  press: () => void,
): HTMLButtonElement {
  const made = h('button', { type: 'button', class: options.class, title: options.hint });
  if (options.icon !== undefined) made.append(options.icon);
  made.append(h('span', {}, label));
  made.addEventListener('click', press);
  return made;
}
