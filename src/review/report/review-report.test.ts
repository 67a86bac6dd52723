import { describe, expect, test } from '@jest/globals';
import { junitFaults, sarifFaults } from '../../../test/support/sarif/validate.js';
import type { Review, ReviewEntry } from '../access/review-schema.js';
import type { Report } from './report.js';
import { reportJunit } from './report-junit.js';
import { reportSarif } from './report-sarif.js';
import { reviewReport } from './review-report.js';

const entry = (scope: string, people: readonly string[], more: Partial<ReviewEntry> = {}): ReviewEntry => ({
  change: 'gained',
  right: 'Owner',
  privileged: true,
  people: people.map((name) => ({ kind: 'user', id: name, name, active: true })),
  scopes: [{ kind: 'container', id: scope, name: scope }],
  through: [],
  ...more,
});
const review = (more: Partial<Review> = {}): Review => ({
  tenant: 'https://acme.example',
  basis: 'live',
  taken: '2026-11-29T00:00:00Z',
  complete: true,
  verified: false,
  policies: [],
  totals: { peopleGaining: 1, peopleLosing: 0, scopes: 1, privilegedGained: 1, privilegedLost: 0, unknown: 0 },
  checked: ['nobody outside dba reaches prod', 'ann keeps Owner on prod'],
  violations: [
    { assertion: 'nobody outside dba reaches prod', message: 'jane has Owner', key: 'jane prod', isOld: false },
    { assertion: 'nobody outside dba reaches prod', message: 'tom has Owner', key: 'tom prod', isOld: true },
  ],
  callOuts: [
    { code: 'new_owner', message: 'container prod gets Owner: jane', key: 'container prod Owner', address: 'a.b' },
  ],
  entries: [entry('prod', ['jane']), entry('stage', ['jane'], { change: 'lost' })],
  notes: [],
  unknown: [],
  unread: ['roles: forbidden'],
  ...more,
});

interface Result {
  readonly ruleId: string;
  readonly message: { readonly text: string };
  readonly partialFingerprints: Readonly<Record<string, string>>;
  readonly locations: readonly {
    readonly physicalLocation: { readonly artifactLocation: { readonly uri: string } };
  }[];
}
const place = () => ({ path: 'plan.json' });
const sarif = (report: Report) => reportSarif(report, place);
const results = (text: string): Result[] => JSON.parse(text).runs[0].results;
const prints = (changed: Review) =>
  results(sarif(reviewReport(changed)))
    .map(({ partialFingerprints }) => Object.values(partialFingerprints)[0]!)
    .sort();

const HOSTILE = [
  '<script>alert(1)</script>',
  ']]>&amp;"\'<',
  '[click](https://evil.example) {0}',
  'line\nbreak\ttab',
  '::set-output name=x::y',
  '\u001b[31mred\u0000\u0008\u000b',
  '\u202Eevil\ufffe\uffff\ud800',
  '\u0085\u2028😀',
];

