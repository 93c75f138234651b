/**
 * Elements that a page's parts can be tried with in this process: attributes, children, texts and events, no layout and no parsing. What a
 * person sees is tried in Chromium.
 */
import { vi } from 'vitest';

type Listener = (event: Record<string, unknown>) => void;

class StandIn {
  readonly children: StandIn[] = [];
  readonly style: Record<string, string> = {};
  parentElement: StandIn | null = null;
  value = '';
  disabled = false;
  open = false;
  scrollTop = 0;
  clientHeight = 260;
  clientWidth = 400;
  scrollHeight = 0;
  private readonly attributes = new Map<string, string>();
  private readonly listeners = new Map<string, Listener[]>();
  private own = '';

  constructor(readonly tagName: string) {}

  get textContent(): string {
    return this.own + this.children.map(({ textContent }) => textContent).join('');
  }
  set textContent(text: string) {
    this.replaceChildren();
    this.own = text;
  }
  get className(): string {
    return this.getAttribute('class') ?? '';
  }
  set className(name: string) {
    this.setAttribute('class', name);
  }
  get hidden(): boolean {
    return this.hasAttribute('hidden');
  }
  set hidden(isHidden: boolean) {
    if (isHidden) this.setAttribute('hidden', '');
    else this.removeAttribute('hidden');
  }
  get dataset(): Record<string, string | undefined> {
    const name = (key: string) => `data-${key.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
    return new Proxy(
      {},
      {
        get: (_, key: string) => this.getAttribute(name(key)) ?? undefined,
        set: (_, key: string, value: string) => {
          this.setAttribute(name(key), value);
          return true;
        },
      },
    );
  }
  get classList() {
    const has = (name: string) => this.className.split(' ').includes(name);
    const set = (name: string, isOn: boolean) => {
      const others = this.className.split(' ').filter((each) => each !== name && each !== '');
      this.className = [...others, ...(isOn ? [name] : [])].join(' ');
    };
    return { contains: has, toggle: set };
  }
  get firstElementChild(): StandIn | null {
    return this.children[0] ?? null;
  }
  get lastElementChild(): StandIn | null {
    return this.children.at(-1) ?? null;
  }

  getAttribute(name: string): string | null {
    return this.attributes.get(name) ?? null;
  }
  hasAttribute(name: string): boolean {
    return this.attributes.has(name);
  }
  setAttribute(name: string, value: string): void {
    this.attributes.set(name, value);
  }
  removeAttribute(name: string): void {
    this.attributes.delete(name);
  }

  append(...added: (StandIn | string)[]): void {
    for (const each of added) {
      const child = typeof each === 'string' ? text(each) : each;
      child.remove();
      child.parentElement = this;
      this.children.push(child);
    }
  }
  prepend(child: StandIn): void {
    child.parentElement = this;
    this.children.unshift(child);
  }
  appendChild(child: StandIn): StandIn {
    this.append(child);
    return child;
  }
  replaceChildren(...added: (StandIn | string)[]): void {
    this.own = '';
    for (const child of this.children.splice(0)) child.parentElement = null;
    this.append(...added);
  }
  remove(): void {
    const siblings = this.parentElement?.children;
    siblings?.splice(siblings.indexOf(this), 1);
    this.parentElement = null;
  }
  contains(other: StandIn): boolean {
    return other === this || this.children.some((child) => child.contains(other));
  }
  /** By tag, `.class` or `[name=value]`. */
  matches(selector: string): boolean {
    const [, name, value] = /^\[([\w-]+)=([\w-]+)\]$/.exec(selector) ?? [];
    if (name !== undefined) return this.getAttribute(name) === value;
    return selector.startsWith('.') ? this.classList.contains(selector.slice(1)) : this.tagName === selector;
  }
  querySelectorAll(selector: string): StandIn[] {
    return this.children.flatMap((each) => [
      ...(each.matches(selector) ? [each] : []),
      ...each.querySelectorAll(selector),
    ]);
  }
  querySelector(selector: string): StandIn | null {
    return this.querySelectorAll(selector)[0] ?? null;
  }
  closest(selector: string): StandIn | null {
    return this.matches(selector) ? this : (this.parentElement?.closest(selector) ?? null);
  }

  addEventListener(type: string, listener: Listener): void {
    this.listeners.set(type, [...(this.listeners.get(type) ?? []), listener]);
  }
  /** An event that bubbles; whether nobody prevented what the browser does with it. */
  fire(type: string, more: Record<string, unknown> = {}, target: StandIn = this): boolean {
    let isPrevented = false;
    const preventDefault = () => {
      isPrevented = true;
    };
    const event = { target, preventDefault, stopPropagation: () => undefined, ...more };
    for (const listener of this.listeners.get(type) ?? []) listener(event);
    return (this.parentElement?.fire(type, more, target) ?? true) && !isPrevented;
  }
  click(): void {
    if (!this.disabled) this.fire('click');
  }
  showModal(): void {}
  focus(): void {
    page.activeElement = this;
  }
}

/** A text between elements. */
function text(content: string): StandIn {
  const node = new StandIn('#text');
  node.textContent = content;
  return node;
}

const page = {
  body: new StandIn('body'),
  documentElement: new StandIn('html'),
  activeElement: undefined as StandIn | undefined,
  createElement: (tag: string) => new StandIn(tag),
  createElementNS: (_: string, tag: string) => new StandIn(tag),
};

/** What is to be drawn with the next frame of the screen. */
const frames: (() => void)[] = [];
export function nextFrame(): void {
  for (const draw of frames.splice(0)) draw();
}

const observer = class {
  observe(): void {}
};
vi.stubGlobal('document', page);
vi.stubGlobal('Element', StandIn);
vi.stubGlobal('ResizeObserver', observer);
vi.stubGlobal('MutationObserver', observer);
vi.stubGlobal('requestAnimationFrame', (draw: () => void) => frames.push(draw));
vi.stubGlobal('getComputedStyle', () => ({
  getPropertyValue: (name: string) => (name === '--row-height' ? '26' : name),
}));

/** The same element, as a test handles it. */
export function standIn(element: Element): StandIn {
  return element as unknown as StandIn;
}
/** The texts of all below it that match. */
export function texts(element: Element, selector: string): string[] {
  return standIn(element)
    .querySelectorAll(selector)
    .map(({ textContent }) => textContent);
}
/** The one below it whose text or label is this. */
export function named(element: Element, selector: string, name: string): StandIn {
  const all = standIn(element).querySelectorAll(selector);
  const found = all.find((each) => each.textContent === name || each.getAttribute('aria-label') === name);
  if (found === undefined)
    throw new Error(`no ${name} among ${all.map((each) => each.textContent).join(', ')}`);
  return found;
}
export const focused = (): StandIn | undefined => page.activeElement;
