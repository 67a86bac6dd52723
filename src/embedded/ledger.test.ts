import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { linkSync, mkdtempSync, readdirSync, readFileSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, jest, test } from '@jest/globals';
import type { OwnedObject } from '../provider/index.js';
import { Ledger } from './ledger.js';
import { readLedger } from './ledger-file.js';

const owner = { stack: 'people', tenant: 'https://acme.delinea.app' };
const newPath = () => join(mkdtempSync(join(tmpdir(), 'ledger-')), 'delinea-iac.people.json');

const objectsIn = async (path: string) => (await readLedger(path, owner))?.objects;

function user(name: string, id = `id-${name}`, address = `delinea_user.${name}`): OwnedObject {
  return { address, kind: 'user', id, surface: 'platform-rest', key: { userName: name } };
}

jest.setTimeout(60_000);

describe('Ledger', () => {
  test('has a recorded object on disk, sorted, when the call returns', async () => {
    const path = newPath();
    const ledger = await Ledger.open(path, owner);
    expect(ledger.found).toBe(undefined);
    await ledger.record(user('jane'));
    expect(await objectsIn(path)).toEqual([user('jane')]);
    const bob = { ...user('bob'), onRemoval: 'retain', reactivated: 'INC-1', correlation: 'ext-bob' };
    await ledger.record(bob);
    expect((await objectsIn(path))?.[0]).toEqual(bob);
    expect((await objectsIn(path))?.map(({ address }) => address)).toEqual(['delinea_user.bob', 'delinea_user.jane']);
    await ledger.forget(user('bob'));
    expect(await objectsIn(path)).toEqual([user('jane')]);
    await ledger.close();
    const again = await Ledger.open(path, owner);
    expect(again.found).toBeDefined();
    expect(again.objects()).toEqual([user('jane')]);
    await again.close();
    expect(readdirSync(join(path, '..'))).toEqual(['delinea-iac.people.json']);
  });

  test('keeps the settings of objects and of authoritative sets, and reads a file without them', async () => {
    const path = newPath();
    const ledger = await Ledger.open(path, owner);
    const jane = { ...user('jane'), settings: { preventDestroy: true, ignoreChanges: ['title'] } };
    const sets = [
      { address: 'delinea_role_bindings.admin', settings: {} },
      { address: 'delinea_role_bindings.zed', settings: { allowEmpty: true } },
    ];
    await Promise.all([ledger.record(jane), ledger.recordSet(sets[1]!), ledger.recordSet(sets[0]!), ledger.save()]);
    await ledger.recordSet(sets[0]!);
    await ledger.close();
    expect(await readLedger(path, owner)).toMatchObject({ objects: [jane], usedConsents: [], sets });
    writeFileSync(path, JSON.stringify({ version: 1, ...owner, objects: [user('tom')] }));
    expect(await readLedger(path, owner)).toMatchObject({ objects: [user('tom')], usedConsents: [], sets: [] });
  });

  test('has one entry for an object that got a new address, or a replaced right with a new id', async () => {
    const ledger = await Ledger.open(newPath(), owner);
    await ledger.record(user('jane'));
    await ledger.record(user('jane', 'id-jane', 'delinea_user.jane_doe'));
    await ledger.forget(user('jane'));
    expect(ledger.objects().map(({ address }) => address)).toEqual(['delinea_user.jane_doe']);
    await ledger.record(user('jane', 'id-2', 'delinea_user.jane_doe'));
    expect(ledger.objects().map(({ id }) => id)).toEqual(['id-2']);
    await ledger.close();
  });

  test('has two entries for an address while its object is replaced', async () => {
    const ledger = await Ledger.open(newPath(), owner);
    await ledger.record({ ...user('jane'), key: { userName: 'jane' } });
    await ledger.record({ ...user('jane', 'id-2'), key: { userName: 'john' } });
    expect(ledger.objects()).toHaveLength(2);
    await ledger.forget(user('jane'));
    expect(ledger.objects().map(({ id }) => id)).toEqual(['id-2']);
    await ledger.close();
  });

  test('records 1,700 objects, eight at a time, with few writes, and each is on disk when its call returns', async () => {
    const path = newPath();
    const ledger = await Ledger.open(path, owner);
    const writes = new Set<bigint>();
    let next = 0;
    await Promise.all(
      Array.from({ length: 8 }, async () => {
        while (next < 1_700) {
          await ledger.record(user(`user${next++}`));
          writes.add(statSync(path, { bigint: true }).mtimeNs);
        }
      }),
    );
    expect(writes.size).toBeLessThan(1_700 / 3);
    expect(await objectsIn(path)).toHaveLength(1_700);
    const many = Array.from({ length: 200 }, (_, index) => user(`late${index}`));
    await Promise.all(
      many.map(async (entry) => {
        await ledger.record(entry);
        expect(readFileSync(path, 'utf8')).toContain(`"${entry.id}"`);
      }),
    );
    await ledger.close();
  });

  describe('used consents', () => {
    const used = (name: string, consent: string, id = `id-${name}`) => ({
      kind: 'user',
      id,
      key: { userName: name },
      consent,
    });
    const by = (name: string, reactivated: string, id?: string) => ({ ...user(name, id), reactivated });
    const spentIn = async (path: string) => (await readLedger(path, owner))?.usedConsents;

    test('are kept when the account is forgotten or uses another consent, on disk and in the next run', async () => {
      const path = newPath();
      const ledger = await Ledger.open(path, owner);
      await ledger.record(by('tom', 'T-1'));
      await ledger.record(by('jane', 'T-1'));
      // The consent of an entry is not listed a second time.
      expect([await spentIn(path), readFileSync(path, 'utf8')]).toEqual([
        [],
        expect.not.stringContaining('usedConsents'),
      ]);
      await ledger.forget(by('tom', 'T-1'));
      await ledger.record(by('jane', 'T-2'));
      await ledger.record(user('jane'));
      const gone = [used('jane', 'T-1'), used('jane', 'T-2'), used('tom', 'T-1')];
      expect(await spentIn(path)).toEqual(gone);
      expect(readFileSync(path, 'utf8').split('\n').slice(2, 5)).toEqual([
        expect.stringContaining('"usedConsents"'),
        ...gone.slice(0, 2).map((each) => `  ${JSON.stringify(each)},`),
      ]);
      await ledger.close();
      const again = await Ledger.open(path, owner);
      expect(again.usedConsents()).toEqual(gone);
      await again.record(by('tom', 'T-1'));
      expect(await spentIn(path)).toEqual(gone.slice(0, 2));
      expect(again.usedConsents()).toEqual(gone);
      await again.close();
    });

    test('are kept with the id of an account that was created again', async () => {
      const path = newPath();
      const ledger = await Ledger.open(path, owner);
      await ledger.record(by('jane', 'T-1'));
      await ledger.record(by('jane', 'T-2', 'id-2'));
      expect(await spentIn(path)).toEqual([used('jane', 'T-1')]);
      expect(ledger.usedConsents()).toEqual([used('jane', 'T-1'), used('jane', 'T-2', 'id-2')]);
      await ledger.close();
    });

    test('are read from the entries of a ledger without a list of them', async () => {
      const path = newPath();
      const objects = JSON.stringify([by('jane', 'T-1')]);
      writeFileSync(path, `{"version":1,"stack":"people","tenant":"${owner.tenant}","objects":${objects}}`);
      const ledger = await Ledger.open(path, owner);
      expect(ledger.usedConsents()).toEqual([used('jane', 'T-1')]);
      await ledger.forget(user('jane'));
      expect(await readLedger(path, owner)).toMatchObject({
        objects: [],
        usedConsents: [used('jane', 'T-1')],
        sets: [],
      });
      await ledger.close();
    });
  });

  test.each([
    ['a symbolic link', symlinkSync],
    ['a second name', linkSync],
  ])('refuses %s of a ledger, which would have a lock of its own', async (_, make) => {
    const path = newPath();
    const other = join(path, '..', 'other.json');
    const text = `{"version":1,"stack":"people","tenant":"${owner.tenant}","objects":[]}`;
    writeFileSync(path, text);
    make(path, other);
    await expect(Ledger.open(other, owner)).rejects.toMatchObject({ code: 'file_refused', path: other });
    expect(readFileSync(path, 'utf8')).toBe(text);
    expect(readdirSync(join(path, '..')).sort()).toEqual(['delinea-iac.people.json', 'other.json']);
  });

  test('is readable only by its owner once it is written, as are its temporary files', async () => {
    const path = newPath();
    writeFileSync(path, `{"version":1,"stack":"people","tenant":"${owner.tenant}","objects":[]}`, { mode: 0o644 });
    const ledger = await Ledger.open(path, owner);
    await ledger.record(user('jane'));
    expect(statSync(path).mode & 0o777).toBe(0o600);
    await ledger.close();
    expect(readdirSync(join(path, '..'))).toEqual(['delinea-iac.people.json']);
  });

  test.each([
    ['not JSON', '{"version":1'],
    ['another version', '{"version":2,"stack":"people","tenant":"x","objects":[]}'],
    [
      'an unknown kind',
      `{"version":1,"stack":"people","tenant":"${owner.tenant}","objects":[${JSON.stringify({ ...user('a'), kind: 'robot' })}]}`,
    ],
    [
      'an empty correlation key',
      `{"version":1,"stack":"people","tenant":"${owner.tenant}","objects":[${JSON.stringify({ ...user('a'), correlation: '' })}]}`,
    ],
    [
      'a consent of an unknown kind',
      `{"version":1,"stack":"people","tenant":"${owner.tenant}","objects":[],"usedConsents":[{"kind":"robot","id":"1","key":{},"consent":"T"}]}`,
    ],
    ['a foreign property', `{"version":1,"stack":"people","tenant":"${owner.tenant}","objects":[],"x":1}`],
  ])('refuses a damaged ledger (%s) and does not change it', async (_, text) => {
    const path = newPath();
    writeFileSync(path, text);
    await expect(Ledger.open(path, owner)).rejects.toMatchObject({ code: 'ledger_damaged', path });
    expect(readFileSync(path, 'utf8')).toBe(text);
    // The lock was released with the refusal.
    await expect(Ledger.open(path, owner)).rejects.toMatchObject({ code: 'ledger_damaged' });
  });

  test('refuses the ledger of another stack or tenant', async () => {
    const path = newPath();
    writeFileSync(path, `{"version":1,"stack":"robots","tenant":"${owner.tenant}","objects":[]}`);
    await expect(readLedger(path, owner)).rejects.toMatchObject({
      code: 'settings_invalid',
      message: expect.stringContaining('robots'),
    });
    writeFileSync(path, '{"version":1,"stack":"people","tenant":"https://other","objects":[]}');
    await expect(readLedger(path, owner)).rejects.toMatchObject({ code: 'settings_invalid' });
  });

  test('fails and keeps the old file when the ledger cannot be written', async () => {
    const path = join(newPath(), 'no', 'such', 'folder.json');
    await expect(Ledger.open(path, owner)).rejects.toMatchObject({ code: 'ledger_locked' });
  });
});

