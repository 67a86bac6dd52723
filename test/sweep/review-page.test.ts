import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, afterEach, beforeAll, describe, expect, jest, test } from '@jest/globals';
import axe from 'axe-core';
import type { Browser, Page } from 'playwright-core';
import { openBrowser } from '../support/browser/browser.js';
import { sample, samplePage, wideSample } from '../support/browser/sample.js';

jest.setTimeout(120_000);

let browser: Browser;
let folder: string;
let page: Page;
/** Messages of the console, errors of the page, and requests. */
let events: string[];

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'review-page-'));
  browser = await openBrowser();
});
afterEach(() => page.close());
afterAll(async () => {
  await browser?.close();
  rmSync(folder, { recursive: true });
});

async function open(html: string, colorScheme: 'light' | 'dark' = 'light'): Promise<void> {
  const file = join(folder, 'review.html');
  writeFileSync(file, html);
  page = await browser.newPage({ viewport: { width: 1240, height: 900 }, colorScheme });
  events = [];
  page.on('console', (message) => events.push(message.text()));
  page.on('pageerror', (error) => events.push(String(error)));
  page.on('dialog', (dialog) => events.push(dialog.message()));
  page.on('request', (request) => events.push(request.url()));
  await page.goto(pathToFileURL(file).href);
}

const status = () => page.getByRole('status');
const rows = () => page.locator('tr.row');
/** Returns the violations of axe's rules, each with its first element. */
async function violations(): Promise<string[]> {
  await page.evaluate(axe.source);
  const found = (await page.evaluate(`axe.run().then(({ passes, violations }) => ({
    passes: passes.length,
    violations: violations.map(({ id, nodes }) => id + ': ' + nodes[0].html),
  }))`)) as { passes: number; violations: string[] };
  expect(found.passes).toBeGreaterThan(25);
  return found.violations;
}

