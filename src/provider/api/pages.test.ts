import { afterAll, afterEach, beforeAll, describe, expect, jest, test } from '@jest/globals';
import fc from 'fast-check';
import { type Fault, type Simulator, startSimulator } from '../../simulator/index.js';
import { MOST_PAGES, PAGES_AT_ONCE } from '../model/limits.js';
import { readSettings } from '../settings/settings.js';
import { checkedPage, type Page, readAll } from './pages.js';
import { connect } from './tenant.js';

interface Item {
  readonly id: string;
}

const items = (count: number): Item[] => Array.from({ length: count }, (_, index) => ({ id: `${index}` }));

/** A list of `all()` items, served as `shorten` says, in an order of answers that changes. */
function listing(all: () => readonly Item[], shorten: (count: number, offset: number) => number) {
  const asked: { offset: number; count: number }[] = [];
  const fetch = async (offset: number, count: number): Promise<Page<Item>> => {
    asked.push({ offset, count });
    for (let turn = 0; turn < (offset * 7) % 5; turn++) await Promise.resolve();
    const held = all();
    return { items: held.slice(offset, offset + Math.min(count, shorten(count, offset))), total: held.length };
  };
  return { asked, spec: (size: number) => ({ fetch, size, idOf: ({ id }: Item) => id, what: 'list' }) };
}

const ids = (list: readonly Item[]) => list.map(({ id }) => Number(id)).sort((left, right) => left - right);

describe('readAll: unchanged list', () => {
  test('readAll: returns every item once, whatever the page sizes', async () => {
    const total = fc.integer({ min: 0, max: 500 });
    const size = fc.integer({ min: 1, max: 120 });
    const lengths = fc.func(fc.integer({ min: 1, max: 120 }));
    await fc.assert(
      fc.asyncProperty(total, size, lengths, async (count, pageSize, shorten) => {
        const { spec, asked } = listing(() => items(count), shorten);
        expect(ids(await readAll(spec(pageSize)))).toEqual(ids(items(count)));
        expect(asked.every((page) => page.count >= 1 && page.count <= pageSize)).toBe(true);
      }),
      { numRuns: 150 },
    );
  });

  test('readAll: requests no more pages than the list has', async () => {
    const cap = fc.integer({ min: 1, max: 100 });
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 1, max: 500 }), cap, async (count, most) => {
        const { spec, asked } = listing(
          () => items(count),
          () => most,
        );
        await readAll(spec(100));
        expect(asked).toHaveLength(Math.ceil(count / most));
      }),
    );
  });

  test('readAll: requests pages in parallel', async () => {
    let [open, most] = [0, 0];
    const fetch = async (offset: number, count: number) => {
      most = Math.max(most, ++open);
      await new Promise((resolve) => setTimeout(resolve, 5));
      open -= 1;
      return { items: items(500).slice(offset, offset + count), total: 500 };
    };
    await readAll({ fetch, size: 100, idOf: ({ id }: Item) => id, what: 'list' });
    expect(most).toBe(4);
  });

  test('readAll: does not request a first page that it was given', async () => {
    const { spec, asked } = listing(
      () => items(150),
      () => 100,
    );
    const first = await spec(100).fetch(0, 100);
    expect(await readAll(spec(100), first)).toHaveLength(150);
    expect(asked).toEqual([
      { offset: 0, count: 100 },
      { offset: 100, count: 50 },
    ]);
  });
});

describe('readAll: changing list', () => {
  test('readAll: returns all initial items when the list grows', async () => {
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 0, max: 300 }), fc.integer({ min: 0, max: 5 }), async (start, growth) => {
        let count = start - growth;
        const { spec } = listing(
          () => {
            count = Math.min(count + growth, start + 50);
            return items(count);
          },
          () => 25,
        );
        const read = ids(await readAll(spec(50)));
        expect(read.slice(0, start)).toEqual(ids(items(start)));
        expect(new Set(read).size).toBe(read.length);
      }),
    );
  });

  test('readAll: reads the list again when it shrinks', async () => {
    let reads = 0;
    const { spec } = listing(
      () => (reads++ === 0 ? items(250) : items(250).slice(1)),
      () => 100,
    );
    const read = ids(await readAll(spec(100)));
    expect(read).toEqual(ids(items(250)).slice(1));
    // the last page is found empty, and the whole is read once more
    expect(reads).toBe(4 + 3);
  });

  test('readAll: throws when two reads are incomplete', async () => {
    let count = 300;
    const { spec } = listing(
      () => items(--count),
      () => 100,
    );
    await expect(readAll(spec(100))).rejects.toMatchObject({ code: 'list_incomplete' });
  });
});

describe('readAll: wrong totals', () => {
  test.each<[string, (offset: number) => readonly Item[]]>([
    ['ends early', (offset) => (offset === 0 ? items(100) : [])],
    ['repeats its first page', () => items(100)],
    ['is empty', () => []],
    ['repeats one item', () => [{ id: '1' }]],
  ])('readAll: throws when the service %s', async (_, held) => {
    const fetch = async (offset: number) => ({ items: held(offset), total: 250 });
    await expect(readAll({ fetch, size: 100, idOf: ({ id }: Item) => id, what: 'user list' })).rejects.toMatchObject({
      code: 'list_incomplete',
      message: expect.stringMatching(/^user list: only \d+ of 250 objects were returned/),
    });
  });

  test('readAll: throws when a later page reports a smaller total', async () => {
    const fetch = async (offset: number) =>
      offset === 0 ? { items: items(100), total: 250 } : { items: [], total: 0 };
    await expect(readAll({ fetch, size: 100, idOf: ({ id }: Item) => id, what: 'list' })).rejects.toMatchObject({
      code: 'list_incomplete',
    });
  });
});