describe('Ledger: the lock', () => {
  test('names its holder', async () => {
    const path = newPath();
    const ledger = await Ledger.open(path, owner);
    await expect(Ledger.open(path, owner)).rejects.toMatchObject({
      code: 'ledger_locked',
      message: expect.stringContaining(`process ${process.pid}`),
    });
    await ledger.close();
    await (await Ledger.open(path, owner)).close();
  });

  test('of a killed process is replaced at once, by one run only', async () => {
    const path = newPath();
    await heldBy(path, (child) => child.kill('SIGKILL'));
    expect(readdirSync(join(path, '..'))).toContain('delinea-iac.people.json.lock.d');
    const started = performance.now();
    const outcomes = await Promise.allSettled([Ledger.open(path, owner), Ledger.open(path, owner)]);
    expect(performance.now() - started).toBeLessThan(2_000);
    expect(outcomes.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
    for (const outcome of outcomes) if (outcome.status === 'fulfilled') await outcome.value.close();
  });

  test('is released when the process is interrupted', async () => {
    const path = newPath();
    await heldBy(path, (child) => child.kill('SIGINT'));
    expect(readdirSync(join(path, '..')).filter((name) => name.endsWith('.lock.d'))).toEqual([]);
  });
});

/** Another process opens the ledger; what is done to it then is the test's. */
async function heldBy(path: string, then: (child: ReturnType<typeof spawn>) => void): Promise<void> {
  const script = `
    const { Ledger } = await import(${JSON.stringify(new URL('./ledger.ts', import.meta.url).href)});
    await Ledger.open(${JSON.stringify(path)}, ${JSON.stringify(owner)});
    process.stdout.write('held');
    setInterval(() => {}, 1000);`;
  const child = spawn(process.execPath, ['--import', 'tsx', '--input-type=module', '-e', script], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const ended = once(child, 'exit');
  await Promise.race([once(child.stdout, 'data'), ended]);
  expect(child.exitCode).toBeNull();
  then(child);
  await ended;
}
