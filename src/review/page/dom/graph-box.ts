import type { Match } from '../filter.js';
import { type GraphNode, type GraphRight, graphOf } from '../graph.js';
import { type Box, placed } from '../place-graph.js';
import { named, peopleText, STATE_WORDS, scopesText } from '../words.js';
import { element, icon, nameOf, svg, unseen } from './element.js';
import { rightMark } from './table.js';

/** Rows in the graph: more cannot be read. */
const MOST_ROWS = 16;

/** Pixels of the narrowest usual sheet of paper, without its margins and those of the graph. */
const SHEET_WIDTH = 640;

/** The graph of the first rows that match. */
export interface GraphBox {
  readonly box: HTMLElement;
  show(matches: readonly Match[]): void;
}

/** Creates the graph. @param chosen called when a node is chosen */
export function graphBox(chosen: (node: GraphNode) => void): GraphBox {
  const canvas = element('div', { class: 'canvas' });
  const scroller = element('div', { class: 'scroller', role: 'group', 'aria-label': 'Graph', tabindex: '0' }, canvas);
  const limit = element('p', { class: 'limit' });
  const box = element('figure', { class: 'graph' }, element('figcaption', {}, legend(), limit), scroller);
  let shown: readonly Match[] = [];
  const draw = () => {
    const focused = document.activeElement?.getAttribute('data-key');
    box.hidden = shown.length === 0;
    if (shown.length === 0) return;
    drawGraph(canvas, shown.slice(0, MOST_ROWS), scroller.clientWidth, chosen);
    const again = [...canvas.querySelectorAll<HTMLElement>('button')].find(
      (button) => focused !== null && button.getAttribute('data-key') === focused,
    );
    again?.focus({ preventScroll: true });
  };
  // A sheet of paper is narrower than the window.
  window.addEventListener('beforeprint', () => {
    canvas.style.setProperty('zoom', String(Math.min(1, SHEET_WIDTH / canvas.offsetWidth)));
  });
  window.addEventListener('afterprint', () => canvas.style.removeProperty('zoom'));
  let width = 0;
  new ResizeObserver(() => {
    if (scroller.clientWidth === width) return;
    width = scroller.clientWidth;
    draw();
  }).observe(scroller);
  return {
    box,
    show(matches) {
      shown = matches;
      const all = matches.length.toLocaleString('en');
      limit.textContent =
        matches.length > MOST_ROWS
          ? `The graph shows the first ${MOST_ROWS} of ${all} rows. Filter to see others.`
          : '';
      draw();
    },
  };
}

function drawGraph(
  canvas: HTMLElement,
  matches: readonly Match[],
  available: number,
  chosen: (node: GraphNode) => void,
): void {
  const graph = graphOf(matches);
  const { width, height, boxes, columns, curves } = placed(graph, available);
  const titles = columns.map((left, at) => {
    const text =
      at === 0 ? 'People' : at === columns.length - 1 ? 'Containers and roles' : at === 1 ? 'Groups' : 'In groups';
    const title = element('p', { class: 'column-title' }, text);
    title.style.left = `${left}px`;
    return title;
  });
  const lines = curves.map(({ edge, path }) => svg('path', { class: `edge edge-${edge.state}`, d: path }));
  const drawing = svg('svg', { width, height, class: 'edges', 'aria-hidden': 'true' }, ...lines);
  const nodes = graph.columns
    .flat()
    .filter(({ role }) => role !== 'way')
    .map((node) => nodeButton(node, boxes.get(node)!, chosen));
  canvas.style.width = `${width}px`;
  canvas.style.height = `${height + TITLE_HEIGHT}px`;
  canvas.replaceChildren(...titles, drawing, ...nodes);
}

/** Height of the titles above the columns; the style sheet has the same. */
const TITLE_HEIGHT = 30;

function nodeButton(node: GraphNode, { x, y, width, height }: Box, chosen: (node: GraphNode) => void): HTMLElement {
  const { role, objects, rights, key } = node;
  const [first] = objects;
  const text = role === 'people' ? peopleText(objects) : role === 'group' ? first!.name : scopesText(objects);
  const kind = objects.length > 1 && role === 'people' ? 'people' : first!.kind;
  const button = element(
    'button',
    {
      type: 'button',
      class: `node node-${role}`,
      'data-key': key,
      title: objects.length === 1 ? named(first!, '') : text,
    },
    element('span', { class: 'node-name' }, icon(kind), nameOf(text)),
    ...rights.map(rightLine),
  );
  button.style.left = `${x}px`;
  button.style.top = `${y + TITLE_HEIGHT}px`;
  button.style.width = `${width}px`;
  button.style.height = `${height}px`;
  button.addEventListener('click', () => chosen(node));
  return button;
}

function rightLine(right: GraphRight): HTMLElement {
  const { sign, word } = STATE_WORDS[right.state];
  const mark = element('span', { class: 'sign', 'aria-hidden': 'true' }, sign);
  return element('span', { class: `node-right mark-${right.state}` }, mark, unseen(` ${word} `), rightMark(right));
}

function legend(): HTMLElement {
  const item = (state: 'gained' | 'lost' | 'unchanged') => {
    const line = svg(
      'svg',
      { width: 30, height: 8, 'aria-hidden': 'true' },
      svg('path', { class: `edge edge-${state}`, d: 'M1 4H29' }),
    );
    return element('li', {}, line, STATE_WORDS[state].word);
  };
  const privileged = element(
    'li',
    {},
    element('span', { class: 'diamond', 'aria-hidden': 'true' }, '◆'),
    'Privileged: ownership or role',
  );
  return element('ul', { class: 'legend' }, item('gained'), item('lost'), item('unchanged'), privileged);
}
