import { afterEach, describe, expect, test } from '@jest/globals';
import { open, type Reply, serveApi, type TestServer } from '../api/test-server.fixture.js';
import { platformAudit, secretServerAudit } from '../settings/audit.js';
import { eventsOf, readEvents } from './audit-events.js';

let server: TestServer | undefined;
afterEach(() => server?.close());

const GROUP = secretServerAudit.lists.group!;
const USERS = platformAudit.lists.user!;
const noted = (...notes: string[]) =>
  notes.map((text) => ({ notes: text, action: 'EDIT', dateRecorded: '2026-11-01T10:00:00', userDisplayName: 'eve' }));

describe('eventsOf', () => {
  test.each([
    ['sre', 1],
    ['SRE: members', 1],
    ['added jane to group: "sre"', 1],
    ['sre-prod: members', 0],
    ['the sre team', 0],
    ['other', 0],
  ])('notes "%s": %d event about the group sre', (notes, count) => {
    expect(eventsOf(noted(notes), GROUP, { id: '7', names: ['sre'] })).toHaveLength(count);
  });

  test.each(["O'Brien's team", 'Ops (EU)', '[x]', 'Team: SRE', 'a, b'])(
    'notes about the group %s are found',
    (name) => {
      const notes = noted(
        name,
        `${name}: members`,
        `Added user to group "${name}"`,
        `${name}s: members`,
        `the ${name}`,
      );
      expect(eventsOf(notes, GROUP, { id: '7', names: [name] })).toHaveLength(3);
      expect(eventsOf(notes, GROUP, { id: '7', names: [''] })).toEqual([]);
    },
  );

  const target = (type: string, id: string, name: string) => ({
    target: { type, id, name },
    eventDateTime: '2026-11-01T12:00:00+02:00',
    eventType: { name: 'Changed' },
    actor: { displayName: 'Eve' },
  });

  test.each([
    ['the id', target('user', 'u-1', 'renamed'), 1],
    ['the name in another case', target('User', 'u-9', 'JANE'), 1],
    ['another object', target('user', 'u-9', 'tom'), 0],
    ['a group of that name', target('group', 'g-1', 'jane'), 0],
    ['a secret of that name', target('SECRET', '5', 'jane'), 0],
  ])('target with %s', (_, event, count) => {
    const found = eventsOf([event], USERS, { id: 'u-1', names: ['jane'] });
    expect(found).toEqual(
      Array.from({ length: count }, () => ({ when: '2026-11-01T10:00:00.000Z', who: 'Eve', action: 'Changed' })),
    );
  });

  test('the latest is last, whatever the order of the list; missing fields are shown as missing', () => {
    const at = (dateRecorded: string) => ({ notes: 'sre', dateRecorded });
    const events = [at('2026-11-02T00:00:00Z'), at('2026-11-03T00:00:00Z'), at('2026-11-01T00:00:00Z')];
    expect(eventsOf(events, GROUP, { id: undefined, names: ['sre'] }).at(-1)).toEqual({
      when: '2026-11-03T00:00:00.000Z',
      who: 'an account that the event does not name',
      action: 'an action that the event does not name',
    });
    expect(() => eventsOf([{ notes: 'sre' }], GROUP, { id: undefined, names: ['sre'] })).toThrow(
      'no time in dateRecorded',
    );
  });
});

describe('readEvents: a list that is selected by time', () => {
  const SINCE = '2026-11-01T00:00:00.000Z';
  const event = (minute: number) => ({ eventDateTime: new Date(Date.parse(SINCE) + minute * 60_000).toISOString() });

  /** Reads a list of so many events, of which the service returns `perPage` a page. */
  async function read(total: number, perPage = 1000, last = total, isNewestFirst = false) {
    const reply = (url: string): Reply => {
      const page = Number(new URL(url, 'http://x').searchParams.get('Page'));
      const first = (page - 1) * perPage;
      const events = Array.from({ length: Math.max(0, Math.min(perPage, last - first)) }, (_, at) =>
        event(isNewestFirst ? total - first - at : first + at),
      );
      return { body: { auditEvents: events, totalCount: total } };
    };
    server = await serveApi(({ url }) => reply(url));
    const tenant = await open(server.url, { retries: 0 });
    return readEvents(tenant, tenant.settings.surfaces['platform-audit']!, USERS, SINCE);
  }
  const requests = () => server!.seen.filter(({ url }) => url.startsWith('/audit/'));

  test.each([
    [0, 1000, 1],
    [3, 1000, 1],
    [2500, 1000, 3],
    [250, 100, 3],
  ])('%d events in pages of %d are all read, in %d requests', async (total, perPage, expected) => {
    const { since, events } = await read(total, perPage);
    expect([since, events.length, requests().length]).toEqual([SINCE, total, expected]);
    expect(requests()[0]!.url).toContain('StartDateTime=2026-11-01T00%3A00%3A00.000Z');
    expect(requests()[0]!.url).toContain('api-version=2.0');
  });

  test('of a long list the newest pages are read, and the time from which they are complete is known', async () => {
    const { since, events } = await read(25_000);
    expect([since, events.length, requests().length]).toEqual([event(5_000).eventDateTime, 20_000, 21]);
  });

  test('a long list with the newest event first is an error, since its last pages are the oldest', async () => {
    await expect(read(25_000, 1000, 25_000, true)).rejects.toMatchObject({
      message: 'audit: the events are not listed oldest first',
    });
    await server!.close();
    expect((await read(2500, 1000, 2500, true)).events).toHaveLength(2500);
  });

  test('a page that is missing is an error, not an audit without events', async () => {
    await expect(read(2500, 1000, 1500)).rejects.toMatchObject({ code: 'list_incomplete' });
    await server!.close();
    await expect(read(2, 1000, 0)).rejects.toMatchObject({ code: 'list_incomplete' });
  });
});
