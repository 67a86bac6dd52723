type Attributes = Readonly<Record<string, string | number | boolean | undefined>>;

/** Creates an element. Texts become text nodes, so that nothing in a name is markup. */
export function element<K extends keyof HTMLElementTagNameMap>(
  tag: K,
  attributes: Attributes = {},
  ...children: readonly (Node | string)[]
): HTMLElementTagNameMap[K] {
  const made = document.createElement(tag);
  set(made, attributes);
  made.append(...children);
  return made;
}

/** Creates an element of an SVG. */
export function svg(tag: string, attributes: Attributes, ...children: readonly Node[]): SVGElement {
  const made = document.createElementNS('http://www.w3.org/2000/svg', tag);
  set(made, attributes);
  made.append(...children);
  return made;
}

/** Creates a name, which keeps its own direction of writing. */
export function nameOf(text: string): HTMLElement {
  return element('bdi', { class: 'name' }, text);
}

/** Creates a text that only screen readers read. */
export function unseen(text: string): HTMLElement {
  return element('span', { class: 'unseen' }, text);
}

function set(made: Element, attributes: Attributes): void {
  for (const [name, value] of Object.entries(attributes)) {
    if (value === true) made.setAttribute(name, '');
    else if (value !== undefined && value !== false) made.setAttribute(name, String(value));
  }
}

const PATHS: Readonly<Record<string, string>> = {
  user: 'M8 8a3 3 0 1 0 0-6 3 3 0 0 0 0 6Zm-5.5 6c.4-2.8 2.6-4.5 5.5-4.5s5.1 1.7 5.5 4.5Z',
  group:
    'M5.5 7.5a2.5 2.5 0 1 0 0-5 2.5 2.5 0 0 0 0 5ZM1 13.5c.3-2.6 2-4.2 4.5-4.2s4.2 1.6 4.5 4.2ZM11 7.5a2 2 0 1 0-1-3.8 4 4 0 0 1-.4 3.2c.4.4.9.6 1.4.600Zm.3 6H15c-.2-2.5-1.6-4-3.7-4.1-.4 0-.7 0-1 .1a6 6 0 0 1 1 4Z',
  container:
    'M1.5 4A1.5 1.5 0 0 1 3 2.5h3l1.5 2H13A1.5 1.5 0 0 1 14.5 6v6a1.5 1.5 0 0 1-1.5 1.5H3A1.5 1.5 0 0 1 1.5 12Z',
  role: 'M8 1.5 13.5 3.5v4c0 3.3-2.2 5.8-5.5 7-3.3-1.2-5.5-3.7-5.5-7v-4Z',
  warning: 'M8 1.5 15 14H1Zm-.8 5v3.6h1.6V6.5Zm0 4.7v1.5h1.6v-1.5Z',
  note: 'M8 1.2a6.8 6.8 0 1 0 0 13.6A6.8 6.8 0 0 0 8 1.2Zm-.8 3h1.6v1.6H7.2Zm0 3h1.6v4.6H7.2Z',
};

/** Creates the icon of a kind. The text beside it has the same meaning. */
export function icon(kind: string): SVGElement {
  const name = kind === 'people' ? 'group' : kind === 'error' ? 'warning' : kind;
  const path = svg('path', { d: PATHS[name] ?? PATHS.note, 'fill-rule': 'evenodd' });
  return svg('svg', { class: `icon icon-${name}`, viewBox: '0 0 16 16', 'aria-hidden': 'true' }, path);
}

/** Creates a list that shows some lines at first, and more on request. */
export function longList(lines: readonly Node[], first: number, what: string): HTMLElement {
  const list = element('ul', {}, ...lines.slice(0, first).map((line) => element('li', {}, line)));
  const box = element('div', { class: 'long-list' }, list);
  if (lines.length <= first) return box;
  let shown = first;
  const label = () => `Show ${Math.min(MORE, lines.length - shown)} more of ${lines.length} ${what}`;
  const button = element('button', { type: 'button', class: 'more' }, label());
  button.addEventListener('click', () => {
    const next = lines.slice(shown, shown + MORE).map((line) => element('li', { tabindex: '-1' }, line));
    list.append(...next);
    shown += next.length;
    next[0]?.focus();
    if (shown >= lines.length) button.remove();
    else button.textContent = label();
  });
  box.append(button);
  return box;
}

/** Lines and rows that are added at a time. */
export const MORE = 100;
