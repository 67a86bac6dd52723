import { describe, expect, test } from '@jest/globals';
import { countNamed, type Filter, matching, NO_FILTER } from './filter.js';
import type { PageObject, PageRow } from './page-data.js';

const object = (kind: string, name: string): PageObject => ({ kind, name, folded: name.toLowerCase() });
const row = (state: PageRow['state'], people: string[], scopes: string[], more: Partial<PageRow> = {}): PageRow => ({
  state,
  right: 'View',
  privileged: false,
  people: people.map((name) => object('user', name)),
  scopes: scopes.map((name) => object('container', name)),
  through: [],
  inheritedFrom: undefined,
  ...more,
});
const rows = [
  row('gained', ['Ann', 'Ben'], ['prod'], { right: 'Owner', privileged: true, through: [object('group', 'DBA')] }),
  row('lost', ['Ann'], ['dev', 'stage']),
  row('unchanged', ['Cid'], ['prod'], { inheritedFrom: object('container', 'root') }),
  row('only_before', ['Ben'], ['prod']),
  row('only_after', ['Dan'], ['prod']),
];
const found = (filter: Partial<Filter>) =>
  matching(rows, { ...NO_FILTER, ...filter }).map(({ row, people, scopes }) =>
    [rows.indexOf(row), ...[...people, ...scopes].map(({ name }) => name)].join(' '),
  );

describe('matching', () => {
  test('each view has the rows of its state', () => {
    expect(found({ view: 'changes' })).toEqual(['0 Ann Ben prod', '1 Ann dev stage']);
    expect(found({ view: 'before' })).toEqual(['1 Ann dev stage', '2 Cid prod', '3 Ben prod']);
    expect(found({ view: 'after' })).toEqual(['0 Ann Ben prod', '2 Cid prod', '4 Dan prod']);
  });

  test.each([
    ['person', { person: ' ann' }, ['0 Ann prod', '1 Ann dev stage']],
    ['group', { group: 'dba' }, ['0 Ann Ben prod']],
    ['container', { scope: 'STAGE' }, ['1 Ann stage']],
    ['right', { right: 'Owner' }, ['0 Ann Ben prod']],
    ['state', { state: 'lost' }, ['1 Ann dev stage']],
    ['privilege', { privileged: true }, ['0 Ann Ben prod']],
    ['several at once', { person: 'ann', scope: 'dev' }, ['1 Ann dev']],
    ['any text: a person', { text: 'ben' }, ['0 Ben prod']],
    ['any text: a container', { text: 'dev' }, ['1 Ann dev']],
    ['any text: a group, a right', { text: 'owner' }, ['0 Ann Ben prod']],
    ['any text: the container that it is inherited from', { view: 'after', text: 'root' }, ['2 Cid prod']],
    ['any text: nothing', { text: 'zed' }, []],
  ] as const)('filters by %s', (_, filter, expected) => {
    expect(found(filter)).toEqual(expected);
  });
});

test('countNamed: each person and each container once', () => {
  expect(countNamed(matching(rows, NO_FILTER))).toEqual({ people: 3, scopes: 3 });
});
