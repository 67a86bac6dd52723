import { describe, expect, test } from '@jest/globals';
import type { AccessPrincipal } from '../../provider/index.js';
import { plain } from '../text/paint.js';
import { reviewMarkdown } from './review-markdown.js';
import type { Review, ReviewEntry } from './review-schema.js';
import { reviewText } from './review-text.js';

const user = (name: string): AccessPrincipal => ({ kind: 'user', id: name, name, active: true });
const entry = (people: readonly string[], scopes: readonly string[], more: Partial<ReviewEntry> = {}): ReviewEntry => ({
  change: 'gained',
  right: 'Owner',
  privileged: true,
  people: people.map(user),
  scopes: scopes.map((name) => ({ kind: 'container', id: name, name })),
  through: [],
  ...more,
});
const review = (entries: readonly ReviewEntry[], more: Partial<Review> = {}): Review => ({
  tenant: 'https://acme.example',
  basis: 'live',
  taken: '2026-11-29T00:00:00Z',
  complete: true,
  verified: false,
  totals: { peopleGaining: 1, peopleLosing: 0, scopes: 1, privilegedGained: 1, privilegedLost: 0, unknown: 0 },
  checked: [],
  violations: [],
  policies: [],
  callOuts: [],
  entries,
  notes: [],
  unknown: [],
  unread: [],
  ...more,
});

const HOSTILE = [
  '<script>alert(1)</script>',
  'a|b',
  '`x`',
  'line\nbreak',
  '::set-output name=x::y',
  '\u001b[31mred',
  '\u202Eevil',
  '@team',
  '#1',
  '[a](https://evil.example)',
  '```',
  '</code></summary></details>',
  '**bold**',
  '"] --> n0["',
];

describe('reviewMarkdown', () => {
  test('a small review whole', () => {
    const { text, leftOut } = reviewMarkdown(review([entry(['jane'], ['prod'])]));
    expect(leftOut).toBe(0);
    expect(reviewText(review([entry(['jane'], ['prod'])]), plain)).toContain(
      '\n1 person gains access, 0 people lose access, on 1 container or role.\n',
    );
    expect(text).toContain('- 🟢 <code>jane</code> gains <b><code>Owner</code></b> on container <code>prod</code>\n');
    expect(text).toContain('  n0["user jane"] -->|"gained Owner"| n1["container prod"]\n');
  });

  test.each(HOSTILE)('the name %j is only text', (name) => {
    const hostile = review([entry([name, `${name}2`], [name], { through: [user(name)] })], {
      violations: [{ assertion: name, message: name, key: '', isOld: true }],
      callOuts: [{ code: 'new_owner', message: name, key: '' }],
      notes: [name],
      unknown: [name],
      unread: [name],
      tenant: name,
    });
    const { text } = reviewMarkdown(hostile);
    // What is left without our own markup is letters, digits and character references.
    const own =
      /<!-- delinea-iac review -->|<\/?(details|summary|code|b)>|```mermaid|```|^#{2,3} |^- |🟢|→|&#\d+;|#\d+;/gmu;
    const graph = /^ {2}n\d+\["[^"]*"\] (-->|-\.->)(\|"[^"]*"\|)? n\d+\["[^"]*"\]$/gm;
    const rest = text.replace(graph, '').replace(own, '');
    expect(rest).toMatch(/^[\p{L}\p{N}\s:,]*$/u);
    expect(text.match(/```/g)).toHaveLength(2);
    expect(text.match(/<details>/g)?.length).toBe(text.match(/<\/details>/g)?.length);
    const lines = reviewText(hostile, plain);
    for (const character of ['\u001b', '\u202e']) expect(lines).not.toContain(character);
    expect(lines).not.toMatch(/^::/m);
  });

  test('5,000 changes: fits into a comment, states how many are left out, and cuts nothing', () => {
    const entries = Array.from({ length: 5_000 }, (_, index) =>
      entry([`jane${index}@example.com`, `tom${index}@example.com`], [`folder ${index}`]),
    );
    const { text, leftOut } = reviewMarkdown(review(entries), { attached: 'review.md' });
    expect(text.length).toBeLessThanOrEqual(65_536);
    const shown = text.match(/<details>/g)!.length;
    expect(shown).toBe(text.match(/<\/details>/g)!.length);
    expect(leftOut).toBe(5_000 - shown);
    expect(text).toContain(
      `**${leftOut} parts of this review did not fit whole.** All are in <code>review&#46;md</code>.`,
    );
    const whole = reviewMarkdown(review(entries), { longest: Number.POSITIVE_INFINITY });
    expect([whole.leftOut, whole.text.match(/<details>/g)!.length]).toEqual([0, 5_000]);
  });

  test('one entry of 5,000 people is shown without their names', () => {
    const people = Array.from({ length: 5_000 }, (_, index) => `somebody.with.a.long.name.${index}@example.com`);
    const { text, leftOut } = reviewMarkdown(review([entry(people, ['prod'])]));
    expect(leftOut).toBe(1);
    expect(text).toContain('\n- 🟢 5000 people gain <b><code>Owner</code></b> on container <code>prod</code>\n');
    expect(text).toContain('**1 part of this review did not fit whole.**');
    expect(text.length).toBeLessThanOrEqual(65_536);
  });

  test('a name that no comment can hold hides nothing else', () => {
    const long = 'x'.repeat(70_000);
    const { text, leftOut } = reviewMarkdown(
      review([entry([long], ['prod']), entry(['jane'], ['stage'])], {
        callOuts: [
          { code: 'new_owner', message: `new Owner of container prod: ${long}`, key: 'prod' },
          { code: 'new_owner', message: 'new Owner of container stage: jane', key: 'stage' },
        ],
      }),
      { attached: `${'-'.repeat(300)}.md` },
    );
    expect(leftOut).toBeGreaterThanOrEqual(2);
    expect(text).toContain('- <code>new Owner of container stage&#58; jane</code>\n');
    expect(text).toContain('- 🟢 <code>jane</code> gains <b><code>Owner</code></b> on container <code>stage</code>\n');
    expect(text.length).toBeLessThanOrEqual(65_536);
  });

  test('many deactivations are folded in text and Markdown, and the other call-outs are not', () => {
    const callOuts = [
      ...Array.from({ length: 28 }, (_, index) => ({
        code: 'deactivated' as const,
        message: `user u${index} is deactivated`,
        key: `u${index}`,
      })),
      { code: 'own_account' as const, message: 'svc is the account that the run logs in as', key: 'svc' },
    ];
    const folded = review([], { callOuts });
    expect(reviewText(folded, plain)).toContain(`  ! user u4 is deactivated
  ! svc is the account that the run logs in as
  ! and 23 more are deactivated, which --json lists
`);
    const { text } = reviewMarkdown(folded);
    expect(text).toContain(
      '<details><summary>23 more are deactivated</summary>\n\n- <code>user u5 is deactivated</code>\n',
    );
    expect(text.match(/is deactivated/g)).toHaveLength(28);
  });

  test('a role is named without a right, and its kind is in the plural for several', () => {
    const roles = ['Auditor', 'Admin'].map((name) => ({ kind: 'role', id: name, name }));
    const holders = review([entry(['jane'], [], { right: 'holder', scopes: roles })]);
    expect(reviewText(holders, plain)).toContain('+ jane gains roles Auditor, Admin\n');
    expect(reviewMarkdown(holders).text).toContain('<code>jane</code> gains 2 roles</summary>');
  });
});
