import { type Filter, IN_VIEW, NO_FILTER, type View } from '../filter.js';
import type { PageRow, PageTexts, RowState } from '../page-data.js';
import { STATE_WORDS } from '../words.js';
import { element } from './element.js';

/** The text fields of a filter. */
export type TextField = 'text' | 'person' | 'group' | 'scope';

/** The form above the table. */
export interface Controls {
  readonly form: HTMLElement;
  /** Returns the content of the fields. */
  read(): Filter;
  /** Sets one text field, as if a person had typed it. */
  write(field: TextField, text: string): void;
}

/** Milliseconds after the last key until a search begins. */
const PAUSE = 120;

/** Creates the form. @param changed called when a field has changed */
export function controls(rows: readonly PageRow[], { states }: PageTexts, changed: () => void): Controls {
  const inputs = {
    text: input('text', 'Search everything', 'A name or a right'),
    person: input('person', 'Person', 'Any'),
    group: input('group', 'Group', 'Any'),
    scope: input('scope', 'Container or role', 'Any'),
  };
  const rights = [...new Set(rows.map(({ right }) => right))];
  const right = select('right', 'Right', [['', 'Any'], ...rights.map((each) => [each, each] as const)]);
  const state = select('state', 'Change', []);
  const privileged = element('input', { type: 'checkbox', id: 'privileged' });
  const views = (['changes', 'before', 'after'] as const).map((view) => {
    const radio = element('input', { type: 'radio', name: 'view', id: `view-${view}`, value: view });
    radio.checked = view === 'changes';
    const text = view === 'changes' ? 'Changes' : states[view];
    return { view, radio, label: element('label', { for: `view-${view}` }, text) };
  });
  const clear = element('button', { type: 'button', class: 'quiet' }, 'Clear filters');
  const form = element(
    'form',
    { role: 'search', 'aria-label': 'Filter the access', class: 'controls' },
    element(
      'div',
      { class: 'first-line' },
      element(
        'fieldset',
        { class: 'views' },
        element('legend', { class: 'unseen' }, 'View'),
        ...views.flatMap(({ radio, label }) => [radio, label]),
      ),
      inputs.text.field,
    ),
    element(
      'div',
      { class: 'filters' },
      inputs.person.field,
      inputs.group.field,
      inputs.scope.field,
      right.field,
      state.field,
      element('div', { class: 'check' }, privileged, element('label', { for: 'privileged' }, 'Privileged only')),
      clear,
    ),
  );
  const view = (): View => views.find(({ radio }) => radio.checked)!.view;
  const offerStates = () => {
    const chosen = state.box.value;
    const offered = IN_VIEW[view()].filter((each) => rows.some((row) => row.state === each));
    state.box.replaceChildren(option('', 'Any'), ...offered.map((each) => option(each, STATE_WORDS[each].word)));
    state.box.value = offered.includes(chosen as RowState) ? chosen : '';
  };
  const reset = () => {
    for (const { box } of Object.values(inputs)) box.value = NO_FILTER.text;
    right.box.value = NO_FILTER.right;
    state.box.value = NO_FILTER.state;
    privileged.checked = NO_FILTER.privileged;
    changed();
  };
  let timer = 0;
  form.addEventListener('input', (event) => {
    window.clearTimeout(timer);
    const typed = event.target instanceof HTMLInputElement && event.target.type === 'search';
    if (event.target instanceof HTMLInputElement && event.target.type === 'radio') offerStates();
    timer = window.setTimeout(changed, typed ? PAUSE : 0);
  });
  form.addEventListener('submit', (event) => event.preventDefault());
  clear.addEventListener('click', reset);
  offerStates();
  return {
    form,
    read: () => ({
      view: view(),
      text: inputs.text.box.value,
      person: inputs.person.box.value,
      group: inputs.group.box.value,
      scope: inputs.scope.box.value,
      right: right.box.value,
      state: state.box.value as RowState | '',
      privileged: privileged.checked,
    }),
    write: (field, text) => {
      inputs[field].box.value = text;
      changed();
    },
  };
}

function input(id: TextField, label: string, placeholder: string) {
  const box = element('input', { type: 'search', id, placeholder, autocomplete: 'off', spellcheck: 'false' });
  return { box, field: element('div', { class: `field field-${id}` }, element('label', { for: id }, label), box) };
}

function select(id: string, label: string, options: readonly (readonly [value: string, text: string])[]) {
  const box = element('select', { id }, ...options.map(([value, text]) => option(value, text)));
  return { box, field: element('div', { class: 'field' }, element('label', { for: id }, label), box) };
}

function option(value: string, text: string): HTMLOptionElement {
  return element('option', { value }, text);
}
