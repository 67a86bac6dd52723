import { expect, test } from '@jest/globals';
import { decodePrivateState, encodePrivateState } from './private-state.js';

test('private state: survives a round trip', () => {
  const privateState = { planned: { unchecked: true } };
  expect(decodePrivateState(encodePrivateState(privateState))).toEqual(privateState);
});

test.each([undefined, '', 'no JSON', '7', 'null', '[]'])('private state %p: is empty', (text) => {
  expect(decodePrivateState(text === undefined ? undefined : Buffer.from(text))).toEqual({});
});
