import { expect, test } from '@jest/globals';
import { endedSessionsText } from './ended-sessions-text.js';
import { plain } from './paint.js';

test('endedSessionsText: lists what ended, what is open and what is not known, without hidden characters', () => {
  const ended = [
    { what: 'log-ins', open: [] },
    { what: 'log-ins', open: [], refused: 'forbidden' },
    { what: 'sessions', ended: 2, open: [] },
    { what: 'sessions', ended: 0, open: [] },
    { what: 'check-outs', ended: 1, open: ['db\u001b[2J'], refused: 'forbidden' },
    { what: 'check-outs', open: [], unread: 'not configured' },
  ];
  expect(endedSessionsText('jane', ended, plain)).toBe(`Sessions of jane:
  - log-ins: ended
  - log-ins: not ended: forbidden
  - sessions: 2 ended and read back
  - sessions: none is open
  - check-outs: 1 ended and read back; 1 STILL OPEN (db\\u001b[2J): forbidden
  - check-outs: not ended, and not known: not configured
`);
});
