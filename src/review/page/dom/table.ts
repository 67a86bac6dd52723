import type { Match } from '../filter.js';
import type { PageObject, PageRow } from '../page-data.js';
import { counted, leftOutText, named, peopleText, STATE_WORDS, scopesText } from '../words.js';
import { element, icon, longList, MORE, nameOf, unseen } from './element.js';

const COLUMNS = ['Change', 'Who', 'Right', 'On', 'By which path'];
/** Containers and roles that a cell names; more are behind a button. */
const NAMED = 2;

/** The table of rows that match. */
export interface ResultTable {
  readonly box: HTMLElement;
  show(matches: readonly Match[]): void;
  /** Opens a row and moves the focus to it. */
  reveal(row: PageRow): void;
}

/** Creates the table. It has some rows at first, and more on request. */
export function resultTable(): ResultTable {
  const body = element('tbody');
  const head = element('tr', {}, ...COLUMNS.map((title) => element('th', { scope: 'col' }, title)));
  const caption = element('caption', { class: 'unseen' }, 'Who reaches what, by which path');
  const table = element('table', {}, caption, element('thead', {}, head), body);
  const scroller = element(
    'div',
    { id: 'results', class: 'scroller', role: 'group', 'aria-label': 'Table', tabindex: '0' },
    table,
  );
  const more = element('button', { type: 'button', class: 'more' });
  const empty = element('p', { class: 'empty' }, 'No access matches.');
  const box = element('div', { class: 'results' }, scroller, empty, more);
  /** Rows that stay open when the table is filtered. */
  const open = new Set<PageRow>();
  let shown: readonly Match[] = [];
  let count = 0;

  const addRows = (): HTMLElement | undefined => {
    const next = shown.slice(count, count + MORE).map((match) => rowsFor(match, open));
    body.append(...next.flat());
    count += next.length;
    more.hidden = count >= shown.length;
    more.textContent = `Show ${Math.min(MORE, shown.length - count)} more of ${shown.length.toLocaleString('en')} rows`;
    return next[0]?.[0];
  };
  more.addEventListener('click', () => {
    const first = addRows();
    first?.setAttribute('tabindex', '-1');
    first?.focus();
  });

  return {
    box,
    show(matches) {
      shown = matches;
      count = 0;
      body.replaceChildren();
      table.hidden = matches.length === 0;
      empty.hidden = matches.length > 0;
      addRows();
    },
    reveal(row) {
      const at = shown.findIndex((match) => match.row === row);
      while (at >= count) addRows();
      const line = body.querySelectorAll<HTMLElement>('tr.row')[at];
      const button = line?.querySelector<HTMLElement>('button');
      if (button?.getAttribute('aria-expanded') === 'false') button.click();
      line?.scrollIntoView({ block: 'center' });
      button?.focus({ preventScroll: true });
    },
  };
}

let ids = 0;

/** Creates a row, and the row below it with all names if the first has no room for them. */
function rowsFor(match: Match, open: Set<PageRow>): HTMLElement[] {
  const { row, people, scopes } = match;
  const id = `detail-${ids++}`;
  const detail = element('tr', { class: 'detail', id });
  const buttons: HTMLElement[] = [];
  const setOpen = (isOpen: boolean) => {
    if (isOpen && !detail.firstChild) detail.append(element('td', { colspan: COLUMNS.length }, ...details(match)));
    detail.hidden = !isOpen;
    for (const button of buttons) button.setAttribute('aria-expanded', String(isOpen));
    if (isOpen) open.add(row);
    else open.delete(row);
  };
  const opener = (...content: (Node | string)[]) => {
    const button = element('button', { type: 'button', class: 'opener', 'aria-controls': id }, ...content);
    button.addEventListener('click', () => setOpen(detail.hidden === true));
    buttons.push(button);
    return button;
  };
  const who = people.length > 1 ? [opener(icon('people'), `${peopleText(people)}`)] : single(people[0]!, 'user');
  const on =
    scopes.length > NAMED
      ? [opener(icon(scopes[0]!.kind), scopesText(scopes))]
      : scopes.map((each) => element('span', { class: 'one' }, ...single(each, each.kind)));
  const left = leftOutText(match);
  const others = left === '' ? [] : [element('span', { class: 'others' }, `and ${left}`)];
  const line = element(
    'tr',
    { class: `row state-${row.state}` },
    element('td', { class: 'change', 'data-title': COLUMNS[0] }, stateMark(row)),
    element('th', { scope: 'row', class: 'who', 'data-title': COLUMNS[1] }, ...who, ...others),
    element('td', { 'data-title': COLUMNS[2] }, rightMark(row)),
    element('td', { class: 'on', 'data-title': COLUMNS[3] }, ...on),
    element('td', { class: 'path', 'data-title': COLUMNS[4] }, ...path(row)),
  );
  if (buttons.length === 0) return [line];
  setOpen(open.has(row));
  return [line, detail];
}

function single(object: PageObject, usual: string): Node[] {
  return [icon(object.kind), nameOf(named(object, usual))];
}

/** Creates the sign and the word of a state. */
function stateMark({ state }: Pick<PageRow, 'state'>): HTMLElement {
  const { sign, word } = STATE_WORDS[state];
  return element(
    'span',
    { class: `mark mark-${state}` },
    element('span', { class: 'sign', 'aria-hidden': 'true' }, sign),
    word,
  );
}

/** Creates the name of a right, with a sign if it is an ownership or a role. */
export function rightMark({ right, privileged }: Pick<PageRow, 'right' | 'privileged'>): HTMLElement {
  if (!privileged) return element('span', { class: 'right' }, nameOf(right));
  const sign = element('span', { class: 'diamond', 'aria-hidden': 'true' }, '◆');
  return element('span', { class: 'right privileged' }, sign, nameOf(right), unseen(' (privileged)'));
}

function path({ through, inheritedFrom }: PageRow): Node[] {
  const groups = through.map((group, at) =>
    element(
      'span',
      { class: 'step' },
      ...(at === 0
        ? [unseen('through ')]
        : [element('span', { class: 'arrow', 'aria-hidden': 'true' }, '→'), unseen(' then ')]),
      icon(group.kind),
      nameOf(group.name),
    ),
  );
  const direct = through.length === 0 ? [element('span', { class: 'direct' }, 'directly')] : groups;
  if (!inheritedFrom) return direct;
  const from = element(
    'span',
    { class: 'inherited' },
    'inherited from ',
    icon(inheritedFrom.kind),
    nameOf(inheritedFrom.name),
  );
  return [...direct, from];
}

/** Creates the lists of all people and of all containers and roles of a row. */
function details({ row, people, scopes }: Match): HTMLElement[] {
  const lists: HTMLElement[] = [];
  const add = (title: string, objects: readonly PageObject[], all: number, what: string, usual: string) => {
    const of = objects.length === all ? '' : `, ${objects.length} of ${counted(all, '', '').trim()} match`;
    lists.push(
      element(
        'div',
        { class: 'names' },
        element('h3', {}, `${title}${of}`),
        longList(
          objects.map((each) => nameOf(named(each, usual))),
          MORE,
          what,
        ),
      ),
    );
  };
  if (row.people.length > 1)
    add(counted(row.people.length, 'person', 'people'), people, row.people.length, 'people', 'user');
  if (row.scopes.length > 1) {
    const [{ kind }] = [row.scopes[0]!];
    add(counted(row.scopes.length, kind, `${kind}s`), scopes, row.scopes.length, `${kind}s`, kind);
  }
  return lists;
}
