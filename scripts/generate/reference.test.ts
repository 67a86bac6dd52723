import { expect, test } from '@jest/globals';
import { referencePages } from './reference.js';

const pages = [...referencePages(process.cwd())];

test('"<": is escaped outside of code spans only', () => {
  for (const [path, text] of pages) {
    const prose = text.replace(/^```[\s\S]*?^```/gm, '').replace(/^<!--.*-->$/gm, '');
    const code = [...prose.matchAll(/`[^`]*`/g)].map(([span]) => span);
    expect([path, code.filter((span) => span.includes('&lt;'))]).toEqual([path, []]);
    expect([path, prose.replace(/`[^`]*`/g, '')]).toEqual([path, expect.not.stringContaining('<')]);
  }
});

test('data source: needs no write permission', () => {
  const needs = (path: string) => /## Permissions\n[\s\S]*?(?=\n## |$)/.exec(new Map(pages).get(path)!)![0];
  expect(needs('docs/data-sources/user.md')).toContain('- `delinea:api:read`\n');
  expect(needs('docs/resources/user.md')).toContain('- `delinea:api:read`\n- `delinea:api:write`\n');
  for (const [path] of pages.filter(([name]) => name.startsWith('docs/data-sources/'))) {
    expect([path, needs(path)]).toEqual([path, expect.not.stringMatching(/write|admin/)]);
  }
});
