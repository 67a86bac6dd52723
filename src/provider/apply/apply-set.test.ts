import { expect, test } from '@jest/globals';
import { DelineaError, type ErrorCode } from '../model/errors.js';
import type { Operation, Step } from '../model/plan.js';
import { AbortPolicy } from './abort-policy.js';
import type { ApplyContext } from './apply-context.js';
import { applySet } from './apply-set.js';

const edge = (operation: Operation, label: string): Step => ({
  key: label,
  kind: 'container-permission',
  surface: 'platform-rest',
  operation,
  label,
  desired: {},
  before: {},
  changed: [],
  after: [],
});

/** Applies edges, of which some fail, and returns the labels that were attempted and the error. */
async function run(edges: readonly Step[], failing: Readonly<Record<string, ErrorCode>> = {}, signal?: AbortSignal) {
  const attempted: string[] = [];
  const context = { tenant: { settings: { concurrency: 2 } }, io: { signal } } as Pick<ApplyContext, 'tenant' | 'io'>;
  const error = await applySet(context, edges, new AbortPolicy(), async ({ label }) => {
    attempted.push(label);
    const code = failing[label];
    if (code) throw new DelineaError(code, `failed with ${code}`, { uncertain: code === 'timed_out' });
  }).catch((reason: unknown) => reason as DelineaError);
  return { attempted, error };
}

test('applySet: removes access only after every grant is done', async () => {
  const edges = [edge('revoke', 'old'), edge('none', 'same'), edge('create', 'new'), edge('adopt', 'equal')];
  expect(await run(edges)).toEqual({ attempted: ['new', 'equal', 'old'], error: undefined });
});

test('applySet: removes nothing when a grant fails', async () => {
  const { attempted, error } = await run([edge('revoke', 'old'), edge('create', 'new')], { new: 'rejected' });
  expect(attempted).toEqual(['new']);
  expect(error).toMatchObject({ code: 'rejected', message: 'new: failed with rejected' });
});

test('applySet: reports the worst error first, names the other edges, and is uncertain if one of them is', async () => {
  const labels = ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h'];
  const failing = Object.fromEntries(labels.map((label) => [label, 'rejected' as ErrorCode]));
  const { error } = await run(
    labels.map((label) => edge('create', label)),
    { ...failing, b: 'timed_out', c: 'half_done' },
  );
  expect(error).toMatchObject({ code: 'half_done', uncertain: true });
  expect(error?.message).toBe('c: failed with half_done; also not done: a, b, d, e, f and 2 more');
});

test('applySet: attempts no edge when the run was stopped', async () => {
  const { attempted, error } = await run([edge('create', 'new')], {}, AbortSignal.abort());
  expect([attempted, error?.code]).toEqual([[], 'cancelled']);
});
