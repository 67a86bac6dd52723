import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { quoted, valueText, visible, visibleJson } from './visible.js';

const SHOWN: readonly (readonly [string, string, string])[] = [
  ['a terminal escape', '\u001b[2Jx', '\\u001b[2Jx'],
  ['a C1 control', '\u009b2J', '\\u009b2J'],
  ['DEL', 'a\u007f', 'a\\u007f'],
  ['line ends', 'a\r\nb\u2028c\u0085d', 'a\\r\\nb\\u2028c\\u0085d'],
  ['direction marks', 'a\u202eb\u2066', 'a\\u202eb\\u2066'],
  ['zero width', 'a\u200bb\ufeff', 'a\\u200bb\\ufeff'],
  [
    'default-ignorable',
    '\u00ad\u034f\u115f\u1160\u17b4\u3164\ufe0f\uffa0\u{e0100}\u{e0001}',
    '\\u00ad\\u034f\\u115f\\u1160\\u17b4\\u3164\\ufe0f\\uffa0\\u{e0100}\\u{e0001}',
  ],
  ['private use and noncharacters', '\ue000\uffff\u{10ffff}', '\\ue000\\uffff\\u{10ffff}'],
  ['a lone surrogate', 'a\ud800b', 'a\\ud800b'],
  ['unusual blanks', 'a\u00a0b\u3000c\u2800d', 'a\\u00a0b\\u3000c\\u2800d'],
  ['more than one blank', 'a   b', 'a \\u0020\\u0020b'],
  ['stacked marks', `a${'\u0308'.repeat(6)}b`, `a${'\u0308'.repeat(4)}\\u0308\\u0308b`],
  ['a mark without a letter', '\u0338x', '\\u0338x'],
  ['a backslash', 'a\\u001b', 'a\\\\u001b'],
  ['a command of GitHub', '::add-mask::x', '\\u003a:add-mask::x'],
  ['a command after a blank', 'x ::error::y', 'x \\u003a:error::y'],
  ['an old command of GitHub', 'x##[add-mask]y', 'x\\u0023#[add-mask]y'],
  ['a command of Azure Pipelines', 'x###vso[task.complete]', 'x#\\u0023#vso[task.complete]'],
  ['a command of TeamCity', "##teamcity[buildStop comment='x']", "\\u0023#teamcity[buildStop comment='x']"],
  ['a heading of Buildkite', '--- a +++ b', '\\u002d-- a \\u002b++ b'],
];

const ORDINARY = [
  'jane@example.com',
  'Zoë Müller',
  'Zoe\u0308',
  'Nguyễn Thị Ánh'.normalize('NFD'),
  '山田 太郎',
  'नमस्ते',
  'ผู้ดูแลระบบ',
  'C# #1 [x] a::b http://[::1]:8080 a---b - + 1',
];

describe('visible', () => {
  test.each(SHOWN)('visible: escapes %s', (_, text, shown) => {
    expect(visible(text)).toBe(shown);
    expect(quoted(text)).toBe(`"${shown}"`);
  });

  test.each(ORDINARY)('visible: leaves "%s" as it is', (text) => {
    expect(visible(text)).toBe(text);
    expect(visibleJson(JSON.stringify(text))).toBe(JSON.stringify(text));
  });

  test('visible: different texts stay different', () => {
    const any = fc.string({ unit: 'binary' });
    fc.assert(
      fc.property(fc.oneof(any, fc.constantFrom(...SHOWN.flatMap(([, text, shown]) => [text, shown]))), (text) => {
        expect(unescaped(visible(text))).toBe(text);
      }),
    );
  });

  test('quoted: escapes quotes, so that the text cannot end before its end', () => {
    expect(quoted('a" # b\\')).toBe('"a\\" # b\\\\"');
  });

  test('valueText: quotes strings and leaves their escaping to visible', () => {
    expect([valueText('a\nb'), valueText(true), valueText(['a'])]).toEqual(['"a\nb"', 'true', '["a"]']);
  });
});

describe('visibleJson', () => {
  test.each(SHOWN)('visibleJson: parses to the same text with %s', (_, text) => {
    const json = visibleJson(JSON.stringify({ [text]: [text] }, null, 2));
    expect(JSON.parse(json)).toEqual({ [text]: [text] });
    expect(json).not.toMatch(/[^\P{C}\n]|##\w*\[/u);
  });

  test('visibleJson: parses to the same value as JSON does', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) =>
        expect(JSON.parse(visibleJson(JSON.stringify(value, null, 2)))).toEqual(JSON.parse(JSON.stringify(value))),
      ),
    );
  });
});

function unescaped(text: string): string {
  const SHORT: Readonly<Record<string, string>> = { '\\': '\\', n: '\n', r: '\r', t: '\t' };
  return text.replace(/\\(?:u\{(\w+)\}|u(\w{4})|(.))/g, (_, long?: string, unit?: string, short = '') =>
    long !== undefined
      ? String.fromCodePoint(Number.parseInt(long, 16))
      : unit !== undefined
        ? String.fromCharCode(Number.parseInt(unit, 16))
        : SHORT[short]!,
  );
}