describe('readAll: endless lists', () => {
  const endless = async (page: (offset: number) => { items: readonly string[]; total: number }) => {
    let requests = 0;
    const fetch = async (offset: number) => {
      requests++;
      return page(offset);
    };
    const error = await readAll({ fetch, size: 100, idOf: (item: string) => item, what: 'list' }).catch(
      (thrown) => thrown,
    );
    return { error, requests };
  };

  test('throws after a few requests when every page is the same', async () => {
    const { error, requests } = await endless(() => ({ items: ['a', 'b'], total: 10_000 }));
    expect(error).toMatchObject({ code: 'list_incomplete', message: 'list: only 2 of 10000 objects were returned' });
    expect(requests).toBeLessThan(2 * (1 + 3 + PAGES_AT_ONCE));
  });

  test('throws when the total grows with every page', async () => {
    const { error, requests } = await endless((offset) => ({ items: [String(offset)], total: offset + 2 }));
    expect(error).toMatchObject({ code: 'list_incomplete', message: `list: more than ${MOST_PAGES} pages` });
    expect(requests).toBe(MOST_PAGES);
  });

  test('throws before the second request when the total needs too many pages', async () => {
    const { error, requests } = await endless(() => ({ items: ['a'], total: 1_000_000 }));
    expect([error.code, requests]).toEqual(['list_incomplete', 1]);
  });

  test.each([-1, 0.5, Number.NaN, Number.POSITIVE_INFINITY, 1e12])('checkedPage: refuses a total of %d', (total) => {
    expect(() => checkedPage({ items: [], total }, 'list')).toThrow(`list: a total of ${total} is not possible`);
  });
});

describe('readAll: against the simulator', () => {
  let simulator: Simulator;
  beforeAll(async () => {
    simulator = await startSimulator({ seedUsers: 237 });
  });
  afterAll(() => simulator.close());
  afterEach(() => {
    jest.restoreAllMocks();
    simulator.faults.clear();
  });

  const SURFACES = ['platform-rest', 'platform-scim', 'scim-cloud'];
  const list = async (surface: string) =>
    (await connect(readSettings({ retries: 2 }, simulator.env), {})).collection('user', surface).list();

  test.each(SURFACES)('%s: lists every user once from pages of any length', async (surface) => {
    const faults: Fault[][] = [[], [{ kind: 'shortPages' }], [{ kind: 'shortPages', rate: 0.5, seed: 4 }]];
    for (const set of faults) {
      simulator.faults.set({ faults: set });
      const names = (await list(surface)).map(({ values }) => String(values.userName));
      expect(names.sort()).toEqual(
        simulator
          .state()
          .users.map(({ userName }) => userName)
          .sort(),
      );
    }
  });

  test.each(SURFACES)('%s: throws when pages repeat or are missing', async (surface) => {
    for (const kind of ['repeatPage', 'listEndsEarly'] as const) {
      simulator.faults.set({ faults: [{ kind }] });
      await expect(list(surface)).rejects.toMatchObject({ code: 'list_incomplete' });
      simulator.faults.set({ faults: [{ kind, times: 1 }] });
      expect(await list(surface)).toHaveLength(237);
    }
  });

  test.each(SURFACES)(
    '%s: returns a complete list despite throttling, failures, resets and truncated pages',
    async (surface) => {
      jest.spyOn(Math, 'random').mockReturnValue(0);
      for (const kind of ['throttle', 'status', 'resetBefore', 'resetAfter', 'truncate', 'html502'] as const) {
        simulator.faults.set({ faults: [{ kind, method: 'GET', at: [1, 3] }] });
        expect(await list(surface)).toHaveLength(237);
      }
    },
  );
});

describe('readAll: list without a total', () => {
  /** Serves pages by number, as reports do, and never more than `cap` items. */
  function numbered(count: number, cap: number) {
    const asked: number[] = [];
    const fetch = async (offset: number, size: number): Promise<Page<Item>> => {
      asked.push(size);
      expect(offset % size).toBe(0);
      const page = items(count).slice(offset, offset + Math.min(size, cap));
      return { items: page, total: offset + page.length, open: page.length > 0 };
    };
    return { asked, spec: { fetch, size: 100, idOf: ({ id }: Item) => id, what: 'list' } };
  }

  test.each([0, 1, 99, 100, 101, 200, 250])(
    'readAll: returns all of %d items, whatever the limit of pages',
    async (count) => {
      for (const cap of [7, 50, 100, 1000]) {
        const { spec } = numbered(count, cap);
        expect(ids(await readAll(spec))).toEqual(ids(items(count)));
      }
    },
  );

  test('readAll: asks for one page after a short first page, and for none after a later short page', async () => {
    const short = numbered(30, 100);
    await readAll(short.spec);
    expect(short.asked).toEqual([100, 30]);
    const long = numbered(130, 100);
    await readAll(long.spec);
    expect(long.asked).toEqual([100, 100]);
  });

  test('readAll: reads on after a page that only repeats, since a new object moves the others', async () => {
    const pages = [['a', 'b'], ['b', 'a'], ['c']];
    const fetch = async (offset: number) => {
      const page = pages[offset / 2] ?? [];
      return { items: page.map((id) => ({ id })), total: 9, open: true };
    };
    const read = await readAll({ fetch, size: 2, idOf: ({ id }: Item) => id, what: 'list' });
    expect(read.map(({ id }) => id)).toEqual(['a', 'b', 'c']);
  });

  test('readAll: is incomplete when every page is the same', async () => {
    const fetch = async () => ({ items: items(2), total: 3, open: true });
    await expect(readAll({ fetch, size: 2, idOf: ({ id }: Item) => id, what: 'list' })).rejects.toMatchObject({
      code: 'list_incomplete',
      message: 'list: 3 pages have no new objects',
    });
  });
});
