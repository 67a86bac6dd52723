import { describe, expect, test } from '@jest/globals';
import type { Match } from './filter.js';
import { type Graph, type GraphNode, graphOf } from './graph.js';
import type { PageObject, PageRow } from './page-data.js';
import { placed } from './place-graph.js';

const object = (kind: string, name: string): PageObject => ({ kind, name, folded: name.toLowerCase() });
const match = (people: string[], through: string[], scopes: string[], state: PageRow['state'] = 'gained'): Match => {
  const row: PageRow = {
    state,
    right: 'View',
    privileged: false,
    people: people.map((name) => object('user', name)),
    scopes: scopes.map((name) => object('container', name)),
    through: through.map((name) => object('group', name)),
    inheritedFrom: undefined,
  };
  return { row, people: row.people, scopes: row.scopes };
};
const nameOf = ({ role, objects }: GraphNode) => (role === 'way' ? '~' : objects.map(({ name }) => name).join('+'));
const columns = (graph: Graph) => graph.columns.map((column) => column.map(nameOf).sort());

describe('graphOf', () => {
  test('people, groups by depth, containers', () => {
    const graph = graphOf([match(['ann'], ['a', 'b'], ['prod']), match(['ben'], ['b'], ['prod'])]);
    expect(columns(graph)).toEqual([['ann', 'ben'], ['a', '~'], ['b'], ['prod']]);
    expect(graph.edges).toHaveLength(4);
  });

  test('people that a row names together are one node; containers up to three are nodes of their own', () => {
    expect(columns(graphOf([match(['ann', 'ben'], [], ['a', 'b', 'c'])]))).toEqual([['ann+ben'], ['a', 'b', 'c']]);
    expect(columns(graphOf([match(['ann'], [], ['a', 'b', 'c', 'd'])]))).toEqual([['ann'], ['a+b+c+d']]);
  });

  test('a container has one line for each right and state', () => {
    const graph = graphOf([
      match(['ann'], [], ['prod']),
      match(['ben'], [], ['prod'], 'lost'),
      match(['cid'], [], ['prod']),
    ]);
    const [prod] = graph.columns.at(-1)!;
    expect(prod!.rights.map(({ state }) => state)).toEqual(['gained', 'lost']);
    expect(graph.edges.map(({ right }) => right)).toEqual([0, 1, 0]);
  });

  test('groups that contain each other have a place', () => {
    const graph = graphOf([match(['ann'], ['a', 'b'], ['prod']), match(['ben'], ['b', 'a'], ['prod'])]);
    expect(
      columns(graph)
        .flat()
        .filter((name) => name !== '~')
        .sort(),
    ).toEqual(['a', 'ann', 'b', 'ben', 'prod']);
  });
});

describe('placed', () => {
  test('nodes of one column do not overlap, and every curve ends at its nodes', () => {
    const graph = graphOf(
      Array.from({ length: 12 }, (_, index) =>
        match([`u${index}`], index % 3 === 0 ? [] : [`g${index % 4}`, `h${index % 2}`], [`c${index % 5}`]),
      ),
    );
    const { boxes, curves, width, height } = placed(graph, 900);
    for (const column of graph.columns) {
      for (const [at, node] of column.slice(1).entries()) {
        const above = boxes.get(column[at]!)!;
        expect(boxes.get(node)!.y).toBeGreaterThanOrEqual(above.y + above.height);
      }
    }
    for (const { x, y, ...box } of boxes.values()) {
      expect([x >= 0, y >= 0, x + box.width <= width + 0.01, y + box.height <= height + 0.01]).not.toContain(false);
    }
    for (const { edge, path } of curves) {
      expect(path).not.toContain('NaN');
      expect(path.startsWith(`M${boxes.get(edge.from)!.x + boxes.get(edge.from)!.width} `)).toBe(true);
      expect(path).toContain(` ${boxes.get(edge.to)!.x} `);
    }
  });

  test('a narrow window gives a graph that is wider than it', () => {
    const graph = graphOf([match(['ann'], ['a', 'b'], ['prod'])]);
    expect(placed(graph, 300).width).toBeGreaterThan(900);
  });
});