describe('page of a review in Chromium', () => {
  test('opens from a file with one request, and without a message on the console', async () => {
    await open(samplePage(sample()));
    expect(await page.title()).toBe('Access review: https://acme.delinea.example');
    expect(await status().textContent()).toBe('7 rows · 404 people · 5 containers and roles');
    expect(await page.locator('dl').innerText()).toContain('403');
    expect(await page.getByText('new holder of role Platform Admin: lee@example.com').isVisible()).toBe(true);
    expect(events).toEqual([expect.stringMatching(/^file:.*review\.html$/)]);
  });

  test('400 people are one row, which a click opens', async () => {
    await open(samplePage(sample()));
    const opener = rows().getByRole('button', { name: '400 people' });
    expect(await page.getByText('engineer001@example.com').count()).toBe(0);
    await opener.click();
    expect(await opener.getAttribute('aria-expanded')).toBe('true');
    expect(await page.locator('tr.detail li').count()).toBe(100);
    await page.getByRole('button', { name: 'Show 100 more of 400 people' }).click();
    expect(await page.locator('tr.detail li').count()).toBe(200);
    await opener.click();
    expect(await page.getByText('engineer001@example.com').isVisible()).toBe(false);
  });

  test('search and filters: each one limits table, graph and count', async () => {
    await open(samplePage(sample()));
    await page.getByLabel('Person').fill('engineer123');
    await status().getByText('1 row · 1 person · 1 container or role').waitFor();
    expect(await rows().innerText()).toMatch(/engineer123@example\.com\s+and 399 other people\s+Edit\s+docs/);
    expect(await page.locator('.node').allInnerTexts()).toEqual([
      'engineer123@example.com',
      'engineering',
      expect.stringMatching(/^docs/),
    ]);
    await page.getByRole('button', { name: 'Clear filters' }).click();
    expect(await rows().count()).toBe(7);
    await page.getByLabel('Group', { exact: true }).fill('platform');
    await status().getByText('1 row · 2 people').waitFor();
    await page.getByLabel('Group', { exact: true }).fill('');
    await page.getByLabel('Container or role').fill('backups');
    await status().getByText('2 rows').waitFor();
    await page.getByLabel('Container or role').fill('');
    await page.getByLabel('Right').selectOption('holder');
    await status().getByText('1 row').waitFor();
    await page.getByLabel('Right').selectOption('');
    await page.getByLabel('Change', { exact: true }).selectOption('Lost');
    await status().getByText('2 rows · 1 person').waitFor();
    await page.getByLabel('Change', { exact: true }).selectOption('');
    await page.getByLabel('Privileged only').check();
    await status().getByText('6 rows').waitFor();
    await page.getByLabel('Search everything').fill('nobody at all');
    await status().getByText('0 rows').waitFor();
    expect(await page.getByText('No access matches.').isVisible()).toBe(true);
  });

  test('before and after: the state around the change', async () => {
    await open(samplePage(sample()));
    await page.getByText('Before', { exact: true }).click();
    await status().getByText('6 rows · 402 people · 4 containers and roles').waitFor();
    expect(await page.getByLabel('Change', { exact: true }).innerText()).not.toContain('Gained');
    await page.getByText('After', { exact: true }).click();
    await status().getByText('9 rows · 404 people').waitFor();
    expect(await rows().filter({ hasText: 'Unchanged' }).count()).toBe(4);
  });

  test('graph: a node filters by its name, and a node of many people opens their row', async () => {
    await open(samplePage(sample()));
    await page.locator('.node', { hasText: 'dba' }).click();
    expect(await page.getByLabel('Group', { exact: true }).inputValue()).toBe('dba');
    expect(await rows().count()).toBe(4);
    await page.locator('.node', { hasText: 'dba' }).click();
    expect(await rows().count()).toBe(7);
    await page.locator('.node', { hasText: '400 people' }).click();
    expect(await page.getByText('engineer001@example.com').isVisible()).toBe(true);
  });

  test('keyboard: everything can be reached and used, and the focus is visible', async () => {
    await open(samplePage(sample()));
    const focused = () => page.evaluate(`(document.activeElement.id || document.activeElement.innerText).trim()`);
    const order: unknown[] = [];
    for (let count = 0; count < 10; count += 1) {
      await page.keyboard.press('Tab');
      order.push(await focused());
    }
    const fields = ['text', 'person', 'group', 'scope', 'right', 'state', 'privileged'];
    expect(order).toEqual(['Skip to the table', 'view-changes', ...fields, 'Clear filters']);
    const outline = await page.evaluate(`getComputedStyle(document.activeElement).outlineStyle`);
    expect(outline).toBe('solid');
    await page.locator('#view-changes').focus();
    await page.keyboard.press('ArrowRight');
    await page.keyboard.press('ArrowRight');
    await status().getByText('9 rows').waitFor();
    await page.getByRole('link', { name: 'Skip to the table' }).focus();
    await page.keyboard.press('Enter');
    await page.keyboard.press('Tab');
    expect(await focused()).toBe('2 people');
    await page.keyboard.press('Enter');
    expect(await page.locator('tr.detail').first().innerText()).toMatch(/lee@example\.com\s+sam@example\.com/);
  });

  test.each(['light', 'dark'] as const)('%s colours: axe finds no violation, also in an open row', async (scheme) => {
    await open(samplePage(sample(), 'declared'), scheme);
    expect(await page.evaluate(`getComputedStyle(document.body).backgroundColor`)).toBe(
      scheme === 'dark' ? 'rgb(15, 19, 25)' : 'rgb(245, 246, 248)',
    );
    await page.locator('#view-after').check({ force: true });
    await rows().getByRole('button', { name: '400 people' }).first().click();
    expect(await page.getByRole('heading', { name: /^Declared objects only/ }).isVisible()).toBe(true);
    expect(await violations()).toEqual([]);
  });

  test('hostile names are text', async () => {
    const names = [
      '</script><script>window.hacked=1</script>',
      '"><img src=x onerror="window.hacked=1">',
      '\u202Egnp.exe<svg onload=alert(1)>',
    ];
    await open(samplePage(sample(names)));
    const text = await page.locator('body').innerText();
    expect(text).toContain(names[0]);
    expect(text).toContain(names[1]);
    expect(text).toContain('\\u202egnp.exe<svg onload=alert(1)>');
    expect(text).not.toContain('\u202E');
    await page.locator('.node', { hasText: names[0]! }).click();
    await status().getByText('1 person').waitFor();
    expect(await page.evaluate('window.hacked')).toBeUndefined();
    expect(await page.locator('img, main script').count()).toBe(0);
    expect(events).toHaveLength(1);
  });

  test('5,000 changes: opens with some hundred rows at most, and all can be found', async () => {
    await open(samplePage(wideSample(5_000)));
    expect(await status().textContent()).toMatch(/^5,000 rows/);
    expect(await rows().count()).toBe(100);
    await page.getByRole('button', { name: 'Show 100 more of 5,000 rows' }).click();
    expect(await rows().count()).toBe(200);
    await page.getByLabel('Search everything').fill('person4999@');
    await status().getByText('1 row · 1 person').waitFor();
    expect(await rows().count()).toBe(1);
  });

  test('print: the controls are left out', async () => {
    await open(samplePage(sample()));
    await page.emulateMedia({ media: 'print' });
    expect(await page.getByRole('search').isVisible()).toBe(false);
    expect(await page.locator('dl').isVisible()).toBe(true);
    expect((await page.pdf()).length).toBeGreaterThan(10_000);
  });
});
