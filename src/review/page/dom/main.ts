import { countNamed, matching } from '../filter.js';
import type { GraphNode } from '../graph.js';
import { type PageData, rowsOf } from '../page-data.js';
import { counted } from '../words.js';
import { controls, type TextField } from './controls.js';
import { element } from './element.js';
import { graphBox } from './graph-box.js';
import { pageHead, summary } from './summary.js';
import { resultTable } from './table.js';

/** The text field that a node of the graph fills in. */
const FIELDS: Readonly<Record<GraphNode['role'], TextField>> = {
  people: 'person',
  group: 'group',
  scope: 'scope',
  way: 'text',
};

function start(data: PageData): void {
  const rows = rowsOf(data);
  const status = element('p', { role: 'status', class: 'status' });
  const table = resultTable();
  const graph = graphBox(({ role, objects, row }) => {
    if (objects.length > 1) return table.reveal(row);
    const [field, name] = [FIELDS[role], objects[0]!.name];
    form.write(field, form.read()[field] === name ? '' : name);
  });
  const form = controls(rows, data, update);
  document.title = `${data.title}: ${data.tenant}`;
  const title = element('h2', { id: 'explorer-title' }, 'Who reaches what');
  const explorer = element(
    'section',
    { class: 'explorer', 'aria-labelledby': 'explorer-title' },
    title,
    element('p', { class: 'scope' }, data.scope.join(' ')),
    form.form,
    status,
    graph.box,
    table.box,
  );
  document.body.append(
    element('a', { class: 'skip', href: '#results' }, 'Skip to the table'),
    pageHead(data),
    element('main', {}, ...summary(data), explorer),
  );
  update();

  function update(): void {
    const matches = matching(rows, form.read());
    const { people, scopes } = countNamed(matches);
    const parts = [
      counted(matches.length, 'row', 'rows'),
      counted(people, 'person', 'people'),
      counted(scopes, 'container or role', 'containers and roles'),
    ];
    status.textContent = parts.join(' · ');
    graph.show(matches);
    table.show(matches);
  }
}

start(JSON.parse(document.getElementById('data')!.textContent!) as PageData);
