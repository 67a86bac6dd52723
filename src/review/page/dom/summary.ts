import type { Notice, PageTexts } from '../page-data.js';
import { element, icon, longList, nameOf } from './element.js';

/** Lines of a list that are shown at first. */
const FIRST = 8;

/** Creates the head of the page: its title, its tenant and its basis. */
export function pageHead({ title, tenant, basis }: PageTexts): HTMLElement {
  return element(
    'header',
    { class: 'head' },
    element('p', { class: 'brand' }, 'delinea-iac'),
    element('h1', {}, title),
    element('p', { class: 'tenant' }, nameOf(tenant)),
    ...basis.map((line) => element('p', { class: 'basis' }, line)),
  );
}

/** Creates everything above the table: warnings, totals, what to look at first. */
export function summary({ warnings, totals, notices }: PageTexts): HTMLElement[] {
  const cards = totals.map(({ value, label, tone }) =>
    element(
      'div',
      { class: `total ${value > 0 && tone ? `tone-${tone}` : 'tone-none'}` },
      element('dt', {}, label),
      element('dd', {}, value.toLocaleString('en')),
    ),
  );
  return [
    ...section('Warnings', warnings, 'banner'),
    element('section', { 'aria-label': 'Totals' }, element('dl', { class: 'totals' }, ...cards)),
    ...section('Notes', notices, 'card'),
  ];
}

function section(label: string, notices: readonly Notice[], look: string): HTMLElement[] {
  if (notices.length === 0) return [];
  return [element('section', { 'aria-label': label, class: 'notices' }, ...notices.map((each) => notice(each, look)))];
}

function notice({ level, title, lines }: Notice, look: string): HTMLElement {
  const head = element('h2', {}, icon(level), title, ...(lines.length > 1 ? [badge(lines.length)] : []));
  const list = lines.length === 0 ? [] : [longList(lines.map(nameOf), FIRST, 'lines')];
  return element('div', { class: `notice ${look} level-${level}` }, head, ...list);
}

function badge(number: number): HTMLElement {
  return element('span', { class: 'badge' }, number.toLocaleString('en'));
}