describe('SARIF', () => {
  test('complies with the schema; each finding has a rule, a place and a fingerprint of its own', () => {
    const text = sarif(reviewReport(review()));
    expect(sarifFaults(text)).toEqual([]);
    const [run] = JSON.parse(text).runs;
    expect(run.invocations).toEqual([{ executionSuccessful: false }]);
    expect(results(text).map(({ ruleId, message }) => `${ruleId}: ${message.text}`)).toEqual([
      'assertion: nobody outside dba reaches prod: jane has Owner',
      'assertion: nobody outside dba reaches prod: tom has Owner (also before this plan)',
      'unread: roles: forbidden',
      'new_owner: container prod gets Owner: jane',
      'gained: jane gains Owner on container prod',
      'lost: jane loses Owner on container stage',
    ]);
    for (const { ruleId, ruleIndex } of run.results) expect(run.tool.driver.rules[ruleIndex].id).toBe(ruleId);
    expect(new Set(prints(review())).size).toBe(6);
  });

  test('fingerprints: the same in another order, with other names and beside other findings', () => {
    const { violations, callOuts, entries } = review();
    const changed = review({
      violations: [...violations].reverse().map((each) => ({ ...each, message: 'renamed' })),
      callOuts: [{ code: 'deleted', message: 'x', key: 'x' }, ...callOuts.map((each) => ({ ...each, address: 'c.d' }))],
      entries: [entry('new', ['tom']), ...[...entries].reverse().map((each) => ({ ...each, people: [] }))].map(
        (each) => ({ ...each, people: entry('', ['jane', 'tom']).people }),
      ),
    });
    expect(prints(changed)).toEqual(expect.arrayContaining(prints(review())));
  });

  test.each(HOSTILE)('the text %j is only text', (text) => {
    const hostile = review({
      tenant: text,
      violations: [{ assertion: text, message: text, key: text, isOld: false }],
      checked: [text],
      callOuts: [{ code: 'deleted', message: text, key: text, address: text }],
      entries: [entry(text, [text])],
      notes: [text],
      unknown: [text],
      unread: [text],
    });
    const shown = reportSarif(reviewReport(hostile), () => ({ path: `dir ü/${text.replace('\ud800', '')}` }));
    expect(sarifFaults(shown)).toEqual([]);
    expect(shown).not.toMatch(/(?!\n)[\p{C}\u2028]/u);
    for (const { message, locations } of results(shown)) {
      expect(message.text).not.toMatch(/[^\\]\]\(|(^|[^{])\{[^{]/);
      expect(locations[0]!.physicalLocation.artifactLocation.uri).toMatch(/^[\w.~!*'()%/-]+$/);
    }
  });
});

describe('JUnit', () => {
  const cases = (text: string) => text.replace(/&#(\d+);/g, (_, code) => String.fromCodePoint(Number(code)));

  test('complies with the schema: an assertion passes or fails, a call-out is skipped, an unread part is an error', async () => {
    const text = reportJunit(reviewReport(review()));
    expect(await junitFaults(text)).toEqual([]);
    expect(cases(text)).toBe(`<?xml version="1.0" encoding="UTF-8"?>
<testsuites name="delinea-iac review" tests="6" failures="1" errors="1">
  <testsuite name="assertions" tests="2" failures="1" errors="0" skipped="0">
    <testcase classname="delinea-iac.review.assertions" name="nobody outside dba reaches prod">
      <failure message="nobody outside dba reaches prod: jane has Owner" type="assertion">nobody outside dba reaches prod: jane has Owner
nobody outside dba reaches prod: tom has Owner (also before this plan)</failure>
    </testcase>
    <testcase classname="delinea-iac.review.assertions" name="ann keeps Owner on prod"/>
  </testsuite>
  <testsuite name="reads" tests="3" failures="0" errors="1" skipped="0">
    <testcase classname="delinea-iac.review.reads" name="Everything in the tenant could be read">
      <error message="roles: forbidden" type="unread">roles: forbidden</error>
    </testcase>
    <testcase classname="delinea-iac.review.reads" name="Every value is known"/>
    <testcase classname="delinea-iac.review.reads" name="The plan is complete"/>
  </testsuite>
  <testsuite name="call-outs" tests="1" failures="0" errors="0" skipped="1">
    <testcase classname="delinea-iac.review.call-outs" name="container prod gets Owner: jane">
      <skipped message="container prod gets Owner: jane">container prod gets Owner: jane</skipped>
    </testcase>
  </testsuite>
</testsuites>
`);
  });

  test('without a snapshot, nothing claims that everything was read', async () => {
    const text = reportJunit(reviewReport(review({ basis: 'declared', unread: [], complete: false })));
    expect(await junitFaults(text)).toEqual([]);
    expect(text).not.toContain('could be read');
    expect(text).toContain('<error message="The plan is not complete: objects with errors are not in it."');
    expect(text).toContain('<skipped message="Declared objects only: ');
  });

  test('hostile texts are only text', async () => {
    const hostile = review({
      checked: HOSTILE,
      violations: HOSTILE.map((text) => ({ assertion: text, message: text, key: text, isOld: false })),
      ...{ unknown: HOSTILE, unread: HOSTILE, notes: HOSTILE },
    });
    const shown = reportJunit(reviewReport(hostile));
    expect(await junitFaults(shown)).toEqual([]);
    expect(shown.match(/<failure /g)).toHaveLength(HOSTILE.length);
    expect(shown).not.toMatch(/<script|\]\]>|^::/m);
    expect(await junitFaults(shown.replace('&#60;script', '<script'))).not.toEqual([]);
  });
});
