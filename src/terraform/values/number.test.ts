import { describe, expect, test } from '@jest/globals';
import { readNumber, writeNumber } from './number.js';

describe('number', () => {
  test.each<[number | bigint | string, number | undefined]>([
    [7, 7],
    ['0.1', 0.1],
    ['1e3', 1000],
    ['-0.0120e3', -12],
    [2n ** 53n, 2 ** 53],
    [2n ** 53n + 1n, undefined],
    ['0.12345678901234567890', undefined],
    ['9007199254740993', undefined],
    ['1e999', undefined],
    ['text', undefined],
  ])('%p: is read only if a double holds it exactly', (raw, expected) => {
    expect(readNumber(raw)).toBe(expected);
  });

  test.each<[number, number | string]>([
    [7, 7],
    [-7, -7],
    [0.1, '0.1'],
    [2 ** 53, '9007199254740992'],
  ])('%p: is written as text unless it is a safe integer', (value, expected) => {
    expect(writeNumber(value)).toBe(expected);
  });
});
