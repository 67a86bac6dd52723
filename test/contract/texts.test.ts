import { describe, expect, test } from '@jest/globals';
import { commentsIn, messagesIn, paragraphsIn, type Text } from '../../scripts/texts/inventory.js';
import { RULES } from '../../scripts/texts/rules.js';
import { ROOT } from '../support/cdktf/synth-process.js';

const broken = (texts: readonly Text[]) =>
  texts.flatMap(({ file, line, text }) => {
    const rule = RULES.find(({ pattern }) => pattern.test(text));
    return rule ? [`${file}:${line}: "${rule.pattern.exec(text)![0].trim()}": write ${rule.instead}: ${text}`] : [];
  });

describe('texts that people read', () => {
  const messages = messagesIn(ROOT);

  test('inventory: has every message, hint and help text of the product', () => {
    expect(messages.length).toBeGreaterThan(700);
    const texts = messages.map(({ text }) => text).join('\n');
    expect(texts).toContain('refused before the first write: {}');
    expect(texts).toContain('--auto-approve');
    expect(commentsIn(ROOT).length).toBeGreaterThan(1000);
    expect(paragraphsIn(ROOT).length).toBeGreaterThan(500);
  });

  test('messages: use plain words', () => {
    expect(broken(messages)).toEqual([]);
  });

  test('comments: use plain words', () => {
    expect(broken(commentsIn(ROOT))).toEqual([]);
  });

  test('pages: use plain words', () => {
    expect(broken(paragraphsIn(ROOT))).toEqual([]);
  });

  test('resource layer: names no option, construct or command of a front end', () => {
    const own = /--[a-z]+-?[a-z]*|importFrom\(|\bDelinea(User|Group)\.|\bterraform (state|apply|plan|destroy)\b/;
    const layer = messages.filter(({ file }) => file.startsWith('src/provider/') && !file.includes('settings-schema'));
    expect(layer.filter(({ text }) => own.test(text))).toEqual([]);
  });
});
