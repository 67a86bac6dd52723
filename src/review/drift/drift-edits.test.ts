import { parse } from '@babel/parser';
import { describe, expect, test } from '@jest/globals';
import type { OwnedObject } from '../../provider/index.js';
import { sampleChange, samplePlan } from '../text/sample-plan.fixture.js';
import { hclString, tsString } from './code-literals.js';
import { driftItems } from './drift.js';
import { driftMarkdown } from './drift-markdown.js';
import { driftOf } from './drift-report.js';

const HOSTILE = [
  'a"b\\c\'d`e',
  '${x} %{y}',
  'one\ntwo\r\n::set-output name=x::y',
  '##[group] ##vso[task]',
  '<script>alert(1)</script> | @team',
  '\u001b[31m\u202e\u2066x\u3164',
  '*/ // # ```\n```',
  '\u{e0001}\u{1f600}',
  '',
];

/** Returns the syntax error of a text in TypeScript. */
function faultIn(code: string): string | undefined {
  try {
    parse(code, { sourceType: 'module', plugins: ['typescript'] });
    return undefined;
  } catch (error) {
    return String(error);
  }
}

describe.each(HOSTILE)('hostile text %j', (name) => {
  test('a string of TypeScript has the text, and nothing that a runner or a reader mistakes', () => {
    expect(new Function(`return ${tsString(name)}`)()).toBe(name);
    for (const text of [tsString(name), hclString(name)]) {
      expect(text).toMatch(/^"[ -~\p{L}\p{N}]*"$/u);
      expect(text.slice(1, -1)).not.toMatch(/[$%`<>|]|::|##|(?<!\\)(\\\\)*"/);
    }
  });

  test('every edit is code, and a comment has only code in its fences', () => {
    const names = { user: { eve: { name: name || 'eve' } } };
    const group = sampleChange('update', 'group', 'sre', {
      label: name,
      desired: { description: 'x', members: [] },
      before: { description: name, members: ['eve'] },
    });
    const found = {
      kind: 'container-permission',
      id: 'p',
      values: { container: name || 'c', principalType: 'user', principalId: 'eve', right: 'Add Secret' },
      label: name,
      principal: name,
      scope: name,
    };
    const findings = [{ level: 'drift', code: 'not_in_code', message: name, found }] as const;
    const plan = samplePlan([group], { names, findings });
    const owned = [{ kind: 'group', id: 'id-sre', managedMembers: { members: [] } } as unknown as OwnedObject];
    const items = driftItems(plan, { owned, unverified: new Set() });
    expect(items.map(({ kind }) => kind)).toEqual(['changed', 'added', 'not in code']);
    const wrap: Readonly<Record<string, (code: string) => string>> = {
      set: (code) => `x = { ${code} }`,
      add: (code) => (code.startsWith('new ') ? code : `x = [ ${code}\n]`),
    };
    for (const { adopt } of items) expect(faultIn(wrap[adopt!.edit]!(adopt!.typescript))).toBeUndefined();
    expect(items[2]!.adopt!.typescript).toContain('right: Right.ADD_SECRET');
    const { text } = driftMarkdown(driftOf(plan));
    expect(text.split('\n').filter((line) => line.startsWith('```'))).toHaveLength(12);
    expect(text.replace(/^```[\s\S]*?^```$/gm, '')).not.toMatch(/<script|\|/);
  });
});

test('driftMarkdown: 5,000 differences fit into a comment, and the rest is counted', () => {
  const changes = Array.from({ length: 5000 }, (_, index) =>
    sampleChange('update', 'user', `u${index}`, { desired: { title: 'a' }, before: { title: 'b' } }),
  );
  const { text, leftOut } = driftMarkdown(driftOf(samplePlan(changes)));
  expect(text.length).toBeLessThanOrEqual(65_536);
  expect(leftOut).toBeGreaterThan(1000);
  expect(text).toMatch(/^<!-- delinea-iac drift -->/);
  expect(text.match(/<details>/g)!.length).toBe(text.match(/<\/details>/g)!.length);
});
